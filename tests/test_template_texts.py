"""What people read on pages goes through the catalogue: a template that says something by itself is found here."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from trulybot.kit.pages import TEMPLATES

GETTEXT = {"_", "gettext", "ngettext"}
READ_ALOUD = {"title", "alt", "placeholder", "aria-label", "aria-description", "label", "data-confirm"}
UNREAD = {"code", "pre"}  # what programs say is the same in every language
SAME_EVERYWHERE = {"API", "ms"}
OF_CODE = {"wide", "required"}  # a class and an attribute that stand outside their tags
ATTRIBUTE = re.compile(r"""[\w-]+="[^"]*"?""")
BREAK = " \x1f "  # where something else stands between two pieces of a template
WORD = re.compile(r"[^\W\d_]{2,}")
LIKE_A_SENTENCE = re.compile(r"[^\W\d_]{2,} [^\W\d_]{2}|[A-Z][a-z]{2,}")
ENDLESS = {"br", "hr", "img", "input", "link", "meta"}


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_template_says_nothing_but_by_the_catalogue(path: Path) -> None:
    assert said_by(path.read_text()) == []


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("<p>Save <b>{{ name }}</b> now</p>", ["Save", "now"]),
        ('<input placeholder="Your name" value="any">', ["Your name"]),
        ("{% if a %}<b>Yes</b>{% else %}{{ b }}{% endif %}", ["Yes"]),
        ('{{ field("name", "Your name", optional=true) }}', ["Your name"]),
        ('{{ field("name", help="Shown to visitors") }}', ["Shown to visitors"]),
        ('<p>{{ "Still open" if a else "Closed" }}</p>', ["Still open", "Closed"]),
        ('<p>{{ _("Save %(name)s", name=a) }}{% trans %}All <b>good</b>{% endtrans %}</p>', []),
        ("<code>trulybot serve</code><button class='button primary' formaction='/settings/model'></button>", []),
    ],
)
def test_scan_finds_what_stands_in_a_template(template: str, said: list[str]) -> None:
    assert said_by(template) == said


def said_by(template: str) -> list[str]:
    tree = Environment(extensions=["jinja2.ext.i18n"]).parse(template)
    page = _Page()
    page.feed(BREAK.join(data.data for data in tree.find_all(nodes.TemplateData)))
    page.close()
    parts = [part for text in page.said for part in ATTRIBUTE.sub("", text).split(BREAK)]
    said = [text.strip() for text in [*parts, *_printed(tree), *_passed_on(tree)]]
    return [text for text in said if WORD.search(text) and text not in SAME_EVERYWHERE | OF_CODE]


class _Page(HTMLParser):
    """Gathers the words between tags, and those in attributes that people read or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.said += [value for name, value in attrs if value and name in READ_ALOUD]
        if tag not in ENDLESS:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while tag in self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not UNREAD & set(self._inside):
            self.said.append(data)


def _printed(tree: nodes.Template) -> list[str]:
    """`{{ "Yes" if a else "No" }}`, in or out of a tag: words of code have neither a capital nor a space."""
    branches = [one for output in tree.find_all(nodes.Output) for node in output.nodes for one in _branches(node)]
    return [one for one in branches if LIKE_A_SENTENCE.search(one)]


def _branches(node: nodes.Node) -> list[str]:
    if isinstance(node, nodes.CondExpr):
        return [*_branches(node.expr1), *(_branches(node.expr2) if node.expr2 else [])]
    return [node.value] if isinstance(node, nodes.Const) and isinstance(node.value, str) else []


def _passed_on(tree: nodes.Template) -> list[str]:
    """`{{ field("name", "Your name") }}`: words given to a macro."""
    calls = [call for call in tree.find_all(nodes.Call) if getattr(call.node, "name", "") not in GETTEXT]
    given = [value for call in calls for value in [*call.args, *(pair.value for pair in call.kwargs)]]
    return [one for value in given for one in _branches(value) if LIKE_A_SENTENCE.search(one)]


def test_no_template_translates_what_somebody_else_said() -> None:
    """Jinja takes what `_` gives for markup, and prints it unescaped."""
    variable = re.compile(r"(?<![\w.])_\(\s*([a-z][\w.]*)\s*[,)]")
    given = {text for path in TEMPLATES.rglob("*.html") for text in variable.findall(path.read_text())}
    assert given == {"event.action"}  # which the code alone writes
