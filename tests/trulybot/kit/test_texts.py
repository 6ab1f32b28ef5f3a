from collections.abc import Iterator

import pytest

from trulybot.kit import reader
from trulybot.kit.reader import Reader
from trulybot.kit.texts import _, ngettext


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
