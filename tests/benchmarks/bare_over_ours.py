"""The same bare application, but its insert goes through our Database: what our one writer costs by itself."""

import sys
from pathlib import Path
from typing import Any

import uvicorn
from litestar import Litestar, get, post
from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, insert

from trulybot.kit import sqlite
from trulybot.kit.database import Database

rows = Table("rows", MetaData(), Column("id", Integer, primary_key=True), Column("text", Text))


def create_app(folder: Path) -> Litestar:
    path = folder / "ours.db"
    with sqlite.connect(path) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")
    connection.close()
    database = Database(path)

    @get("/up")
    async def up() -> dict[str, str]:
        return {"status": "ok"}

    @post("/rows")
    async def save(data: dict[str, str]) -> dict[str, Any]:
        return {"id": await database.write(_insert, data["text"])}

    return Litestar([up, save], openapi_config=None)


def _insert(connection: Connection, text: str) -> int:
    return int(connection.execute(insert(rows).values(text=text).returning(rows.c.id)).scalar_one())


if __name__ == "__main__":
    uvicorn.run(create_app(Path(sys.argv[2])), port=int(sys.argv[1]), http="h11", log_level="error", access_log=False)
