"""Putting an exported workspace in the place of what is here.

The database is replaced in one step, after everything was checked and its uploads were laid beside ours: cut off
anywhere, either workspace is here whole. What belongs to neither is swept away later, as after any crash.
"""

import hashlib
import shutil
import zipfile
from pathlib import Path

import msgspec

from trulybot.keep import replacing
from trulybot.keep.archive import DATABASE, MANIFEST, MOST_MANIFEST_BYTES, UPLOADS, Entry, Manifest, is_allowed
from trulybot.keep.soundness import assert_sound
from trulybot.kit import durable, sqlite
from trulybot.kit.errors import NotFound, TooLarge, Unprocessable
from trulybot.kit.folders import empty, make_private
from trulybot.kit.migrate import migrate, pending
from trulybot.kit.texts import N_

PIECE = 1024 * 1024
DAMAGED = N_("This archive is damaged or was changed. Export the workspace again.")


def take_in(archive: Path, database: Path, uploads: Path, most_upload_bytes: int, product: Path) -> Manifest:
    """Call it holding the folder's lock. Raises Unprocessable and TooLarge, and CannotStart for a newer version's."""
    if not archive.exists():
        raise NotFound("There is no archive to import.")
    with empty(database.parent / "importing") as folder:
        manifest = _unpacked(archive, folder, most_upload_bytes)
        _check_database(folder / DATABASE, folder / "fresh.db", product)
        make_private(uploads)
        for name in manifest.files:
            if name != DATABASE:
                durable.put_in_place(folder / name, uploads / name.removeprefix(UPLOADS))
        replacing.replace(database, folder / DATABASE)
    archive.unlink()
    return manifest


def _unpacked(archive: Path, folder: Path, most_upload_bytes: int) -> Manifest:
    (folder / UPLOADS).mkdir()
    try:
        with zipfile.ZipFile(archive) as packed:
            manifest = _manifest(packed)
            _check_names(packed, manifest)
            _check_sizes(manifest, most_upload_bytes, shutil.disk_usage(folder).free)
            for name, entry in manifest.files.items():
                _unpack(packed, name, entry, folder / name)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Unprocessable(DAMAGED) from error
    return manifest


def _manifest(packed: zipfile.ZipFile) -> Manifest:
    with packed.open(MANIFEST) as file:
        content = file.read(MOST_MANIFEST_BYTES + 1)
    if len(content) > MOST_MANIFEST_BYTES:
        raise Unprocessable(DAMAGED)
    return msgspec.json.decode(content, type=Manifest)


def _check_names(packed: zipfile.ZipFile, manifest: Manifest) -> None:
    """Exactly what the list names, each once, and nothing that would lead anywhere else."""
    listed = sorted([MANIFEST, *manifest.files])
    is_known = all(map(is_allowed, manifest.files)) and DATABASE in manifest.files
    if manifest.format != 1 or not is_known or sorted(packed.namelist()) != listed:
        raise Unprocessable(DAMAGED)


def _check_sizes(manifest: Manifest, most_upload_bytes: int, free: int) -> None:
    sizes = {name: entry.bytes for name, entry in manifest.files.items()}
    if any(size < 0 for size in sizes.values()):
        raise Unprocessable(DAMAGED)
    if sum(sizes.values()) > free:
        raise TooLarge("There is no room for this archive on the disk. Make room, and try again.")
    if sum(sizes.values()) - sizes[DATABASE] > most_upload_bytes:
        raise TooLarge("The documents in this archive are larger than this workspace may hold.")


def _unpack(packed: zipfile.ZipFile, name: str, entry: Entry, path: Path) -> None:
    """Never more of it than the list says, whatever the archive would swell to."""
    digest, left = hashlib.sha256(), entry.bytes
    with packed.open(name) as content, path.open("xb") as file:
        path.chmod(0o600)
        while piece := content.read(min(PIECE, left + 1)):
            left -= len(piece)
            if left < 0:
                break
            digest.update(piece)
            file.write(piece)
    if left or digest.hexdigest() != entry.sha256:
        raise Unprocessable(DAMAGED)


def _check_database(new: Path, fresh: Path, product: Path) -> None:
    """Sound, not of a newer version, and what our own migrations make: no trigger of a stranger’s is in it."""
    pending(new, product)
    assert_sound(new)
    migrate(new, product)
    migrate(fresh, product)
    if _schema(new) != _schema(fresh):
        raise Unprocessable("The database in this archive is none that TrulyBot has made.")


def _schema(database: Path) -> set[tuple[str, str, str]]:
    connection = sqlite.connect(database, read_only=True)
    try:
        sql = "SELECT type, name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\'"
        return set(connection.execute(sql).fetchall())
    finally:
        connection.close()
