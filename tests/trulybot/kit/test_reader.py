import pytest

from trulybot.kit.reader import preferred


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("hi", "hi"),
        ("hi-IN,hi;q=0.9,en;q=0.8", "hi"),
        ("fr-FR,fr;q=0.9", "en"),
        ("fr, hi;q=0.2, en;q=0.1", "hi"),
        ("hi;q=0, en;q=0.1", "en"),
        ("HI", "hi"),
        ("hi;q=abc, ;;;,,=,", "en"),
        ("*", "en"),
    ],
)
def test_language_of_a_browser(header: str, language: str) -> None:
    assert preferred(header) == language
