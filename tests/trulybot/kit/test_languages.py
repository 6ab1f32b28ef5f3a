import pytest

from trulybot.kit.languages import NAMES, Languages, accepted, direction
from trulybot.widget.configuration import TEXTS


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ("", [""]),
        ("de", ["de"]),
        ("en;q=0.5, de-AT, fr;q=0.8", ["de-AT", "fr", "en"]),
        ("de;q=0, fr", ["fr"]),
        ("de;q=much, fr", ["fr"]),
    ],
)
def test_the_most_wished_for_comes_first(header: str, tags: list[str]) -> None:
    assert accepted(header) == tags


@pytest.mark.parametrize(
    ("wished", "language"),
    [
        (["de-AT"], "de"),
        (["xx", "pt-BR"], "pt"),
        (["ZH-Hant-TW"], "zh"),
        (["xx"], "en"),
        ([], "en"),
        (["", "ar"], "ar"),
    ],
)
def test_a_visitor_gets_the_first_language_we_speak(wished: list[str], language: str) -> None:
    assert Languages(TEXTS).best(wished) == language


def test_arabic_is_written_from_the_right() -> None:
    assert (direction("ar"), direction("en")) == ("rtl", "ltr")


def test_every_language_we_speak_has_a_name() -> None:
    assert list(NAMES) == list(Languages(TEXTS).texts)
