"""Mira's program: what it does with her documents over HTTP, and what the database holds of them then."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.processes import PATIENCE, Serving, command, serving
from trulybot.kit import sqlite


class Staff:
    def __init__(self, workspace: Serving) -> None:
        key = command("api-key", "create", "robin", data=workspace.data).stdout.strip()
        self.workspace = workspace
        self.data = workspace.data
        self.http = workspace.http
        self.http.headers["authorization"] = f"Bearer {key}"

    def paste(self, title: str, text: str, **more: str) -> str:
        return self._added(self.http.post("/api/text-upload", json={"title": title, "text": text, **more}))

    def upload(self, name: str, content: bytes) -> str:
        return self._added(self.offer(name, content))

    def offer(self, name: str, content: bytes) -> httpx.Response:
        return self.http.post("/api/text-upload", files={"file": (name, content)})

    def add(self, **form: Any) -> str:
        return self._added(self.http.post("/api/documents", json=form))

    def document(self, document: str) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get(f"/api/documents/{document}").json()
        return found

    def settled(self, document: str) -> dict[str, Any]:
        """The document, once it is ready or has failed."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = self.document(document)
            if found["status"] in ("ready", "failed"):
                return found
            time.sleep(0.02)
        raise AssertionError(f"It stays {found}")

    def idle(self) -> None:
        """Nothing is left to do, not even what follows a reading."""
        until = time.monotonic() + PATIENCE
        while self.rows("SELECT count(*) FROM jobs WHERE run_at <= unixepoch()") != [(0,)]:
            assert time.monotonic() < until
            time.sleep(0.02)

    def read_again(self, document: str) -> dict[str, Any]:
        assert self.http.post(f"/api/documents/{document}/reading").status_code == 202
        return self.settled(document)

    def search(self, question: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get("/api/search", params={"q": question, "k": 5}).json()["passages"]
        return found

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        connection = sqlite.connect(self.data / "trulybot.db", read_only=True)
        try:
            found: list[tuple[Any, ...]] = connection.execute(query, values).fetchall()
        finally:
            connection.close()
        return found

    def passages(self, document: str) -> dict[str, int]:
        """The id of each passage, by its text."""
        return dict(self.rows("SELECT text, id FROM passages WHERE source_id = ?", document))

    def file_of(self, document: str) -> Path:
        ((name,),) = self.rows("SELECT file FROM sources WHERE id = ?", document)
        return self.data / "uploads" / str(name)

    def _added(self, answer: httpx.Response) -> str:
        assert answer.status_code == 202, answer.text
        added: str = answer.json()["id"]
        return added


@contextmanager
def staff_of(data: Path, **environment: str) -> Iterator[Staff]:
    """A workspace that serves, and who works for it."""
    with serving(data, **environment) as workspace:
        yield Staff(workspace)
