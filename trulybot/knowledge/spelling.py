"""Repair of a question's words against the corpus' own words. Pure: the known words are looked up by the caller."""

from collections.abc import Callable, Iterable

SHORTEST = 4  # letters; shorter words have too many neighbours to guess from
SHORTEST_FOR_TWO = 7
LONGEST = 24
LETTERS = "abcdefghijklmnopqrstuvwxyz"

# Of these words, how many passages hold each one? Words that none holds are left out.
CountPassages = Callable[[Iterable[str]], dict[str, int]]
# Known words that begin alike and are of nearly the same length.
FindAlike = Callable[[str], Iterable[str]]


def repair(word: str, count: CountPassages, alike: FindAlike) -> str | None:
    """The corpus' word that was most likely meant: one edit away, else two; the most frequent of several."""
    if not SHORTEST <= len(word) <= LONGEST or any(letter.isdigit() for letter in word):
        return None
    found = count(one_edit_away(word))
    if not found and len(word) >= SHORTEST_FOR_TWO:
        found = count([other for other in alike(word) if distance(word, other, 2) <= 2])
    if not found:
        return None
    # A first letter is rarely mistyped, so among equals it decides.
    return max(found, key=lambda other: (other[0] == word[0], found[other], other))


def one_edit_away(word: str) -> set[str]:
    """A letter left out, swapped with the next, replaced or added; outside the Latin alphabet one of the word's own."""
    letters = LETTERS if word.isascii() else sorted(set(word))
    splits = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    edits = {left + right[1:] for left, right in splits if right}
    edits |= {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    edits |= {left + letter + right[1:] for left, right in splits if right for letter in letters}
    edits |= {left + letter + right for left, right in splits for letter in letters}
    return edits - {word}


def distance(one: str, other: str, limit: int) -> int:
    """Damerau's edit distance (adjacent letters swapped count once), or limit + 1 when it is more."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        row = [i]
        for j, b in enumerate(other, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before_last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before_last, last = last, row
    return min(last[-1], limit + 1)
