"""Mira chooses another language model, which writes at once. Her key is seen by nobody, and goes nowhere else."""

import re
from collections.abc import Iterator

import pytest
from litestar import Litestar

from tests.cast import Browser
from tests.provider import KEY, Provider, provider
from tests.trulybot.kit.test_access import calls
from trulybot.kit import looking_on
from trulybot.settings import Settings

OWN = "sk-owners-own-secret"


@pytest.fixture
def stand_in() -> Iterator[Provider]:
    with provider() as service:
        yield service


def place(stand_in: Provider, **other: str) -> dict[str, str]:
    return {"model_url": stand_in.url, "model_name": "acorn-7b", "model_key": OWN} | other


async def choose(mira: Browser, **typed: str) -> None:
    saved = await mira.submit("/settings/model/place", csrf=await mira.csrf(), **typed)
    assert (saved.status_code, saved.headers.get("location")) == (303, "/settings/model?saved=place"), saved.text


async def checked(robin: Browser) -> dict[str, object]:
    answer = await robin.post("/api/settings/model-check")
    found: dict[str, object] = answer.json()
    return found


async def test_a_model_writes_as_soon_as_it_is_chosen_and_no_longer_than_that(
    mira: Browser, robin: Browser, stand_in: Provider
) -> None:
    assert (await checked(robin))["status"] == 409
    await choose(mira, **place(stand_in))
    assert ((await checked(robin))["works"], stand_in.keys) == (True, [f"Bearer {OWN}"])
    assert stand_in.asked[0]["model"] == "acorn-7b"
    page = (await mira.get("/settings/model")).text
    assert "acorn-7b" in page and "You chose it here." in page
    await choose(mira, forget_key="on")
    assert (await checked(robin))["status"] == 409


async def test_a_key_stays_with_its_address_until_it_is_replaced_or_forgotten(
    mira: Browser, robin: Browser, stand_in: Provider
) -> None:
    await choose(mira, **place(stand_in))
    await choose(mira, **place(stand_in, model_name="acorn-8b", model_key=""))
    await checked(robin)
    with provider() as elsewhere:
        await choose(mira, **place(elsewhere, model_key=""))
        await checked(robin)
        assert elsewhere.asked and not any(OWN in str(key) for key in elsewhere.keys)
    assert stand_in.keys == [f"Bearer {OWN}"]


async def test_the_key_is_in_no_page_no_answer_and_no_log(
    app: Litestar, mira: Browser, stand_in: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    await choose(mira, **place(stand_in))
    refused = await mira.submit("/settings/model/place", csrf=await mira.csrf(), **place(stand_in, model_url="nowhere"))
    seen = [refused.text]
    for rank in ("viewer", "agent", "admin", "owner"):
        for method, address in calls(app, rank):
            if method == "GET" and address not in looking_on.PATHS:  # which never end
                seen.append((await mira.get(address)).text)
    assert len(seen) > 20
    assert any("acorn-7b" in text for text in seen)
    assert not any(OWN in text for text in seen)
    assert OWN not in caplog.text


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ({"model_url": "localhost:11434"}, "model_url"),
        ({"model_url": "ftp://models.example"}, "model_url"),
        ({"model_url": "http://me:secret@models.example/v1"}, "model_url"),
        ({"model_url": "http://models.example:99999/v1"}, "model_url"),
        ({"model_name": ""}, "model_name"),
        ({"model_key": "two words"}, "model_key"),
        ({"model_key": "sk-ключ"}, "model_key"),
        ({"prompt_price": "cheap", "completion_price": "1"}, "prompt_price"),
        ({"prompt_price": "0.5"}, "completion_price"),
    ],
)
async def test_what_cannot_be_is_refused_beside_its_field(
    mira: Browser, stand_in: Provider, typed: dict[str, str], name: str
) -> None:
    refused = await mira.submit("/settings/model/place", csrf=await mira.csrf(), **place(stand_in, **typed))
    assert refused.status_code == 422
    assert re.findall(r'id="(\w+)-error"', refused.text) == [name]
    assert "No language model is configured" in (await mira.get("/settings/model")).text


async def test_the_price_is_the_owners(mira: Browser, stand_in: Provider) -> None:
    await choose(mira, **place(stand_in))
    assert "What it costs is not known" in (await mira.get("/settings/model")).text
    await choose(mira, **place(stand_in, prompt_price="0", completion_price="0.25"))
    assert "cost $0.00 to read and $0.25 to write" in (await mira.get("/settings/model")).text


async def test_what_is_typed_is_tried_and_not_saved(mira: Browser, stand_in: Provider) -> None:
    page = await mira.submit("/settings/model/check", csrf=await mira.csrf(), **place(stand_in))
    assert re.search(r"acorn-7b answers\. Its first word came after [\d,]+ ms\.", page.text)
    assert f'value="{stand_in.url}"' in page.text and OWN not in page.text
    assert "No language model is configured" in (await mira.get("/settings/model")).text


@pytest.mark.parametrize(("play", "named"), [("wrong key", "Check the key"), ("page", "Check the address")])
async def test_trying_a_model_that_fails_says_what_to_do(
    mira: Browser, stand_in: Provider, play: str, named: str
) -> None:
    stand_in.then = play
    page = (await mira.submit("/settings/model/check", csrf=await mira.csrf(), **place(stand_in))).text
    alert = re.search(r'role="alert">(.*?)</div>', page, re.DOTALL)
    assert alert and named in alert[1]


async def test_only_the_owner_chooses_the_model(
    mira: Browser, asha: Browser, charlie: Browser, stand_in: Provider, settings: Settings
) -> None:
    for path in ("/settings/model/place", "/settings/model/check"):
        assert (await asha.submit(path, csrf=await asha.csrf(), **place(stand_in))).status_code == 403
        assert (await charlie.submit(path, **place(stand_in))).status_code == 401
    assert stand_in.asked == []
    assert 'name="model_key"' not in (await asha.get("/settings/model")).text
    await choose(mira, **place(stand_in))
    assert KEY not in (await asha.get("/settings/model")).text


async def test_changing_the_model_is_in_the_audit_log(mira: Browser, stand_in: Provider) -> None:
    await choose(mira, **place(stand_in))
    page = (await mira.get("/settings/audit")).text
    assert "Changed the language model" in page and "acorn-7b" in page
