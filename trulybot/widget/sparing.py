"""Marks a script can spare: the semicolon before a brace, brackets around one parameter, all but the first `const`."""

from trulybot.widget.scopes import BEFORE_STATEMENTS, Script, Token, begins_bracket, ends_bracket

SEMICOLON, COMMA, LET = ("mark", ";"), ("mark", ","), ("name", "let")


def without_spare_breaks(tokens: list[Token]) -> list[Token]:
    """Names must be as they were written."""
    script = Script(tokens)
    return [token for at, token in enumerate(tokens) if token[1] != "\n" or not script.ends_by_itself(at - 1)]


def without_spare_marks(tokens: list[Token]) -> list[Token]:
    for spared in (_declared_together, _without_brackets, _without_last_marks):
        tokens = spared(tokens)
    return tokens


def _declared_together(tokens: list[Token]) -> list[Token]:
    """`let a=1,b=2` for two statements that follow each other; nothing assigns to a constant, so `let` says enough."""
    kept: list[Token] = []
    declares = [False]  # whether the statement under way does, in each bracket that is open
    for kind, text in tokens:
        before = kept[-1][1] if kept else ""
        begins = before in ("", *BEFORE_STATEMENTS) and (before != "}" or kind == "name")
        if (kind, text) in (LET, ("name", "const")) and before != ".":
            if before == ";" and declares[-1]:
                kept[-1] = COMMA
                continue
            kind, text = LET
        if begins:
            declares[-1] = (kind, text) == LET
        if ends_bracket((kind, text)):
            declares.pop()
        if begins_bracket((kind, text)):
            declares.append(False)
        kept.append((kind, text))
    return kept


def _without_brackets(tokens: list[Token]) -> list[Token]:
    """`a=>` for `(a)=>`."""
    spare = {
        at + place
        for at in range(len(tokens) - 3)
        if [tokens[at][1], tokens[at + 1][0], tokens[at + 2][1], tokens[at + 3][1]] == ["(", "name", ")", "=>"]
        for place in (0, 2)
    }
    return [token for at, token in enumerate(tokens) if at not in spare]


def _without_last_marks(tokens: list[Token]) -> list[Token]:
    """A hole at the end of a list keeps its comma, and an empty statement its semicolon."""
    around = zip([("", ""), *tokens], tokens, [*tokens[1:], ("", "")], strict=False)
    return [token for before, token, after in around if not _is_spare(before[1], token, after)]


def _is_spare(before: str, token: Token, after: Token) -> bool:
    if token == SEMICOLON:
        return after == ("mark", "}") and before not in (")", ";", "{", "else", "do")
    return token == COMMA and ends_bracket(after) and before not in (",", "[")
