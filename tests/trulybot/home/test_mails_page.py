import asyncio
import re
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from tests.cast import MIRA, Browser
from tests.post_office import post_office
from tests.trulybot.conftest import workspace_of
from trulybot.kit import outbox
from trulybot.kit.mail_server import Sender
from trulybot.settings import Settings
from trulybot.workspace import written


async def listed(mira: Browser, state: str) -> str:
    """The list, once the last mail has this state."""
    async with asyncio.timeout(10):
        while state not in (page := await mira.get("/mails")).text:
            await asyncio.sleep(0.02)
    return page.text


def write(connection: Connection, /, key: str, **more: Any) -> int:
    given: dict[str, Any] = {"to": "visitor@oak.example", "subject": f"About {key}", "text": "Hello", **more}
    outbox.send(connection, key=key, **given)
    return outbox.mails(connection, 1)[0].id


async def test_without_a_mail_server_mails_are_read_here(mira: Browser, settings: Settings) -> None:
    assert "No mails yet" in (await mira.get("/mails")).text
    text = "Hello <b>Mira</b>,\n\nsee https://acorn.example/x"
    mail_id = written(settings, write, "a", text=text, reply_to="shop@oak.example")
    page = await listed(mira, "Not sent: no mail server")
    assert "trial mail" not in page, "it would reach nobody"
    assert "TRULYBOT_SMTP_URL" in page and "About a" in page and "visitor@oak.example" in page
    mail = (await mira.get(f"/mails/{mail_id}")).text
    assert "Hello &lt;b&gt;Mira&lt;/b&gt;," in mail and "shop@oak.example" in mail
    assert '<a href="https://acorn.example/x"' in mail and "Send again" not in mail


async def test_nobody_but_the_owner_reads_mails_for_they_may_let_somebody_in(
    mira: Browser, vera: Browser, gopal: Browser, asha: Browser, settings: Settings
) -> None:
    mail_id = written(settings, write, "a")
    for path in ("/mails", f"/mails/{mail_id}"):
        assert (await mira.get(path)).status_code == 200
        for teammate in (vera, gopal, asha):
            refused = await teammate.get(path)
            assert refused.status_code == 403 and "About a" not in refused.text


async def test_a_stranger_is_sent_to_sign_in(charlie: Browser) -> None:
    assert (await charlie.get("/mails")).headers["location"] == "/sign-in?next=%2Fmails"


async def test_a_trial_mail_is_for_whoever_asks_for_it(mira: Browser) -> None:
    answer = await mira.submit("/mails/trial", csrf=await mira.csrf())
    assert answer.headers["location"] == "/mails?tried=true"
    page = await listed(mira, "no mail server")
    assert "A trial mail from TrulyBot" in page and MIRA in page


async def test_one_that_does_not_exist_is_not_found(mira: Browser) -> None:
    assert (await mira.get("/mails/99")).status_code == 404
    assert (await mira.submit("/mails/99/sending", csrf=await mira.csrf())).status_code == 409
    assert (await mira.submit(f"/mails/{10**20}/sending", csrf=await mira.csrf())).status_code in (400, 404)


async def test_the_list_has_pages(mira: Browser, settings: Settings) -> None:
    for number in range(51):
        written(settings, write, f"subject {number}")
    page = (await mira.get("/mails")).text
    older = re.search(r'href="(/mails\?before=\d+)" rel="next"', page)
    assert older and "subject 0<" not in page
    assert "subject 0<" in (await mira.get(older[1])).text


async def test_what_the_server_refused_is_said_in_its_words_and_can_be_sent_again(tmp_path: Path) -> None:
    async with post_office() as office:
        url = f"smtp://127.0.0.1:{office.port}"
        settings = Settings(data=tmp_path / "data", smtp_url=url, mail_from=Sender("bot@acorn.example"))
        office.to_recipients = ["550 5.1.1 Nobody <here>"]
        async with workspace_of(settings) as mira:
            await mira.submit("/mails/trial", csrf=await mira.csrf())
            page = await listed(mira, "Not sent")
            mail = re.search(r"/mails/\d+", page)
            assert mail and "550 5.1.1 Nobody &lt;here&gt;" in (await mira.get(mail[0])).text
            await mira.submit(f"{mail[0]}/sending", csrf=await mira.csrf())
            assert "A trial mail" in str((await office.mails(1))[0]["Subject"])
            await listed(mira, ">Sent<")
