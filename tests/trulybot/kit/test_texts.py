from collections.abc import Iterator

import pytest

from trulybot.kit import reader
from trulybot.kit.reader import Reader
from trulybot.kit.texts import _, ngettext, told, with_values


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    before = reader.current.set(Reader())
    yield
    reader.current.reset(before)


def test_texts_are_english_until_somebody_reads_another_language() -> None:
    assert _("Knowledge") == "Knowledge"
    assert ngettext("%(days)d day ago", "%(days)d days ago", 1) == "%(days)d day ago"
    reader.current.set(Reader("hi"))
    assert _("Knowledge") == "जानकारी"
    assert ngettext("%(days)d day ago", "%(days)d days ago", 3) == "%(days)d दिन पहले"


def test_what_was_not_translated_stays_english() -> None:
    reader.current.set(Reader("hi"))
    assert _("No catalogue has this sentence.") == "No catalogue has this sentence."
    reader.current.set(Reader("xx"))
    assert _("Knowledge") == "Knowledge"


def test_what_is_kept_is_told_with_its_values_to_whoever_reads_it() -> None:
    kept = with_values("Write at most %(number)s characters.", number=2000)
    assert told(kept) == "Write at most 2,000 characters."
    reader.current.set(Reader("hi"))
    assert (
        told(kept)
        == _("Write at most %(number)s characters.") % {"number": "2,000"}
        != "Write at most 2,000 characters."
    )


def test_several_sentences_are_told_one_after_the_other() -> None:
    reader.current.set(Reader("hi"))
    said = "You may not do this.\nThe request broke off. Send it again."
    assert told(said) == "आप यह नहीं कर सकते। अनुरोध बीच में टूट गया। फिर से भेजें।"


@pytest.mark.parametrize("said", ["", "Save 50% of it.", "%(number)s of them", "550 no such user %s"])
def test_what_others_said_is_told_as_they_said_it(said: str) -> None:
    assert told(said) == said
