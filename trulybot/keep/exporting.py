"""Everything a workspace holds, as one file to take elsewhere."""

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from trulybot import __version__
from trulybot.keep import backup
from trulybot.keep.archive import DATABASE, MANIFEST, UPLOADS, Entry, Manifest
from trulybot.kit import durable
from trulybot.kit.clock import now
from trulybot.kit.database import Database
from trulybot.kit.folders import empty, make_private
from trulybot.knowledge import queries

PIECE = 1024 * 1024


def export(database: Path, uploads: Path, archive: Path) -> Manifest:
    """In place of an archive that was there before, in one step; the workspace may go on serving."""
    make_private(archive.parent)
    with empty(database.parent / "exporting") as folder:
        copied = folder / DATABASE
        backup.copy(database, copied)
        new = folder / archive.name
        new.touch(0o600)
        with zipfile.ZipFile(new, "w") as written:
            files = {name: _add(written, name, path) for name, path in _files(copied, uploads)}
            manifest = Manifest(version=__version__, created=now(), files=files)
            written.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
        durable.put_in_place(new, archive)
    return manifest


def _files(copied: Path, uploads: Path) -> Iterator[tuple[str, Path]]:
    """An upload that was removed since the copy was made is in it no more."""
    db = Database(copied)
    try:
        names = sorted(db.write_now(queries.files))
    finally:
        db.close()
    yield DATABASE, copied
    yield from ((UPLOADS + name, uploads / name) for name in names if (uploads / name).is_file())


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> Entry:
    digest, size = hashlib.sha256(), 0
    described = zipfile.ZipInfo(name)
    described.compress_type = zipfile.ZIP_DEFLATED
    with path.open("rb") as file, archive.open(described, "w", force_zip64=True) as written:
        while piece := file.read(PIECE):
            digest.update(piece)
            size += len(piece)
            written.write(piece)
    return Entry(size, digest.hexdigest())
