"""Whether a page of the owner's website carries the widget: it is fetched as the web is, and what is found is said."""

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

from trulybot.kit.net.outcomes import Fetched
from trulybot.kit.texts import _, told

if TYPE_CHECKING:
    from trulybot.kit.net.client import Web

MOST_BYTES = 4 * 2**20
NEEDED = ("script-src", "connect-src")  # of a content security policy, for the widget


class Finding(NamedTuple):
    is_good: bool
    sentence: str


class Tag(NamedTuple):
    src: str
    nonce: str


async def findings_on(
    url: str, web: "Web", into: Path, address: str, allow: Callable[[str], Awaitable[bool]]
) -> list[Finding]:
    """`address` is the workspace's own, from which the line loads; `allow` knows the allowed sites."""
    fetched = await web.get(url, into=into, types={"text/html", "application/xhtml+xml"}, most_bytes=MOST_BYTES)
    if not isinstance(fetched, Fetched):
        return [Finding(False, told(fetched.sentence))]
    try:
        page = fetched.path.read_bytes()
    finally:
        fetched.path.unlink(missing_ok=True)
    tags, policies = _parts(page)
    origin = origin_of(fetched.url)
    return [
        *_of_the_line(tags, fetched.url, address),
        *_of_the_site(origin, is_allowed=await allow(origin)),
        *_of_policies([*fetched.policy.split(","), *policies], tags, fetched.url, address),
    ]


def origin_of(url: str) -> str:
    """As a browser sends it: no port that needs no mention."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


def permits(policy: str, directive: str, here: str, address: str, nonce: str = "") -> bool:
    """Whether one content security policy of the page at `here` lets what `directive` is about come from `address`."""
    rules: dict[str, list[str]] = {}
    for rule in policy.split(";"):
        name, *sources = rule.lower().split() or [""]
        rules.setdefault(name, sources)
    sources = rules.get(f"{directive}-elem") or rules.get(directive, rules.get("default-src", ["*"]))
    if nonce and f"'nonce-{nonce.lower()}'" in sources:
        return True
    if "'strict-dynamic'" in sources:
        return False
    return any(_covers(source, here, address) for source in sources)


def _parts(page: bytes) -> tuple[list[Tag], list[str]]:
    """Its scripts that are loaded from an address, and the policies in its head."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(page.decode("utf-8", "replace"))
    tags = [
        Tag((node.attributes.get("src") or "").strip(), node.attributes.get("nonce") or "")
        for node in tree.css("script[src]")
    ]
    policies = [
        node.attributes.get("content") or ""
        for node in tree.css("meta[http-equiv]")
        if (node.attributes.get("http-equiv") or "").lower() == "content-security-policy"
    ]
    return tags, policies


def _of_the_line(tags: list[Tag], here: str, address: str) -> Iterator[Finding]:
    scripts = [urljoin(here, tag.src).partition("?")[0] for tag in tags]
    others = [script for script in scripts if script.endswith("/widget.js") and script != f"{address}/widget.js"]
    if f"{address}/widget.js" in scripts:
        yield Finding(True, _("The page has the line."))
    elif others:
        yield Finding(False, _("The page loads a widget from %(other)s, not from here.") % {"other": others[0][:200]})
    else:
        yield Finding(False, _("The page does not have the line. One that scripts add later is not seen from here."))


def _of_the_site(origin: str, *, is_allowed: bool) -> Iterator[Finding]:
    if is_allowed:
        yield Finding(True, _("The site %(site)s is allowed.") % {"site": origin})
    else:
        yield Finding(False, _("The site %(site)s is not allowed yet. Add it below.") % {"site": origin})


def _of_policies(policies: list[str], tags: list[Tag], here: str, address: str) -> Iterator[Finding]:
    nonce = next((tag.nonce for tag in tags if urljoin(here, tag.src).startswith(f"{address}/widget.js")), "")
    kept = [policy for policy in policies if policy.strip()]
    blocking = [name for name in NEEDED if not all(permits(policy, name, here, address, nonce) for policy in kept)]
    if blocking:
        said = _("Its content security policy blocks the widget: add %(address)s to %(directives)s.")
        yield Finding(False, said % {"address": address, "directives": ", ".join(blocking)})
    elif kept:
        yield Finding(True, _("Its content security policy lets the widget in."))


def _covers(source: str, here: str, address: str) -> bool:
    """One source of a policy, as the specification matches hosts: a port or path that is named must fit."""
    wanted = urlsplit(address)
    if source == "*" or source == f"{wanted.scheme}:":
        return True
    if source == "'self'":
        return origin_of(here) == origin_of(address)
    scheme, separator, rest = source.partition("://")
    host = (rest if separator else source).partition("/")[0]
    if separator and scheme != wanted.scheme and not (scheme == "http" and wanted.scheme == "https"):
        return False
    name = wanted.hostname or ""
    if host.startswith("*."):
        return name.endswith(host[1:])
    return host in (wanted.netloc.lower(), name if wanted.port is None else "")
