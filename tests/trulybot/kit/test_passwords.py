import time

import pytest

from trulybot.kit import passwords

EMAIL = "mira@acorn.example"


@pytest.mark.parametrize(
    "password", ["plum orbit lantern", "Tr0ub4dor&3-xyz", "пять слов без смысла", "9f8a7c6b5d4e3f2a"]
)
def test_good_password_is_taken(password: str) -> None:
    assert passwords.problem_with(password, EMAIL) is None


@pytest.mark.parametrize(
    "password",
    ["qwertyuiop123", "Password1234!", "passwordpassword", "DragonDragon99", "1qaz2wsx3edc", "123456789123"],
)
def test_common_password_is_refused(password: str) -> None:
    problem = passwords.problem_with(password, EMAIL)
    assert problem and "tried first" in problem


def test_list_holds_ten_thousand() -> None:
    assert len(passwords._common_passwords()) >= 10_000


@pytest.mark.parametrize(
    ("password", "part"),
    [("elevenchars", "at least 12"), ("abababababab", "different"), ("mira" * 3, "address"), ("x1y" * 500, "at most")],
)
def test_weak_password_is_refused_with_what_to_change(password: str, part: str) -> None:
    assert part in (passwords.problem_with(password, EMAIL) or "")


async def test_hash_is_argon2id_and_knows_its_password() -> None:
    stored = await passwords.hash_of("plum orbit lantern")
    assert stored.startswith("$argon2id$")
    assert await passwords.is_right("plum orbit lantern", stored)
    assert not await passwords.is_right("plum orbit lanterns", stored)


async def test_unknown_person_takes_as_long_as_a_wrong_password() -> None:
    stored = await passwords.hash_of("plum orbit lantern")
    assert not await passwords.is_right("", None)
    known = min([await _seconds(stored) for _ in range(5)])
    unknown = min([await _seconds(None) for _ in range(5)])
    assert 0.5 < unknown / known < 2


async def _seconds(stored: str | None) -> float:
    began = time.process_time()
    await passwords.is_right("wrong wrong wrong", stored)
    return time.process_time() - began
