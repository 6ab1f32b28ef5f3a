"""given/ID: what a workspace is told, in files that it can read only."""

import os
from pathlib import Path

import msgspec

from control_plane.folders import Folders
from control_plane.workspaces import queries
from trulybot.contract import GIVEN, TOKEN, Given
from trulybot.kit.database import Database
from trulybot.kit.security import hashed, new_token


async def mend(db: Database, folders: Folders, given: Given) -> bool:
    """Whether anything had to be written: it was missing, or said something else."""
    folder = folders.given(given.workspace)
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    wrote = _write_changed(folder / GIVEN, msgspec.json.format(msgspec.json.encode(given)))
    hashes = await db.read(queries.token_hashes, given.workspace)
    if _token_hash(folder) not in hashes:
        await renew_token(db, folders, given.workspace)
        wrote = True
    return wrote


async def renew_token(db: Database, folders: Folders, workspace: str) -> None:
    """The new one is known before it is given, and the old one forgotten after: at no moment is either refused."""
    token = new_token()
    await db.write(queries.add_token, workspace, hashed(token))
    _write(folders.given(workspace) / TOKEN, token.encode())
    await db.write(queries.forget_other_tokens, workspace, hashed(token))


def forget(folders: Folders, workspace: str) -> None:
    folder = folders.given(workspace)
    for name in (GIVEN, TOKEN):
        (folder / name).unlink(missing_ok=True)
    if folder.exists():
        folder.rmdir()


def _token_hash(folder: Path) -> bytes:
    try:
        return hashed((folder / TOKEN).read_text())
    except (OSError, UnicodeDecodeError):
        return b""


def _write_changed(path: Path, content: bytes) -> bool:
    try:
        if path.read_bytes() == content:
            return False
    except OSError:
        pass
    _write(path, content)
    return True


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, whoever reads meanwhile and wherever we are cut off."""
    new = path.with_name(f".new-{path.name}")
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.chmod(0o644)  # a workspace's own user is to read it; who else can see the folder is for the runtime to decide
    new.replace(path)
