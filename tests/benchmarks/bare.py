"""The baseline server: a bare Litestar application whose one route answers and whose other inserts a row."""

import sys
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import uvicorn
from litestar import Litestar, get, post

PRAGMAS = """
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA busy_timeout = 5000;
    PRAGMA trusted_schema = OFF;
    PRAGMA mmap_size = 0;
    CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
"""


def create_app(data: Path) -> Litestar:
    connection = sqlite.connect(data / "bare.db", isolation_level=None)
    connection.executescript(PRAGMAS)

    @get("/up")
    async def up() -> dict[str, str]:
        return {"status": "ok"}

    @post("/rows")
    async def insert(data: dict[str, str]) -> dict[str, Any]:
        cursor = connection.execute("INSERT INTO rows (text) VALUES (?)", (data["text"],))
        return {"id": cursor.lastrowid}

    return Litestar([up, insert], openapi_config=None)


if __name__ == "__main__":
    uvicorn.run(create_app(Path(sys.argv[2])), port=int(sys.argv[1]), http="h11", log_level="error", access_log=False)
