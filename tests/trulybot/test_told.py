"""What is refused, or fails, deep in a room is told in the language of whoever reads it."""

from tests.cast import Browser
from tests.trulybot.world import World
from trulybot.kit.texts import with_values
from trulybot.knowledge import queries
from trulybot.knowledge.models import Source
from trulybot.settings import Settings
from trulybot.workspace import written

HINDI = {"accept-language": "hi"}
PAIR = {"question": "When do you open?", "answer": "At nine."}


async def test_what_a_change_refuses_while_it_is_written(robin: Browser) -> None:
    await robin.post("/api/answers", json=PAIR)
    english = (await robin.post("/api/answers", json=PAIR)).json()
    hindi = (await robin.post("/api/answers", json=PAIR, headers=HINDI)).json()
    assert english["title"] == "Conflict"
    assert english["detail"] == "There is an answer to this question already. Change that one."
    assert hindi["detail"] == "इस सवाल का जवाब पहले से है। उसे बदलें।" and hindi["title"] != english["title"]


async def test_what_is_wrong_with_each_field(robin: Browser, settings: Settings) -> None:
    lead = written(settings, lambda connection: World(connection, "viewer", "")["lead_id"])
    wrong = {"email": "nobody", "phone": "twelve"}
    refused = (await robin.patch(f"/api/leads/{lead}", json=wrong, headers=HINDI)).json()
    assert refused["errors"]["email"].startswith("यह ई-मेल पता नहीं है।")
    assert refused["detail"].count("यह ") == 2 and "\x1e" not in str(refused)


async def test_values_stand_in_what_is_told(robin: Browser) -> None:
    refused = await robin.patch("/api/settings", json={"sites": ["https://a.example/page"]}, headers=HINDI)
    assert refused.json()["detail"] == (
        "“https://a.example/page” एक पृष्ठ बताता है, और अनुमति पूरी साइट को मिलती है। https://a.example लिखें।"
    )


async def test_why_a_source_could_not_be_read(mira: Browser, robin: Browser, settings: Settings) -> None:
    said = with_values(
        "This PDF has %(number)s pages; the most that is read is %(most)s. Split it and upload the pieces.",
        number=9000,
        most=5000,
    )
    written(settings, queries.add_source, Source(id="s_1", kind="file", title="Tome", created_at=1), 0)
    written(settings, queries.set_status, "s_1", "failed", f"{said}\nUntil then it is found by its words alone.")
    english = "This PDF has 9,000 pages; the most that is read is 5,000. Split it and upload the pieces. Until then"
    assert (await robin.get("/api/documents/s_1")).json()["error"].startswith(english)
    for path in ("/knowledge", "/knowledge/s_1"):
        assert english in (await mira.get(path)).text
        assert "इस PDF में 9,000 पृष्ठ हैं; अधिकतम 5,000 पढ़े जाते हैं।" in (await mira.get(path, headers=HINDI)).text


async def test_what_is_refused_before_anybody_is_known(charlie: Browser) -> None:
    foreign = await charlie.get("/", headers={**HINDI, "host": "evil.example"})
    assert foreign.status_code == 421 and foreign.json()["detail"].startswith("यह नाम यहाँ नहीं चलता।")
    for _ in range(10):
        await charlie.submit("/sign-in", email="mira@acorn.example", password="x")
    often = await charlie.post("/api/auth/sign-in", json={"email": "m@acorn.example", "password": "x"}, headers=HINDI)
    assert often.status_code == 429 and "सेकंड में फिर कोशिश करें।" in often.json()["detail"]
