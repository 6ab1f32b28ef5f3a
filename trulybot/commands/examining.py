"""`trulybot doctor`: what is wrong with this installation, and what to do about it."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version

import click
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from trulybot import __version__
from trulybot.kit import findings, outbox, sqlite
from trulybot.kit.clock import DAY, now
from trulybot.kit.database import Database
from trulybot.kit.errors import CannotStart
from trulybot.kit.findings import Finding
from trulybot.kit.postman import fault_of
from trulybot.kit.words import counted
from trulybot.leads import webhook_queries
from trulybot.llm.checking import Check, check
from trulybot.llm.minilm import files
from trulybot.preferences.given_model import provider_of
from trulybot.settings import Settings

WEEK = 7 * DAY
LIBRARIES = ("litestar", "msgspec", "sqlalchemy", "sqlite-vec", "onnxruntime", "tokenizers", "pypdf", "openai")


def examine(settings: Settings) -> int:
    """Print every finding; the exit code is 1 when something has to be done."""
    text, code = findings.told(_findings(settings))
    click.echo(text)
    return code


def _findings(settings: Settings) -> list[Finding]:
    return [
        *_versions(),
        *findings.of_folder(settings.data, "trulybot serve"),
        *findings.of_database(settings.database),
        *_embedder(),
        *_writer(settings),
        *_address(settings),
        *_mail(settings),
        *_webhook(settings),
    ]


def _versions() -> Iterator[Finding]:
    yield Finding(True, f"TrulyBot {__version__}, Python {sys.version.split()[0]}")
    yield Finding(True, ", ".join(f"{name} {version(name)}" for name in LIBRARIES))
    yield findings.of_sqlite()


def _embedder() -> Iterator[Finding]:
    try:
        files.model(), files.tokenizer()
    except files.WrongModel as fault:
        yield Finding(False, f"the local embedding model: {fault}; install TrulyBot again")
    else:
        yield Finding(True, "the local embedding model is complete")


def _writer(settings: Settings) -> Iterator[Finding]:
    """Calls the language model, if there is one, for a single word."""
    if not settings.has_model:
        yield Finding(True, "no language model is configured: answers are quoted")
        return
    found = asyncio.run(_checked(settings))
    yield Finding(found.works, found.sentence if not found.works else f"the language model {found.sentence}")


async def _checked(settings: Settings) -> Check:
    provider = provider_of(settings)
    try:
        return await check(provider)
    finally:
        await provider.close()


def _mail(settings: Settings) -> Iterator[Finding]:
    """Signs in to the mail server, if there is one; sends nothing."""
    server = settings.mail_server
    if server is None:
        yield Finding(True, "no mail server is configured (TRULYBOT_SMTP_URL): mails are kept on the page /mails")
        return
    fault = asyncio.run(fault_of(server))
    yield Finding(
        fault is None,
        f"the mail server {server.host}:{server.port} " + ("takes our mail" if fault is None else f"does not: {fault}"),
    )
    if failed := _read(settings, outbox.failed_since, now() - WEEK):
        yield Finding(False, f"{counted(failed, 'mail')} of the last week could not be sent: see the page /mails")


def _webhook(settings: Settings) -> Iterator[Finding]:
    if _read(settings, webhook_queries.is_off, now()):
        yield Finding(False, "the webhook for leads was switched off after a day of failures: see /lead-settings")


def _read(settings: Settings, query: Callable[[Connection, int], int], since: int) -> int:
    """What a query counts in a database that is there and up to date; `serve` brings it up to date."""
    if not settings.database.exists():
        return 0
    try:
        sqlite.connect(settings.database, read_only=True).close()
    except CannotStart:  # which stands among the findings already
        return 0
    db = Database(settings.database)
    try:
        return asyncio.run(db.read(query, since))
    except SQLAlchemyError:
        return 0
    finally:
        db.close()


def _address(settings: Settings) -> Iterator[Finding]:
    if settings.host in ("0.0.0.0", "::") and not settings.public_url:
        yield Finding(
            False, "it listens on every address, but TRULYBOT_PUBLIC_URL is not set: only localhost will be answered"
        )
    public = settings.public_url
    is_safe = not public.startswith("http://") or "localhost" in public or "127.0.0.1" in public
    if public:
        yield Finding(
            is_safe, f"people use {public}" + ("" if is_safe else ": signing in needs HTTPS; put a TLS proxy in front")
        )
