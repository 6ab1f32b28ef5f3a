"""A workspace’s chat over a bad line: it plays what it is told, over real sockets, and goes on where it was cut."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from trulybot.chat import streaming
from trulybot.chat.models import Citation, Turn
from trulybot.visitors.tokens import Token

HANDLE = "c_1.proof"
TEXT = "Zürich, मुंबई and 東京 👍 are **three** towns [1]. " * 4
TOKEN = Token(visitor="vt_1", visitor_expires_at=2**40)
TURN = Turn(
    id="t_1",
    conversation_id="c_1",
    question="Which towns?",
    answer=TEXT,
    kind="quoted",
    state="done",
    citations=(Citation(n=1, title="Towns", quote="Three towns."),),
)
REFUSALS = {"401": 401, "403": 403, "404": 404, "422": 422, "429": 429, "500": 500}


class Faults(ThreadingHTTPServer):
    """Plays the next of `plays` for each connection to a stream, then “well”."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        self.plays: list[str] = []
        self.retry_after = "17"
        self.requests: list[tuple[str, str, dict[str, str], Any]] = []
        self.address = f"http://127.0.0.1:{self.server_port}"

    def methods(self) -> list[str]:
        return [method for method, _, _, _ in self.requests]

    def play(self) -> str:
        return self.plays.pop(0) if self.plays else "well"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up."""


class _Line(BaseHTTPRequestHandler):
    server: Faults
    disable_nagle_algorithm = True

    def do_OPTIONS(self) -> None:
        self._head(204, "text/plain")

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._note(body)
        self._answer(streaming.opening(TURN, HANDLE, TOKEN), 0)

    def do_GET(self) -> None:
        self._note(None)
        self._answer("", int(self.headers["Last-Event-ID"]))

    def do_DELETE(self) -> None:
        self._note(None)
        self._send(200, {})

    def _note(self, body: object) -> None:
        self.server.requests.append((self.command, self.path, dict(self.headers), body))

    def _answer(self, opening: str, position: int) -> None:
        play = self.server.play()
        if play == "page of a proxy":
            self._head(502, "text/html")
            self.wfile.write(b"<h1>Bad gateway</h1>")
        elif play in REFUSALS:
            status = REFUSALS[play]
            self._send(status, {"title": "No", "status": status, "detail": f"The workspace says {status}."})
        elif play != "hang up":
            self._head(200, "text/event-stream")
            with suppress(ConnectionError):
                self._stream(play, opening, position)

    def _stream(self, play: str, opening: str, position: int) -> None:
        words = range(position + 7, len(TEXT), 7)
        said = [streaming.tokens(TEXT[:end], max(position, end - 7)) for end in words]
        closing = [*streaming.closing(TURN, (words[-1] if words else position))]
        whole = "".join([opening, *said, *closing]).encode()
        middle = len(whole) // 2
        match play:
            case "well":
                self._write(whole)
            case "crlf":
                for line in whole.split(b"\n"):
                    self._write(line + b"\r")
                    self._write(b"\n: a comment\r\n" if line.startswith(b"event") else b"\n")
            case "one byte at a time":
                for byte in whole:
                    self._write(bytes([byte]))
            case "cut in a token":
                self._write(whole[: whole.index(b"data", middle) + 9])
            case "cut in a letter":
                self._write(whole[: whole.index("東".encode(), middle) + 1])
            case "silent":
                self._write(whole[: whole.index(b"event", middle)])
                time.sleep(10)
            case "buffered":
                time.sleep(0.6)
                self._write(whole)
            case "restarted":
                self._write(whole[: whole.index(b"event", middle)])
                self._write(streaming.frame("error", 999, {"detail": "Cut off"}).encode())

    def _write(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def _send(self, status: int, body: dict[str, Any]) -> None:
        self._head(status, "application/problem+json")
        self.wfile.write(json.dumps(body).encode())

    def _head(self, status: int, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Allow-Headers", "content-type, authorization, idempotency-key, last-event-id")
        self.send_header("Access-Control-Allow-Methods", "GET, POST, DELETE")
        self.send_header("Access-Control-Expose-Headers", "Retry-After")
        if status == 429:
            self.send_header("Retry-After", self.server.retry_after)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def faults() -> Iterator[Faults]:
    with Faults() as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        serving.start()
        try:
            yield server
        finally:
            server.shutdown()
            serving.join()
