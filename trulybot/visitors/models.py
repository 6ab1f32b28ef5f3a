"""Who a visitor turned out to be."""

import msgspec


class KnownVisitor(msgspec.Struct, frozen=True, kw_only=True):
    """The owner's website has proved that they are `known_as`; their name and address are what their page said."""

    id: str
    known_as: str
    name: str | None
    email: str | None
    proved_at: int


class Keys(msgspec.Struct, frozen=True):
    """`tokens` signs visitors' tokens; `identities` is the secret that the owner's server shares."""

    tokens: bytes
    identities: str
