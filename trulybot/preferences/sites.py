"""The websites whose pages may talk to the workspace, each written in the one way in which browsers write it. Pure."""

from collections.abc import Iterable
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING

from trulybot.kit.errors import Invalid
from trulybot.kit.net.urls import NotAWebAddress, WebAddress, web_address

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

ANY_SUBDOMAIN = "*."

_AS_A_SITE = "Write it as https://www.example.com, or https://*.example.com for all its subdomains."


class NotASite(Invalid):
    def __init__(self, text: str, fault: str) -> None:
        super().__init__(f"“{_shortened(text)}” {fault}")


def sites_from(texts: Iterable[str]) -> tuple[str, ...]:
    """Each of them once, as `site_from` gives it; raises NotASite."""
    return tuple(dict.fromkeys(site_from(text) for text in texts))


def site_from(text: str) -> str:
    """An origin as browsers send it, or `https://*.example.com`, which means every subdomain but not the name itself.

    Without a scheme https is meant. Raises NotASite with a sentence that says what to write instead.
    """
    text = text.strip()
    if text in ("*", "null"):
        raise NotASite(text, f"would let in sites that nobody knows. List each site. {_AS_A_SITE}")
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = "https", text
    is_wildcard = rest.startswith(ANY_SUBDOMAIN)
    address = _address(f"{scheme}://{rest.removeprefix(ANY_SUBDOMAIN)}", text)
    if address.target != "/" or "?" in rest or "#" in rest:
        raise NotASite(text, f"names a page, and a site is allowed as a whole. Write {_origin(address, is_wildcard)}.")
    _assert_plain(address.host, is_wildcard, text)
    return _origin(address, is_wildcard)


def _address(written: str, text: str) -> WebAddress:
    try:
        return web_address(written)
    except NotAWebAddress as error:
        if error.reason == "credentials":
            raise NotASite(text, "holds a user name. Leave out all that stands before the @.") from None
        if error.reason == "scheme":
            raise NotASite(text, "is not a website. Begin with https:// or http://.") from None
        raise NotASite(text, f"is not the address of a site. {_AS_A_SITE}") from None


def _assert_plain(host: str, is_wildcard: bool, text: str) -> None:
    """A number has many spellings, of which browsers send one; and below a name without a dot is half of the web."""
    labels = host.split(".")
    if ":" in host or labels[-1].isdecimal() or labels[-1].startswith("0x"):
        if is_wildcard or not _is_plain_number(host):
            raise NotASite(text, "is an IP address in a form that browsers do not send. Write it as they show it.")
    elif is_wildcard and (len(labels) < 2 or _is_shared(host)):
        raise NotASite(text, f"would let in all sites under .{host}, also strangers’. Name the domain that is yours.")


def _is_shared(host: str) -> bool:
    """Whether names below it belong to different people, such as co.uk or github.io, by the Public Suffix List."""
    return _suffixes().is_public(host)


@cache
def _suffixes() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList  # imported late: reading the list takes some 20 ms

    return PublicSuffixList()


def _is_plain_number(host: str) -> bool:
    """`web_address` has written an IPv6 address in its shortest form already."""
    if ":" in host:
        return IPv6Address(host).ipv4_mapped is None and "." not in host
    try:
        return str(IPv4Address(host)) == host
    except ValueError:
        return False


def _origin(address: WebAddress, is_wildcard: bool) -> str:
    return f"{address.scheme}://{ANY_SUBDOMAIN if is_wildcard else ''}{address.authority}"


def _shortened(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
