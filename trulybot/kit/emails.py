"""An e-mail address as one person would always be known by it. Pure.

Whether an address exists only a mail to it can tell, so no more is asked than what every mail server asks: a name
without gaps (RFC 5321's dot-string, and RFC 6531's other letters), and a domain that IDNA takes. A regular
expression of the whole grammar would let through what nobody has, quoted names and comments, and be no surer.
"""

import re
import unicodedata

from trulybot.kit.texts import _

LONGEST = 254  # characters, of what a mail server takes (RFC 5321 with its erratum 1690)
LONGEST_NAME = 64

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)*")
_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+/=?^_`{|}~-.")


def normal_email(typed: str) -> str | None:
    """With the domain in lower case and ASCII, as mail servers look it up; None where it is no address.

    The name before the @ stays as it was typed: its case may matter to its server, though hardly anywhere does.
    """
    name, at, domain = unicodedata.normalize("NFKC", typed).strip().rpartition("@")
    host = _host(domain.rstrip("."))
    if not at or not host or not _is_name(name) or len(name) + 1 + len(host) > LONGEST:
        return None
    return f"{name}@{host}"


def problem_with_email(email: str) -> str | None:
    """The sentence that says why an address is refused; None when it may well be one."""
    if len(email) > LONGEST or not _EMAIL.fullmatch(email):
        return _("Give a whole e-mail address, such as you@example.com.")
    return None


def problem_with_mailed_address(email: str) -> str | None:
    """As problem_with_email, and also when no mail can be sent there."""
    if normal_email(email) is None:
        return _("Give a whole e-mail address, such as you@example.com.")
    return problem_with_email(email)


def _is_name(name: str) -> bool:
    if not 1 <= len(name.encode()) <= LONGEST_NAME or name.startswith(".") or name.endswith(".") or ".." in name:
        return False
    return all(character in _NAME or _is_letter_beyond_ascii(character) for character in name)


def _is_letter_beyond_ascii(character: str) -> bool:
    return not character.isascii() and unicodedata.category(character)[0] in "LMN"


def _host(domain: str) -> str | None:
    import idna  # 20 ms, and few workspaces are left an address in their first second

    try:
        host = idna.encode(domain, uts46=True, std3_rules=True).decode().lower()
    except (idna.IDNAError, UnicodeError):
        return None
    labels = host.split(".")
    return host if len(labels) > 1 and not labels[-1].isdecimal() else None
