"""Who stands at the door, and what it did there."""

from typing import Literal

import msgspec

from control_plane.plans import PlanName

Verb = Literal["embeddings", "chat", "fetch", "webhook", "mail", "idle", "security event"]

Kind = Literal["webhook", "reply-to"]


class Caller(msgspec.Struct, frozen=True):
    """An open workspace that showed its token."""

    workspace: str
    plan: PlanName


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """`amount` is what the verb counts: texts, tokens, bytes, mails."""

    at: int
    workspace: str
    verb: Verb
    status: int
    milliseconds: int
    amount: int


class Permission(msgspec.Struct, frozen=True):
    """`value` is a host, or an e-mail address; nothing is sent there before it is granted."""

    kind: Kind
    value: str
    asked_at: int
    granted_at: int | None
