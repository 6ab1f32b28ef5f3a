"""Between the warden and Docker: whatever reaches Docker is seen, and answered by the real one or by a stand-in."""

import asyncio
import re
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

import msgspec
from aiohttp import ClientSession, ClientTimeout, UnixConnector, web

from control_plane.warden.engine import API

Json = dict[str, Any]
REAL = "/var/run/docker.sock"
SLOW = 3.0  # seconds
HOP_BY_HOP = {"transfer-encoding", "content-length", "connection", "keep-alive"}

Fault = Literal["409", "500", "garbage", "nonsense", "slow", "never"]


class Asked(NamedTuple):
    """A request that reached Docker, and how it was answered."""

    method: str
    path: str  # without the version
    query: dict[str, str]
    body: Any
    answer: Any


class Engine:
    """Listens on `path` in a thread of its own, and keeps what it is asked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.asked: list[Asked] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._serve())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def address(self) -> str:
        return f"unix://{self.path}"

    async def answer(self, method: str, path: str, query: dict[str, str], body: bytes) -> web.Response:
        raise NotImplementedError

    async def open(self) -> None:
        """Before the first request."""

    async def close(self) -> None:
        """After the last."""

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _serve(self) -> None:
        await self.open()
        app = web.Application(client_max_size=2**24)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.UnixSite(self._runner, str(self.path)).start()

    async def _close(self) -> None:
        await self._runner.cleanup()
        await self.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        answer = await self.answer(request.method, request.raw_path, dict(request.query), body)
        path = request.path.removeprefix(f"/{API}")
        self.asked.append(Asked(request.method, path, dict(request.query), _decoded(body), _decoded(answer.body)))
        return answer


class Passing(Engine):
    """The real engine, looked at on the way."""

    async def open(self) -> None:
        self._session = ClientSession(connector=UnixConnector(REAL), timeout=ClientTimeout(), auto_decompress=False)

    async def close(self) -> None:
        await self._session.close()

    async def answer(self, method: str, path: str, query: dict[str, str], body: bytes) -> web.Response:
        headers = {"Content-Type": "application/json"} if body else {}
        async with self._session.request(method, f"http://docker{path}", data=body, headers=headers) as answer:
            passed = {name: value for name, value in answer.headers.items() if name.lower() not in HOP_BY_HOP}
            return web.Response(status=answer.status, body=await answer.read(), headers=passed)


class Failing(Passing):
    """The real engine behind a door that does to some requests what the test says, until it is `well` again."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.hits = 0
        self._fault: Fault | None = None
        self._requests = re.compile("")
        self._is_well = asyncio.Event()

    @contextmanager
    def doing(self, fault: Fault, requests: str) -> Iterator[None]:
        """`requests` are a pattern of "METHOD /path". What is held back when it ends is let fall."""
        self._loop.call_soon_threadsafe(self._is_well.clear)
        self.hits, self._requests, self._fault = 0, re.compile(requests), fault
        try:
            yield
        finally:
            self._fault = None
            self._loop.call_soon_threadsafe(self._is_well.set)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        fault, asked = self._fault, f"{request.method} {request.path.removeprefix(f'/{API}')}"
        if fault is None or not self._requests.fullmatch(asked):
            return await super()._answer(request)
        self.hits += 1
        match fault:
            case "409" | "500":
                return _of(int(fault), {"message": "It is not to be."})
            case "slow":
                await asyncio.sleep(SLOW)
                return await super()._answer(request)
            case "nonsense":
                return web.Response(text="<html>It is what it is.</html>", content_type="text/html")
            case "garbage":
                _line(request).write(b"\0\1\2 not HTTP\r\n\r\n")
            case "never":
                await self._is_well.wait()
        _line(request).abort()
        return web.Response()


class StandIn(Engine):
    """Answers as the Engine's API documents it, of containers that it only writes down."""

    def __init__(self, path: Path, images: dict[str, str]) -> None:
        """`images` are digests by reference."""
        super().__init__(path)
        self.images = images
        self.containers: dict[str, Json] = {}

    def put(self, name: str, labels: dict[str, str], state: str = "running") -> str:
        """The id of a container that is there already."""
        number = f"{len(self.containers) + 1:064x}"
        self.containers[number] = {"Id": number, "Names": [f"/{name}"], "Labels": labels, "State": state}
        return number

    async def answer(self, method: str, path: str, query: dict[str, str], body: bytes) -> web.Response:
        plain = path.partition("?")[0].removeprefix(f"/{API}")
        for verb, pattern, answering in self._routes():
            if verb == method and (found := re.fullmatch(pattern, plain)):
                status, answered = answering(*found.groups(), query, body)
                return web.Response(status=status, body=answered, content_type="application/json")
        return _of(404, {"message": "page not found"})

    def _routes(self) -> Any:
        return [
            ("GET", "/containers/json", self._list),
            ("POST", "/containers/create", self._create),
            ("GET", "/containers/([^/]+)/json", self._show),
            ("GET", "/containers/([^/]+)/logs", lambda id, query, body: (200, b"")),
            ("POST", "/containers/([^/]+)/wait", lambda id, query, body: (200, b'{"StatusCode": 0}')),
            ("POST", "/containers/([^/]+)/(start|stop|unpause)", self._turn),
            ("DELETE", "/containers/([^/]+)", self._delete),
            ("GET", "/images/json", self._list_images),
            ("GET", "/images/(.+)/json", self._show_image),
            ("POST", "/images/(.+)/tag", self._tag),
        ]

    def _list(self, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        wanted = [label.partition("=") for label in msgspec.json.decode(query["filters"])["label"]]
        found = [
            each
            for each in self.containers.values()
            if all(each["Labels"].get(name) == value for name, _, value in wanted)
        ]
        return 200, msgspec.json.encode(found)

    def _create(self, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        if any(f"/{query['name']}" in each["Names"] for each in self.containers.values()):
            return 409, b'{"message": "The name is in use."}'
        created = self.put(query["name"], msgspec.json.decode(body)["Labels"], "created")
        return 201, msgspec.json.encode({"Id": created, "Warnings": []})

    def _show(self, id: str, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        if id not in self.containers:
            return 404, b'{"message": "No such container"}'
        state = {"StartedAt": "2026-01-01T00:00:00.0Z", "Pid": 1, "Status": self.containers[id]["State"]}
        config = {"Labels": self.containers[id]["Labels"], "Tty": False}
        return 200, msgspec.json.encode({"Id": id, "State": state, "Config": config})

    def _turn(self, id: str, verb: str, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        if id not in self.containers:
            return 404, b'{"message": "No such container"}'
        self.containers[id]["State"] = "exited" if verb == "stop" else "running"
        return 204, b""

    def _delete(self, id: str, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        return (204, b"") if self.containers.pop(id, None) else (404, b'{"message": "No such container"}')

    def _list_images(self, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        (repository,) = msgspec.json.decode(query["filters"])["reference"]
        kept = {digest for reference, digest in self.images.items() if reference.startswith(f"{repository}:")}
        return 200, msgspec.json.encode([{"Id": digest} for digest in sorted(kept)])

    def _show_image(self, reference: str, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        if reference not in self.images:
            return 404, b'{"message": "No such image"}'
        return 200, msgspec.json.encode({"Id": self.images[reference]})

    def _tag(self, digest: str, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        self.images[f"{query['repo']}:{query['tag']}"] = digest
        return 201, b""


def _line(request: web.Request) -> asyncio.Transport:
    assert isinstance(request.transport, asyncio.Transport)
    return request.transport


def _of(status: int, body: Json) -> web.Response:
    return web.Response(status=status, body=msgspec.json.encode(body), content_type="application/json")


def _decoded(body: Any) -> Any:
    try:
        return msgspec.json.decode(body) if body else None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return body
