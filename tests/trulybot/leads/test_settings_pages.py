"""How the workspace works with leads, on its page: steps, mail, and the webhook with its secret."""

import asyncio
import re

import pytest

from tests.cast import Browser
from tests.trulybot.leads.leaving import left, listed


async def test_the_owner_names_the_steps_and_their_keys_stay(charlie: Browser, mira: Browser, robin: Browser) -> None:
    await left(charlie, {"email": "chen@oak.example"})
    csrf = await mira.csrf()
    saved = await mira.submit("/lead-settings/statuses", csrf=csrf, new="<i>Fresh</i>", won=" Sold   out ")
    assert saved.status_code == 303
    page = (await mira.get("/leads")).text
    assert "&lt;i&gt;Fresh&lt;/i&gt;" in page and ">Sold out " in page and "Contacted" in page
    assert (await listed(robin))[0]["status"] == "new"
    long = await mira.submit("/lead-settings/statuses", csrf=csrf, new="x" * 31, lost="Gone")
    assert long.status_code == 422 and 'id="new-error"' in long.text and 'value="Gone"' in long.text
    assert "Fresh" in (await mira.get("/leads")).text


async def test_the_secret_is_shown_once(mira: Browser) -> None:
    csrf = await mira.csrf()
    made = await mira.submit("/lead-settings/webhook", csrf=csrf, url="https://shop.example/leads")
    first = re.search(r"whsec_[\w-]+", made.text)
    assert first and first[0] not in (await mira.get("/lead-settings")).text
    changed = await mira.submit("/lead-settings/webhook/secret", csrf=csrf)
    second = re.search(r"whsec_[\w-]+", changed.text)
    assert second and second[0] != first[0]
    kept = await mira.submit("/lead-settings/webhook", csrf=csrf, url="https://shop.example/other")
    assert kept.status_code == 303, "another address keeps the secret"


@pytest.mark.parametrize(
    "url", ["", "http://shop.example/leads", "ftp://shop.example", "https://u:p@shop.example", "x"]
)
async def test_an_address_that_will_not_do_is_refused_beside_its_field(mira: Browser, url: str) -> None:
    refused = await mira.submit("/lead-settings/webhook", csrf=await mira.csrf(), url=url)
    assert refused.status_code == 422 and 'id="url-error"' in refused.text


async def test_a_trial_is_tried_once_and_says_what_came_of_it(mira: Browser) -> None:
    csrf = await mira.csrf()
    await mira.submit("/lead-settings/webhook", csrf=csrf, url="https://127.0.0.1/leads")
    assert (await mira.submit("/lead-settings/webhook/trial", csrf=csrf)).status_code == 303
    async with asyncio.timeout(15):
        while "private network" not in (page := await mira.get("/lead-settings/deliveries")).text:
            await asyncio.sleep(0.05)
    assert "Not delivered" in page.text and "1 attempt" in page.text
    assert "Nothing was taken since" not in (await mira.get("/lead-settings")).text


async def test_who_may_not_change_it_sees_no_address(mira: Browser, vera: Browser, gopal: Browser) -> None:
    await mira.submit("/lead-settings/webhook", csrf=await mira.csrf(), url="https://shop.example/leads?key=plum")
    for teammate in (vera, gopal):
        page = (await teammate.get("/lead-settings")).text
        assert "A webhook is set up." in page and "plum" not in page


async def test_without_a_mail_server_the_page_says_that_nothing_is_sent(mira: Browser) -> None:
    page = (await mira.get("/lead-settings")).text
    assert "There is no mail server, so nothing is sent" in page and "Write a trial mail" in page
