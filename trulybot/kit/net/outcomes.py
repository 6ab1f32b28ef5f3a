"""What can come of asking the web for a page. Failures are values, each with a sentence to be told to the owner."""

from pathlib import Path
from typing import Literal

import msgspec

from trulybot.kit.texts import N_, with_values
from trulybot.kit.words import sized

Reason = Literal[
    "unreadable",
    "scheme",
    "credentials",
    "port",
    "address",
    "downgrade",
    "redirects",
    "encoding",
    "type",
    "confirmation",
]


class Version(msgspec.Struct, frozen=True):
    """What a server called the page when it was last read; sent back, so that an unchanged page costs nothing."""

    etag: str | None = None
    last_modified: str | None = None


class Fetched(msgspec.Struct, frozen=True, tag=True):
    """A page in a file that is the caller's to delete. `digest` is the SHA-256 of its `size` decoded bytes."""

    url: str
    status: int
    content_type: str
    charset: str | None
    robots_tag: str
    path: Path
    size: int
    digest: bytes
    version: Version
    policy: str = ""  # its Content-Security-Policy


class Taken(msgspec.Struct, frozen=True, tag=True):
    """What was sent to the server was taken, which is all that is known: its answer was not read."""

    url: str
    status: int


class NotModified(msgspec.Struct, frozen=True, tag=True):
    url: str
    version: Version


class Refused(msgspec.Struct, frozen=True, tag=True):
    """We would not go there; `reason` tells which rule."""

    url: str
    reason: Reason

    @property
    def sentence(self) -> str:
        return _REFUSALS[self.reason]


class TimedOut(msgspec.Struct, frozen=True, tag=True):
    url: str

    @property
    def sentence(self) -> str:
        return N_("The site took too long to answer. Try again later, or upload the page as a file.")


class TooLarge(msgspec.Struct, frozen=True, tag=True):
    url: str
    most_bytes: int

    @property
    def sentence(self) -> str:
        return with_values(
            N_("The page is larger than %(size)s. Add a smaller page, or upload the part that matters."),
            size=sized(self.most_bytes),
        )


class Unreachable(msgspec.Struct, frozen=True, tag=True):
    url: str
    reason: Literal["name", "connection", "certificate", "broken"]

    @property
    def sentence(self) -> str:
        return _UNREACHABLE[self.reason]


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The server answered, but not with the page. `retry_after` in seconds, where it said so."""

    url: str
    status: int
    retry_after: int | None = None

    @property
    def is_gone(self) -> bool:
        return self.status in (404, 410)

    @property
    def sentence(self) -> str:
        if self.is_gone:
            return N_("There is no page at this address any more. Check it for a typing mistake, or remove it here.")
        if self.status in (401, 403, 407):
            return N_("The site does not let us read this page. Allow “TrulyBot” there, or upload the page as a file.")
        if self.status == 429 or self.status >= 500:
            return with_values(
                N_("The site is too busy or has a fault (status %(status)s). Try again later."), status=self.status
            )
        said = N_("The site did not give the page (status %(status)s). Open it in a browser to see why.")
        return with_values(said, status=self.status)


Failure = Refused | TimedOut | TooLarge | Unreachable | Failed
Outcome = Fetched | NotModified | Failure

_REFUSALS: dict[Reason, str] = {
    "unreadable": N_("This is not a web address we can read. Write it as https://example.com/page."),
    "scheme": N_("Only addresses that begin with http:// or https:// can be read."),
    "credentials": N_("The address holds a user name or password. Remove it; upload pages behind a sign-in as files."),
    "port": N_("The address names a port that web sites do not use. Use the site's public address."),
    "address": N_("The address leads to a private network, not to the public web. Upload the page as a file instead."),
    "downgrade": N_("The site sends us from https to plain http. Enter the address it leads to, if you trust it."),
    "redirects": N_("The address keeps redirecting. Open it in a browser and enter the address you arrive at."),
    "encoding": N_("The site sent the page in an encoding we did not ask for. Upload the page as a file instead."),
    "type": N_("The address leads to something that is not a document. Enter the address of a page, PDF or text."),
    "confirmation": N_("Nothing may be sent to this host yet. Allow it in the console, under “What it may send”."),
}
_UNREACHABLE = {
    "name": N_("There is no site by this name. Check the address for a typing mistake."),
    "connection": N_("The site could not be reached. Check the address, or try again later."),
    "certificate": N_(
        "The site's certificate is not valid for this address, so the page was not read. Fix that first."
    ),
    "broken": N_("The site's answer was broken off or damaged. Try again later, or upload the page as a file."),
}
