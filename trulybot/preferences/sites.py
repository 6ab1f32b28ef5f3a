"""The websites whose pages may talk to the workspace, each written in the one way in which browsers write it. Pure."""

from collections.abc import Iterable
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING

from trulybot.kit.errors import Invalid
from trulybot.kit.net.urls import NotAWebAddress, WebAddress, web_address
from trulybot.kit.texts import N_, with_values

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

ANY_SUBDOMAIN = "*."

_ANY_SITE = N_(
    "“%(site)s” would let in sites that nobody knows. List each site. "
    "Write it as https://www.example.com, or https://*.example.com for all its subdomains."
)
_NO_SITE = N_(
    "“%(site)s” is not the address of a site. "
    "Write it as https://www.example.com, or https://*.example.com for all its subdomains."
)
_A_PAGE = N_("“%(site)s” names a page, and a site is allowed as a whole. Write %(whole)s.")
_ODD_NUMBER = N_("“%(site)s” is an IP address in a form that browsers do not send. Write it as they show it.")
_SHARED = N_("“%(site)s” would let in all sites under .%(host)s, also strangers’. Name the domain that is yours.")


class NotASite(Invalid):
    def __init__(self, text: str, fault: str, **values: str) -> None:
        super().__init__(with_values(fault, site=_shortened(text), **values))


def sites_from(texts: Iterable[str]) -> tuple[str, ...]:
    """Each of them once, as `site_from` gives it; raises NotASite."""
    return tuple(dict.fromkeys(site_from(text) for text in texts))


def site_from(text: str) -> str:
    """An origin as browsers send it, or `https://*.example.com`, which means every subdomain but not the name itself.

    Without a scheme https is meant. Raises NotASite with a sentence that says what to write instead.
    """
    text = text.strip()
    if text in ("*", "null"):
        raise NotASite(text, _ANY_SITE)
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = "https", text
    is_wildcard = rest.startswith(ANY_SUBDOMAIN)
    address = _address(f"{scheme}://{rest.removeprefix(ANY_SUBDOMAIN)}", text)
    if address.target != "/" or "?" in rest or "#" in rest:
        raise NotASite(text, _A_PAGE, whole=_origin(address, is_wildcard))
    _assert_plain(address.host, is_wildcard, text)
    return _origin(address, is_wildcard)


def _address(written: str, text: str) -> WebAddress:
    try:
        return web_address(written)
    except NotAWebAddress as error:
        if error.reason == "credentials":
            raise NotASite(text, N_("“%(site)s” holds a user name. Leave out all that stands before the @.")) from None
        if error.reason == "scheme":
            raise NotASite(text, N_("“%(site)s” is not a website. Begin with https:// or http://.")) from None
        raise NotASite(text, _NO_SITE) from None


def _assert_plain(host: str, is_wildcard: bool, text: str) -> None:
    """A number has many spellings, of which browsers send one; and below a name without a dot is half of the web."""
    labels = host.split(".")
    if ":" in host or labels[-1].isdecimal() or labels[-1].startswith("0x"):
        if is_wildcard or not _is_plain_number(host):
            raise NotASite(text, _ODD_NUMBER)
    elif is_wildcard and (len(labels) < 2 or _is_shared(host)):
        raise NotASite(text, _SHARED, host=host)


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
