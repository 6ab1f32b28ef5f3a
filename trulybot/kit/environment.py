"""Reading settings from the environment: TRULYBOT_NAME, or the file that TRULYBOT_NAME_FILE names."""

import re
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from trulybot.contract import PREFIX
from trulybot.kit.errors import CannotStart
from trulybot.kit.mail_server import Sender, mail_server, sender_from

LONGEST_WAIT = 3600
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

_HOST_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")

Network = IPv4Network | IPv6Network
S = TypeVar("S", bound=msgspec.Struct)


class Given(str):
    """A value that knows the variable it came from, to say so when it is wrong."""

    variable: str

    def __new__(cls, variable: str, text: str) -> "Given":
        given = super().__new__(cls, text.strip())
        given.variable = variable
        return given

    def wrong(self, needed: str) -> CannotStart:
        return CannotStart(f"{self.variable} is {str(self)!r}, but must be {needed}.")


Read = Callable[[Given], Any]


def read_over(settings: S, environment: Mapping[str, str], reading: Mapping[str, Read]) -> S:
    """The settings with what the environment says in place of their defaults; raises CannotStart on a wrong value.

    `reading` says how the text of a field is read; one that it does not name is text.
    """
    for name in settings.__struct_fields__:
        if (text := text_of(environment, PREFIX + name.upper())) is not None:
            value = reading.get(name, str)(Given(PREFIX + name.upper(), text))
            settings = msgspec.structs.replace(settings, **{name: value})
    return settings


def text_of(environment: Mapping[str, str], variable: str) -> str | None:
    if file := environment.get(f"{variable}_FILE"):
        try:
            return Path(file).read_text()
        except OSError as error:
            raise CannotStart(f"{variable}_FILE names {file!r}, which cannot be read: {error.strerror}.") from error
    return environment.get(variable) or None


def whole_number(given: Given) -> int:
    if not given.isdecimal():
        raise given.wrong("a whole number")
    return int(given)


def seconds(given: Given) -> float:
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_WAIT:
        raise given.wrong(f"a number of seconds up to {LONGEST_WAIT}")
    return seconds


def price(given: Given) -> tuple[int, int]:
    try:
        prompt, completion = (round(float(dollars) * 1_000_000) for dollars in given.split("/"))
    except (ValueError, OverflowError):
        prompt = completion = -1
    if min(prompt, completion) < 0:
        raise given.wrong("dollars for a million tokens of prompts and of answers, such as 0.15/0.60")
    return prompt, completion


def port(given: Given) -> int:
    if not given.isdecimal() or not 1 <= int(given) <= 65535:
        raise given.wrong("a port from 1 to 65535")
    return int(given)


def web_address(given: Given) -> str:
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise given.wrong("an address such as https://chat.example.com")
    return given.rstrip("/")


def mail_server_url(given: Given) -> str:
    if mail_server(given, Sender("")) is None:
        # What was given is not repeated: it may hold a password.
        raise CannotStart(f"{given.variable} must be like smtps://user:password@smtp.example.com:465, or starttls://.")
    return str(given)


def sender(given: Given) -> Sender:
    sender = sender_from(given)
    if sender is None:
        raise given.wrong("an address such as bot@example.com, or Acorn <bot@example.com>")
    return sender


def networks(given: Given) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(part.strip(), strict=False) for part in given.split(",") if part.strip())
    except ValueError:
        raise given.wrong("addresses or networks such as 10.0.0.1, 172.16.0.0/12") from None


def log_level(given: Given) -> str:
    if given.upper() not in LOG_LEVELS:
        raise given.wrong("one of " + ", ".join(LOG_LEVELS))
    return given.upper()


def host_name(given: Given) -> str:
    name = given.lower().rstrip(".")
    if not _HOST_NAME.fullmatch(name):
        raise given.wrong("a host name such as app.example.com, without https:// and without a port")
    return name


def words(given: Given) -> tuple[str, ...]:
    found = tuple(part.strip() for part in given.split(",") if part.strip())
    if not found:
        raise given.wrong("one or more names with commas between them")
    return found


def yes_or_no(given: Given) -> bool:
    if given.lower() not in ("yes", "no"):
        raise given.wrong("yes or no")
    return given.lower() == "yes"


def one_of(*words: str) -> Read:
    def read(given: Given) -> str:
        if given not in words:
            raise given.wrong("one of " + ", ".join(words))
        return str(given)

    return read
