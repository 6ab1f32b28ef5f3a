"""A question that leans on the one before it, made to stand alone for search: “And on Sundays?”. By rule, no model."""

from collections.abc import Sequence

from trulybot.knowledge.terms import STOP_WORDS, words_of

REMEMBERED = 4  # questions back
LONGEST_LEANING = 5  # telling words; a question with more says itself what it is about
SHORTEST_ALONE = 2  # telling words
LONGEST_ELLIPSIS = 4  # words of any kind

# The first word, or the first two, of what goes on with a subject.
_OPENERS = frozenset(
    ["and", "but", "or", "also", "then", "otherwise", "what about", "how about", "what if", "and if", "y", "e", "o"]
    + ["pero", "tambien", "entonces", "que tal", "और", "लेकिन", "या", "तो", "aur", "lekin", "ya", "toh"]
)
_POINTERS = frozenset(
    ["it", "its", "they", "them", "their", "theirs", "that", "this", "these", "those", "he", "him", "his", "she", "her"]
    + ["there", "then", "same", "one", "ones", "instead", "else", "eso", "esa", "ese", "esto", "esta", "este", "ello"]
    + ["ella", "ellos", "ellas", "lo", "alli", "mismo", "यह", "वह", "ये", "वे", "वो", "इसका", "इसकी", "इसके", "उसका"]
    + ["उसकी", "उसके", "इसे", "उसे", "वहाँ", "yeh", "woh", "iska", "uska", "iske", "uske", "wahan"]
)
_GRAMMAR = (
    STOP_WORDS
    | _POINTERS
    | frozenset(
        [
            "about",
            "much",
            "many",
            "get",
            "any",
            "more",
            "please",
            "just",
            "ok",
            "okay",
            "yes",
            "tell",
            "el",
            "la",
            "los",
        ]
        + ["las", "un", "una", "de", "del", "en", "y", "o", "que", "como", "cuando", "donde", "cuanto", "cuanta"]
        + ["es", "hay", "por", "para", "con", "se", "si", "का", "की", "के", "को", "में", "से", "पर", "है", "हैं", "क्या", "कब"]
        + ["कहाँ", "कैसे", "कितना", "कितने", "और", "aur", "ka", "ki", "ke", "ko", "mein", "hai", "kya", "kab", "kaise"]
    )
)


def standing_alone(question: str, earlier: Sequence[str]) -> str:
    """The question, with the telling words of the one it leans on before it. `earlier` comes oldest first."""
    if not earlier or not leans(question):
        return question
    before = standing_alone(earlier[-1], earlier[-REMEMBERED:-1])
    said = set(words_of(question))
    missing = [word for word in dict.fromkeys(_telling(before)) if word not in said]
    return " ".join([*missing, question])


def leans(question: str) -> bool:
    """Whether it cannot be understood without what was said before."""
    words = words_of(question)
    telling = _telling(question)
    if len(telling) > LONGEST_LEANING:
        return False
    if " ".join(words[:1]) in _OPENERS or " ".join(words[:2]) in _OPENERS or _POINTERS & set(words):
        return True
    return len(telling) < SHORTEST_ALONE and len(words) <= LONGEST_ELLIPSIS


def _telling(question: str) -> list[str]:
    return [word for word in words_of(question) if word not in _GRAMMAR]
