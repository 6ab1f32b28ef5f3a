"""A stand-in for a language model's API: OpenAI's shapes over real HTTP, and everything that can go wrong with them."""

import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-acorn"
MODEL = "gpt-4o-mini"
ANSWER = "The refund arrives within five working days [1]."
PROMPT_TOKENS, COMPLETION_TOKENS = 400, 20

CATEGORIES = (
    "harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent", "self-harm",
    "self-harm/intent", "self-harm/instructions", "sexual", "sexual/minors", "violence", "violence/graphic",
)  # fmt: skip
STATUSES: dict[str, tuple[int, str | int | None]] = {
    "no such place": (404, None),
    "wrong key": (401, "invalid_api_key"),
    "no such model": (404, "model_not_found"),
    "too long": (400, 400),  # as llama.cpp says it
    "failing": (500, None),
    "starting": (503, None),
    "too many": (429, "rate_limit_exceeded"),
    "over quota": (429, "insufficient_quota"),
}


class Provider(ThreadingHTTPServer):
    """Plays the next of `plays` for each call, then `then`. A play is "well" or what goes wrong."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = ANSWER
        self.plays: list[str] = []
        self.then = "well"
        self.retry_after: str | None = None
        self.pause = 0.0  # seconds before each word
        self.connections = 0
        self.flags: dict[str, list[str]] = {}  # the categories of texts that hold a word
        self.moderates = "well"  # or what goes wrong there
        self.moderated: list[dict[str, Any]] = []
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.hung_up = threading.Event()  # somebody did not listen to the end
        self.go_on = threading.Event()  # ends every hang
        self.said_first = threading.Event()
        self.asked_at: list[float] = []  # and when it said its first word, by time.perf_counter
        self.first_words: list[float] = []
        self.url = f"http://127.0.0.1:{self.server_port}/v1"

    def verify_request(self, request: object, client_address: object) -> bool:
        self.connections += 1
        return True

    def play(self) -> str:
        return self.plays.pop(0) if self.plays else self.then

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away."""
        self.hung_up.set()


class _Handler(BaseHTTPRequestHandler):
    server: Provider
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # a word is sent when it is said

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.keys.append(self.headers["Authorization"])
        if self.path.endswith("/moderations"):
            return self._moderate(request)
        self.server.asked.append(request)
        self.server.asked_at.append(time.perf_counter())
        play = self.server.play()
        if play in STATUSES:
            self._refuse(*STATUSES[play])
        elif play.startswith("wants no "):
            self._refuse(400, "unsupported_parameter", play.removeprefix("wants no "))
        elif play == "echoes":
            self._refuse(400, None, message=json.dumps(request))
        elif play == "page":
            self._send(200, b"<html>It works!</html>", "text/html")
        elif play == "not streamed":
            self._send(200, json.dumps(_whole(self.server.answer)).encode())
        else:
            self._stream(play)

    def _moderate(self, request: dict[str, Any]) -> None:
        self.server.moderated.append(request)
        play = self.server.moderates
        if play in STATUSES:
            self._refuse(*STATUSES[play])
        elif play == "echoes":
            self._refuse(400, None, message=json.dumps(request))
        elif play == "page":
            self._send(200, b"<html>It works!</html>", "text/html")
        elif play == "no results":
            self._send(200, json.dumps(_judged(request["model"]) | {"results": []}).encode())
        else:
            if play == "hang":
                self.server.go_on.wait(60)
            found = [category for word, categories in self.server.flags.items() if word in request["input"]
                     for category in categories]  # fmt: skip
            self._send(200, json.dumps(_judged(request["model"], found)).encode())

    def _stream(self, play: str) -> None:
        if play == "hang before":
            self.server.go_on.wait(60)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._event(_chunk({"role": "assistant", "content": ""}))
        self.server.first_words.append(time.perf_counter())
        words = re.findall(r"\s*\S+", self.server.answer)
        for number, word in enumerate(words):
            if number == len(words) // 2 and not self._goes_on(play):
                return
            time.sleep(self.server.pause)
            self._event(_chunk({"content": word}))
            self.server.said_first.set()
        self._event(_chunk({}, "length" if play == "length" else "stop"))
        if play != "no usage":
            self._event({"choices": [], "usage": _USAGE})
        self._write(b"data: [DONE]\n\n")
        self._write(b"")

    def _goes_on(self, play: str) -> bool:
        """In the middle of the answer."""
        if play == "hang after":
            self.server.go_on.wait(60)
        elif play == "signs of life":
            for _ in range(600):
                self._write(b":\n\n")
                time.sleep(0.1)
        elif play == "nonsense":
            self._write(b"data: {not json\n\n")
        elif play == "fails midway":
            self._event({"error": {"message": "The server had an error", "type": "server_error"}})
        elif play == "ends early":
            self._write(b"")
        elif play == "cut":
            self.close_connection = True
        else:
            return True
        return False

    def _event(self, data: dict[str, Any]) -> None:
        self._write(b"data: " + json.dumps(data).encode() + b"\n\n")

    def _write(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def _refuse(self, status: int, code: str | int | None, param: str | None = None, message: str = "No.") -> None:
        error = {"message": message, "type": "error", "param": param, "code": code}
        self._send(status, json.dumps({"error": error}).encode())

    def _send(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == 429 and self.server.retry_after:
            self.send_header("Retry-After", self.server.retry_after)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def provider() -> Iterator[Provider]:
    with Provider() as service:
        serving = threading.Thread(target=service.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        try:
            yield service
        finally:
            service.go_on.set()
            service.shutdown()
            serving.join()


_USAGE = {
    "prompt_tokens": PROMPT_TOKENS,
    "completion_tokens": COMPLETION_TOKENS,
    "total_tokens": PROMPT_TOKENS + COMPLETION_TOKENS,
}


def _chunk(delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": MODEL,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        "usage": None,
    }


def _judged(model: str, found: Sequence[str] = ()) -> dict[str, Any]:
    result = {
        "flagged": bool(found),
        "categories": {category: category in found for category in CATEGORIES},
        "category_scores": {category: 0.97 if category in found else 0.0001 for category in CATEGORIES},
        "category_applied_input_types": {category: ["text"] for category in CATEGORIES},
    }
    return {"id": "modr-1", "model": model, "results": [result]}


def _whole(answer: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": answer}
    return {"object": "chat.completion", "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": _USAGE}  # fmt: skip
