"""Requests to the warden, as it expects them and as nobody should send them; and which of them are proper."""

import http.client
import json
import re
import socket
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple, get_args

from hypothesis import strategies as st

from control_plane.plans import PLANS
from trulybot.contract import Job

KNOWN = tuple(f"w{number:016x}" for number in (1, 2, 0xDEADBEEF))
JOBS = ("migrate", "backup", "restore", "export", "import", "check")
OTHER_DIGEST = f"sha256:{'b' * 64}"
PATIENCE = 60  # seconds


class Wish(NamedTuple):
    method: str
    path: str
    host: str
    body: bytes

    @property
    def told(self) -> Any:
        """None where its body is no JSON."""
        try:
            return json.loads(self.body.decode(), parse_constant=_refuse)
        except (ValueError, RecursionError):
            return None

    @property
    def verb(self) -> str:
        """However many slashes are around it."""
        return "/" + self.path.partition("?")[0].strip("/")

    def is_proper(self) -> bool:
        """Written down a second time, in other words than the warden's."""
        if (self.method, self.host) != ("POST", "warden") or not isinstance(self.told, dict):
            return False
        match self.verb, self.told:
            case "/observe", {**rest}:
                return rest.keys() <= {"sizes"} and _is_yes_or_no(rest.get("sizes", False))
            case "/ensure", spec:
                return _is_spec(spec)
            case ("/start" | "/remove", {"workspace": workspace, **rest}):
                return _is_id(workspace) and not rest
            case "/stop", {"workspace": workspace, **rest}:
                return _is_id(workspace) and rest.keys() <= {"at_once"} and _is_yes_or_no(rest.get("at_once", False))
            case "/logs", {"workspace": workspace, "most_bytes": most, **rest}:
                return _is_id(workspace) and _is_number(most) and 1 <= float(most) <= 1_000_000 and not rest
            case "/run_once", {"spec": spec, "job": job, **rest}:
                return _is_spec(spec) and job in JOBS and not rest
        return False

    def send(self, path: Path) -> tuple[int, Any]:
        """Status and decoded body of the answer."""
        with closing(http.client.HTTPConnection("warden", timeout=PATIENCE)) as connection:
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.settimeout(PATIENCE)
            connection.sock.connect(str(path))
            connection.putrequest(self.method, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in (("Host", self.host), ("Content-Length", len(self.body))):
                connection.putheader(name, str(value))
            connection.putheader("Content-Type", "application/json")
            connection.endheaders(self.body)
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else None


def wishes(digest: str) -> st.SearchStrategy[Wish]:
    """A third is proper, a third nearly so, a third anything."""
    return st.one_of(_proper(digest), _nearly(digest), _anything(digest))


def _proper(digest: str) -> st.SearchStrategy[Wish]:
    workspace = st.sampled_from(KNOWN)
    image = st.sampled_from([digest, digest, digest, OTHER_DIGEST, ""])
    spec = st.fixed_dictionaries({"workspace": workspace, "plan": st.sampled_from(list(PLANS)), "image": image})
    named = st.fixed_dictionaries({"workspace": workspace})
    logs = st.fixed_dictionaries({"workspace": workspace, "most_bytes": st.integers(1, 1_000_000)})
    once = st.fixed_dictionaries({"spec": spec, "job": st.sampled_from(JOBS)})
    return st.one_of(
        _posted("/observe", st.sampled_from([{}, {"sizes": True}, {"sizes": False}])),
        _posted("/ensure", spec),
        *(_posted(path, named) for path in ("/start", "/stop", "/remove")),
        _posted("/stop", named.map(lambda told: {**told, "at_once": True})),
        _posted("/logs", logs),
        _posted("/run_once", once),
    )


def _nearly(digest: str) -> st.SearchStrategy[Wish]:
    """One thing about it is wrong: the method, the Host, the path, or a field more, less, or other."""

    def spoilt(wish: Wish) -> st.SearchStrategy[Wish]:
        changed = _spoilt(wish.told).map(lambda told: wish._replace(body=_encoded(told)))
        return st.one_of(
            changed,
            changed,
            st.sampled_from(METHODS).map(lambda method: wish._replace(method=method)),
            st.sampled_from(HOSTS).map(lambda host: wish._replace(host=host)),
            st.sampled_from(PATHS).map(lambda path: wish._replace(path=path)),
            st.integers(0, len(wish.body)).map(lambda end: wish._replace(body=wish.body[:end])),
        )

    return _proper(digest).flatmap(spoilt)


def _anything(digest: str) -> st.SearchStrategy[Wish]:
    verb = st.sampled_from(["/observe", "/ensure", "/start", "/stop", "/remove", "/logs", "/run_once"])
    body = st.one_of(_JSON.map(_encoded), st.binary(max_size=200), st.sampled_from(BODIES))
    return st.builds(Wish, st.just("POST"), verb, st.just("warden"), body)


def _posted(path: str, told: st.SearchStrategy[Any]) -> st.SearchStrategy[Wish]:
    return told.map(lambda fields: Wish("POST", path, "warden", _encoded(fields)))


def _spoilt(told: Any) -> st.SearchStrategy[Any]:
    more = st.sampled_from(FIELDS).map(lambda field: {**told, field[0]: field[1]})
    if not told:
        return more
    name = st.sampled_from(sorted(told))
    less = name.map(lambda gone: {key: value for key, value in told.items() if key != gone})
    other = st.tuples(name, st.one_of(st.sampled_from(VALUES), _JSON)).map(lambda put: {**told, put[0]: put[1]})
    inner = [_spoilt(told["spec"]).map(lambda spec: {**told, "spec": spec})] if "spec" in told else []
    return st.one_of(more, less, other, other, *inner)


def _encoded(told: Any) -> bytes:
    return json.dumps(told).encode()


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch("w[0-9a-f]{16}", value, re.ASCII)) and "\n" not in value


def _is_yes_or_no(value: Any) -> bool:
    """Also in the words of a form, as anywhere in our API."""
    return not isinstance(value, list | dict) and str(value).lower() in ("true", "false", "1", "0")


def _is_number(value: Any) -> bool:
    return type(value) in (int, float, str) and bool(re.fullmatch(r"\d{1,9}(\.0)?", str(value), re.ASCII))


def _is_spec(spec: Any) -> bool:
    return (
        isinstance(spec, dict)
        and spec.keys() - {"image"} == {"workspace", "plan"}
        and _is_id(spec["workspace"])
        and isinstance(spec["plan"], str)
        and spec["plan"] in PLANS
        and isinstance(image := spec.get("image", ""), str)
        and (not image or bool(re.fullmatch("sha256:[0-9a-f]{64}", image, re.ASCII)))
    )


def _refuse(constant: str) -> None:
    raise ValueError(constant)


METHODS = ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "post")
HOSTS = ("", "localhost", "docker", "warden.", "warden.localhost", "acorn.localhost", "WARDEN@docker", "warden:99999")
PATHS = (
    "/",
    "//ensure",
    "/ensure/..",
    "/containers/create",
    "/v1.45/containers/create",
    "/exec",
    "/build",
    "/stop?t=0",
    "/remove/%2e%2e/containers/json",
    "/observe%00",
    "/logs#x",
    "/run_once/" + "a" * 2000,
)
FIELDS: tuple[tuple[str, Any], ...] = (
    ("HostConfig", {"Privileged": True, "Binds": ["/:/host"]}),
    ("Privileged", True),
    ("Binds", ["/var/run/docker.sock:/var/run/docker.sock"]),
    ("Cmd", ["sh"]),
    ("User", "0"),
    ("uid", 0),
    ("name", "../foreign"),
    ("__proto__", {}),
    ("workspace ", KNOWN[0]),
    ("command", "rm -rf /"),
)
VALUES: tuple[Any, ...] = (
    None,
    "",
    "foreign",
    "../../etc",
    "w/../../../../etc",
    "w..............\u002e\u002e",
    KNOWN[0] + "\n",
    KNOWN[0] + "\x00",
    KNOWN[0].upper(),
    f" {KNOWN[0]}",
    f"{KNOWN[0]}.job",
    f"{KNOWN[0]},trulybot.instance=other",
    "w" + "\uff10" * 16,
    "w" + "\u0660" * 16,
    "w" + "0" * 15,
    "w" + "0" * 17,
    "w" + "0" * 100_000,
    "\ud800" * 17,
    "sha256:" + "B" * 64,
    "sha256:" + "a" * 63,
    "debian:trixie-slim",
    "business\u200b",
    "exec",
    "migrate; sh",
    0,
    -1,
    1.5,
    2**63,
    10**400,
    True,
    [],
    [KNOWN[0]],
    {"workspace": KNOWN[0]},
)
BODIES = (
    b"",
    b"\xff\xfe",
    b"\xef\xbb\xbf{}",
    b"[" * 5000 + b"]" * 5000,
    b'{"sizes":' * 900 + b"1" + b"}" * 900,
    b'{"workspace": NaN}',
    b'{"workspace": "' + b"w" * 50_000 + b'"}',
    b'{"workspace": "' + KNOWN[0].encode() + b'"} {}',
    b"workspace=" + KNOWN[0].encode(),
    b"0" * 9_999,
    b"x" * 200_000,
)
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=30)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=12), inner, max_size=4)),
    max_leaves=8,
)
assert set(JOBS) == set(get_args(Job))
