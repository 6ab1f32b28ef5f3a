"""Text as the model's tokens. Import it in a child process only."""

from collections.abc import Callable

from tokenizers import Tokenizer

from trulybot.llm.minilm import files


def tokenizer() -> Tokenizer:
    """Neither padded nor cut, unlike the file says."""
    found = Tokenizer.from_buffer(files.tokenizer())
    found.no_padding()
    found.no_truncation()
    return found


def token_counter() -> Callable[[str], int]:
    """Counts the tokens of a text, without the two marks the model wants around it."""
    encode = tokenizer().encode
    return lambda text: len(encode(text, add_special_tokens=False))
