import gzip
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trulybot.kit.net.decoding import STEP, Damaged, Gunzip, decoded


@given(st.binary(max_size=2000), st.integers(0, 200), st.integers(1, 700))
def test_any_data_survives_in_any_pieces(data: bytes, times: int, piece: int) -> None:
    plain = data * times
    packed = gzip.compress(plain) + gzip.compress(data)
    gunzip = Gunzip()
    pieces = [packed[i : i + piece] for i in range(0, len(packed), piece)]
    steps = [step for part in pieces for step in gunzip.feed(part)]
    gunzip.end()
    assert b"".join(steps) == plain + data
    assert all(len(step) <= STEP for step in steps)


async def pieces(*given: bytes) -> AsyncIterator[bytes]:
    for piece in given:
        yield piece


async def test_padding_after_the_data_is_ignored() -> None:
    assert b"".join([step async for step in decoded(pieces(gzip.compress(b"x") + b"\0\0"), "gzip")]) == b"x"


@pytest.mark.parametrize("packed", [gzip.compress(b"x" * 9000, mtime=0)[:-9], b"not gzip at all"])
async def test_damaged_data_is_noticed(packed: bytes) -> None:
    with pytest.raises(Damaged):
        [step async for step in decoded(pieces(packed), "gzip")]


async def test_plain_body_passes_through() -> None:
    assert [step async for step in decoded(pieces(b"a", b"b"), "")] == [b"a", b"b"]
