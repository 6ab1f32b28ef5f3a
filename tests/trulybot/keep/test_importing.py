"""An exported workspace comes whole; a hostile archive changes nothing."""

import json
import stat
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from tests.trulybot.keep.conftest import changed, titles
from trulybot.keep.archive import Manifest
from trulybot.keep.exporting import export
from trulybot.keep.importing import take_in
from trulybot.kit.errors import CannotStart, NotFound, Refusal, TooLarge, Unprocessable
from trulybot.settings import Settings
from trulybot.workspace import MIGRATIONS

Parts = dict[str, bytes]


@pytest.fixture
def exported(kept: Settings) -> Settings:
    """Its archive waits to be imported, and another document has come since."""
    export(kept.database, kept.uploads, kept.imported)
    (kept.uploads / "s_later.md").write_text("Later.")
    changed(kept.database, "UPDATE sources SET id = 's_later', title = 'Later', file = 's_later.md'")
    (kept.uploads / "s_acorn.md").unlink()
    return kept


def take(settings: Settings, most: int = 1_000_000) -> Manifest:
    return take_in(settings.imported, settings.database, settings.uploads, most, MIGRATIONS)


def repacked(archive: Path, change: Callable[[Parts], None], *, is_listed: bool = True) -> None:
    """With other parts, which are on its list unless it says otherwise."""
    with zipfile.ZipFile(archive) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    change(parts)
    if is_listed:
        manifest["files"] = {
            name: {"bytes": len(part), "sha256": sha256(part).hexdigest()} for name, part in parts.items()
        }
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in {**parts, "manifest.json": json.dumps(manifest).encode()}.items():
            packed.writestr(name, part)


def assert_refused(settings: Settings, refusal: type[Exception] = Unprocessable, most: int = 1_000_000) -> None:
    with pytest.raises(refusal):
        take(settings, most)
    assert titles(settings.database) == ["Later"]
    assert [path.name for path in settings.uploads.iterdir()] == ["s_later.md"]
    assert not (settings.data / "importing").exists()


def test_an_exported_workspace_comes_whole(exported: Settings) -> None:
    manifest = take(exported)
    assert sorted(manifest.files) == ["trulybot.db", "uploads/s_acorn.md"]
    assert titles(exported.database) == ["Acorn"]
    upload = exported.uploads / "s_acorn.md"
    assert upload.read_text() == "Acorns are nuts."
    assert stat.S_IMODE(upload.stat().st_mode) == 0o600
    assert not exported.imported.exists()


def test_a_repacked_archive_is_taken_as_well(exported: Settings) -> None:
    """Or else the refusals below might be of something else."""
    repacked(exported.imported, lambda parts: None)
    take(exported)
    assert titles(exported.database) == ["Acorn"]


@pytest.mark.parametrize(
    "name",
    [
        "../escaped.md",
        "uploads/../../escaped.md",
        "/etc/escaped.md",
        "uploads/deep/er.md",
        "uploads/.hidden",
        "uploads\\escaped.md",
        "uploads/" + "x" * 300,
        "trulybot.db-wal",
        "serving.lock",
        "uploads/",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(exported: Settings, name: str) -> None:
    repacked(exported.imported, lambda parts: parts.update({name: b"escaped"}))
    assert_refused(exported)
    assert not list(exported.data.parent.glob("**/escaped*"))


def test_what_is_not_on_the_list_is_refused(exported: Settings) -> None:
    repacked(exported.imported, lambda parts: parts.update({"uploads/s_more.md": b"more"}), is_listed=False)
    assert_refused(exported)


def test_what_is_changed_is_refused(exported: Settings) -> None:
    repacked(
        exported.imported, lambda parts: parts.update({"uploads/s_acorn.md": b"Acorns are NUTS."}), is_listed=False
    )
    assert_refused(exported)


def test_what_swells_beyond_its_listed_size_is_refused(exported: Settings) -> None:
    bomb = {"uploads/s_acorn.md": b"\0" * 50_000_000}
    repacked(exported.imported, lambda parts: parts.update(bomb), is_listed=False)
    assert_refused(exported)


def test_a_name_that_comes_twice_is_refused(exported: Settings) -> None:
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(exported.imported, "a") as packed:
        packed.writestr("uploads/s_acorn.md", b"Acorns are nuts.")
    assert_refused(exported)


def test_an_archive_without_a_database_is_refused(exported: Settings) -> None:
    def without(parts: Parts) -> None:
        del parts["trulybot.db"]

    repacked(exported.imported, without)
    assert_refused(exported)


def test_more_documents_than_a_workspace_may_hold_are_refused(exported: Settings) -> None:
    assert_refused(exported, TooLarge, most=3)


def test_more_than_the_disk_has_room_for_is_refused_before_anything_is_unpacked(exported: Settings) -> None:
    def list_a_petabyte(text: str) -> str:
        return text.replace('"bytes": 16,', '"bytes": 1000000000000000,')

    with zipfile.ZipFile(exported.imported) as packed:
        manifest = packed.read("manifest.json").decode()
        parts = {name: packed.read(name) for name in packed.namelist() if name != "manifest.json"}
    assert list_a_petabyte(manifest) != manifest
    with zipfile.ZipFile(exported.imported, "w") as packed:
        for name, part in {**parts, "manifest.json": list_a_petabyte(manifest).encode()}.items():
            packed.writestr(name, part)
    assert_refused(exported, TooLarge)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 cut short"])
def test_what_is_no_archive_is_refused(exported: Settings, content: bytes) -> None:
    exported.imported.write_bytes(content)
    assert_refused(exported)


@pytest.mark.parametrize("kept_share", [0.3, 0.7, 0.99])
def test_an_archive_that_was_cut_short_is_refused(exported: Settings, kept_share: float) -> None:
    content = exported.imported.read_bytes()
    exported.imported.write_bytes(content[: int(len(content) * kept_share)])
    assert_refused(exported)


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("CREATE TRIGGER spy AFTER INSERT ON sources BEGIN DELETE FROM sources; END", Unprocessable),
        ("CREATE TABLE more (id INTEGER PRIMARY KEY)", Unprocessable),
        ("INSERT INTO migrations VALUES ('trulybot/9999_later', 'x', 1)", CannotStart),
        ("DROP TABLE migrations", CannotStart),
    ],
)
def test_a_database_that_is_not_as_we_make_it_is_refused(
    exported: Settings, tmp_path: Path, statement: str, refusal: type[Exception]
) -> None:
    def change(parts: Parts) -> None:
        file = tmp_path / "hostile.db"
        file.write_bytes(parts["trulybot.db"])
        changed(file, statement)
        parts["trulybot.db"] = file.read_bytes()

    repacked(exported.imported, change)
    assert_refused(exported, refusal)


def test_a_database_that_is_none_is_refused(exported: Settings) -> None:
    repacked(exported.imported, lambda parts: parts.update({"trulybot.db": b"no database" * 1000}))
    assert_refused(exported, CannotStart)


def test_without_an_archive_there_is_nothing_to_import(kept: Settings) -> None:
    with pytest.raises(NotFound, match="no archive"):
        take(kept)


def test_an_upload_that_is_gone_is_not_exported(kept: Settings) -> None:
    (kept.uploads / "s_acorn.md").unlink()
    assert list(export(kept.database, kept.uploads, kept.exported).files) == ["trulybot.db"]


def test_an_export_that_fails_leaves_the_one_before(kept: Settings) -> None:
    export(kept.database, kept.uploads, kept.exported)
    before = kept.exported.read_bytes()
    (kept.data / "exporting").write_text("in the way")
    with pytest.raises((Refusal, CannotStart)):
        export(kept.database, kept.uploads, kept.exported)
    assert kept.exported.read_bytes() == before
