"""What the README promises is there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from trulybot.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
DOCS = sorted((ROOT / "docs").glob("*.md"))
LONGEST = 145

COMMANDS = (
    "pip install uv && uv run trulybot demo",
    "pip install uv && uv run trulybot-control demo",
    "pip install uv && uv run pytest",
    "docker compose up",
)


def test_it_can_be_read_at_one_sitting() -> None:
    assert len(README.splitlines()) <= LONGEST


@pytest.mark.parametrize("command", COMMANDS)
def test_it_opens_with_the_commands_that_do_all_set_up(command: str) -> None:
    assert command in README
    assert README.splitlines()[0].startswith("# TrulyBot")


def test_it_shows_a_picture() -> None:
    assert re.search(r"!\[[^\]]+\]\([^)]+\)", README)


@pytest.mark.parametrize("page", [ROOT / "README.md", *DOCS], ids=lambda page: page.name)
def test_every_path_it_links_exists(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text())
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_every_command_it_names_exists() -> None:
    text = "\n".join(page.read_text() for page in (ROOT / "README.md", *DOCS))
    code = "\n".join(re.findall(r"```.*?```|`[^`]+`|^ {4}.*$", text, re.DOTALL | re.MULTILINE))
    named = set(re.findall(r"\btrulybot ([a-z][a-z-]*)", code))
    assert "serve" in named
    helped = subprocess.run(
        [sys.executable, "-m", "trulybot", "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert [command for command in sorted(named) if not re.search(rf"\b{command}\b", helped.stdout)] == []


def test_every_setting_is_described() -> None:
    text = README + (ROOT / "docs/configuration.md").read_text()
    names = [f"TRULYBOT_{name.upper()}" for name in Settings.__struct_fields__]
    assert names
    assert [name for name in names if not re.search(rf"\b{name}\b", text)] == []


def test_every_setting_reaches_the_container() -> None:
    """All but those that the image itself decides, and those that only a control plane sets."""
    composed = (ROOT / "compose.yaml").read_text()
    others = ("data", "host", "port", "given", "gateway")
    names = {f"TRULYBOT_{name.upper()}" for name in Settings.__struct_fields__ if name not in others}
    assert {name for name in names if f"{name}: ${{{name}:-" not in composed} == set()


def test_no_setting_is_described_that_does_not_exist() -> None:
    """Some are read by others: by compose.yaml, by the tests."""
    described = set(
        re.findall(r"\bTRULYBOT_([A-Z_]+?)(?:_FILE)?\b", README + (ROOT / "docs/configuration.md").read_text())
    )
    composed = set(re.findall(r"\$\{TRULYBOT_([A-Z_]+)", (ROOT / "compose.yaml").read_text()))
    known = {name.upper() for name in Settings.__struct_fields__} | composed | {"REQUIRE", "NAME"}
    assert described - known == set()
