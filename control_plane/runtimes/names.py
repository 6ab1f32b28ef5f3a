"""names/ is the routing table: one link a name, to the folder of a workspace's socket. Foreign files are left alone."""

import os
from collections.abc import Mapping
from pathlib import Path

from control_plane.folders import Folders


def mend(folders: Folders, wanted: Mapping[str, str]) -> list[str]:
    """Make names/ say `wanted`, by name the workspace's id; the names that had to be changed."""
    folders.names.mkdir(parents=True, exist_ok=True)
    found = {entry.name: _target(entry) for entry in os.scandir(folders.names)}
    links = {name: str(Path("..", "run", workspace)) for name, workspace in wanted.items()}
    stale = [name for name, target in found.items() if name not in links and _is_ours(target)]
    wrong = [name for name, target in links.items() if found.get(name) != target and _is_free(found, name)]
    for name in stale:
        (folders.names / name).unlink(missing_ok=True)
    for name in wrong:
        _link(folders.names, name, links[name])
    return [*stale, *wrong]


def _target(entry: "os.DirEntry[str]") -> str | None:
    """None where it is no link."""
    try:
        return os.readlink(entry.path)
    except OSError:
        return None


def _is_ours(target: str | None) -> bool:
    return target is not None and target.startswith(("../run/", ".new-"))


def _is_free(found: Mapping[str, str | None], name: str) -> bool:
    return name not in found or _is_ours(found[name])


def _link(folder: Path, name: str, target: str) -> None:
    """In one step, so that nobody ever finds the name missing."""
    new = folder / f".new-{name}"
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    new.replace(folder / name)
