"""The ordinary words of English, as the model's tokenizer lists them: about 20,000."""

import logging
from functools import lru_cache

import msgspec

from trulybot.llm.minilm import files

SHORTEST = 4  # letters

log = logging.getLogger(__name__)


class _Model(msgspec.Struct):
    vocab: dict[str, int]


class _Tokenizer(msgspec.Struct):
    model: _Model


@lru_cache(maxsize=1)
def ordinary_words() -> frozenset[str]:
    """None at all where the tokenizer is damaged: search then repairs a word too many, and `doctor` tells why."""
    try:
        pieces = msgspec.json.decode(files.tokenizer(), type=_Tokenizer).model.vocab
    except files.WrongModel as error:
        log.error("The local embedding model is damaged: %s", error)
        return frozenset()
    # What continues a word begins with ##, and is left out with the marks.
    return frozenset(piece for piece in pieces if len(piece) >= SHORTEST and piece.isalpha())
