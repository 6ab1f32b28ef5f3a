"""Local names of a script as short as they can be: a function’s own begin anew, unless it uses that of another.

So do the private names of a class. That the same few letters come again and again is what packs best.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import product

from trulybot.widget.scopes import WORDS, Role, Scope, Script, Token

Variable = tuple[Scope | None, str]  # who declares it, and its name

LETTERS = "etnrsaoilcdhpmufgvbxykwjqz"  # those that words have most come first: packed, they are the shortest


def with_short_names(tokens: list[Token], public: Collection[str] | None) -> list[Token]:
    """`public` names of the script itself, or all of those if it is None, stay as they are, and so do properties."""
    script = Script(tokens)
    named = {at: (script.owner(at), tokens[at][1]) for at, role in enumerate(script.roles) if role}
    short = _short_names(script, named, public)
    return _with_short_private_names(
        script,
        [_written(token, script.roles[at], short.get(named.get(at, (None, "")))) for at, token in enumerate(tokens)],
    )


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


def _with_short_private_names(script: Script, tokens: list[Token]) -> list[Token]:
    short: dict[int, dict[str, str]] = defaultdict(dict)
    free: dict[int, Iterator[str]] = defaultdict(_names)
    for at, (kind, name) in enumerate(tokens):
        if kind == "name" and name.startswith("#"):
            own = script.class_around(at)
            if name not in short[own]:
                short[own][name] = f"#{next(free[own])}"
            tokens[at] = kind, short[own][name]
    return tokens


def _names() -> Iterator[str]:
    letters = ("".join(chosen) for size in (1, 2, 3) for chosen in product(LETTERS, repeat=size))
    return (name for name in letters if name not in WORDS)


def _written(token: Token, role: Role, name: str | None) -> Token:
    kind, text = token
    if name is None or name == text:
        return token
    return kind, f"{text}:{name}" if role == "shorthand" else name
