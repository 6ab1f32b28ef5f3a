"""Strangers’ websites that carry our widget: other origins than the workspace’s, with whatever policy they like."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

from playwright.async_api import Page

NONCE = "n0nce"
REPORTING = """
window.breaches = [];
addEventListener("securitypolicyviolation", event => breaches.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


class Host:
    """One server, reached under any name that leads to loopback; each name is a site, and an origin, of its own."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.pages: dict[str, tuple[bytes, dict[str, str]]] = {}
        self._numbers = count(1)

    def origin(self, name: str = "localhost") -> str:
        return f"http://{name}:{self.port}"

    def page(self, body: str = "", *, head: str = "", csp: str = "", path: str = "", name: str = "localhost") -> str:
        """The address of a page with this body, under its Content-Security-Policy."""
        html = f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A shop</title>{head}</head>'
        return self.put(f"{html}<body><main><h1>A shop</h1>{body}</main></body></html>", csp=csp, path=path, name=name)

    def put(self, text: str, *, kind: str = "text/html", csp: str = "", path: str = "", name: str = "localhost") -> str:
        """The address of a file with this text."""
        path = path or f"/{next(self._numbers)}"
        headers = {"Content-Type": f"{kind}; charset=utf-8"} | ({"Content-Security-Policy": csp} if csp else {})
        self.pages[path] = (text.encode(), headers)
        return f"{self.origin(name)}{path}"


def embedding(workspace: str, query: str = "", **data: str) -> str:
    """The line that an owner pastes; `hide_launcher=""` becomes `data-hide-launcher=""`."""
    attributes = "".join(f' data-{name.replace("_", "-")}="{value}"' for name, value in data.items())
    return f'<script src="{workspace}/widget.js{query}" nonce="{NONCE}" defer{attributes}></script>'


def strictest(workspace: str) -> str:
    """A policy that allows nothing but scripts with its nonce and calls to the workspace."""
    return (
        f"default-src 'none'; script-src 'nonce-{NONCE}'; style-src 'none'; connect-src {workspace}; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


async def report_breaches(page: Page) -> None:
    """From now on each page keeps what its policy refused, for `breaches`."""
    await page.add_init_script(REPORTING)


async def breaches(page: Page) -> list[str]:
    found: list[str] = await page.evaluate("breaches")
    return found


@contextmanager
def hosting() -> Iterator[Host]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Visit) as server:
        host = Host(server.server_address[1])
        server.host = host  # type: ignore[attr-defined]
        serving = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        serving.start()
        try:
            yield host
        finally:
            server.shutdown()
            serving.join()


class _Visit(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        host: Host = self.server.host  # type: ignore[attr-defined]
        body, headers = host.pages.get(self.path.partition("?")[0], (b"", None))
        self.send_response(404 if headers is None else 200)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass
