"""Scripts and stylesheets without what only their readers need: comments, indentation, and long names.

A script is read token by token, so texts, templates and regular expressions stay as they are. A line break goes only
where no statement can end; every other one stays, since JavaScript may have put a semicolon there.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from trulybot.widget.naming import with_short_names
from trulybot.widget.scopes import Token
from trulybot.widget.sparing import without_spare_breaks, without_spare_marks

# After these a slash begins a regular expression; after a name, a number or a closing bracket it divides.
BEFORE_EXPRESSIONS = re.compile(r"(?:^|[^\w$#)\]}'\"`]|\b(?:return|typeof|case|of|in|await|yield))\Z")

TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
      | (?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
      | (?P<space>\s+)
      | (?P<name>[\w$#]+)
      | (?P<mark>\+\+|--|=>|.)""",
    re.VERBOSE | re.DOTALL,
)
EXPRESSION = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*")
PIECE = re.compile(r"(?:\\.|\$(?!\{)|[^`\\$])*(?:`|\$\{)", re.DOTALL)
NOTHING = ("space", "comment")

ENDS_NO_STATEMENT = (*"{([;,.=:?&|<*!%^~+-", "=>")
BEGINS_NO_STATEMENT = tuple("})]:;,.?=&|")

QUOTED = re.compile(r"""("[^"]*"|'[^']*')""")
QUOTED_NAME = re.compile(r"""(?<==)"([a-zA-Z-]+)"(?=\])""")  # in a selector such as [role="log"]


def squeeze_script(script: str, public: Collection[str] | None = None) -> str:
    """The same program in fewer bytes; raises ValueError where a text or a template does not end.

    `public` are those names of the script that others use; all, unless it is said.
    """
    tokens = without_spare_breaks(list(_without_spaces(_tokens(script))))
    return "".join(_spaced(without_spare_marks(with_short_names(tokens, public))))


def squeeze_stylesheet(sheet: str) -> str:
    parts = QUOTED.split(QUOTED_NAME.sub(r"\1", re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)))
    return "".join(part if QUOTED.match(part) else _squeezed_rules(part) for part in parts).replace(";}", "}").strip()


def _squeezed_rules(rules: str) -> str:
    rules = re.sub(r"\s+", " ", rules)
    rules = re.sub(r" ?([{};,>~/]) ?", r"\1", rules)
    rules = re.sub(r"(?<![\w.])0(?=\.\d)", "", rules)
    return re.sub(r"(?<=[{};(][\w-])([\w-]*): ", r"\1:", rules)


def _without_spaces(tokens: Iterable[Token]) -> Iterator[Token]:
    """All but spaces and comments; of them only a line break that may end a statement."""
    last = between = ""
    for kind, token in tokens:
        if kind in NOTHING:
            between += token
            continue
        if "\n" in between and last and last not in ENDS_NO_STATEMENT and token not in BEGINS_NO_STATEMENT:
            yield "space", "\n"
        yield kind, token.replace("_", "") if token[0].isdecimal() else token
        last, between = token, ""


def _spaced(tokens: Iterable[Token]) -> Iterator[str]:
    """With a space where two would read as one."""
    last = "\n"
    for _, token in tokens:
        if (
            re.match(r"[\w$#]", token)
            and re.search(r"[\w$]\Z", last)
            or last[-1] + token[0] in ("++", "--", "//", "/*")
        ):
            yield " "
        yield token
        last = token


def _tokens(script: str) -> Iterator[Token]:
    """A template comes in pieces, from a backtick or brace to the next: what stands in ${} is tokens again."""
    at, last = 0, ""
    depths = [0]  # of braces: of the script, and of each ${} we are in
    while at < len(script):
        kind, token = _token_at(script, at, last, in_template=len(depths) > 1 and depths[-1] == 0)
        if kind == "template":
            depths = _depths_after(token, depths)
        else:
            depths[-1] += {"{": 1, "}": -1}.get(token, 0)
        yield kind, token
        at += len(token)
        last = last if kind in NOTHING else token
    if len(depths) > 1:
        raise ValueError("A template does not end.")


def _token_at(script: str, at: int, last: str, in_template: bool) -> Token:
    found = TOKEN.match(script, at)
    assert found and found.lastgroup
    kind, token = found.lastgroup, found[0]
    if token == "`" or (token == "}" and in_template):
        return "template", _piece_of_template(script, at)
    if token == "/" and BEFORE_EXPRESSIONS.search(last) and (expression := EXPRESSION.match(script, at)):
        return "expression", expression[0]
    if token in ("'", '"'):
        raise ValueError(f"A text does not end: {script[at : at + 40]!r}")
    return kind, token


def _piece_of_template(script: str, at: int) -> str:
    if piece := PIECE.match(script, at + 1):
        return script[at : piece.end()]
    raise ValueError(f"A template does not end: {script[at : at + 40]!r}")


def _depths_after(piece: str, depths: list[int]) -> list[int]:
    outside = depths if piece.startswith("`") else depths[:-1]
    return [*outside, 0] if piece.endswith("${") else outside
