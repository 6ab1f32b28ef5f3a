import re

import pytest
from litestar import Litestar

from tests.cast import MIRA, PASSWORD, TEAM, Browser

SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)


async def test_sessions_are_listed_and_ended_one_by_one(mira: Browser, app: Litestar) -> None:
    async with Browser(app) as phone:
        phone.headers["user-agent"] = SAFARI
        await phone.submit("/sign-in", email=MIRA, password=PASSWORD)
        page = (await mira.get("/account")).text
        assert "Safari · iPhone" in page
        (action,) = re.findall(r"/account/sessions/\d+/deletion", page)
        await mira.submit(action, csrf=await mira.csrf())
        assert not await phone.is_signed_in() and await mira.is_signed_in()


async def test_all_other_sessions_end_at_once(mira: Browser, vera: Browser, app: Litestar) -> None:
    async with Browser(app) as phone:
        await phone.submit("/sign-in", email=MIRA, password=PASSWORD)
        assert await phone.is_signed_in()
        await mira.submit("/account/sessions/deletion", csrf=await mira.csrf())
        assert not await phone.is_signed_in() and await mira.is_signed_in() and await vera.is_signed_in()


async def test_nobody_ends_the_session_of_somebody_else(mira: Browser, vera: Browser) -> None:
    csrf = await vera.csrf()
    for session in range(1, 4):
        answer = await vera.submit(f"/account/sessions/{session}/deletion", csrf=csrf)
        if not await vera.is_signed_in():
            break  # that one was her own
        assert answer.status_code == 404
    assert await mira.is_signed_in()


async def test_address_is_changed_with_the_password(mira: Browser, charlie: Browser) -> None:
    csrf, new = await mira.csrf(), "mira@elsewhere.example"
    wrong = await mira.submit("/account/address", csrf=csrf, email=new, address_password="not mine at all")
    assert wrong.status_code == 422 and "This is not your password." in wrong.text and new in wrong.text
    await mira.submit("/account/address", csrf=csrf, email=new, address_password=PASSWORD)
    assert (await mira.get("/api/user/profile")).json()["name"] == new
    await charlie.submit("/sign-in", email=new, password=PASSWORD)
    assert await charlie.is_signed_in()


async def test_address_of_a_teammate_is_taken(mira: Browser, vera: Browser) -> None:
    answer = await mira.submit(
        "/account/address", csrf=await mira.csrf(), email=TEAM["viewer"].upper(), address_password=PASSWORD
    )
    assert answer.status_code == 422 and "has this address already" in answer.text
    assert (await mira.get("/api/user/profile")).json()["name"] == MIRA


async def test_pages_read_as_their_reader_chose(mira: Browser, vera: Browser) -> None:
    answer = await mira.submit(
        "/account/reading", csrf=await mira.csrf(), language="hi", time_zone="Asia/Kolkata", date_format="year first"
    )
    assert answer.status_code == 303
    page = (await mira.get("/account")).text
    assert '<html lang="hi"' in page and re.search(r'title="2\d\d\d-\d\d-\d\d[^"]*"', page)
    assert 'value="Asia/Kolkata" selected' in page
    assert '<html lang="en"' in (await vera.get("/account")).text


@pytest.mark.parametrize("wrong", [{"language": "xx"}, {"time_zone": "../etc/passwd"}, {"date_format": "%s"}])
async def test_only_what_is_offered_can_be_chosen(mira: Browser, wrong: dict[str, str]) -> None:
    chosen = {"language": "", "time_zone": "", "date_format": "", **wrong}
    answer = await mira.submit("/account/reading", csrf=await mira.csrf(), **chosen)
    assert answer.status_code == 422 and "Choose one of the list." in answer.text
