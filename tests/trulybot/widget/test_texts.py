"""What the widget says, in all its languages."""

import json
import re
from pathlib import Path

import pytest

TEXTS = Path(__file__).parents[3] / "trulybot" / "widget" / "texts"
LANGUAGES = {"ar", "de", "en", "es", "fr", "hi", "id", "it", "ja", "nl", "pt", "zh"}
ENGLISH: dict[str, str] = json.loads((TEXTS / "en.json").read_text())
LONGER = 2.2  # than in English; a button must still hold it


def test_the_languages_are_there() -> None:
    assert {path.stem for path in TEXTS.glob("*.json")} >= LANGUAGES


@pytest.mark.parametrize("language", sorted(LANGUAGES - {"en"}))
def test_a_language_says_all_that_english_says(language: str) -> None:
    texts: dict[str, str] = json.loads((TEXTS / f"{language}.json").read_text())
    assert list(texts) == list(ENGLISH)
    for key, text in texts.items():
        assert text.strip(), key
        assert placeholders(text) == placeholders(ENGLISH[key]), key
        assert len(text) <= max(24, LONGER * len(ENGLISH[key])), key


def test_only_names_and_terms_are_the_same_in_another_language() -> None:
    for language in LANGUAGES - {"en"}:
        texts = json.loads((TEXTS / f"{language}.json").read_text())
        assert sum(texts[key] == text for key, text in ENGLISH.items()) <= 3, language


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w+\}", text))
