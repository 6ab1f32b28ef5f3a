"""The words a workspace shares with the control plane: names, and what goes to and fro. Imports nothing of ours."""

from typing import Any, Final, Literal

import msgspec

PREFIX: Final = "TRULYBOT_"

IDEMPOTENCY_KEY: Final = "Idempotency-Key"
LAST_EVENT_ID: Final = "Last-Event-ID"
CSRF_HEADER: Final = "X-CSRF-Token"

SESSION_COOKIE: Final = "__Host-session"
CONVERSATION_COOKIE: Final = "__Host-conversation"
SETTLED_COOKIE: Final = "__Host-lead"

# The files and sockets between the two; docs/control-plane.md shows the folders they are in.
GIVEN: Final = "workspace.json"
TOKEN: Final = "token"
APP_SOCKET: Final = "app.sock"
GATEWAY_SOCKET: Final = "control.sock"

# What is run once on a workspace's data while it does not serve, or beside it: `trulybot job JOB`.
Job = Literal["migrate", "backup", "restore", "export", "import", "check"]

PASS_LIFETIME: Final = 60  # seconds

DEFAULT_MODEL: Final = "gpt-4o-mini"  # where a key is given and no model is named


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What a hosted workspace is told of itself in a file it can read only, and reads again when it changes."""

    workspace: str  # its id
    address: str  # where people find it, such as https://acorn.example.com
    hosts: tuple[str, ...]  # every name that leads to it, in lower case
    console: str  # the one Origin that may send staff in
    signers: tuple[str, ...]  # the Ed25519 public keys of the console, in base64; one of them has signed a pass
    idle_seconds: int
    name: str = ""  # as its people call it; what the bot goes by until its owner names it
    model: str = ""  # the platform's language model, where it has one: asked for through the gateway


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """Lets one person into one workspace, once, within PASS_LIFETIME; signed by the console (kit/passes.py)."""

    workspace: str
    nonce: str
    email: str
    role: Literal["viewer", "agent", "admin", "owner"]
    expires_at: int


class SecurityEvent(msgspec.Struct, frozen=True):
    """A workspace to the gateway: this should not have happened."""

    kind: str
    detail: str = ""


class Idle(msgspec.Struct, frozen=True):
    """A workspace to the gateway: stop me. `up_again_at` is when its next job is due, if it has any."""

    up_again_at: int | None = None


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A workspace to the gateway: make the mail of this template and send it. `key` is the same for the same mail.

    `consent` says what a lead agreed to; without it nobody but the workspace's own staff is written to.
    """

    key: str
    template: str
    language: str
    given: dict[str, Any]
    to: str
    reply_to: str | None = None
    consent: str = ""
