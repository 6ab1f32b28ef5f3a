"""A child process that embeds texts and does nothing else. Its one argument: bytes of memory."""

import logging
import os
import sys

from trulybot.kit.confinement import confine
from trulybot.kit.parent import ToParent, parent_of_this_process
from trulybot.llm.minilm.embedding import Embedding


def main() -> None:
    confine(int(sys.argv[1]))
    parent = parent_of_this_process()
    logging.getLogger().addHandler(ToParent(parent))
    embedding = Embedding(parent)
    for call in parent.calls():
        embedding.take(call)
    os._exit(0)  # the parent is done with us or gone


if __name__ == "__main__":
    main()
