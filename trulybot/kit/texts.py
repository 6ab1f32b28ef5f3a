"""What staff read, in their language. Texts stand in the code in English; the others in templates/locale.

`uv run python -m tests.catalogue` gathers the texts and compiles the translations; a test notices what was forgotten.
"""

import json
from functools import cache
from gettext import NullTranslations
from pathlib import Path

from trulybot.kit import reader

FOLDER = Path(__file__).parents[2] / "templates" / "locale"
DOMAIN = "trulybot"

_BEHIND = "\x1e"  # a control character: in no text, and in nothing that is typed


def _(text: str) -> str:
    """`text` in the language of whoever reads the page; placeholders such as `%(name)s` are filled in afterwards."""
    return _translations(reader.current.get().language).gettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    """`one` or `many`, or what the reader’s language has for `number` of it."""
    return _translations(reader.current.get().language).ngettext(one, many, number)


def N_(text: str) -> str:
    """Marks a text that is kept in English and goes through `_` or `told` when it is shown."""
    return text


def with_values(text: str, **values: str | int) -> str:
    """A text of the catalogue with its values behind it, as one string that can be raised, sent and kept."""
    return text + _BEHIND + json.dumps({name: _written(value) for name, value in values.items()})


def told(kept: str) -> str:
    """What was raised or kept by whoever did not know its reader, in the reader’s language: a sentence a line."""
    return " ".join(map(_told, kept.split("\n")))


def _written(value: str | int) -> str:
    return value if isinstance(value, str) else f"{value:,}"


def _told(line: str) -> str:
    text, _behind, values = line.partition(_BEHIND)
    said = _(text) if text else ""  # under the empty text a catalogue keeps its own header
    return said % json.loads(values) if values else said


@cache
def _translations(language: str) -> NullTranslations:
    from gettext import translation

    return translation(DOMAIN, FOLDER, [language], fallback=True)
