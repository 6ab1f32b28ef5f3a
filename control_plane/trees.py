"""Folders that a workspace fills as it likes: measured by `du` and removed by `rm`.

Neither follows a link, nor loses its way in folders that lie deeper than a path can name.
"""

import subprocess
from collections import Counter
from pathlib import Path
from typing import Final

# Besides what is in it: a disk has room for so many files and no more, and empty ones use that up too.
FOR_A_FILE: Final = 4096


def size_of(folder: Path) -> int:
    """Bytes, of all that is below it."""
    return _sizes(folder, depth=0)[str(folder)]


def sizes_below(folder: Path) -> dict[str, int]:
    """Bytes of each folder in it, by name."""
    return {Path(path).name: size for path, size in _sizes(folder, depth=1).items() if path != str(folder)}


def remove(path: Path) -> None:
    """With all that is below it; raises OSError where something stays."""
    ran = subprocess.run(["rm", "-rf", "--", str(path)], capture_output=True, text=True, errors="replace")
    if ran.returncode:
        raise OSError(ran.stderr.strip())


def _sizes(folder: Path, depth: int) -> Counter[str]:
    """What goes while it is counted counts nothing. BSD’s `du` cannot count files."""
    sizes = Counter[str]()
    for option, unit in (("-k", 1024), ("--inodes", FOR_A_FILE)):
        command = ["du", option, "-x", "-d", str(depth), str(folder)]
        ran = subprocess.run(command, capture_output=True, text=True, errors="surrogateescape")
        for line in ran.stdout.splitlines():
            number, _, path = line.partition("\t")
            sizes[path] += int(number) * unit
    return sizes
