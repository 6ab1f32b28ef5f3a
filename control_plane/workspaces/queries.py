"""All SQL about workspaces, their names and tokens."""

from typing import Any

import msgspec
from sqlalchemy import Connection, RowMapping, text

from control_plane.workspaces.models import MOST_TROUBLES, Domain, Wanted, Workspace
from trulybot.kit.clock import now

_COLUMNS = (
    "id, name, slug, plan, image, image_before, upgrading, wanted, reason, is_awake, up_again_at, failures, tried_at, "
    "active_at, erase_at, erased_at, workspaces.created_at AS created_at"
)


def add(connection: Connection, workspace_id: str, name: str, slug: str, looks_like: str, plan: str) -> bool:
    """Whether its name was free."""
    sql = (
        "INSERT INTO workspaces (id, name, slug, looks_like, plan, active_at, created_at) "
        "VALUES (:id, :name, :slug, :looks_like, :plan, :now, :now) ON CONFLICT DO NOTHING"
    )
    values = {"id": workspace_id, "name": name, "slug": slug, "looks_like": looks_like, "plan": plan, "now": now()}
    return _changed(connection, sql, **values)


def workspace(connection: Connection, workspace_id: str) -> Workspace | None:
    return _one(connection, "id = :id", id=workspace_id)


def workspace_with(connection: Connection, slug: str) -> Workspace | None:
    return _one(connection, "slug = :slug", slug=slug)


def workspace_at(connection: Connection, domain: str) -> Workspace | None:
    """Whose own name this is, once it has been verified."""
    found = "id = (SELECT workspace_id FROM domains WHERE name = :name AND verified_at IS NOT NULL)"
    return _one(connection, found, name=domain)


def workspaces(connection: Connection) -> list[Workspace]:
    """All that are not erased, the oldest first."""
    return _some(connection, "erased_at IS NULL ORDER BY created_at, id")


def to_erase(connection: Connection) -> list[str]:
    sql = "SELECT id FROM workspaces WHERE wanted = 'closed' AND erase_at <= :now"
    return list(connection.execute(text(sql), {"now": now()}).scalars())


def due_to_wake(connection: Connection) -> list[str]:
    sql = "SELECT id FROM workspaces WHERE up_again_at <= :now AND wanted = 'open' AND is_awake = 0"
    return list(connection.execute(text(sql), {"now": now()}).scalars())


def want(
    connection: Connection,
    workspace_id: str,
    wanted: Wanted,
    before: Wanted,
    reason: str = "",
    erase_at: int | None = None,
) -> bool:
    """Move on from `before` only; whether it was there."""
    sql = (
        "UPDATE workspaces SET wanted = :wanted, reason = :reason, erase_at = :erase_at, failures = 0, tried_at = NULL "
        "WHERE id = :id AND wanted = :before"
    )
    return _changed(connection, sql, id=workspace_id, wanted=wanted, before=before, reason=reason, erase_at=erase_at)


def rename(connection: Connection, workspace_id: str, name: str) -> None:
    connection.execute(text("UPDATE workspaces SET name = :name WHERE id = :id"), {"name": name, "id": workspace_id})


def set_slug(connection: Connection, workspace_id: str, slug: str, looks_like: str) -> bool:
    """Whether it was free."""
    sql = "UPDATE OR IGNORE workspaces SET slug = :slug, looks_like = :looks_like WHERE id = :id AND slug IS NOT NULL"
    return _changed(connection, sql, id=workspace_id, slug=slug, looks_like=looks_like)


def wake(connection: Connection, workspace_id: str) -> bool:
    """Whether it was asleep."""
    sql = (
        "UPDATE workspaces SET is_awake = 1, up_again_at = NULL, active_at = :now "
        "WHERE id = :id AND wanted = 'open' AND is_awake = 0"
    )
    return _changed(connection, sql, id=workspace_id, now=now())


def sleep(connection: Connection, workspace_id: str, up_again_at: int | None) -> bool:
    """Whether it was awake."""
    sql = (
        "UPDATE workspaces SET is_awake = 0, up_again_at = :at, active_at = :now, failures = 0, tried_at = NULL "
        "WHERE id = :id AND is_awake = 1"
    )
    return _changed(connection, sql, id=workspace_id, at=up_again_at, now=now())


def give_image(connection: Connection, workspace_id: str, image: str, before: str | None) -> bool:
    """Whether it had that `before`."""
    sql = "UPDATE workspaces SET image = :image WHERE id = :id AND image IS :before"
    return _changed(connection, sql, id=workspace_id, image=image, before=before)


def note_failure(connection: Connection, workspace_id: str) -> None:
    sql = "UPDATE workspaces SET failures = failures + 1, tried_at = :now WHERE id = :id"
    connection.execute(text(sql), {"id": workspace_id, "now": now()})


def note_trouble(connection: Connection, workspace_id: str) -> None:
    """A failure that was not its own, and for which it is never given up."""
    sql = "UPDATE workspaces SET failures = max(failures, min(failures + 1, :most)), tried_at = :now WHERE id = :id"
    connection.execute(text(sql), {"id": workspace_id, "most": MOST_TROUBLES, "now": now()})


def forget_failures(connection: Connection, workspace_id: str) -> None:
    sql = "UPDATE workspaces SET failures = 0, tried_at = NULL WHERE id = :id AND failures > 0"
    connection.execute(text(sql), {"id": workspace_id})


def lease(connection: Connection, workspace_id: str, holder: str, seconds: int) -> bool:
    """Whether nobody else is at work on it; until then nobody else will be."""
    sql = (
        "UPDATE workspaces SET leased_until = :until, leased_by = :holder "
        "WHERE id = :id AND (leased_until <= :now OR leased_by = :holder)"
    )
    return _changed(connection, sql, id=workspace_id, holder=holder, until=now() + seconds, now=now())


def release(connection: Connection, workspace_id: str, holder: str) -> None:
    sql = "UPDATE workspaces SET leased_until = 0, leased_by = '' WHERE id = :id AND leased_by = :holder"
    connection.execute(text(sql), {"id": workspace_id, "holder": holder})


def release_all(connection: Connection) -> None:
    """For who has just got the lock on the folders: whoever held a lease is gone."""
    connection.execute(text("UPDATE workspaces SET leased_until = 0, leased_by = '' WHERE leased_by <> ''"))


def note_erased(connection: Connection, workspace_id: str) -> None:
    """Its row stays, as the receipt; its names and tokens, and who was in it, go."""
    for table in ("domains", "tokens", "members", "one_time_links"):
        connection.execute(text(f"DELETE FROM {table} WHERE workspace_id = :id"), {"id": workspace_id})
    sql = (
        "UPDATE workspaces SET wanted = 'erased', slug = NULL, looks_like = NULL, erase_at = NULL, erased_at = :now, "
        "is_awake = 0, up_again_at = NULL WHERE id = :id AND erased_at IS NULL"
    )
    connection.execute(text(sql), {"id": workspace_id, "now": now()})


def add_domain(connection: Connection, workspace_id: str, name: str, token: str) -> bool:
    """Whether nobody has it. A name that was only asked for, by whomever, is free to be asked for again."""
    connection.execute(text("DELETE FROM domains WHERE name = :name AND verified_at IS NULL"), {"name": name})
    sql = (
        "INSERT INTO domains (name, workspace_id, token, added_at) VALUES (:name, :id, :token, :now) "
        "ON CONFLICT DO NOTHING"
    )
    return _changed(connection, sql, name=name, id=workspace_id, token=token, now=now())


def domain(connection: Connection, workspace_id: str, name: str) -> Domain | None:
    found = [each for each in domains(connection, workspace_id) if each.name == name]
    return found[0] if found else None


def domains(connection: Connection, workspace_id: str) -> list[Domain]:
    sql = "SELECT name, workspace_id, token, added_at, verified_at FROM domains WHERE workspace_id = :id ORDER BY name"
    rows = connection.execute(text(sql), {"id": workspace_id}).mappings()
    return [msgspec.convert(dict(row), Domain) for row in rows]


def verified_domains(connection: Connection) -> list[tuple[str, str]]:
    """Every name that is in use, with its workspace."""
    sql = (
        "SELECT domains.name, workspace_id FROM domains JOIN workspaces ON workspaces.id = workspace_id "
        "WHERE verified_at IS NOT NULL AND erased_at IS NULL"
    )
    return [(name, workspace_id) for name, workspace_id in connection.execute(text(sql))]


def verify_domain(connection: Connection, workspace_id: str, name: str, token: str) -> bool:
    """Whether the name still waits for this token."""
    sql = (
        "UPDATE domains SET verified_at = :now WHERE name = :name AND workspace_id = :id AND token = :token "
        "AND verified_at IS NULL"
    )
    return _changed(connection, sql, name=name, id=workspace_id, token=token, now=now())


def remove_domain(connection: Connection, workspace_id: str, name: str) -> bool:
    sql = "DELETE FROM domains WHERE name = :name AND workspace_id = :id"
    return _changed(connection, sql, name=name, id=workspace_id)


def add_token(connection: Connection, workspace_id: str, token_hash: bytes) -> None:
    sql = "INSERT INTO tokens (token_hash, workspace_id, made_at) VALUES (:hash, :id, :now)"
    connection.execute(text(sql), {"hash": token_hash, "id": workspace_id, "now": now()})


def token_owner(connection: Connection, token_hash: bytes) -> str | None:
    """The workspace whose token this is."""
    sql = "SELECT workspace_id FROM tokens WHERE token_hash = :hash"
    return connection.execute(text(sql), {"hash": token_hash}).scalar()


def token_hashes(connection: Connection, workspace_id: str) -> list[bytes]:
    """The newest first."""
    sql = "SELECT token_hash FROM tokens WHERE workspace_id = :id ORDER BY made_at DESC"
    return list(connection.execute(text(sql), {"id": workspace_id}).scalars())


def forget_other_tokens(connection: Connection, workspace_id: str, token_hash: bytes) -> None:
    sql = "DELETE FROM tokens WHERE workspace_id = :id AND token_hash != :hash"
    connection.execute(text(sql), {"id": workspace_id, "hash": token_hash})


def note_security_event(connection: Connection, workspace_id: str | None, kind: str, detail: str = "") -> None:
    sql = "INSERT INTO security_events (at, workspace_id, kind, detail) VALUES (:now, :id, :kind, :detail)"
    connection.execute(text(sql), {"now": now(), "id": workspace_id, "kind": kind, "detail": detail[:300]})


def _one(connection: Connection, condition: str, **values: Any) -> Workspace | None:
    row = connection.execute(text(f"SELECT {_COLUMNS} FROM workspaces WHERE {condition}"), values).mappings()
    found = row.one_or_none()
    return _workspace(found) if found else None


def _some(connection: Connection, condition: str, **values: Any) -> list[Workspace]:
    rows = connection.execute(text(f"SELECT {_COLUMNS} FROM workspaces WHERE {condition}"), values).mappings()
    return [_workspace(row) for row in rows]


def _workspace(row: RowMapping) -> Workspace:
    return msgspec.convert({**row, "is_awake": bool(row["is_awake"])}, Workspace)


def _changed(connection: Connection, sql: str, **values: Any) -> bool:
    return connection.execute(text(sql), values).rowcount == 1
