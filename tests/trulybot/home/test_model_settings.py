"""Mira chooses how the language model answers and what it may cost, sees what it has cost, and tries it."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.cast import Browser
from tests.provider import KEY, Provider, provider
from tests.trulybot.chat.writing import with_model
from trulybot.chat import spending_queries
from trulybot.kit.clock import DAY, now
from trulybot.llm.speech import Usage
from trulybot.settings import Settings
from trulybot.workspace import written

FILLED = {
    "max_tokens": "300",
    "temperature": "0.2",
    "leave_out_unsupported": "on",
    "moderation": "questions",
    "daily_tokens": "200000",
    "monthly_tokens": "",
    "daily_cost": "0.25",
    "monthly_cost": "5.00",
}


@pytest.fixture
def stand_in() -> Iterator[Provider]:
    with provider() as service:
        yield service


@pytest.fixture
def settings(tmp_path: Path, stand_in: Provider, request: pytest.FixtureRequest) -> Settings:
    return msgspec.structs.replace(
        with_model(Settings(data=tmp_path / "data"), stand_in), **getattr(request, "param", {})
    )


def value_of(name: str, page: str) -> str:
    field = re.search(rf'<input [^>]*id="{name}"[^>]*>', page)
    assert field, name
    value = re.search(r'value="([^"]*)"', field[0])
    return value[1] if value else ""


async def test_what_is_typed_about_the_model_is_chosen_and_shown_again(mira: Browser) -> None:
    saved = await mira.submit("/settings/model", csrf=await mira.csrf(), **FILLED)
    assert saved.status_code == 303
    chosen = (await mira.get("/api/settings")).json()
    wanted = {
        "max_tokens": 300,
        "temperature": 0.2,
        "leave_out_unsupported": True,
        "moderation": "questions",
        "daily_tokens": 200_000,
        "monthly_tokens": None,
        "daily_cost": 250_000,
        "monthly_cost": 5_000_000,
    }
    assert {name: chosen[name] for name in wanted} == wanted
    page = (await mira.get("/settings/model")).text
    numbers = ("max_tokens", "temperature", "daily_tokens", "monthly_tokens", "daily_cost", "monthly_cost")
    assert [value_of(name, page) for name in numbers] == [FILLED[name] for name in numbers]
    assert re.search(r'id="leave_out_unsupported"[^>]* checked', page)
    assert '<option value="questions" selected>' in page


async def test_a_box_that_is_not_ticked_is_no(mira: Browser) -> None:
    csrf = await mira.csrf()
    await mira.submit("/settings/model", csrf=csrf, **FILLED)
    await mira.submit(
        "/settings/model", csrf=csrf, **{name: FILLED[name] for name in FILLED if name != "leave_out_unsupported"}
    )
    assert (await mira.get("/api/settings")).json()["leave_out_unsupported"] is False


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("max_tokens", "0"),
        ("max_tokens", "4001"),
        ("max_tokens", "1.5"),
        ("max_tokens", ""),
        ("max_tokens", "²"),
        ("temperature", "2.1"),
        ("temperature", "warm"),
        ("temperature", ""),
        ("daily_tokens", "-1"),
        ("monthly_tokens", "many"),
        ("monthly_tokens", "9" * 400),
        ("daily_cost", "-0.01"),
        ("daily_cost", "five"),
        ("monthly_cost", "1e999999"),
        ("monthly_cost", "0.0000001"),
        ("moderation", "sometimes"),
    ],
)
async def test_what_cannot_be_is_refused_beside_its_field(mira: Browser, name: str, typed: str) -> None:
    csrf = await mira.csrf()
    await mira.submit("/settings/model", csrf=csrf, **FILLED)
    before = (await mira.get("/api/settings")).json()
    answer = await mira.submit("/settings/model", csrf=csrf, **{**FILLED, name: typed})
    assert answer.status_code == 422
    assert re.findall(r'id="(\w+)-error"', answer.text) == [name]
    assert typed in answer.text or name == "moderation"  # a menu shows what it offers, and nothing else
    assert (await mira.get("/api/settings")).json() == before


async def test_the_page_says_which_model_it_is_and_never_its_key(mira: Browser, stand_in: Provider) -> None:
    page = (await mira.get("/settings/model")).text
    assert "gpt-4o-mini" in page and stand_in.url in page
    assert "price list of 31 Aug 2025" in page and "The operator set it." in page
    assert KEY not in page


@pytest.mark.parametrize("settings", [{"model_url": "https://me:s3cret@models.example/v1?key=s3cret"}], indirect=True)
async def test_a_key_within_the_address_is_not_shown_either(mira: Browser) -> None:
    page = (await mira.get("/settings/model")).text
    assert "https://models.example/v1" in page
    assert "s3cret" not in page


async def test_what_was_used_stands_beside_the_ceilings(mira: Browser, settings: Settings) -> None:
    used = Usage(1_000, 234)
    written(settings, spending_queries.note_use, now() // DAY, "gpt-4o-mini", used, 420_000)
    page = (await mira.get("/settings/model")).text
    for sentence in ("1,234 used today.", "1,234 used this month.", "$0.42 used today.", "$0.42 used this month."):
        assert sentence in page


@pytest.mark.parametrize("settings", [{"model": "llama3"}], indirect=True)
async def test_of_an_unknown_price_no_money_is_shown(mira: Browser, settings: Settings) -> None:
    written(settings, spending_queries.note_use, now() // DAY, "llama3", Usage(1_000, 234), 0)
    page = (await mira.get("/settings/model")).text
    assert "1,234 used today." in page
    assert "Price not known" in page
    assert "$" not in page
