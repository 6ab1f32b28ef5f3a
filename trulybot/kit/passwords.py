"""Passwords: which are good enough, and their Argon2id hashes."""

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from trulybot.kit.texts import _

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST = 12
LONGEST = 1000
FEWEST_DIFFERENT = 4
COMMON = Path(__file__).parent / "common_passwords.txt.gz"
PADDING = "0123456789!?.,;:-_+*#$%&@ "

# OWASP's second choice (19 MiB, two passes): a workspace must not need 64 MiB to let somebody in.
MEMORY_KIBIBYTES = 19_456
PASSES = 2

# Of a password nobody knows: what is checked when the address is unknown, so that both take the same time.
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$Hp8P43IyuK+Dg3e92qGV4w$LTcOMroj/ZxRl74G3Uu4Gqo3wdpSDacoX4MkKVMqShU"

# Two at a time, so that many who try at once can neither fill the memory nor hold up the event loop's other threads.
_THREADS = ThreadPoolExecutor(2, thread_name_prefix="password")


def problem_with(password: str, email: str) -> str | None:
    """The sentence that says why a new password is refused; None when it is good."""
    if len(password) < SHORTEST:
        return _("Use at least %(least)s characters; this has %(number)s.") % {
            "least": SHORTEST,
            "number": len(password),
        }
    if len(password) > LONGEST:
        return _("Use at most %(number)s characters.") % {"number": f"{LONGEST:,}"}
    if len(set(password)) < FEWEST_DIFFERENT:
        return _("Use at least %(number)s different characters.") % {"number": FEWEST_DIFFERENT}
    if _is_common(password.casefold()):
        return _(
            "This is one of the 10,000 passwords that are tried first, or close to one. Use a few unrelated words."
        )
    if _name_in(email) in password.casefold():
        return _("Leave your e-mail address out of the password.")
    return None


async def hash_of(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_THREADS, lambda: _hasher().hash(password))


async def is_right(password: str, password_hash: str | None) -> bool:
    """Whether the password is the hash's; takes as long when there is no hash."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _verified, password, password_hash)


def _verified(password: str, password_hash: str | None) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(password_hash or NOBODY, password[:LONGEST]) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> "PasswordHasher":
    # Imported late: it brings cffi along, which only a sign-in needs.
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIBIBYTES, parallelism=1)


def _is_common(password: str) -> bool:
    """Also when digits or signs were put around it, or it is said twice."""
    core = password.strip(PADDING)
    return not _common_passwords().isdisjoint((password, core, _said_once(password), _said_once(core)))


def _name_in(email: str) -> str:
    """The part before the @, if long enough to mean anything in a password; else what no password holds."""
    name = email.partition("@")[0].casefold()
    return name if len(name) > 3 else "\0"


def _said_once(text: str) -> str:
    """`abab` -> `ab`."""
    at = (text + text).find(text, 1)
    return text[:at]


def _common_passwords() -> frozenset[str]:
    return frozenset(gzip.decompress(COMMON.read_bytes()).decode().split("\n"))
