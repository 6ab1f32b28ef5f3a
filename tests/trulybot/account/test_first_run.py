from collections.abc import Callable

import pytest

from tests.cast import MIRA, PASSWORD, Browser
from trulybot.account import first_run
from trulybot.account.models import LINK_LIFETIME
from trulybot.settings import Settings
from trulybot.workspace import written

Age = Callable[[int], None]


async def test_first_link_makes_the_owner_and_signs_them_in(charlie: Browser, first_link: str) -> None:
    assert "This workspace is yours" in (await charlie.get(first_link)).text
    answer = await charlie.submit(first_link, email=MIRA, password=PASSWORD)
    assert answer.status_code == 303
    profile = (await charlie.get("/api/user/profile")).json()
    assert (profile["name"], profile["role"]) == (MIRA, "owner")


async def test_looking_at_a_link_does_not_use_it_up(charlie: Browser, first_link: str) -> None:
    for _ in range(3):
        assert (await charlie.get(first_link)).status_code == 200
    await charlie.submit(first_link, email=MIRA, password=PASSWORD)
    assert await charlie.is_signed_in()


async def test_used_first_link_lets_nobody_else_in(mira: Browser, charlie: Browser, first_link: str) -> None:
    assert (await charlie.get(first_link)).status_code == 410
    answer = await charlie.submit(first_link, email="charlie@example.com", password=PASSWORD)
    assert answer.status_code == 410 and "trulybot sign-in-link" in answer.text
    assert not await charlie.is_signed_in()


async def test_new_first_link_ends_the_one_before(charlie: Browser, first_link: str, settings: Settings) -> None:
    newer = written(settings, first_run.sign_in_link, "")
    assert (await charlie.get(first_link)).status_code == 410
    assert (await charlie.get(newer)).status_code == 200


async def test_link_expires(charlie: Browser, first_link: str, age: Age) -> None:
    age(LINK_LIFETIME - 60)
    assert (await charlie.get(first_link)).status_code == 200
    age(120)
    assert (await charlie.get(first_link)).status_code == 410


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        (MIRA, "short", "Use at least 12 characters; this has 5."),
        (MIRA, "password1234", "tried first"),
        ("mira", PASSWORD, "Give a whole e-mail address"),
    ],
)
async def test_first_run_says_what_to_change_and_keeps_the_link(
    charlie: Browser, first_link: str, email: str, password: str, sentence: str
) -> None:
    answer = await charlie.submit(first_link, email=email, password=password)
    assert answer.status_code == 422 and sentence in answer.text
    assert f'value="{email}"' in answer.text and password not in answer.text
    assert (await charlie.get(first_link)).status_code == 200


async def test_sign_in_link_lets_the_owner_in_once(mira: Browser, charlie: Browser, settings: Settings) -> None:
    link = written(settings, first_run.sign_in_link, "")
    assert MIRA in (await charlie.get(link)).text
    await charlie.submit(link)
    assert await charlie.is_signed_in()
    assert (await charlie.submit(link)).status_code == 410


async def test_new_password_ends_every_session(mira: Browser, charlie: Browser, settings: Settings) -> None:
    link = written(settings, first_run.new_password_link, "")
    answer = await charlie.submit(link, password="another good phrase")
    assert answer.status_code == 303 and await charlie.is_signed_in()
    assert not await mira.is_signed_in()
    await mira.submit("/sign-in", email=MIRA, password=PASSWORD)
    assert not await mira.is_signed_in()
    await mira.submit("/sign-in", email=MIRA, password="another good phrase")
    assert await mira.is_signed_in()


async def test_link_posted_from_another_site_is_refused(charlie: Browser, first_link: str) -> None:
    fields = {"email": MIRA, "password": PASSWORD}
    answer = await charlie.post(first_link, data=fields, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
    await charlie.submit(first_link, **fields)
    assert await charlie.is_signed_in()
