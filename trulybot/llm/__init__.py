"""Language models by their values alone: embeddings, answers, and answering by quoting. Takes no Settings."""
