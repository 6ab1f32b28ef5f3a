import base64

import msgspec
import pytest

from trulybot.contract import Pass
from trulybot.kit import passes

MIRAS = Pass(workspace="w1", nonce="n1", email="mira@acorn.example", role="owner", expires_at=2_000_000_000)


@pytest.fixture(scope="module")
def key() -> bytes:
    return passes.new_key()


def test_a_pass_is_read_as_it_was_signed(key: bytes) -> None:
    assert passes.pass_in(passes.signed(MIRAS, key), [passes.public_of(key)]) == MIRAS


def test_either_of_two_keys_is_believed_while_they_are_exchanged(key: bytes) -> None:
    newer = passes.new_key()
    signers = [passes.public_of(newer), passes.public_of(key)]
    assert passes.pass_in(passes.signed(MIRAS, key), signers) == MIRAS
    assert passes.pass_in(passes.signed(MIRAS, newer), signers) == MIRAS


def test_a_pass_of_another_key_is_none(key: bytes) -> None:
    assert passes.pass_in(passes.signed(MIRAS, passes.new_key()), [passes.public_of(key)]) is None


def test_no_byte_of_a_pass_can_be_changed(key: bytes) -> None:
    signed, signers = passes.signed(MIRAS, key), [passes.public_of(key)]
    claims, signature = signed.split(".")
    other = msgspec.json.encode(msgspec.structs.replace(MIRAS, workspace="w2"))
    forged = base64.urlsafe_b64encode(other).decode().rstrip("=")
    assert passes.pass_in(f"{forged}.{signature}", signers) is None
    for at in range(len(claims)):
        changed = "A" if claims[at] != "A" else "B"
        assert passes.pass_in(f"{claims[:at]}{changed}{claims[at + 1 :]}.{signature}", signers) is None


@pytest.mark.parametrize("text", ["", ".", "a.b.c", "é.é", "e30.AAAA", "x" * 3000, "\0.\0", "e30." + "A" * 86])
def test_nonsense_is_none(key: bytes, text: str) -> None:
    assert passes.pass_in(text, [passes.public_of(key)]) is None


def test_a_signature_over_something_else_than_a_pass_is_none(key: bytes) -> None:
    claims = b'{"workspace": 1}'
    signature = passes._private(key).sign(claims)
    text = f"{passes._encoded(claims)}.{passes._encoded(signature)}"
    assert passes.pass_in(text, [passes.public_of(key)]) is None


def test_a_signer_that_is_no_key_is_passed_over(key: bytes) -> None:
    assert passes.pass_in(passes.signed(MIRAS, key), ["AAAA", passes.public_of(key)]) == MIRAS
