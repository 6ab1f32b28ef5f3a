"""What the operator says of rolling the newest image out. `rolling_out` does it."""

from sqlalchemy import Connection

from control_plane.runtimes import queries
from control_plane.runtimes.models import Rollout
from trulybot.kit.errors import Conflict
from trulybot.kit.events import Actor, record
from trulybot.kit.texts import N_


def begin(connection: Connection, images: tuple[str, ...], actor: Actor) -> None:
    """To the newest of these images. Raises Conflict where there is nothing to roll out, or something under way."""
    if not images or not queries.count_outdated(connection, images[0]):
        raise Conflict("Every workspace has the newest image already.")
    if not queries.add_rollout(connection, images[0]):
        raise Conflict("An upgrade is under way already.")
    record(connection, actor, N_("Began an upgrade"), images[0])


def pause(connection: Connection, actor: Actor) -> None:
    """What has begun comes to its end."""
    rollout = _under_way(connection)
    if not queries.move_rollout(connection, rollout.id, "paused", ("running",)):
        raise Conflict("This upgrade does not run.")
    record(connection, actor, N_("Paused an upgrade"), rollout.image)


def go_on(connection: Connection, actor: Actor) -> None:
    """Also after too many have failed: those are not counted again."""
    rollout = _under_way(connection)
    if not queries.move_rollout(connection, rollout.id, "running", ("paused", "halted")):
        raise Conflict("This upgrade runs already.")
    queries.accept_failures(connection, rollout.id)
    record(connection, actor, N_("Went on with an upgrade"), rollout.image)


def stop(connection: Connection, actor: Actor) -> None:
    """Whoever has not had its turn keeps its image."""
    rollout = _under_way(connection)
    queries.move_rollout(connection, rollout.id, "stopped", ("running", "paused", "halted"))
    record(connection, actor, N_("Stopped an upgrade"), rollout.image)


def _under_way(connection: Connection) -> Rollout:
    rollout = queries.latest_rollout(connection)
    if rollout is None or rollout.is_over:
        raise Conflict("No upgrade is under way.")
    return rollout
