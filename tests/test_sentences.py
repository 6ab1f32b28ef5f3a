"""Every sentence that the team or a visitor is told goes through the catalogue, however deep in a room it stands."""

import ast
import re
from collections.abc import Iterator

from tests import catalogue

OPERATORS = (
    "__main__.py", "commands/", "demo.py", "keep/backup.py", "kit/migrate.py", "kit/server.py", "kit/sqlite.py",
    "widget/joining.py", "widget/scopes.py", "widget/squeezing.py",
)  # fmt: skip
MODELS = ("llm/prompts.py", "preferences/tones.py")
OWNERS = ("preferences/models.py",)  # texts that are the owner's from the first day on, in whatever language
VISITORS = ("chat/answering.py", "chat/closed.py", "chat/inviting.py")  # in the language of the question
PLATFORM = ("__main__.py", "commands/", "settings.py", "serving.py", "demo", "runtimes/", "warden/", "edge/watching.py")
CADDY = ("edge/caddy.py", "edge/routing.py")  # what it says by itself, when nobody of ours answers
ELSEWHERE = (
    *(f"trulybot/{room}" for room in (*OPERATORS, *MODELS, *OWNERS, *VISITORS)),
    *(f"control_plane/{room}" for room in (*PLATFORM, *CADDY)),
)
SINGLE = {
    "A person has taken over and will answer you here.",  # to a visitor, in an answer's place
    "How long does delivery take?",  # asked of a model, to see whether it works
    "How many numbers has a vector?",
    "Is anybody there?",
    "Is there anything in these documents?",
    "Reply with the word yes.",
}

SENTENCE = re.compile(r"[A-Z“{].* .*[a-z}”)][.!?]”?\s*", re.DOTALL)
SQL = re.compile(r"(SELECT|UPDATE|DELETE|INSERT|VACUUM) ")


def rooms() -> Iterator[tuple[str, ast.Module]]:
    """The files that speak to the team or to visitors."""
    for path, tree in catalogue.trees():
        name = path.relative_to(catalogue.ROOT).as_posix()
        if not name.startswith(ELSEWHERE):
            yield name, tree


def test_every_sentence_is_in_the_catalogue() -> None:
    known = {str(text) for message in catalogue.gathered() for text in catalogue.forms(message.id)}
    missing = [
        f"{name}:{line} {sentence}"
        for name, tree in rooms()
        for line, sentence in sentences(tree)
        if sentence not in known | SINGLE
    ]
    assert missing == [], "let it pass through `_`, `N_`, `with_values` or an error that is told"


def test_values_stand_beside_the_sentence_that_is_raised_and_not_in_it() -> None:
    told = catalogue.raised_and_told() | {"with_values", "_", "N_"}
    mixed = [
        f"{name}:{call.lineno} {ast.unparse(call)}"
        for name, tree in rooms()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and call.args and name_of(call.func) in told and is_mixed(call.args[0])
    ]
    assert mixed == [], "say it with `with_values`"


def test_no_room_is_left_out_that_is_gone() -> None:
    names = [path.relative_to(catalogue.ROOT).as_posix() for path, _ in catalogue.trees()]
    assert len(list(rooms())) > len(names) / 2
    assert [room for room in ELSEWHERE if not any(name.startswith(room) for name in names)] == []


def test_a_sentence_is_known_when_it_is_seen() -> None:
    tree = ast.parse(
        '"""A docstring is none."""\n'
        'raise NotFound("There is no such thing.")\n'
        'raise Invalid(f"At most {most} are taken.")\n'
        'log.warning("This is for the log.")\n'
        'raise CannotStart("This is for the operator.")\n'
        'colour, query = "teal", "SELECT id FROM things WHERE name = ?"\n'
    )
    assert [sentence for _, sentence in sentences(tree)] == ["There is no such thing.", "At most {} are taken."]
    raised = [call.args[0] for call in ast.walk(tree) if isinstance(call, ast.Call)]
    assert [is_mixed(given) for given in raised] == [False, True, False, False]


def sentences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """With their lines; values in them as {}. None are docstrings, log lines, or what stops the program."""
    nodes = list(ast.walk(tree))
    passed_over = {id(part) for node in nodes if is_passed_over(node) for part in ast.walk(node)}
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            passed_over |= {id(part) for part in node.values}
        if (text := text_of(node)) and id(node) not in passed_over and SENTENCE.fullmatch(text) and not SQL.match(text):
            yield getattr(node, "lineno", 0), text


def is_passed_over(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="log"))):
            return True
        case ast.Call(func=ast.Name(id="CannotStart" | "UnusableVector")):
            return True
        case ast.Expr(value=ast.Constant()):
            return True
    return False


def text_of(node: ast.AST) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(text_of(part) or "{}" for part in parts)
    return None


def is_mixed(node: ast.expr) -> bool:
    """Whether words and values are put together in the code; several whole sentences, a line each, may be."""
    match node:
        case ast.JoinedStr(values=parts):
            return any(re.search(r"\w", text_of(part) or "") for part in parts if isinstance(part, ast.Constant))
        case ast.BinOp(left=left, op=ast.Mod()):
            return text_of(left) is not None or isinstance(left, ast.Call)
    return False


def name_of(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
