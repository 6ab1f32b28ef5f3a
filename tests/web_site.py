"""A real web site on loopback, whose pages a test writes down; it counts what it was asked."""

import contextlib
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Page:
    body: bytes | Iterable[bytes] = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None


Answer = Page | Callable[[Message], Page]
Posted = tuple[str, Message, bytes]


class Site:
    """Answers the paths in `pages`, else 404. `asked` is every path with its request headers, in order.

    What is posted is in `posted`, with its body.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.pages: dict[str, Answer] = {}
        self.asked: list[tuple[str, Message]] = []
        self.posted: list[Posted] = []

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def html(self, path: str, *links: str, head: str = "", **headers: str) -> None:
        body = f"<html><head>{head}</head><body>" + "".join(f'<a href="{link}">x</a>' for link in links)
        self.pages[path] = Page(body.encode(), headers={"Content-Type": "text/html; charset=utf-8", **headers})

    def answer(self, path: str, headers: Message) -> Page:
        self.asked.append((path, headers))
        page = self.pages.get(path, Page(b"nothing here", 404))
        return page if isinstance(page, Page) else page(headers)


@contextlib.contextmanager
def web_site(host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    server = _Server((host, port), _Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.site = Site(f"{'https' if tls else 'http'}://{host}:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    site: Site
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what half of these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        page = self.server.site.answer(self.path, self.headers)
        self.send_response(page.status)
        for name, value in page.headers.items():
            self.send_header(name, value)
        if isinstance(page.body, bytes):
            self.send_header("Content-Length", str(len(page.body) if page.length is None else page.length))
        self.send_header("Connection", "close")
        self.end_headers()
        for piece in [page.body] if isinstance(page.body, bytes) else page.body:
            self.wfile.write(piece)
            self.wfile.flush()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.site.posted.append((self.path, self.headers, body))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass
