"""A stand-in for an embeddings API: a text's vector counts its words, so that texts which share words lie close."""

import json
import re
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DIMENSIONS = {"words": 256, "more words": 512}


class Embeddings(ThreadingHTTPServer):
    """Answers for the models of DIMENSIONS; waits while `open` is not set or the model is `held`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.open = threading.Event()
        self.open.set()
        self.held: set[str] = set()
        self.broken = False
        self.embedded: dict[str, int] = {}  # how many texts for each model
        self.url = f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is none of ours."""


class _Handler(BaseHTTPRequestHandler):
    server: Embeddings

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        model, texts = request["model"], request["input"]
        self.server.open.wait(60)
        while model in self.server.held:
            time.sleep(0.02)
        if self.server.broken:
            return self.send_error(500)
        self.server.embedded[model] = self.server.embedded.get(model, 0) + len(texts)
        data = [{"index": at, "embedding": _counted(text, DIMENSIONS[model])} for at, text in enumerate(texts)]
        body = json.dumps({"object": "list", "model": model, "data": data}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def embeddings() -> Iterator[Embeddings]:
    with Embeddings() as service:
        serving = threading.Thread(target=service.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        try:
            yield service
        finally:
            service.held.clear()
            service.open.set()
            service.shutdown()
            serving.join()


def _counted(text: str, dimension: int) -> list[float]:
    vector = [0.01] * dimension
    for word in re.findall(r"\w+", text.lower()):
        vector[zlib.crc32(word[:6].encode()) % dimension] += 1.0
    return vector
