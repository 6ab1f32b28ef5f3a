"""requirements.txt is what the image installs: pinned, hashed, of no one index, and never behind pyproject.toml."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
REQUIREMENTS = (ROOT / "requirements.txt").read_text()
DECLARED = [
    Requirement(line) for line in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
]
RECOMPILE = (
    "run: uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header "
    "--output-file requirements.txt"
)

PINNED: dict[str, list[Requirement]] = {}
for line in re.findall(r"^[A-Za-z0-9].*?(?= \\?$)", REQUIREMENTS, re.MULTILINE):
    pin = Requirement(line)
    PINNED.setdefault(canonicalize_name(pin.name), []).append(pin)


@pytest.mark.parametrize("declared", DECLARED, ids=lambda requirement: requirement.name)
def test_every_dependency_is_pinned_within_its_bounds(declared: Requirement) -> None:
    pins = PINNED.get(canonicalize_name(declared.name))
    assert pins, f"{declared.name} is not in requirements.txt; {RECOMPILE}"
    for pin in pins:
        (version,) = pin.specifier
        assert declared.specifier.contains(version.version), f"{pin} is outside {declared}; {RECOMPILE}"


def test_what_the_dependencies_need_is_pinned_too() -> None:
    missing = _closure() - PINNED.keys()
    assert not missing, f"{sorted(missing)} are not in requirements.txt; {RECOMPILE}"


def test_nothing_is_pinned_without_a_hash() -> None:
    blocks = re.split(r"^(?=[A-Za-z0-9])", REQUIREMENTS, flags=re.MULTILINE)
    assert len(blocks) > len(DECLARED)
    assert [block for block in blocks[1:] if "--hash=sha256:" not in block] == []


def test_no_address_is_named() -> None:
    assert "://" not in REQUIREMENTS
    assert "index-url" not in REQUIREMENTS


def _closure() -> set[str]:
    """Names of all installed packages our dependencies lead to on this platform."""
    waiting = [(canonicalize_name(one.name), one.extras) for one in DECLARED if _applies(one, set())]
    found: set[str] = set()
    while waiting:
        name, extras = waiting.pop()
        if name in found:
            continue
        try:
            needs = [Requirement(text) for text in requires(name) or []]
        except PackageNotFoundError:
            continue
        found.add(name)
        waiting += [(canonicalize_name(need.name), need.extras) for need in needs if _applies(need, extras)]
    return found


def _applies(requirement: Requirement, extras: set[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in extras or {""})
