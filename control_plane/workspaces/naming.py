"""Which slugs a workspace may have: strangers will read them in host names, and mistype them. Pure."""

import re

from trulybot.kit.texts import N_

SHORTEST = 3
LONGEST = 40

_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")

# What a stranger would take for ours, what mail and the web give a meaning, and what we may need.
_RESERVED_WORDS = (
    "about abuse account accounts admin administrator api app apps assets auth autoconfig autodiscover billing "
    "blog cdn chat console contact control dashboard demo dev dns docs doorman edge email example ftp gateway git "
    "help home host hostmaster imap info internal invoice invoices local localhost login logout mail mailer me "
    "mta mx news noreply ns ns1 ns2 official operator owner pay payment payments pop postmaster privacy prod "
    "production razorpay register root sales secure security server shop signin signup smtp staff staging static "
    "status support sysadmin system team terms test trulybot unsubscribe update upload user users vpn warden web "
    "webmail webmaster widget wpad ww www wwww "
)
RESERVED = frozenset(_RESERVED_WORDS.split())

_ALIKE = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"), ("8", "b"))


def problem_with(slug: str) -> str | None:
    """The sentence that says why a slug is refused; None when it may be had, if nobody else has it."""
    if not SHORTEST <= len(slug) <= LONGEST or not _SLUG.fullmatch(slug):
        return N_("Use 3 to 40 letters a–z, digits and hyphens, with a letter or digit at both ends.")
    if slug.startswith("xn--") or "--" in slug:
        return N_("Use single hyphens only.")
    if slug in RESERVED or looks_like(slug) in _RESERVED_LOOKS:
        return N_("This name is reserved, or looks like one that is. Choose another.")
    return None


def looks_like(slug: str) -> str:
    """The same for two slugs that a hurried reader takes for one another."""
    for one, other in _ALIKE:
        slug = slug.replace(one, other)
    return slug.replace("-", "")


_RESERVED_LOOKS = frozenset(looks_like(slug) for slug in RESERVED)
