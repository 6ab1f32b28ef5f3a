"""Which language model writes: the operator's, or the owner's own. A key goes to no address but its own."""

import msgspec


class ModelChoice(msgspec.Struct, frozen=True, kw_only=True):
    """Where a model is and what it costs, in micro-dollars for a million tokens of prompts and of answers."""

    url: str = ""
    name: str = ""
    key: str = ""
    price: tuple[int, int] | None = None

    def __repr__(self) -> str:
        """Without the key: it must not get into a log."""
        return f"ModelChoice(url={self.url!r}, name={self.name!r}, has_key={bool(self.key)}, price={self.price})"

    @property
    def is_a_place(self) -> bool:
        """A key alone means OpenAI's own service."""
        return bool(self.url or self.key)


def in_force(chosen: ModelChoice | None, given: ModelChoice) -> ModelChoice:
    """The owner's own place, or the operator's `given`, of which the owner may choose another model or price."""
    if chosen is None:
        return given
    if chosen.is_a_place:
        return chosen
    price = chosen.price or (given.price if chosen.name in ("", given.name) else None)
    return ModelChoice(url=given.url, name=chosen.name or given.name, key=given.key, price=price)
