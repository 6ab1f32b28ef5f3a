"""`/up`: whether this process serves and its database answers. Under any Host, for health checks know no name."""

from typing import Literal

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from sqlalchemy import Connection, text

from trulybot.kit.database import Database


class Up(msgspec.Struct):
    status: Literal["up"] = "up"


# Without a limit: a health check that is refused would end the container.
@get("/up", opt={"who": "anyone"})
async def up(db: NamedDependency[Database], database: FromQuery[bool] = True) -> Up:
    """200 when the workspace can answer; `?database=false` asks the process alone."""
    if database:
        db.glance(_answers)
    return Up()


def _answers(connection: Connection) -> None:
    connection.execute(text("SELECT 1")).scalar_one()
