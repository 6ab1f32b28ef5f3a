"""A turn as server-sent events. Pure: a turn and a position in, frames out.

The id of a token event is the number of characters said so far, so that a reader who comes back with
Last-Event-ID gets exactly the rest, from memory or from the database alike. `citations` and `done` follow.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from trulybot.chat.inviting import invitation_of
from trulybot.chat.models import Turn
from trulybot.kit.texts import N_
from trulybot.visitors.tokens import Token

PING = ": still here\n\n"
INTERRUPTED = N_("The answer was cut off. Ask again to get it whole.")


def frame(event: str, event_id: int, data: dict[str, Any]) -> str:
    return f"event: {event}\nid: {event_id}\ndata: {msgspec.json.encode(data).decode()}\n\n"


def opening(turn: Turn, handle: str, token: Token) -> str:
    return frame("turn", 0, {"conversation": handle, "turn": turn.id, **msgspec.structs.asdict(token)})


def tokens(said: str, position: int) -> str:
    """What was said after `position`, as one event; nothing when there is nothing new."""
    return frame("token", len(said), {"text": said[position:]}) if len(said) > position else ""


def closing(turn: Turn, position: int) -> Iterator[str]:
    """The end of a turn for a reader at `position`: the rest of its text and what follows it."""
    yield tokens(turn.answer, position)
    if turn.state == "interrupted":
        yield frame("error", len(turn.answer) + 1, {"detail": INTERRUPTED})
        return
    if position <= len(turn.answer):
        yield frame("citations", len(turn.answer) + 1, {"citations": msgspec.to_builtins(turn.citations)})
    if position <= len(turn.answer) + 1:
        ended = {"kind": turn.kind, "lead": msgspec.to_builtins(invitation_of(turn))}
        yield frame("done", len(turn.answer) + 2, ended)
