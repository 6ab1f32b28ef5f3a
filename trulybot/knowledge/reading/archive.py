"""Office files are ZIP archives of XML: what is looked at before a library may unpack one."""

import re
import zipfile
from pathlib import Path

from trulybot.kit.texts import N_, with_values
from trulybot.kit.words import sized
from trulybot.knowledge.reading.document import Limits, ReadingFailed

MOST_PARTS = 10_000
MOST_TIMES_LARGER = 200  # unpacked to packed; spreadsheets of zeros reach about 100
SMALL_BYTES = 8 * 1024 * 1024  # below this any ratio is harmless
PIECE = 256 * 1024

_PICTURE = re.compile(r"/media/[^/]+\.svg$")  # may well declare something, and is never read

DAMAGED = N_("This file is damaged or was cut short. Save it again from the program that made it and upload it.")
TOO_LARGE = N_(
    "Unpacked, this file is far larger than it looks, as harmful files are. "
    "Open it in its program, save it again and upload that."
)


def checked(path: Path, limits: Limits, whole: tuple[str, ...]) -> None:
    """Unpacks every XML part once, to count it; `whole` begin the names of those that a library holds whole."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_parts(archive, limits, whole)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise ReadingFailed(DAMAGED) from error
    except RuntimeError as error:  # what zipfile raises for a part with a password
        raise ReadingFailed("This file is protected by a password. Remove the password and upload it again.") from error


def _check_parts(archive: zipfile.ZipFile, limits: Limits, whole: tuple[str, ...]) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise ReadingFailed(TOO_LARGE)
    left = limits.unpacked_bytes
    for part in parts:
        if not part.is_dir() and not _PICTURE.search(part.filename):
            left -= _counted(archive, part, min(left, limits.whole_bytes) if part.filename.startswith(whole) else left)


def _counted(archive: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> int:
    most_for_its_size = max(SMALL_BYTES, part.compress_size * MOST_TIMES_LARGER)
    if part.file_size > most_for_its_size:
        raise ReadingFailed(TOO_LARGE)
    with archive.open(part) as content:
        tail = content.read(PIECE)
        if not _is_xml(tail):
            return 0  # a picture, a font: nobody unpacks it
        size = len(tail)
        _refuse_entities(tail)
        while piece := content.read(PIECE):
            size += len(piece)
            if size > most_for_its_size:
                raise ReadingFailed(TOO_LARGE)
            if size > most:
                raise ReadingFailed(
                    with_values(
                        "This file holds more than %(size)s of text in one part. Split it and upload the pieces.",
                        size=sized(most),
                    )
                )
            _refuse_entities(tail + piece)
            tail = piece[-16:]
    return size


def _is_xml(content: bytes) -> bool:
    """By content: which part is the document, the archive's own index decides, whatever that part is called."""
    if content.startswith((b"\xff\xfe<\0", b"\xfe\xff\0<", b"<\0", b"\0<")):
        raise ReadingFailed(DAMAGED)  # two bytes a letter: no office program writes it, and it would hide a declaration
    content = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    return not content or content.startswith(b"<")


def _refuse_entities(xml: bytes) -> None:
    # Office files declare nothing; those that do are made to swell ("a billion laughs") or to read other files.
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise ReadingFailed(
            "This file contains declarations that no office program writes, so it is not read. "
            "Open it in its program, save it again and upload that."
        )
