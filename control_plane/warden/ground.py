"""The folders below ROOT, whose they are and who may go through them. Only the warden makes them.

A workspace's user owns what is its own, and nothing above it; the control plane's group may go through run/ID to the
socket. Users are numbered from FIRST_UID on: the folder itself remembers which is whose.
"""

import os
import stat
from collections import Counter
from contextlib import suppress
from pathlib import Path

from control_plane.folders import Folders
from control_plane.trees import remove, sizes_below
from trulybot.kit.errors import CannotStart
from trulybot.kit.server import LOCK

FIRST_UID = 100_000  # above all that a distribution gives away


class Ground:
    """`keeper` is the user, and the group, that the control plane runs as."""

    def __init__(self, folders: Folders, keeper: int) -> None:
        self._folders = folders
        self._keeper = keeper

    def lay(self, warden: Path, edge: Path) -> Path:
        """What is there before any workspace is: below ROOT, and the two of CONTROL that are not the keeper's alone.

        The path that this gives leads to the warden's own folder wherever that is moved: CONTROL is the keeper's, who
        can put another one in its place.
        """
        folders = self._folders
        _own(folders.root, 0, 0, 0o755)
        for closed in (folders.workspaces, folders.sockets):
            _own(closed, 0, 0, 0o711)
        for kept, mode in ((folders.all_given, 0o711), (folders.names, 0o755), (folders.gateway, 0o755)):
            _own(kept, self._keeper, self._keeper, mode)
        # The control plane locks ROOT, in which it can make no file.
        _own_file(folders.root / LOCK, self._keeper)
        _own(edge, self._keeper, self._keeper, 0o700)
        return _held(warden, self._keeper)

    def make(self, workspace: str) -> int:
        """Its folders, if they are not there, and the user that it runs as."""
        uid = uid_of(self._folders.data(workspace)) or self._next_uid()
        _own(self._folders.data(workspace), uid, uid, 0o700)
        _own(self._folders.run(workspace), uid, self._keeper, 0o710)
        _own(self._folders.given(workspace), self._keeper, self._keeper, 0o755)
        return uid

    def clear_socket(self, workspace: str) -> None:
        """Nobody serves it any more. A workspace may have put anything in its place."""
        remove(self._folders.socket(workspace))

    def erase(self, workspace: str) -> None:
        """What is given is the control plane's to erase."""
        for folder in (self._folders.data(workspace), self._folders.run(workspace)):
            remove(folder)

    def sizes(self) -> dict[str, int]:
        """Bytes on disk, by workspace: wherever it may write."""
        both = (sizes_below(folder) for folder in (self._folders.workspaces, self._folders.sockets))
        return sum(map(Counter[str], both), Counter[str]())

    def _next_uid(self) -> int:
        taken = [uid_of(Path(entry.path)) or 0 for entry in os.scandir(self._folders.workspaces)]
        return max([FIRST_UID - 1, *taken]) + 1


def uid_of(data: Path) -> int | None:
    """The user of a workspace's folder; None where it was not yet given away."""
    try:
        found = data.lstat().st_uid
    except OSError:
        return None
    return found if found >= FIRST_UID else None


def _own(folder: Path, uid: int, gid: int, mode: int) -> None:
    """Made and given away, or found as it should be. A link in its place is not followed."""
    handle = _opened(folder)
    try:
        _give(handle, uid, gid, mode)
    finally:
        os.close(handle)


def _held(folder: Path, keeper: int) -> Path:
    """A folder that only root writes in, and the keeper goes through; held open until we end."""
    handle = _opened(folder)
    if os.fstat(handle).st_uid != 0:
        os.close(handle)
        raise CannotStart(f"{folder} was not made by the warden: somebody put it there. Find out who, and remove it.")
    _give(handle, 0, keeper, 0o710)
    return Path(f"/proc/self/fd/{handle}")


def _opened(folder: Path) -> int:
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)


def _give(handle: int, uid: int, gid: int, mode: int) -> None:
    found = os.fstat(handle)
    if (found.st_uid, found.st_gid) != (uid, gid):
        os.fchown(handle, uid, gid)
    if stat.S_IMODE(found.st_mode) != mode:
        os.fchmod(handle, mode)


def _own_file(path: Path, uid: int) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        os.fchown(handle, uid, uid)
    finally:
        os.close(handle)
