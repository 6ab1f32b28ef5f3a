"""What a call to a workspace needs to be there: leads, sources, teammates, made when they are named."""

from collections.abc import Callable
from typing import Any

from pyotp import TOTP
from sqlalchemy import Connection, text

from trulybot.account import api_keys, inviting, queries, sessions, team, two_step, two_step_queries
from trulybot.chat import handles, handover, saving
from trulybot.chat.models import Answer, Asker, Author, Turn
from trulybot.kit import outbox
from trulybot.kit.clock import now
from trulybot.kit.events import SERVER, Actor
from trulybot.kit.ranks import Rank
from trulybot.kit.sessions import Arrival
from trulybot.knowledge import curated, gaps, page_queries, passages, sources
from trulybot.knowledge import queries as knowledge_queries
from trulybot.knowledge.forms import NewAnswer
from trulybot.knowledge.gaps import Unhelpful
from trulybot.knowledge.models import Source
from trulybot.knowledge.reading.wire import Passage
from trulybot.leads import capture_queries, deleting, hooking, webhook_queries
from trulybot.leads import queries as lead_queries
from trulybot.leads.models import Capture
from trulybot.preferences import queries as preferences

TYPED_ANSWER = {"question": "When {new}?", "answer": "At nine.", "variants": ""}


class World(dict[str, Any]):
    """By names as they stand in a route's path. `caller` is a new person of the rank that is given."""

    def __init__(self, connection: Connection, rank: Rank, password_hash: str) -> None:
        self.connection = connection
        self.rank = rank
        self.password_hash = password_hash

    def __missing__(self, name: str) -> Any:
        self[name] = _MAKING[name](self)
        return self[name]

    def one(self, query: str, **values: object) -> Any:
        return self.connection.execute(text(query), values).scalar_one()


def _new(world: World) -> str:
    return handles.new_id("n").replace("_", "").replace("-", "").lower()


def _caller(world: World) -> int:
    """The owner is whoever owns the workspace at the moment: there is only one."""
    if world.rank == "owner":
        owner = queries.owner(world.connection)
        assert owner is not None
        return owner.id
    return _person(world, world.rank)


def _person(world: World, rank: Rank = "viewer") -> int:
    added = queries.add_staff(world.connection, f"{_new(world)}@acorn.example", world.password_hash, rank)
    assert added is not None
    return added


def _email(world: World) -> str:
    return str(world.one("SELECT email FROM staff WHERE id = :id", id=world["caller"]))


def _session(world: World) -> str:
    return sessions.begin(world.connection, world["caller"], Arrival())


def _other_session(world: World) -> int:
    assert world["session"] and sessions.begin(world.connection, world["caller"], Arrival())
    return int(world.one("SELECT max(id) FROM sessions"))


def _first_code(world: World) -> str:
    return TOTP(two_step.begin(world.connection, world["caller"])).now()


def _code(world: World) -> str:
    code = _first_code(world)
    two_step_queries.confirm(world.connection, world["caller"])
    return code


def _second_step(world: World) -> str | None:
    assert world["code"]
    return two_step.first_step_done(world.connection, world["caller"], Arrival()).second_step


def _token(world: World) -> str:
    return team.new_password_link(world.connection, "", world["caller"], SERVER).rpartition("/")[2]


def _two_step_staff(world: World) -> int:
    two_step.begin(world.connection, world["staff_id"])
    two_step_queries.confirm(world.connection, world["staff_id"])
    return int(world["staff_id"])


def _invitation(world: World) -> int:
    inviting.invite(world.connection, "", f"{_new(world)}@acorn.example", "agent", SERVER)
    return int(world.one("SELECT max(id) FROM one_time_links"))


def _key(world: World) -> int:
    api_keys.create(world.connection, _new(world))
    return int(world.one("SELECT max(id) FROM api_keys"))


def _turn(world: World) -> str:
    asked = Turn(id=handles.new_id("t"), conversation_id=world["conversation_id"], question=f"When {_new(world)}?")
    saving.save_question(world.connection, asked, Asker(handles.new_id("v"), asked.conversation_id, True), "en", None)
    saving.save_answer(world.connection, asked, Answer("quoted", "At nine."))
    return asked.id


def _conversation(world: World) -> str:
    world["conversation_id"] = handles.new_id("c")
    assert world["turn_id"]
    return str(world["conversation_id"])


def _held_conversation(world: World) -> str:
    author = Author(world["email"], None)
    handover.begin(world.connection, world["conversation_id"], "other", author, SERVER)
    return str(world["conversation_id"])


def _gap(world: World, question: str = "") -> int:
    asked = question or f"Where {_new(world)}?"
    gaps.note(world.connection, asked, "refused", Unhelpful(None, ()))
    return int(world.one("SELECT id FROM gaps WHERE normal = :normal", normal=gaps.normal(asked)))


def _answered_gap(world: World) -> int:
    question = f"Who {_new(world)}?"
    curated.add(world.connection, NewAnswer(question, "Mira."))
    return _gap(world, question)


def _closed_gap(world: World) -> int:
    gaps.dismiss(world.connection, world["gap_id"], SERVER)
    return int(world["gap_id"])


def _lead(world: World) -> str:
    values = {"email": f"{_new(world)}@example.com"}
    capture = Capture(
        id=handles.new_id("l"), conversation=None, visitor=None, fields=values, consent=None, page=None, locale=None,
        captured_at=now(),
    )  # fmt: skip
    lead_queries.add(world.connection, capture.id, values)
    capture_queries.add(world.connection, capture.id, capture, None)
    return capture.id


def _deleted_lead(world: World) -> str:
    world["deleted_at"] = deleting.delete_now(world.connection, [world["lead_id"]], Actor(world["email"], ""))[1]
    return str(world["lead_id"])


def _deleted_at(world: World) -> int:
    assert world["deleted_lead"]
    return int(world["deleted_at"])


def _webhook(world: World) -> str:
    """To where nothing is sent: the private network is closed to it."""
    hooking.point_to(world.connection, "https://127.0.0.1/leads", SERVER)
    return "on"


def _delivery(world: World) -> str:
    delivery_id = handles.new_id("d")
    assert world["webhook"]
    webhook_queries.add(world.connection, delivery_id, None, b"{}")
    world.connection.execute(text("UPDATE webhook_deliveries SET state = 'failed'"))
    return delivery_id


def _source(world: World) -> str:
    source = Source(id=handles.new_id("s"), kind="text", title=_new(world), created_at=now())
    knowledge_queries.add_source(world.connection, source, 0)
    page = page_queries.begin_page(world.connection, source.id, "", 0, 1)
    passages.save(world.connection, source.id, page, 1, 0, [Passage("Hours", "", f"We open at {source.title}.")])
    knowledge_queries.set_status(world.connection, source.id, "ready")
    return source.id


def _passage(world: World) -> int:
    query = "SELECT id FROM passages WHERE source_id = :id"
    return int(world.one(query, id=world["source_id"]))


def _deleted_source(world: World) -> str:
    sources.delete(world.connection, [world["source_id"]], SERVER)
    return str(world["source_id"])


def _lost_correction(world: World) -> str:
    query = "INSERT INTO lost_corrections (source_id, heading, read_text, lost_at) VALUES (:id, '', '', 0) RETURNING id"
    return str(world.one(query, id=world["source_id"]))


def _answer(world: World) -> int:
    return curated.add(world.connection, NewAnswer(f"Which {_new(world)}?", "The blue one.")).id


def _removed_answer(world: World) -> int:
    return curated.remove(world.connection, world["answer_id"]).id


def _site(world: World) -> str:
    site = f"https://{_new(world)}.example"
    before = preferences.preferences(world.connection)
    preferences.change(world.connection, before, {"sites": [*before.sites, site]})
    return site


def _mail(world: World) -> int:
    outbox.send(world.connection, key=_new(world), to="mira@example.com", subject="Hello", text="Hello.")
    world.connection.execute(text("UPDATE mails SET state = 'failed'"))
    return int(world.one("SELECT max(id) FROM mails"))


_MAKING: dict[str, Callable[[World], Any]] = {
    "new": _new,
    "caller": _caller,
    "email": _email,
    "session": _session,
    "session_id": _other_session,
    "first_code": _first_code,
    "code": _code,
    "second_step": _second_step,
    "token": _token,
    "staff_id": _person,
    "two_step_staff": _two_step_staff,
    "invitation_id": _invitation,
    "key_id": _key,
    "conversation_id": _conversation,
    "held_conversation": _held_conversation,
    "turn_id": _turn,
    "gap_id": _gap,
    "answered_gap": _answered_gap,
    "closed_gap": _closed_gap,
    "lead_id": _lead,
    "other_lead": _lead,
    "deleted_lead": _deleted_lead,
    "deleted_at": _deleted_at,
    "webhook": _webhook,
    "delivery_id": _delivery,
    "kind": lambda _: "text",
    "source_id": _source,
    "document_id": lambda world: world["source_id"],
    "passage_id": _passage,
    "deleted_source": _deleted_source,
    "lost_correction": _lost_correction,
    "answer_id": _answer,
    "removed_answer": _removed_answer,
    "site": _site,
    "mail_id": _mail,
}
