"""The environment of the control plane, read once. Nothing else here looks at os.environ."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from trulybot.contract import DEFAULT_MODEL, PREFIX
from trulybot.kit import environment as given
from trulybot.kit.environment import Network
from trulybot.kit.errors import CannotStart
from trulybot.kit.mail_server import MailServer, Sender, mail_server

LONGEST_ROOT = 40  # bytes; a socket below it may be no longer than 107
HTTP, HTTPS = 80, 443


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator decides. docs/control-plane.md shows the folders below `root` and `control`."""

    root: Path = Path("platform/root")
    control: Path = Path("platform/control")
    domain: str = "app.localhost"  # of the console
    workspace_domain: str = "localhost"  # workspaces are SLUG.workspace_domain
    port: int = 8080  # of the edge, where it serves plain HTTP
    host: str = "127.0.0.1"  # where the edge listens while it serves plain HTTP
    runtime: Literal["process", "docker"] = "process"
    image: tuple[str, ...] = ("trulybot",)  # references of those that workspaces may run, the newest first
    volume: str = "trulybot_root"  # Docker's name of the volume that `root` is
    docker: str = "unix:///var/run/docker.sock"  # the warden alone can reach it
    log_level: str = "INFO"
    trusted_proxies: tuple[Network, ...] = ()
    certificate: Path | None = (
        None  # of the names of both domains; with it, or without loopback names, the edge is HTTPS
    )
    certificate_key: Path | None = None
    strangers_may_sign_up: bool = False

    model_url: str = ""
    model_key: str = ""
    model: str = ""

    smtp_url: str = ""
    mail_from: Sender | None = None

    @property
    def has_model(self) -> bool:
        """A key alone means OpenAI's own service, an address alone a server that wants no key."""
        return bool(self.model_url or self.model_key)

    @property
    def model_name(self) -> str:
        return self.model or DEFAULT_MODEL

    @property
    def is_local(self) -> bool:
        """Whether both domains lead to this machine only; then the edge speaks plain HTTP on a port of loopback."""
        return all(_is_local(name) for name in (self.domain, self.workspace_domain))

    @property
    def console(self) -> str:
        """The console's Origin, which is its address too."""
        return self.address_of(self.domain)

    def address_of(self, host: str) -> str:
        return f"http://{host}{'' if self.port == HTTP else f':{self.port}'}" if self.is_local else f"https://{host}"

    @property
    def ours(self) -> tuple[str, ...]:
        """Names that no customer can bring along."""
        return (self.domain, self.workspace_domain)

    def host_of(self, slug: str) -> str:
        return f"{slug}.{self.workspace_domain}"

    @property
    def mail_server(self) -> MailServer | None:
        """None where mails are not sent but kept."""
        return mail_server(self.smtp_url, self.mail_from) if self.smtp_url and self.mail_from else None

    @property
    def database(self) -> Path:
        return self.control / "control.db"

    @property
    def edge(self) -> Path:
        return self.control / "edge"

    @property
    def web_socket(self) -> Path:
        return self.edge / "web.sock"

    @property
    def warden(self) -> Path:
        return self.control / "warden"

    @property
    def warden_socket(self) -> Path:
        return self.warden / "warden.sock"

    @property
    def doorman_socket(self) -> Path:
        return self.edge / "doorman.sock"


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from TRULYBOT_NAME, or the file TRULYBOT_NAME_FILE names; raises CannotStart on a wrong value."""
    settings = given.read_over(Settings(), environment, _READ)
    if settings.smtp_url and not settings.mail_from:
        raise CannotStart(f"{PREFIX}SMTP_URL needs {PREFIX}MAIL_FROM beside it: the address that mails come from.")
    if (settings.certificate is None) != (settings.certificate_key is None):
        raise CannotStart(f"{PREFIX}CERTIFICATE and {PREFIX}CERTIFICATE_KEY are needed together, or neither.")
    return msgspec.structs.replace(settings, root=settings.root.absolute(), control=settings.control.absolute())


def _is_local(name: str) -> bool:
    return name == "localhost" or name.endswith(".localhost")


_READ: dict[str, given.Read] = {
    "root": Path,
    "control": Path,
    "domain": given.host_name,
    "workspace_domain": given.host_name,
    "port": given.port,
    "runtime": given.one_of("process", "docker"),
    "image": given.words,
    "log_level": given.log_level,
    "trusted_proxies": given.networks,
    "certificate": Path,
    "certificate_key": Path,
    "strangers_may_sign_up": given.yes_or_no,
    "model_url": given.web_address,
    "smtp_url": given.mail_server_url,
    "mail_from": given.sender,
}
