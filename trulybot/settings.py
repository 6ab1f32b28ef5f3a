"""The environment, read once. Nothing else looks at os.environ."""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from trulybot.contract import DEFAULT_MODEL, PREFIX
from trulybot.kit import environment as given
from trulybot.kit.environment import Network
from trulybot.kit.errors import CannotStart
from trulybot.kit.mail_server import MailServer, Sender, mail_server

MEBIBYTE = 1024 * 1024
OPENAI_HOST = "api.openai.com"


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

    # Hosted, by a control plane: the folder with what it says of this workspace, and the socket that is the way out.
    given: Path | None = None
    gateway: Path | None = None

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
    def backup(self) -> Path:
        """What upgrading goes back to."""
        return self.data / "backups" / "before-upgrade.db"

    @property
    def exported(self) -> Path:
        return self.data / "exports" / "workspace.zip"

    @property
    def imported(self) -> Path:
        """What is to be put in place of all that is here."""
        return self.data / "imports" / "workspace.zip"

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
    settings = given.read_over(Settings(), environment, _READ)
    if settings.smtp_url and not settings.mail_from:
        raise CannotStart(f"{PREFIX}SMTP_URL needs {PREFIX}MAIL_FROM beside it: the address that mails come from.")
    if (settings.given is None) != (settings.gateway is None):
        raise CannotStart(f"{PREFIX}GIVEN and {PREFIX}GATEWAY are needed together, or neither.")
    return settings if settings.has_model else _with_openai(settings, environment)


def model_settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """Defaults but for the language model that was given to TrulyBot itself: what a demo takes of the environment."""
    names = (f"{PREFIX}MODEL", f"{PREFIX}MODERATION")
    return settings_from({name: value for name, value in environment.items() if name.startswith(names)})


def _with_openai(settings: Settings, environment: Mapping[str, str]) -> Settings:
    """The variables of OpenAI's own tools, and only both together: a key must not go to another one's address."""
    key = (given.text_of(environment, "OPENAI_API_KEY") or "").strip()
    url = given.text_of(environment, "OPENAI_BASE_URL")
    address = given.web_address(given.Given("OPENAI_BASE_URL", url)) if url else ""
    return msgspec.structs.replace(settings, model_key=key, model_url=address)


_READ: dict[str, given.Read] = {
    "data": Path,
    "port": given.port,
    "public_url": given.web_address,
    "model_url": given.web_address,
    "model_price": given.price,
    "model_first_seconds": given.seconds,
    "model_pause_seconds": given.seconds,
    "model_whole_seconds": given.seconds,
    "embeddings_url": given.web_address,
    "smtp_url": given.mail_server_url,
    "mail_from": given.sender,
    "trusted_proxies": given.networks,
    "log_level": given.log_level,
    "max_file_bytes": given.whole_number,
    "max_total_bytes": given.whole_number,
    "max_pages": given.whole_number,
    "max_passages": given.whole_number,
    "given": Path,
    "gateway": Path,
}
