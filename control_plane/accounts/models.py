"""A customer or an operator."""

import msgspec

from trulybot.kit.ranks import PlatformRank


class Account(msgspec.Struct, frozen=True):
    id: int
    email: str
    password_hash: str
    role: PlatformRank
    confirmed_at: int | None
