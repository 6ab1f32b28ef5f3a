"""Mails as templates: each `shared/mail/NAME.txt` has a subject and a text, and the HTML is made of that text.

So nothing is written twice, and nothing stands in one of the two only.
"""

from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from trulybot.kit import reader, texts, times, words
from trulybot.kit.outbox import Source
from trulybot.kit.pages import TEMPLATES
from trulybot.kit.reader import ANYONE, Reader

if TYPE_CHECKING:
    from jinja2 import Environment


class Letter(msgspec.Struct, frozen=True):
    subject: str
    text: str
    html: str
    source: Source


class Letters:
    """`workspace` gives the name under which mails are written, `address` where it is found; both may change.

    In the HTML only links to that address can be followed: what else looks like a link, a stranger may have written.
    """

    def __init__(self, workspace: Callable[[], str], address: Callable[[], str], folder: Path = TEMPLATES) -> None:
        self._workspace = workspace
        self._address = address
        self._folder = folder

    def write(self, name: str, to: Reader = ANYONE, /, **context: object) -> Letter:
        """The mail of this name, in the language of whom it is for."""
        before = reader.current.set(to)
        try:
            return self._write(name, to, context)
        finally:
            reader.current.reset(before)

    def _write(self, name: str, to: Reader, context: dict[str, object]) -> Letter:
        given = {"workspace": self._workspace(), "address": self._address(), **context}
        template = self._environment.get_template(f"shared/mail/{name}.txt")
        values = template.new_context(given)
        subject, text = (_joined(template.blocks[block](values)) for block in ("subject", "text"))
        frame = self._environment.get_template("shared/mail/letter.html")
        html = frame.render({**given, "paragraphs": words.paragraphs(text), "language": to.language})
        source = Source(name, to.language, msgspec.to_builtins(context))
        return Letter(" ".join(subject.split()), text, html, source)

    @cached_property
    def _environment(self) -> "Environment":
        from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

        environment = Environment(
            loader=FileSystemLoader(self._folder),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            extensions=["jinja2.ext.i18n"],
        )
        environment.install_gettext_callables(texts._, texts.ngettext, newstyle=True)  # type: ignore[attr-defined]
        environment.filters |= {"exact": times.exact, "indented": _indented}
        return environment


def _joined(pieces: Iterable[str]) -> str:
    """At most one empty line at a time, which templates with conditions cannot keep to by themselves."""
    lines: list[str] = []
    for line in "".join(pieces).strip().splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines) + "\n"


def _indented(text: str) -> str:
    """As mails quote, so that what a stranger wrote is never taken for ours."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
