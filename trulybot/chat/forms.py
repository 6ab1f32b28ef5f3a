"""What a visitor sends and gets."""

from typing import Annotated

import msgspec

from trulybot.chat.models import Citation, Kind

LONGEST_QUESTION = 2000


class Question(msgspec.Struct, forbid_unknown_fields=True):
    """`conversation` is the value of an earlier answer; without it a new conversation begins."""

    question: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_QUESTION)]
    conversation: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    locale: Annotated[str, msgspec.Meta(max_length=35, pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$")] | None = None


class Reply(msgspec.Struct):
    conversation: str
    turn: str
    answer: str
    kind: Kind | None
    citations: tuple[Citation, ...]
