"""The ordinary words of English, as the model's tokenizer lists them: about 20,000."""

from functools import lru_cache

import msgspec

from trulybot.llm.minilm import files

SHORTEST = 4  # letters


class _Model(msgspec.Struct):
    vocab: dict[str, int]


class _Tokenizer(msgspec.Struct):
    model: _Model


@lru_cache(maxsize=1)
def ordinary_words() -> frozenset[str]:
    """Raises files.WrongModel when the tokenizer is not the one we ship."""
    pieces = msgspec.json.decode(files.tokenizer(), type=_Tokenizer).model.vocab
    # What continues a word begins with ##, and is left out with the marks.
    return frozenset(piece for piece in pieces if len(piece) >= SHORTEST and piece.isalpha())
