"""Holes in what Docker runs containers with that let somebody out of one, or at what is another’s. Pure.

From the advisories of github.com/opencontainers/runc and github.com/containerd/containerd.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

Version = tuple[int, int, int, int]  # the last is the number of a release candidate

FINAL = 10**6  # after all candidates


class Hole(NamedTuple):
    """`mended_in`: the first version of each line that has the mending, oldest first."""

    name: str
    mended_in: Sequence[str]


HOLES = {
    "runc": (
        Hole("CVE-2024-21626", ("1.1.12",)),
        Hole("CVE-2025-31133", ("1.2.8", "1.3.3", "1.4.0-rc.3")),
        Hole("CVE-2025-52565", ("1.2.8", "1.3.3", "1.4.0-rc.3")),
        Hole("CVE-2025-52881", ("1.2.8", "1.3.3", "1.4.0-rc.3")),
    ),
    "containerd": (Hole("CVE-2024-25621", ("1.7.29", "2.0.7", "2.1.5", "2.2.0")),),
}


def holes_in(part: str, version: str) -> list[Hole]:
    """By the number of the version; a distribution may have mended it under the old one."""
    found = read(version)
    return [hole for hole in HOLES[part] if not _is_mended(found, [read(each) for each in hole.mended_in])]


def read(version: str) -> Version:
    """Of `1.1.5+ds1`, `v1.4.0-rc.3` or `1.7.24~ds1`."""
    matched = re.match(r"v?(\d+)\.(\d+)(?:\.(\d+))?(?:-rc\.?(\d+))?", version)
    if matched is None:
        return (0, 0, 0, 0)
    major, minor, patch, candidate = matched.groups()
    return int(major), int(minor), int(patch or 0), int(candidate) if candidate else FINAL


def _is_mended(version: Version, mended_in: Sequence[Version]) -> bool:
    of_its_line = [each for each in mended_in if each[:2] == version[:2]]
    return version >= (of_its_line or mended_in)[-1]
