"""What a process and its child say to each other: four bytes of length, then msgpack."""

from struct import Struct as Layout

import msgspec

MOST_BYTES = 16 * 1024 * 1024
LENGTH = Layout(">I")
LOG = -1  # the number of an answer that nobody asked for: a sentence for the log


class FrameTooLarge(Exception):
    """More than MOST_BYTES in one frame: send less at a time."""


class Call(msgspec.Struct, array_like=True):
    number: int
    verb: str
    arguments: msgspec.Raw


class Failure(msgspec.Struct, array_like=True):
    kind: str
    sentence: str


class Answer(msgspec.Struct, array_like=True):
    number: int
    failure: Failure | None
    value: msgspec.Raw


def framed(message: Call | Answer) -> bytes:
    body = msgspec.msgpack.encode(message)
    if len(body) > MOST_BYTES:
        raise FrameTooLarge(f"{len(body)} bytes")
    return LENGTH.pack(len(body)) + body


def raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.msgpack.encode(value))


def length_of(header: bytes) -> int:
    (length,) = LENGTH.unpack(header)
    if length > MOST_BYTES:
        raise FrameTooLarge(f"{length} bytes")
    return int(length)
