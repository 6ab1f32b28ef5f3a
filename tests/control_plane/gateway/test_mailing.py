import re
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import Connection

from control_plane.accounts import member_queries
from control_plane.accounts import queries as account_queries
from control_plane.gateway import caps, mail_queries, permitting, stopping
from control_plane.gateway.mail_templates import TO_LEADS, TO_STAFF
from tests.control_plane.gateway.conftest import ACORN, BIRCH, KEY
from trulybot.contract import Mail as Wish
from trulybot.kit import outbox
from trulybot.kit.database import Database
from trulybot.kit.events import Actor
from trulybot.kit.gateway import Gateway as WayOut
from trulybot.kit.outbox import Mail, Source
from trulybot.kit.postman import Never, NotNow, Taken, handed_through
from trulybot.kit.ranks import Rank

MIRA, NORA = "mira@acorn.example", "nora@fjord.example"
ANSWER = {"bot": "Evil Corp", "question": "When?", "said": "On Monday.", "page": "https://acorn.example/"}


def join(connection: Connection, email: str, workspace: str, role: Rank = "owner") -> None:
    account_queries.add_account(connection, email, "", "customer")
    account = account_queries.account_with(connection, email)
    assert account and member_queries.add(connection, workspace, account.id, role)


@pytest.fixture(autouse=True)
async def members(db: Database) -> None:
    await db.write(join, MIRA, ACORN)
    await db.write(join, "bob@birch.example", BIRCH)


def wish(**more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "key": "m1",
        "template": "webhook_off",
        "language": "en",
        "given": {"url": "https://acorn.example/x"},
        "to": MIRA,
    }
    return {**given, **more}


def answer_to_lead(**more: Any) -> dict[str, Any]:
    return wish(template="answer", given=ANSWER, to=NORA, consent="Yes, write to me.", **more)


async def written(db: Database) -> list[Mail]:
    return await db.read(outbox.mails, 50)


async def test_a_mail_to_staff_is_made_from_our_template(acorn: httpx.AsyncClient, db: Database) -> None:
    assert (await acorn.post("/mail", json=wish())).status_code == 202
    (mail,) = await written(db)
    assert (mail.recipient, mail.from_name, mail.stop) == (MIRA, "Acorn", None)
    assert "webhook for leads was switched off" in mail.subject
    assert "https://acorn.example/x" in mail.text and "http://acorn.localhost:8080/lead-settings" in mail.text
    assert mail.html and "Acorn" in mail.html


async def test_the_same_mail_again_is_not_sent_again(acorn: httpx.AsyncClient, db: Database) -> None:
    for key in ("m1", "m1", "m2"):
        assert (await acorn.post("/mail", json=wish(key=key))).status_code == 202
    assert len(await written(db)) == 2


@pytest.mark.parametrize("to", ["bob@birch.example", NORA, "nobody"])
async def test_what_is_for_staff_goes_to_nobody_else(acorn: httpx.AsyncClient, db: Database, to: str) -> None:
    assert (await acorn.post("/mail", json=wish(to=MIRA.upper()))).status_code == 202
    assert (await acorn.post("/mail", json=wish(key="m2", to=to))).status_code in (403, 422)
    assert len(await written(db)) == 1


@pytest.mark.parametrize(
    "odd",
    [
        {"template": "invitation"}, {"template": "../../etc/passwd"}, {"template": "letter"}, {"given": {}},
        {"given": {"url": 7}}, {"given": {"url": "x" * 1001}}, {"key": ""}, {"key": "k" * 201},
    ],
)  # fmt: skip
async def test_what_fits_no_template_of_ours_is_not_sent(
    acorn: httpx.AsyncClient, db: Database, odd: dict[str, Any]
) -> None:
    assert (await acorn.post("/mail", json=wish(**odd))).status_code == 422
    assert await written(db) == []


async def test_a_workspace_cannot_write_in_anothers_name(acorn: httpx.AsyncClient, db: Database) -> None:
    given = {"url": "https://a.example", "workspace": "Evil Corp", "address": "https://evil.example"}
    await acorn.post("/mail", json=wish(given=given))
    await acorn.post("/mail", json=answer_to_lead(key="m2"))
    for mail in await written(db):
        assert mail.from_name == "Acorn"
        assert "vil" not in f"{mail.subject}{mail.text}{mail.html}"


async def test_a_lead_is_answered_with_a_way_to_stop_it(acorn: httpx.AsyncClient, db: Database) -> None:
    assert (await acorn.post("/mail", json=answer_to_lead())).status_code == 202
    (mail,) = await written(db)
    assert mail.subject == "Acorn: an answer to your question"
    assert "On Monday." in mail.text and mail.html is None
    assert mail.stop and mail.stop in mail.text
    assert mail.stop.startswith("http://app.localhost:8080/stop/")


@pytest.mark.parametrize("consent", ["", "  "])
async def test_without_consent_no_lead_is_written_to(acorn: httpx.AsyncClient, db: Database, consent: str) -> None:
    assert (await acorn.post("/mail", json={**answer_to_lead(), "consent": consent})).status_code == 403
    assert await written(db) == []


async def test_who_stopped_it_is_not_written_to_by_this_workspace(
    acorn: httpx.AsyncClient, birch: httpx.AsyncClient, db: Database
) -> None:
    await db.write(mail_queries.stop, ACORN, stopping.recipient_hash(KEY, NORA))
    refused = await acorn.post("/mail", json={**answer_to_lead(), "to": NORA.upper()})
    assert refused.status_code == 409
    assert (await birch.post("/mail", json=answer_to_lead())).status_code == 202
    assert len(await written(db)) == 1


async def test_answers_go_where_the_owner_said_in_the_console(acorn: httpx.AsyncClient, db: Database) -> None:
    shop = "shop@acorn.example"
    await acorn.post("/mail", json=answer_to_lead(reply_to=shop))
    await db.write(permitting.permit, ACORN, "reply-to", shop, Actor("mira", ""))
    await acorn.post("/mail", json=answer_to_lead(key="m2", reply_to=shop))
    assert [mail.reply_to for mail in await written(db)] == [shop, None]


@pytest.mark.parametrize(
    ("cap", "body", "other"),
    [
        ("STAFF_MAILS_A_DAY", wish(), answer_to_lead()),
        ("LEAD_MAILS_A_DAY", answer_to_lead(), wish()),
        ("LEAD_MAILS_TO_ONE_A_DAY", answer_to_lead(), wish()),
    ],
)
async def test_a_day_has_only_so_many_mails(
    monkeypatch: pytest.MonkeyPatch, acorn: httpx.AsyncClient, cap: str, body: dict[str, Any], other: dict[str, Any]
) -> None:
    monkeypatch.setattr(caps, cap, 2)
    answers = [await acorn.post("/mail", json={**body, "key": key}) for key in ("1", "2", "3")]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert (await acorn.post("/mail", json={**other, "key": "4"})).status_code == 202


def kept(**more: Any) -> Mail:
    """As it lies in the outbox of a workspace."""
    source = Source("webhook_off", "en", {"url": "https://acorn.example/x"})
    given: dict[str, Any] = {
        "id": 1, "name": "n1", "recipient": MIRA, "reply_to": None, "subject": "", "text": "", "html": None,
        "state": "waiting", "attempts": 0, "fault": "", "created_at": 1, "settled_at": None,
        "source": msgspec.json.encode(source).decode(),
    }  # fmt: skip
    return Mail(**{**given, **more})


async def test_a_workspaces_postman_hands_its_mails_through_the_door(acorns_way_out: WayOut, db: Database) -> None:
    assert await handed_through(acorns_way_out, kept()) == Taken()
    assert [mail.recipient for mail in await written(db)] == [MIRA]
    refused = await handed_through(acorns_way_out, kept(recipient=NORA))
    assert isinstance(refused, Never) and "own people" in refused.fault
    assert isinstance(await handed_through(acorns_way_out, kept(source=None)), Never)


async def test_a_postman_comes_again_when_there_were_too_many(
    monkeypatch: pytest.MonkeyPatch, acorns_way_out: WayOut
) -> None:
    monkeypatch.setattr(caps, "STAFF_MAILS_A_DAY", 0)
    assert isinstance(await handed_through(acorns_way_out, kept()), NotNow)


def test_every_template_a_workspace_may_use_is_there() -> None:
    from trulybot.kit.pages import TEMPLATES

    assert all((TEMPLATES / "shared" / "mail" / f"{name}.txt").exists() for name in TO_STAFF)
    assert not TO_STAFF.keys() & TO_LEADS.keys()


def test_the_struct_of_the_contract_is_what_is_sent() -> None:
    assert msgspec.convert(answer_to_lead(), Wish).consent == "Yes, write to me."
    assert re.fullmatch(r"[0-9a-f]{32}", stopping.recipient_hash(KEY, NORA))
