from pathlib import Path

import pytest

from trulybot.llm.minilm.tokens import token_counter, tokenizer


@pytest.mark.parametrize(
    "text",
    [
        "",
        "How do I get my money back?",
        "  Two\n\nparagraphs,\twith tabs and  spaces ",
        "Äpfel, CAFÉ & Straße – “quoted”… it's 3.50 €/kg (or $4)",
        "https://example.com/a_b?c=d#e v1.2.3-rc1 user@example.com",
        "東京は日本の首都です。 한국어 نص عربي हिन्दी",
        "x" * 500 + " " + "supercalifragilisticexpialidocious" * 3,
        "😀 👩‍👩‍👧 soft\u00adhyphen no\u00a0break zero\u200bwidth",
        Path(__file__).read_text(encoding="utf-8"),
    ],
)
def test_a_text_has_as_many_tokens_as_its_words(text: str) -> None:
    assert token_counter()(text) == len(tokenizer().encode(text, add_special_tokens=False))
