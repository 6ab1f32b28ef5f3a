"""An answer is given again to the same question, or nearly the same, while nothing it depends on has changed.

It is shared by all visitors, so what may be about one of them is neither kept nor looked up.
"""

import re
from hashlib import sha256

import msgspec
from sqlalchemy import Connection

from trulybot.chat import cache_queries
from trulybot.chat.language import language_of
from trulybot.chat.models import Answer, CacheKey
from trulybot.knowledge.gaps import normal
from trulybot.knowledge.library import Question
from trulybot.knowledge.terms import stems_of, words_of
from trulybot.preferences.models import Preferences

# The choices that an answer is made with. Others, such as the widget’s colour, leave what was kept as good as it was.
MADE_WITH = (
    "bot_name",
    "refusal",
    "contact",
    "threshold",
    "tone",
    "instructions",
    "max_tokens",
    "temperature",
    "leave_out_unsupported",
    "moderation",
)

MOST = 1000  # answers; a few megabytes
NEARLY_THE_SAME = 0.95  # cosine

_GRAMMAR = """
    a an the do does did is are was were be am i we you he she it they my our your his her its their me us them please
"""
_EMPTY = frozenset(_GRAMMAR.split())
_PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+\.\w|\d[\d ().-]{4,}\d|https?://"
    r"|\b(my name is|i am called|i live|my (order|account|booking|invoice|ticket) (number|no|id)\b"
    r"|me llamo|mi nombre|vivo en|mera naam)|मेरा नाम",
    re.IGNORECASE,
)


def key_of(connection: Connection, question: Question, preferences: Preferences, writer: str) -> CacheKey | None:
    """What the answer would be kept under; None where the question may be personal, or says nothing."""
    asked = question.understood
    if _PERSONAL.search(asked.question) or not normal(asked.question):
        return None
    return CacheKey(
        knowledge=cache_queries.knowledge_version(connection),
        settings=_settings(preferences, writer),
        language=language_of(asked.question),
        normal=normal(asked.question),
        gist=_gist(asked.text),
        model=question.model,
        vector=question.vector,
    )


def look_up(
    connection: Connection, question: Question, preferences: Preferences, writer: str
) -> tuple[CacheKey | None, Answer | None]:
    """`writer` is the model that would write the answer, if there is one."""
    key = key_of(connection, question, preferences, writer)
    return key, cache_queries.found(connection, key, NEARLY_THE_SAME) if key else None


def keep(connection: Connection, key: CacheKey, given: Answer) -> None:
    """Only while the knowledge is still that which the answer was made from."""
    if key.knowledge == cache_queries.knowledge_version(connection):
        cache_queries.keep(connection, key, given, MOST)


def _settings(preferences: Preferences, writer: str) -> bytes:
    return sha256(msgspec.json.encode((writer, [getattr(preferences, name) for name in MADE_WITH]))).digest()


def _gist(question: str) -> str:
    words = [word for word in words_of(question) if word not in _EMPTY]
    stems = stems_of(words)
    return " ".join(stems.get(word, word) for word in words)
