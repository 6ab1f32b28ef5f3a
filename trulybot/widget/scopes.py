"""What the names in a script stand for, read off its tokens: which are variables, and which function declares them.

All that a function declares counts as declared in the whole of it, also what stands in a block. That would be wrong
where a block declares again what is declared around it, so that is refused, and so is what our scripts never use and
what would need a parser: `switch`, `with` and `eval`.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Literal, NamedTuple

Token = tuple[str, str]  # its kind, its text
Role = Literal["", "variable", "shorthand"]

WORDS = frozenset(
    {
        "arguments", "as", "async", "await", "break", "case", "catch", "class", "const", "constructor", "continue",
        "debugger", "default", "delete", "do", "else", "enum", "export", "extends", "false", "finally", "for", "from",
        "function", "get", "if", "import", "in", "instanceof", "let", "new", "null", "of", "return", "set", "static",
        "super", "switch", "this", "throw", "true", "try", "typeof", "undefined", "var", "void", "while", "with",
        "yield",
    }
)  # fmt: skip
CONTROLS = ("if", "for", "while", "catch", "await")  # before (…) { that is no function
REFUSED = ("switch", "with", "eval")
BEFORE_STATEMENTS = (";", "{", "}", "\n")
BEFORE_VALUES = ("return", "throw", "yield", "new", "await", "typeof", "void", "in", "of")
BEFORE_BLOCKS = ("", "=>", ")", "else", "try", "catch", "finally", "do", "static", "{", "}", ";", "\n")


def begins_bracket(token: Token) -> bool:
    kind, text = token
    return text in ("(", "[", "{") if kind == "mark" else kind == "template" and text.endswith("${")


def ends_bracket(token: Token) -> bool:
    kind, text = token
    return text in (")", "]", "}") if kind == "mark" else kind == "template" and text.startswith("}")


class Scope(NamedTuple):
    """A function, its parameters included, or the script itself: the tokens from `start` up to `end`."""

    start: int
    end: int


class Script:
    """`tokens` without spaces and comments, but with each line break that ends a statement."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self._texts = [text for _, text in tokens] + ["", ""]  # nothing comes after the last, and [-1] is nothing too
        if refused := [text for at, text in enumerate(self._texts) if text in REFUSED and self._texts[at - 1] != "."]:
            raise ValueError(f"A script that says {refused[0]} is more than we can read.")
        self._openers: dict[int, int] = {}  # of what closes; a piece in the middle of a template does both
        self._closers: dict[int, int] = {}
        self._around: list[int] = []  # the innermost bracket that is open, or -1
        self._match_brackets()
        self.roles = [self._role(at) for at in range(len(tokens))]
        self.scopes = sorted(self._scopes(), key=lambda scope: (scope.start, -scope.end))
        self._declared: dict[Scope, set[str]] = defaultdict(set)
        self._declare()

    def around(self, at: int) -> Iterator[Scope]:
        """The functions around a place, innermost first."""
        return (scope for scope in reversed(self.scopes) if scope.start <= at < scope.end)

    def owner(self, at: int) -> Scope | None:
        """Which function declares the variable named here; None where none does, so that it is the browser’s."""
        return next((scope for scope in self.around(at) if self._texts[at] in self._declared[scope]), None)

    def class_around(self, at: int) -> int:
        """Where the body of the outermost class around a place begins; what it keeps private is known in it alone."""
        found = -1
        while (at := self._around[at]) >= 0:
            found = at if self._kind_of(at) == "class" else found
        return found

    def ends_by_itself(self, at: int) -> bool:
        """Whether a brace ends a statement or a method: that of an `if` does, that of a literal needs a semicolon."""
        if self.tokens[at] != ("mark", "}") or self._kind_of(bracket := self._openers[at]) == "object":
            return False
        head = self._openers.get(bracket - 1, bracket)
        while self.tokens[head - 1][0] == "name" or self._texts[head - 1] in (".", "*"):
            head -= 1
            if self._texts[head] in BEFORE_VALUES:
                return False
        return self._texts[head - 1] in ("", *BEFORE_STATEMENTS)

    def _match_brackets(self) -> None:
        opened: list[int] = []
        for at in range(len(self.tokens)):
            if ends_bracket(self.tokens[at]):
                self._openers[at] = opened.pop()
                self._closers[self._openers[at]] = at
            self._around.append(opened[-1] if opened else -1)
            if begins_bracket(self.tokens[at]):
                opened.append(at)

    def _role(self, at: int) -> Role:
        """A shorthand names a property and a variable at once, as in `{ name }`."""
        kind, text = self.tokens[at]
        before, after = self._texts[at - 1], self._texts[at + 1]
        if kind != "name" or text in WORDS or not (text[0].isalpha() or text[0] in "_$"):
            return ""
        if (before == "." and self._texts[at - 2] != ".") or before in ("break", "continue"):
            return ""
        match self._kind_of(self._around[at]):
            case "class" if not self._is_value(at):
                return ""
            case "block" if after == ":" and before in BEFORE_BLOCKS:  # a label
                return ""
            case "object" if before in ("{", ",", "async") and after in (":", "("):
                return ""
            case "object" if before in ("{", ","):
                return "shorthand"
        return "variable"

    def _kind_of(self, bracket: int) -> str:
        if bracket < 0:
            return "block"
        if self.tokens[bracket] != ("mark", "{"):
            return "brackets"
        head = bracket - 1
        while head >= 0 and (self.tokens[head][0] == "name" or self._texts[head] == "."):
            if self._texts[head] == "class":
                return "class"
            head -= 1
        return "block" if self._texts[bracket - 1] in BEFORE_BLOCKS else "object"

    def _is_value(self, at: int) -> bool:
        """Whether it stands right of the equals sign of a class’s field."""
        body = self._around[at]
        while (at := at - 1) > body and self._texts[at] not in (";", "\n"):
            if self._texts[at] == "=":
                return True
            at = self._openers.get(at, at)
        return False

    def _scopes(self) -> Iterator[Scope]:
        yield Scope(0, len(self.tokens))
        for at in range(len(self.tokens)):
            if self.tokens[at] == ("mark", "=>"):
                yield Scope(self._openers.get(at - 1, at - 1), self._end_from(at + 1))
            elif self._texts[at] == "{" and self._texts[at - 1] == ")":
                parameters = self._openers[at - 1]
                if self._texts[parameters - 1] not in CONTROLS:
                    yield Scope(parameters, self._closers[at] + 1)

    def _end_from(self, at: int) -> int:
        """Where the expression or the block ends that begins here."""
        if self._texts[at] == "{":
            return self._closers[at] + 1
        while at < len(self.tokens) and self._texts[at] not in (",", ";", "\n"):
            if at in self._closers:
                at = self._closers[at]
                if at in self._closers:
                    continue
            elif at in self._openers:
                break
            at += 1
        return at

    def _declare(self) -> None:
        for scope in self.scopes[1:]:
            for at in self._named_in(scope.start):
                self._declared[scope].add(self._texts[at])
        local = list(self._locals())
        for at in local:
            self._declared[next(self.around(at))].add(self._texts[at])
        for at in filter(self._is_in_a_block, local):
            if sum(self._texts[at] in self._declared[scope] for scope in self.around(at)) > 1:
                raise ValueError(f"A block declares {self._texts[at]} again: in it choose another name.")

    def _is_in_a_block(self, at: int) -> bool:
        """Whether its block, or its `for`, is only a part of its function."""
        scope, bracket = next(self.around(at)), self._around[at]
        while bracket > scope.start and self._kind_of(bracket) != "block":
            if self._texts[bracket - 1] in ("for", "await", "catch"):
                return True
            bracket = self._around[bracket]
        return bracket > scope.start and self._closers[bracket] + 1 < scope.end

    def _locals(self) -> Iterator[int]:
        """Where a name is declared that is no parameter."""
        for at, text in enumerate(self._texts):
            if self._texts[at - 1] == ".":
                continue
            if text in ("function", "class"):
                name = at + 2 if self._texts[at + 1] == "*" else at + 1
                if self._texts[name] not in ("(", "{", ":"):
                    yield name
            elif text == "catch" and self._texts[at + 1] == "(":
                yield from self._named_in(at + 1)
            elif text in ("const", "let", "var"):
                yield from self._declarators(at + 1)

    def _declarators(self, at: int) -> Iterator[int]:
        yield from self._named_in(at)
        end = self._closers.get(at, at) + 1
        if self._texts[end] == "=":
            end = self._end_from(end + 1)
        if self._texts[end] == ",":
            yield from self._declarators(end + 1)

    def _named_in(self, at: int) -> Iterator[int]:
        """The variables in a pattern, or in the brackets of parameters, but for those in their defaults."""
        end = self._closers.get(at, at) + 1
        while at < end:
            if self.roles[at]:
                yield at
            at = self._end_from(at + 1) if self._texts[at] == "=" else at + 1
