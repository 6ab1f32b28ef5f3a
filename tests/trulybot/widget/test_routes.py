"""What strangers’ pages fetch of the widget: its bytes, how long they are kept, and who may read them."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cast import Browser
from trulybot.settings import Settings

SHOP = {"origin": "https://shop.example", "sec-fetch-site": "cross-site"}
CONFIG = "/api/widget/config"
MOST_BEFORE_OPENING, MOST_ON_OPENING = 3 * 1024, 14 * 1024  # bytes, compressed


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", public_url="https://chat.acorn.example")


@pytest.fixture
async def listed(robin: Browser) -> None:
    assert (await robin.patch("/api/settings", json={"sites": [SHOP["origin"]]})).status_code == 200


async def entry_settings(visitor: Browser, query: str = "", **headers: str) -> dict[str, Any]:
    script = (await visitor.get(f"/widget.js{query}", headers=headers)).text
    settings: dict[str, Any] = json.loads(script[script.rindex("start(") + 6 : script.rindex(")})()")])
    return settings


async def panel_address(visitor: Browser) -> str:
    return f"/widget/{(await entry_settings(visitor))['version']}/panel.js"


def compressed(answer: httpx.Response) -> int:
    assert answer.headers["content-encoding"] == "gzip"
    return len(gzip.compress(answer.content, 9))


async def test_any_page_loads_the_scripts(charlie: Browser) -> None:
    for address in ("/widget.js", await panel_address(charlie)):
        answer = await charlie.get(address, headers=SHOP)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
        assert "set-cookie" not in answer.headers


@pytest.mark.usefixtures("listed")
async def test_they_are_as_small_as_promised(charlie: Browser) -> None:
    entry, panel = await charlie.get("/widget.js"), await charlie.get(await panel_address(charlie))
    told = await charlie.get(CONFIG, headers=SHOP)
    assert compressed(entry) <= MOST_BEFORE_OPENING
    assert compressed(panel) + compressed(told) <= MOST_ON_OPENING


async def test_they_are_sent_plain_to_who_cannot_unpack(charlie: Browser) -> None:
    plain = await charlie.get("/widget.js", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == (await charlie.get("/widget.js")).text
    assert "Accept-Encoding" in plain.headers["vary"]


async def test_the_entry_is_asked_for_again_and_sent_when_it_changed(charlie: Browser, robin: Browser) -> None:
    first = await charlie.get("/widget.js")
    known = {"if-none-match": first.headers["etag"]}
    assert "max-age=300" in first.headers["cache-control"]
    unchanged = await charlie.get("/widget.js", headers=known)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["access-control-allow-origin"] == "*"
    await robin.patch("/api/settings", json={"widget": {"accent": "#aa3300"}})
    changed = await charlie.get("/widget.js", headers=known)
    assert changed.status_code == 200 and "#aa3300" in changed.text


async def test_the_panel_is_kept_for_ever_under_its_own_address_alone(charlie: Browser) -> None:
    address = await panel_address(charlie)
    assert re.fullmatch(r"/widget/\d+-[0-9a-f]{8}/panel\.js", address)
    now, before = await charlie.get(address), await charlie.get("/widget/1-00000000/panel.js")
    assert "immutable" in now.headers["cache-control"]
    assert (before.status_code, before.headers["cache-control"]) == (200, "no-cache")
    assert before.text == now.text
    assert (await charlie.get("/widget/0-00000000/panel.js")).status_code == 404


@pytest.mark.usefixtures("listed")
async def test_the_configuration_says_what_the_owner_chose(charlie: Browser, robin: Browser) -> None:
    await robin.patch("/api/settings", json={"bot_name": "Acorn", "suggestions": ["Where?"], "widget": {"radius": 4}})
    answer = await charlie.get(CONFIG, headers=SHOP)
    told = answer.json()
    assert told["bot"]["name"] == "Acorn" and told["bot"]["suggestions"] == ["Where?"]
    assert told["widget"]["style"].endswith("--radius:4px")
    assert (told["locale"], told["dir"], told["texts"]["open"]) == ("en", "ltr", "Open chat")
    assert [field["name"] for field in told["lead_form"]["fields"]] == ["email", "phone", "name"]
    assert answer.headers["access-control-allow-origin"] == SHOP["origin"]
    assert "max-age=60" in answer.headers["cache-control"]
    vary = ", ".join(answer.headers.get_list("vary"))
    assert "Origin" in vary and "Accept-Language" in vary
    assert "set-cookie" not in answer.headers
    repeated = await charlie.get(CONFIG, headers=SHOP | {"if-none-match": answer.headers["etag"]})
    assert (repeated.status_code, repeated.content) == (304, b"")


async def test_nothing_secret_is_told(charlie: Browser, robin: Browser) -> None:
    secret = {
        "instructions": "be kind to Zaphod",
        "threshold": 0.5,
        "daily_tokens": 4711,
        "sites": ["https://a.example"],
    }
    assert (await robin.patch("/api/settings", json=secret)).status_code == 200
    said = (await charlie.get(CONFIG)).text + (await charlie.get("/widget.js")).text
    assert "bot" in said
    for word in ("Zaphod", "threshold", "4711", "a.example", "country"):
        assert word not in said


async def test_an_unlisted_site_is_refused_and_can_read_why(charlie: Browser) -> None:
    assert (await charlie.get(CONFIG)).status_code == 200
    refused = await charlie.get(CONFIG, headers=SHOP)
    assert refused.status_code == 403
    assert SHOP["origin"] in refused.json()["detail"]
    assert refused.headers["access-control-allow-origin"] == SHOP["origin"]


async def test_a_workspace_answers_for_itself_alone(charlie: Browser) -> None:
    own = (await charlie.get(CONFIG)).json()
    assert re.fullmatch(r"w_[0-9a-f]{16}", own["workspace"])
    assert (await charlie.get(f"{CONFIG}/{own['workspace']}")).json() == own
    foreign = await charlie.get(f"{CONFIG}/w_0123456789abcdef", headers={"accept": "application/json"})
    assert foreign.status_code == 403 and "another workspace" in foreign.json()["detail"]


async def test_the_page_the_owner_and_the_browser_choose_the_language_in_this_order(
    charlie: Browser, robin: Browser
) -> None:
    german = {"accept-language": "xx, de-AT;q=0.9, en;q=0.8"}
    assert (await entry_settings(charlie))["locale"] == "en"
    assert (await entry_settings(charlie, **german))["locale"] == "de"
    await robin.patch("/api/settings", json={"widget": {"locale": "fr"}})
    assert (await entry_settings(charlie, **german))["locale"] == "fr"
    assert (await entry_settings(charlie, "?locale=ar", **german))["texts"]["close"] == "إغلاق"
    assert (await charlie.get(f"{CONFIG}?locale=ar")).json()["dir"] == "rtl"
    assert (await charlie.get(f"{CONFIG}?locale=../x")).json()["locale"] == "fr"


async def test_the_owner_replaces_texts(charlie: Browser, robin: Browser) -> None:
    await robin.patch("/api/settings", json={"widget": {"texts": {"open": "Ask Acorn"}}})
    assert (await entry_settings(charlie))["texts"]["open"] == "Ask Acorn"
    assert (await charlie.get(CONFIG)).json()["texts"]["open"] == "Ask Acorn"


async def test_no_words_of_the_owner_end_the_script(charlie: Browser, robin: Browser) -> None:
    words = '</script>"})();alert(1)\u2028//'
    await robin.patch("/api/settings", json={"widget": {"teaser": words}})
    assert (await entry_settings(charlie))["teaser"] == words


async def test_a_page_may_bring_a_colour_of_its_own(charlie: Browser) -> None:
    told = {accent: (await charlie.get(f"{CONFIG}?accent={accent}")).json() for accent in ("aa3300", "red;x", "")}
    colours = {accent: config["widget"]["style"] for accent, config in told.items()}
    assert colours["aa3300"].startswith("--accent:light-dark(#aa3300,")
    assert colours["red;x"] == colours[""] != colours["aa3300"]


async def test_without_a_moment_there_is_no_form(charlie: Browser, robin: Browser) -> None:
    await robin.patch("/api/settings", json={"lead_form": {"unanswered": False, "on_request": False}})
    assert (await charlie.get(CONFIG)).json()["lead_form"] is None
