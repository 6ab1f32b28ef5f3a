"""What the owner may choose of the widget, and what no page could show."""

import pytest

from tests.cast import Browser

WRONG: list[dict[str, object]] = [
    {"accent": "teal"},
    {"accent": "#0f766e\n"},
    {"accent": "#0f766"},
    {"accent": "#0f766e;color:red"},
    {"mode": "dim"},
    {"position": "top"},
    {"offset": -1},
    {"radius": 33},
    {"teaser": "x" * 201},
    {"teaser_seconds": -1},
    {"locale": "de_DE"},
    {"locale": "../en"},
    {"storage": "cookie"},
    {"local_days": 0},
    {"links": "top"},
    {"privacy_url": "javascript:alert(1)"},
    {"privacy_url": "https://"},
    {"privacy_url": "https://a.example/ b"},
    {"texts": {"Open chat": "x"}},
    {"texts": {"open": "x" * 501}},
    {"colour": "red"},
]


async def test_only_what_is_named_changes(robin: Browser) -> None:
    before = (await robin.get("/api/settings")).json()["widget"]
    changes = {"accent": "#1D4ED8", "locale": "pt-BR", "privacy_url": "https://acorn.example/privacy?v=2"}
    changed = await robin.patch("/api/settings", json={"widget": changes})
    assert changed.status_code == 200
    assert changed.json()["widget"] == {**before, **changes}


@pytest.mark.parametrize("wrong", WRONG, ids=str)
async def test_what_no_page_could_show_is_refused(robin: Browser, wrong: dict[str, object]) -> None:
    assert (await robin.patch("/api/settings", json={"widget": {"position": "left"}})).status_code == 200
    before = (await robin.get("/api/settings")).json()
    answer = await robin.patch("/api/settings", json={"widget": wrong})
    assert answer.status_code == 400 and "widget" in answer.json()["detail"]
    assert (await robin.get("/api/settings")).json() == before
