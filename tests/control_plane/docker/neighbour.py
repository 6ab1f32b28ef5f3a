"""A workspace that is asked, one question after the other, at its own socket."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.control_plane.runtimes.conftest import PATIENCE
from trulybot.account import api_keys
from trulybot.contract import APP_SOCKET
from trulybot.settings import Settings
from trulybot.workspace import written

FACT = "Parcels to Norway are sent on Tuesdays and arrive within nine days."
NUMBERS = count(1)


class Neighbour:
    """`data` and `run` are its folders. It is given something to know, and asked until it does."""

    def __init__(self, host: str, data: Path, run: Path) -> None:
        self._host = host
        self._socket = run / APP_SOCKET
        self._key = written(Settings(data=data), api_keys.create, "neighbour")
        with self._connection() as connection:
            self._sent(connection, "/api/text-upload", {"title": "Parcels", "text": FACT})
            until = time.monotonic() + PATIENCE
            while FACT not in self._asked(connection):
                assert time.monotonic() < until, "it never learned its fact"
                time.sleep(0.05)

    def asked_for(self, seconds: float) -> list[float]:
        """Milliseconds of each answer. No question is asked twice, for an answer may be kept."""
        taken = []
        with self._connection() as connection:
            until = time.perf_counter() + seconds
            while (began := time.perf_counter()) < until:
                assert FACT in self._asked(connection)
                taken.append(1000 * (time.perf_counter() - began))
        return taken

    def _asked(self, connection: http.client.HTTPConnection) -> str:
        return self._sent(connection, "/api/chat", {"question": f"When is parcel {next(NUMBERS)} to Norway sent?"})

    def _sent(self, connection: http.client.HTTPConnection, path: str, body: object) -> str:
        told = {"Host": self._host, "Content-Type": "application/json", "Authorization": f"Bearer {self._key}"}
        connection.request("POST", path, json.dumps(body), told)
        answer = connection.getresponse()
        text = answer.read().decode()
        assert answer.status < 300, text
        return text

    @contextmanager
    def _connection(self) -> Iterator[http.client.HTTPConnection]:
        connection = http.client.HTTPConnection("localhost")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(PATIENCE)
        connection.sock.connect(str(self._socket))
        try:
            yield connection
        finally:
            connection.close()


def all_asked_for(neighbours: Sequence[Neighbour], seconds: float) -> list[float]:
    """Milliseconds of each answer of all, asked at once."""
    taken: list[float] = []
    threads = [threading.Thread(target=lambda it=it: taken.extend(it.asked_for(seconds))) for it in neighbours]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken
