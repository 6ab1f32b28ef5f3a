"""All SQL about upgrades and rollouts."""

from typing import Any

import msgspec
from sqlalchemy import Connection, text

from control_plane.runtimes.models import FAILED, Outcome, Rollout, RolloutState, Upgrade
from trulybot.kit.clock import now

_FAILED = ", ".join(f"'{result}'" for result in FAILED)
_ROLLOUT = f"""
    SELECT rollouts.id, image, state, accepted, rollouts.began_at AS began_at, rollouts.ended_at AS ended_at,
        count(workspace_id) AS total, count(result) AS ended, count(upgrades.began_at) - count(result) AS under_way,
        coalesce(sum(result = 'upgraded'), 0) AS upgraded, coalesce(sum(result IN ({_FAILED})), 0) AS failed
    FROM rollouts LEFT JOIN upgrades ON rollout_id = rollouts.id
"""


def begin_upgrade(connection: Connection, workspace_id: str) -> None:
    """From now on its names lead nowhere; its data is still as it was."""
    _do(connection, "UPDATE workspaces SET upgrading = 'saving' WHERE id = :id", id=workspace_id)


def give_new_image(connection: Connection, workspace_id: str, image: str) -> None:
    """A backup of its data is there."""
    sql = "UPDATE workspaces SET upgrading = 'proving', image_before = image, image = :image WHERE id = :id"
    _do(connection, sql, id=workspace_id, image=image)


def begin_restoring(connection: Connection, workspace_id: str, reason: str) -> None:
    sql = "UPDATE workspaces SET upgrading = 'restoring', upgrade_failed = :reason WHERE id = :id"
    _do(connection, sql, id=workspace_id, reason=reason)


def give_old_image(connection: Connection, workspace_id: str) -> None:
    sql = "UPDATE workspaces SET image = image_before WHERE id = :id AND image_before IS NOT NULL"
    _do(connection, sql, id=workspace_id)


def end_upgrade(connection: Connection, workspace_id: str, outcome: Outcome | None) -> None:
    """Without an outcome it was cut off before anything was changed, and is begun anew."""
    sql = (
        "UPDATE workspaces SET upgrading = NULL, image_before = NULL, upgrade_failed = '', failures = 0, "
        "tried_at = NULL WHERE id = :id AND upgrading IS NOT NULL"
    )
    _do(connection, sql, id=workspace_id)
    if outcome is None:
        sql = "UPDATE upgrades SET began_at = NULL WHERE workspace_id = :id AND result IS NULL"
        _do(connection, sql, id=workspace_id)
    else:
        note_outcome(connection, workspace_id, outcome)


def note_outcome(connection: Connection, workspace_id: str, outcome: Outcome) -> None:
    sql = (
        "UPDATE upgrades SET result = :result, reason = :reason, ended_at = :now "
        "WHERE workspace_id = :id AND result IS NULL AND began_at IS NOT NULL"
    )
    _do(connection, sql, id=workspace_id, result=outcome.result, reason=outcome.reason[:1000], now=now())


def reason_of(connection: Connection, workspace_id: str) -> str:
    """Why it is being restored."""
    sql = "SELECT upgrade_failed FROM workspaces WHERE id = :id"
    return str(connection.execute(text(sql), {"id": workspace_id}).scalar_one())


def add_rollout(connection: Connection, image: str) -> bool:
    """For all workspaces that are open and have another image. Whether none was under way."""
    sql = "INSERT INTO rollouts (image, began_at) VALUES (:image, :now) ON CONFLICT DO NOTHING"
    if not _do(connection, sql, image=image, now=now()):
        return False
    sql = (
        "INSERT INTO upgrades (rollout_id, workspace_id) SELECT rollouts.id, workspaces.id FROM rollouts, workspaces "
        "WHERE rollouts.ended_at IS NULL AND wanted = 'open' AND workspaces.image != rollouts.image"
    )
    _do(connection, sql)
    return True


def latest_rollout(connection: Connection) -> Rollout | None:
    """The one under way, or else the last one."""
    sql = f"{_ROLLOUT} GROUP BY rollouts.id ORDER BY rollouts.id DESC LIMIT 1"
    row = connection.execute(text(sql)).mappings().one_or_none()
    return msgspec.convert(dict(row), Rollout) if row else None


def move_rollout(
    connection: Connection, rollout_id: int, state: RolloutState, before: tuple[RolloutState, ...]
) -> bool:
    """Whether it was in one of the states `before`."""
    among = ", ".join(f"'{each}'" for each in before)
    sql = (
        "UPDATE rollouts SET state = :state, ended_at = CASE WHEN :state IN ('stopped', 'done') THEN :now END "
        f"WHERE id = :id AND state IN ({among})"
    )
    return _do(connection, sql, id=rollout_id, state=state, now=now())


def accept_failures(connection: Connection, rollout_id: int) -> None:
    """Of as many the operator knows by now."""
    failed = f"SELECT count(*) FROM upgrades WHERE rollout_id = :id AND result IN ({_FAILED})"
    _do(connection, f"UPDATE rollouts SET accepted = ({failed}) WHERE id = :id", id=rollout_id)


def take_next(connection: Connection, rollout_id: int) -> str | None:
    """The next workspace of a rollout, from now on under way; those that sleep come first."""
    sql = (
        "SELECT workspace_id FROM upgrades JOIN workspaces ON workspaces.id = workspace_id "
        "WHERE rollout_id = :id AND result IS NULL AND upgrades.began_at IS NULL AND upgrading IS NULL "
        "ORDER BY is_awake, workspaces.created_at LIMIT 1"
    )
    workspace_id = connection.execute(text(sql), {"id": rollout_id}).scalar()
    if workspace_id is not None:
        sql = "UPDATE upgrades SET began_at = :now WHERE rollout_id = :id AND workspace_id = :workspace"
        _do(connection, sql, now=now(), id=rollout_id, workspace=workspace_id)
    return workspace_id


def forget_begun(connection: Connection) -> None:
    """What was cut off before anything was changed is begun anew. What was cut off later, converge ends."""
    sql = (
        "UPDATE upgrades SET began_at = NULL WHERE result IS NULL AND began_at IS NOT NULL "
        "AND workspace_id IN (SELECT id FROM workspaces WHERE upgrading IS NULL)"
    )
    _do(connection, sql)


def note_fault(connection: Connection, workspace_id: str, reason: str) -> None:
    """Nothing was changed yet, or else converge ends it, and says what became of it."""
    sql = "SELECT 1 FROM workspaces WHERE id = :id AND upgrading IS NULL"
    if connection.execute(text(sql), {"id": workspace_id}).scalar():
        note_outcome(connection, workspace_id, Outcome("refused", reason))


def upgrades(connection: Connection, rollout_id: int, most: int) -> list[Upgrade]:
    """Those under way first, then what failed, then the rest, the latest first."""
    sql = (
        "SELECT workspace_id, name, slug, result, upgrades.reason AS reason, began_at, ended_at FROM upgrades "
        "JOIN workspaces ON workspaces.id = workspace_id WHERE rollout_id = :id ORDER BY "
        f"CASE WHEN result IS NULL AND began_at IS NOT NULL THEN 0 WHEN result IN ({_FAILED}) THEN 1 "
        "WHEN result IS NOT NULL THEN 2 ELSE 3 END, ended_at DESC, name LIMIT :most"
    )
    rows = connection.execute(text(sql), {"id": rollout_id, "most": most}).mappings()
    return [msgspec.convert(dict(row), Upgrade) for row in rows]


def count_outdated(connection: Connection, image: str) -> int:
    """How many open workspaces have another image."""
    sql = "SELECT count(*) FROM workspaces WHERE wanted = 'open' AND image != :image"
    return int(connection.execute(text(sql), {"image": image}).scalar_one())


def _do(connection: Connection, sql: str, **values: Any) -> bool:
    """Whether it changed anything."""
    return connection.execute(text(sql), values).rowcount > 0
