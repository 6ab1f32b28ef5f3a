"""Which websites’ pages may talk to the workspace. Pure: an Origin header and the owner’s list in, yes or no out."""

import re
from collections.abc import Iterable

from trulybot.kit.rim import is_loopback
from trulybot.preferences.sites import ANY_SUBDOMAIN

_LABEL = "[a-z0-9_-]+"
_ORIGIN = re.compile(rf"https?://({_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:]+\])(?::[1-9][0-9]{{0,4}})?", re.ASCII)


def is_allowed(origin: str, sites: Iterable[str], development: bool) -> bool:
    """Compared letter by letter with what a browser sends: in capitals, or with a port that needs no mention, it is
    not from a browser. In `development` the pages of this machine are allowed too."""
    if not (found := _ORIGIN.fullmatch(origin)):
        return False
    return (development and is_loopback(found[1])) or any(_covers(site, origin) for site in sites)


def names_a_site(origin: str) -> bool:
    """Whether an owner could allow it: not “null”, and not what no browser sends."""
    return _ORIGIN.fullmatch(origin) is not None


def _covers(site: str, origin: str) -> bool:
    scheme, is_wildcard, domain = site.partition(ANY_SUBDOMAIN)
    if not is_wildcard:
        return origin == site
    return origin.startswith(scheme) and origin.endswith(f".{domain}")
