"""Words that are looked for in what was said. Pure."""

import re

MOST_WORDS = 8
LONGEST_WORD = 60
AROUND = 70  # characters shown before and after what was found

_SAYS_SOMETHING = re.compile(r"[^\W_]")


def words_in(typed: str) -> tuple[str, ...]:
    """What can be looked for of what somebody typed: signs alone are no words, and nobody needs more than a few."""
    words = (word[:LONGEST_WORD] for word in typed.replace("\0", " ").split())
    return tuple(word for word in words if _SAYS_SOMETHING.search(word))[:MOST_WORDS]


def excerpt(said: str, words: tuple[str, ...]) -> str:
    """The part of it around the first word, on one line; accents and case may differ there, so it may be its start."""
    line = " ".join(said.split())
    places = [place for word in words if (place := line.casefold().find(word.casefold())) >= 0]
    at = min(places, default=0)
    start = line.find(" ", at - AROUND, at) + 1 if at > AROUND else 0
    shown = line[start : at + 2 * AROUND]
    return ("…" if start else "") + shown + ("…" if len(line) > at + 2 * AROUND else "")
