"""One address for one page: without fragment, tracking and spelling variants, so that no page is read twice."""

import re
from urllib.parse import unquote_to_bytes

import msgspec

from trulybot.kit.net.urls import DEFAULT_PORTS, WebAddress

TRACKING = re.compile(
    r"utm_\w+|gclid|gclsrc|dclid|gbraid|wbraid|fbclid|msclkid|yclid|twclid|ttclid|igshid|li_fat_id|mc_[ce]id"
    r"|_ga|_gl|_hsenc|_hsmi|__hs\w+|hsctatracking|mkt_tok|vero_id|oly_\w+_id|wickedid|phpsessid|jsessionid|sessionid",
    re.IGNORECASE,
)
SESSION_IN_PATH = re.compile(r";(jsessionid|phpsessid|sid)=[^/;?]*", re.IGNORECASE)
ESCAPED = re.compile(r"%[0-9a-fA-F]{2}")
STRAY_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def canonical(address: WebAddress) -> WebAddress:
    """The same page's canonical address; `canonical(canonical(a)) == canonical(a)`."""
    path, _, query = _escaped_alike(address.target).partition("?")
    path = _without_dots(SESSION_IN_PATH.sub("", path))
    kept = [pair for pair in query.split("&") if pair and not TRACKING.fullmatch(pair.partition("=")[0])]
    return msgspec.structs.replace(address, target=path + (f"?{'&'.join(kept)}" if kept else ""))


def at_site(address: WebAddress, site: WebAddress) -> WebAddress | None:
    """The address as the site spells its own (scheme and www alike), or None where it is another site's."""
    if _name(address) != _name(site) or _port(address) != _port(site):
        return None
    return WebAddress(site.scheme, site.host, site.port, address.target)


def _escaped_alike(target: str) -> str:
    """Only what must be escaped is, and in capitals (RFC 3986, 6.2.2)."""
    return ESCAPED.sub(_escape, STRAY_PERCENT.sub("%25", target))


def _escape(found: re.Match[str]) -> str:
    byte = unquote_to_bytes(found[0])[0]
    return chr(byte) if byte in UNRESERVED else found[0].upper()


def _without_dots(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    ends_in_dots = bool(segments) and segments[-1] in (".", "..")
    return "/" + "/".join(kept) + ("/" if ends_in_dots and kept else "")


def _name(address: WebAddress) -> str:
    return address.host.removeprefix("www.")


def _port(address: WebAddress) -> int | None:
    return None if address.port == DEFAULT_PORTS[address.scheme] else address.port
