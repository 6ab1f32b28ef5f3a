"""The environment, read once. Nothing else looks at os.environ."""

import os
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from trulybot.contract import PREFIX
from trulybot.kit.errors import CannotStart
from trulybot.kit.mail_server import MailServer, Sender, mail_server, sender_from

MEBIBYTE = 1024 * 1024
DEFAULT_MODEL = "gpt-4o-mini"
OPENAI_HOST = "api.openai.com"
LONGEST_WAIT = 3600
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

Network = IPv4Network | IPv6Network


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator decides. The owner's own choices are in `preferences`."""

    data: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    trusted_proxies: tuple[Network, ...] = ()
    log_level: str = "INFO"

    model_url: str = ""
    model_key: str = ""
    model: str = ""
    model_price: tuple[int, int] | None = None  # micro-dollars for a million tokens of prompts, of answers
    model_first_seconds: float = 20.0
    model_pause_seconds: float = 15.0
    model_whole_seconds: float = 90.0
    moderation_model: str = "omni-moderation-latest"

    embeddings_url: str = ""
    embeddings_key: str = ""
    embeddings_model: str = ""

    smtp_url: str = ""
    mail_from: Sender | None = None

    # What one workspace may take in.
    max_file_bytes: int = 256 * MEBIBYTE
    max_total_bytes: int = 2048 * MEBIBYTE
    max_pages: int = 2000
    max_passages: int = 1_000_000

    @property
    def has_model(self) -> bool:
        """A key alone means OpenAI's own service, an address alone a server that wants no key."""
        return bool(self.model_url or self.model_key)

    @property
    def model_name(self) -> str:
        return self.model or DEFAULT_MODEL

    @property
    def model_is_listed(self) -> bool:
        """Whether a list price may hold: a server of somebody else’s that no name was given for may cost nothing."""
        return bool(self.model) or not self.model_url or urlsplit(self.model_url).hostname == OPENAI_HOST

    @property
    def mail_server(self) -> MailServer | None:
        """None where mails are not sent but kept."""
        return mail_server(self.smtp_url, self.mail_from) if self.smtp_url and self.mail_from else None

    @property
    def database(self) -> Path:
        return self.data / "trulybot.db"

    @property
    def uploads(self) -> Path:
        return self.data / "uploads"

    @property
    def temporary(self) -> Path:
        return self.data / "tmp"

    @property
    def hosts(self) -> frozenset[str]:
        """Host names, beside loopback's, that requests may come to."""
        public = urlsplit(self.public_url).hostname if self.public_url else None
        bound = self.host if self.host not in ("0.0.0.0", "::", "") else None
        return frozenset(_in_brackets(name.lower()) for name in (public, bound) if name)

    @property
    def address(self) -> str:
        """Where a person's browser finds this workspace."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::", "") else self.host
        return self.public_url or f"http://{_in_brackets(host)}:{self.port}"


def _in_brackets(host: str) -> str:
    """An IPv6 address as it stands in an address and in a Host header."""
    return f"[{host}]" if ":" in host else host


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from TRULYBOT_NAME, or the file TRULYBOT_NAME_FILE names; raises CannotStart on a wrong value."""
    settings = Settings()
    for name in Settings.__struct_fields__:
        if (text := _text(environment, PREFIX + name.upper())) is not None:
            value = _READ.get(name, str)(_Given(PREFIX + name.upper(), text))
            settings = msgspec.structs.replace(settings, **{name: value})
    if settings.smtp_url and not settings.mail_from:
        raise CannotStart(f"{PREFIX}SMTP_URL needs {PREFIX}MAIL_FROM beside it: the address that mails come from.")
    return settings if settings.has_model else _with_openai(settings, environment)


def model_settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """Defaults but for the language model that was given to TrulyBot itself: what a demo takes of the environment."""
    names = (f"{PREFIX}MODEL", f"{PREFIX}MODERATION")
    return settings_from({name: value for name, value in environment.items() if name.startswith(names)})


def _with_openai(settings: Settings, environment: Mapping[str, str]) -> Settings:
    """The variables of OpenAI's own tools, and only both together: a key must not go to another one's address."""
    key = (_text(environment, "OPENAI_API_KEY") or "").strip()
    url = _text(environment, "OPENAI_BASE_URL")
    address = _web_address(_Given("OPENAI_BASE_URL", url)) if url else ""
    return msgspec.structs.replace(settings, model_key=key, model_url=address)


class _Given(str):
    """A value that knows the variable it came from, to say so when it is wrong."""

    variable: str

    def __new__(cls, variable: str, text: str) -> "_Given":
        given = super().__new__(cls, text.strip())
        given.variable = variable
        return given

    def wrong(self, needed: str) -> CannotStart:
        return CannotStart(f"{self.variable} is {str(self)!r}, but must be {needed}.")


def _text(environment: Mapping[str, str], variable: str) -> str | None:
    if file := environment.get(f"{variable}_FILE"):
        try:
            return Path(file).read_text()
        except OSError as error:
            raise CannotStart(f"{variable}_FILE names {file!r}, which cannot be read: {error.strerror}.") from error
    return environment.get(variable) or None


def _whole_number(given: _Given) -> int:
    if not given.isdecimal():
        raise given.wrong("a whole number")
    return int(given)


def _seconds(given: _Given) -> float:
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_WAIT:
        raise given.wrong(f"a number of seconds up to {LONGEST_WAIT}")
    return seconds


def _price(given: _Given) -> tuple[int, int]:
    try:
        prompt, completion = (round(float(dollars) * 1_000_000) for dollars in given.split("/"))
    except (ValueError, OverflowError):
        prompt = completion = -1
    if min(prompt, completion) < 0:
        raise given.wrong("dollars for a million tokens of prompts and of answers, such as 0.15/0.60")
    return prompt, completion


def _port(given: _Given) -> int:
    if not given.isdecimal() or not 1 <= int(given) <= 65535:
        raise given.wrong("a port from 1 to 65535")
    return int(given)


def _web_address(given: _Given) -> str:
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise given.wrong("an address such as https://chat.example.com")
    return given.rstrip("/")


def _mail_server(given: _Given) -> str:
    if mail_server(given, Sender("")) is None:
        # What was given is not repeated: it may hold a password.
        raise CannotStart(f"{given.variable} must be like smtps://user:password@smtp.example.com:465, or starttls://.")
    return str(given)


def _sender(given: _Given) -> Sender:
    sender = sender_from(given)
    if sender is None:
        raise given.wrong("an address such as bot@example.com, or Acorn <bot@example.com>")
    return sender


def _networks(given: _Given) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(part.strip(), strict=False) for part in given.split(",") if part.strip())
    except ValueError:
        raise given.wrong("addresses or networks such as 10.0.0.1, 172.16.0.0/12") from None


def _log_level(given: _Given) -> str:
    if given.upper() not in LOG_LEVELS:
        raise given.wrong("one of " + ", ".join(LOG_LEVELS))
    return given.upper()


_READ: dict[str, Callable[[_Given], object]] = {
    "data": Path,
    "port": _port,
    "public_url": _web_address,
    "model_url": _web_address,
    "model_price": _price,
    "model_first_seconds": _seconds,
    "model_pause_seconds": _seconds,
    "model_whole_seconds": _seconds,
    "embeddings_url": _web_address,
    "smtp_url": _mail_server,
    "mail_from": _sender,
    "trusted_proxies": _networks,
    "log_level": _log_level,
    "max_file_bytes": _whole_number,
    "max_total_bytes": _whole_number,
    "max_pages": _whole_number,
    "max_passages": _whole_number,
}
