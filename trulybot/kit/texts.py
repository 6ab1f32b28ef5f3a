"""What staff read, in their language. Texts stand in the code in English; the others in templates/locale.

`uv run python -m tests.catalogue` gathers the texts and compiles the translations; a test notices what was forgotten.
"""

from functools import cache
from gettext import NullTranslations
from pathlib import Path

from trulybot.kit import reader

FOLDER = Path(__file__).parents[2] / "templates" / "locale"
DOMAIN = "trulybot"


def _(text: str) -> str:
    """`text` in the language of whoever reads the page; placeholders such as `%(name)s` are filled in afterwards."""
    return _translations(reader.current.get().language).gettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    """`one` or `many`, or what the reader’s language has for `number` of it."""
    return _translations(reader.current.get().language).ngettext(one, many, number)


def N_(text: str) -> str:
    """Marks a text that is kept in English and goes through `_` when it is shown."""
    return text


@cache
def _translations(language: str) -> NullTranslations:
    from gettext import translation

    return translation(DOMAIN, FOLDER, [language], fallback=True)
