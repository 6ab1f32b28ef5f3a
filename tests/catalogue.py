"""The texts of all pages and their translations: `uv run python -m tests.catalogue` brings templates/locale up to date.

New texts get an empty translation to be filled in by hand, and those that are gone leave; then what programs read is
compiled.
"""

import ast
import io
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from trulybot.kit.reader import LANGUAGES
from trulybot.kit.texts import DOMAIN, FOLDER

ROOT = Path(__file__).parent.parent
PACKAGES = ("trulybot", "control_plane")
FOLDERS = {
    **{package: [("**.py", "python")] for package in PACKAGES},
    "templates": [("**.html", "jinja2"), ("**.txt", "jinja2")],
}
KEYWORDS = {"_": None, "N_": None, "with_values": None, "gettext": None, "ngettext": (1, 2)}
TELLING = frozenset({"Refusal", "ReadingFailed", "EmbeddingFailed"})  # with those below them: what is raised is told
JINJA = {"silent": "false", "newstyle_gettext": "true", "trimmed": "false"}
OPTIONS = {"**.html": JINJA, "**.txt": JINJA}
WIDTH = 110
EPOCH = datetime.fromtimestamp(0, UTC)


def gathered() -> Catalog:
    """Every text in the code, with the files it stands in."""
    catalogue = Catalog(project="TrulyBot", header_comment="# Texts of TrulyBot’s pages.")
    keywords = KEYWORDS | dict.fromkeys(raised_and_told())
    with redirect_stderr(io.StringIO()):  # of f-strings for operators; those for others fail in test_sentences.py
        for folder, methods in FOLDERS.items():
            found = extract_from_dir(ROOT / folder, methods, OPTIONS, keywords)
            for name, _, message, comments, context in found:
                catalogue.add(message, locations=[(f"{folder}/{name}", 0)], auto_comments=comments, context=context)
    return catalogue


@cache
def trees() -> list[tuple[Path, ast.Module]]:
    """Each file of the program, read."""
    paths = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return [(path, ast.parse(path.read_text())) for path in paths]


@cache
def raised_and_told() -> frozenset[str]:
    """The names of all errors whose sentence is told to a person; it stands first where one is made."""
    classes = [node for _, tree in trees() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    names: set[str] = set()
    below = set(TELLING)
    while below - names:
        names |= below
        below = {each.name for each in classes if names & {ast.unparse(base) for base in each.bases}}
    return frozenset(names)


def paths() -> Iterator[tuple[str, Path]]:
    """Every language but English, with its file."""
    yield from ((tag, FOLDER / tag / "LC_MESSAGES" / f"{DOMAIN}.po") for tag in LANGUAGES if tag != "en")


def read(tag: str, path: Path) -> Catalog:
    if not path.exists():
        return Catalog(locale=tag, project="TrulyBot", header_comment="# Texts of TrulyBot’s pages.")
    with path.open("rb") as file:
        return read_po(file, locale=tag)


def updated(catalogue: Catalog, texts: Catalog) -> Catalog:
    catalogue.update(texts, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def written(catalogue: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalogue, width=WIDTH, omit_header=False, sort_output=True, include_lineno=False)
    # Times would change the file each time it is made.
    lines = [line for line in out.getvalue().splitlines(True) if b"-Date: " not in line and b"Generated-By" not in line]
    return b"".join(lines)


def compiled(catalogue: Catalog) -> bytes:
    catalogue.creation_date = catalogue.revision_date = EPOCH  # or the file would change each minute
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def main() -> None:
    texts = gathered()
    for tag, path in paths():
        catalogue = updated(read(tag, path), texts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(written(catalogue))
        path.with_suffix(".mo").write_bytes(compiled(read(tag, path)))
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {len(untranslated(catalogue))} to be translated")


def untranslated(catalogue: Catalog) -> list[str]:
    return [str(message.id) for message in catalogue if message.id and not all(forms(message.string))]


def forms(string: object) -> Sequence[object]:
    return string if isinstance(string, list | tuple) else [string]


if __name__ == "__main__":
    main()
