"""Rules of the files of this repository, whatever language they are in."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST = 300
TEXT = {".py", ".html", ".css", ".js", ".sql", ".md", ".toml", ".yaml", ".yml", ".txt", ".sh", ""}

# In pieces, or this file would be the first to break its own rule.
REGISTRIES = [
    f"{name}.{end}"
    for name, end in (
        ("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("docker", "io"), ("ghcr", "io"),
        ("quay", "io"), ("debian", "org"),
    )
]  # fmt: skip
LOCAL_PATHS = ["/work" + "/", "../" + "shared"]

# A filter that switches escaping off is allowed where what it prints was made by us alone.
UNESCAPED = {"templates/shared/account/_two_step.html"}  # the QR code, which a library draws

# A mail is under no policy, and mail programs know of a style what stands at its element.
MAILS = ROOT / "templates/shared/mail"


@cache
def _tracked() -> list[Path]:
    """Every file of the repository that is ours, whether committed yet or not."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode != 0:
        pytest.skip("this is no git checkout")
    paths = (ROOT / line for line in listed.stdout.splitlines())
    return [path for path in paths if path.is_file() and path.suffix in TEXT and "vendor" not in path.parts]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def test_no_file_is_longer_than_one_sitting() -> None:
    """A file is one concept. Data and generated files are not read, so they do not count."""
    long = {
        _name(path): lines
        for path in _tracked()
        if path.suffix in {".py", ".html", ".css", ".js"} and (lines := len(path.read_text().splitlines())) > LONGEST
    }
    assert long == {}


def test_no_registry_is_named() -> None:
    """Where packages come from is the business of whoever installs them."""
    assert [_name(path) for path in _tracked() if any(host in path.read_text() for host in REGISTRIES)] == []


def test_nothing_names_a_path_of_one_machine() -> None:
    """Only .ci/run knows of what may lie beside the repository."""
    named = [_name(path) for path in _tracked() if any(local in path.read_text() for local in LOCAL_PATHS)]
    assert [name for name in named if name != ".ci/run"] == []


@pytest.mark.parametrize(
    ("rule", "pattern"),
    [
        ("inline script", r"<script(?![^>]*\bsrc=)[^>]*>"),
        ("inline style", r"<style\b"),
        ("style attribute", r"<[^>]*\sstyle\s*="),
        ("inline handler", r"<[^>]*\son[a-z]+\s*="),
        ("javascript address", r"javascript:"),
        ("escaping switched off", r"autoescape\s+false"),
    ],
)
def test_templates_keep_to_the_content_security_policy(rule: str, pattern: str) -> None:
    """No inline script or style runs under our policy, and nothing a stranger typed is ever printed raw."""
    assert _templates()
    pages = [path for path in _templates() if path.parent != MAILS]
    wrong = [_name(path) for path in pages if re.search(pattern, path.read_text(), re.IGNORECASE | re.DOTALL)]
    assert wrong == [], rule


def test_only_listed_templates_print_unescaped() -> None:
    printing = {_name(path) for path in _templates() if re.search(r"\|\s*safe\b|Markup\(", path.read_text())}
    assert printing == UNESCAPED


def test_scripts_never_write_markup() -> None:
    """What visitors typed goes in as text; a script that builds markup from strings will one day use theirs."""
    scripts = [path for path in (ROOT / "templates/static").rglob("*.js") if "vendor" not in path.parts]
    assert scripts
    writes = re.compile(r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function)")
    assert [_name(path) for path in scripts if writes.search(path.read_text())] == []
