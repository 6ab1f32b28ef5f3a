"""Local names of a script as short as they can be: a function’s own begin with `a`, unless it uses that of another."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import product
from string import ascii_letters

from trulybot.widget.scopes import WORDS, Role, Scope, Script, Token

Variable = tuple[Scope | None, str]  # who declares it, and its name


def with_short_names(tokens: list[Token], public: Collection[str] | None) -> list[Token]:
    """`public` names of the script itself, or all of those if it is None, stay as they are, and so do properties."""
    script = Script(tokens)
    named = {at: (script.owner(at), tokens[at][1]) for at, role in enumerate(script.roles) if role}
    short = _short_names(script, named, public)
    return [_written(token, script.roles[at], short.get(named.get(at, (None, "")))) for at, token in enumerate(tokens)]


def _short_names(script: Script, named: dict[int, Variable], public: Collection[str] | None) -> dict[Variable, str]:
    used: dict[Scope, dict[Variable, None]] = defaultdict(dict)  # a set in the order of the script
    for at, variable in named.items():
        for scope in script.around(at):
            used[scope][variable] = None
    whole = script.scopes[0]
    short: dict[Variable, str] = {
        (owner, name): name for owner, name in used[whole] if owner == whole and (public is None or name in public)
    }
    for scope in script.scopes:
        taken = {short.get(variable, variable[1]) for variable in used[scope] if not variable[0] or variable in short}
        free = (name for name in _names() if name not in taken)
        short |= {variable: next(free) for variable in used[scope] if variable[0] == scope and variable not in short}
    return short


def _names() -> Iterator[str]:
    letters = ("".join(chosen) for size in (1, 2, 3) for chosen in product(ascii_letters, repeat=size))
    return (name for name in letters if name not in WORDS)


def _written(token: Token, role: Role, name: str | None) -> Token:
    kind, text = token
    if name is None or name == text:
        return token
    return kind, f"{text}:{name}" if role == "shorthand" else name
