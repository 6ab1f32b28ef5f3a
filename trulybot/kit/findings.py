"""What a `doctor` finds: each a sentence, and what to do where something is wrong."""

import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from trulybot.kit import sqlite
from trulybot.kit.errors import CannotStart

LEAST_FREE = 500_000_000  # bytes


class Finding(NamedTuple):
    """What is not well has to be mended, unless it is only a hint: something that a person should look at."""

    is_well: bool
    sentence: str
    is_hint: bool = False

    def __str__(self) -> str:
        return f"{'ok  ' if self.is_well else 'LOOK' if self.is_hint else 'FIX '} {self.sentence}"


def hint(sentence: str) -> Finding:
    return Finding(False, sentence, is_hint=True)


def of_folder(folder: Path, maker: str) -> Iterator[Finding]:
    """Of one that holds everything somebody has; `maker` is the command that makes it."""
    above = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not above.is_dir():
        yield Finding(False, f"{above} is a file, not a folder: choose another one")
        return
    if above != folder:
        yield Finding(True, f"{folder} does not exist yet; `{maker}` will make it")
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(False, f"{folder} cannot be read and written by this user: run chown {os.getuid()} {folder}")
        return
    free = shutil.disk_usage(folder).free
    yield Finding(free >= LEAST_FREE, f"{folder}: {free / 1e9:.1f} GB free on its disk" + _advice(free < LEAST_FREE))
    others = folder.stat().st_mode & 0o077
    yield Finding(
        not others, f"{folder} is open to {'other users: run chmod 700' if others else 'its owner alone:'} {folder}"
    )


def of_database(path: Path) -> Iterator[Finding]:
    """Nothing where there is none yet."""
    if not path.exists():
        return
    try:
        connection = sqlite.connect(path, read_only=True)
    except CannotStart as fault:
        yield Finding(False, str(fault))
        return
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    finally:
        connection.close()
    yield Finding(
        found == "ok",
        "the database is sound" if found == "ok" else f"the database is damaged ({found}): restore a backup",
    )


def of_sqlite() -> Finding:
    try:
        return Finding(True, f"SQLite {sqlite.choose_library().sqlite_version}")
    except CannotStart as fault:
        return Finding(False, str(fault))


def told(findings: Iterable[Finding]) -> tuple[str, int]:
    """A line each, and the exit code: 1 when something has to be done."""
    found = list(findings)
    return "\n".join(map(str, found)), int(not all(finding.is_well or finding.is_hint for finding in found))


def _advice(is_low: bool) -> str:
    return "; make room, for nothing can be saved on a full disk" if is_low else ""
