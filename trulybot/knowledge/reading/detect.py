"""What a file is, by its content. Its name only decides between kinds of plain text."""

import re
import zipfile
from pathlib import Path
from typing import Literal

from trulybot.kit.texts import N_, with_values
from trulybot.knowledge.reading.archive import DAMAGED
from trulybot.knowledge.reading.csv import delimiter_of
from trulybot.knowledge.reading.document import ReadingFailed
from trulybot.knowledge.reading.encoding import is_wide, sample_of

Kind = Literal["text", "markdown", "html", "csv", "pdf", "docx", "xlsx"]

HEAD_BYTES = 4096
PROGRAMS = {
    b"MZ": "a Windows program",
    b"\x7fELF": "a program",
    b"\xcf\xfa\xed\xfe": "a program",
    b"\xca\xfe\xba\xbe": "a program",
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_CONTROL = 0.01  # of the characters in a text

EMPTY = N_("This file is empty. Check that it was saved, and upload it again.")
READABLE = N_("Upload a PDF, Word (.docx), Excel (.xlsx), CSV, HTML, Markdown or text file.")
UNKNOWN = N_("This is not a document.")
ARCHIVE = N_("This is an archive (ZIP) or a kind of Office file that is not read. Unpack it.")
OLD_OFFICE = N_(
    "This is an old Office file (.doc, .xls, .ppt or .rtf), or one that is protected by a password. "
    "Open it, remove the password, save it as .docx or .xlsx, and upload that."
)

_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")
_HTML = re.compile(r"\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_TAG = re.compile(r"<[a-z][^<>]*>", re.IGNORECASE)
_HEADING = re.compile(r"\s*#{1,6} \S")
_MARKDOWN = re.compile(r"^#{1,6} \S|^```|^\[[^\]]+\]: |\]\(https?://", re.MULTILINE)


def kind_of(path: Path, name: str) -> Kind:
    """Raises ReadingFailed with a sentence about what it is instead."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise ReadingFailed(EMPTY if _is_blank(path) else _not_readable(path))
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK"):
        return _office_kind(path)
    if head.startswith((OLE, b"{\\rtf")):
        raise ReadingFailed(OLD_OFFICE)
    if not _is_text(path, head):
        raise ReadingFailed(_not_readable(path))
    return _text_kind(sample_of(path), Path(name).suffix.casefold())


def pasted_kind(path: Path) -> Kind:
    """Of what the owner typed or pasted: Markdown if it has its marks, whatever else it looks like."""
    sample = sample_of(path)
    return "markdown" if _HEADING.match(sample) or len(_MARKDOWN.findall(sample)) > 1 else "text"


def _office_kind(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ReadingFailed(DAMAGED) from error
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    raise ReadingFailed(f"{ARCHIVE}\n{READABLE}")


def _is_text(path: Path, head: bytes) -> bool:
    # Bytes first: any bytes decode in a one-byte encoding, and guessing which takes a second.
    if not is_wide(head) and len(_CONTROL_BYTES.findall(head)) > MOST_CONTROL * len(head):
        return False
    sample = sample_of(path)
    return len(_CONTROL.findall(sample)) <= MOST_CONTROL * len(sample)


def _text_kind(sample: str, suffix: str) -> Kind:
    if _HTML.match(sample):
        return "html"
    match suffix:
        case ".md" | ".markdown":
            return "markdown"
        case ".csv" | ".tsv" | ".tab":
            return "csv"
        case ".htm" | ".html" | ".xhtml" if _TAG.search(sample):
            return "html"
        case ".txt" | ".text":
            return "text"
    if delimiter_of(sample, least_agreeing=1.0):
        return "csv"
    return "markdown" if len(_MARKDOWN.findall(sample)) > 1 else "text"


def _not_readable(path: Path) -> str:
    what = _known_as(path)
    if not what:
        return f"{UNKNOWN}\n{READABLE}"
    return with_values(N_("This looks like %(what)s, not a document."), what=what) + f"\n{READABLE}"


def _known_as(path: Path) -> str:
    """What the signature at its beginning says, in words; empty if it has none that is long enough to trust."""
    import puremagic

    with path.open("rb") as file:
        head = file.read(8)
    for signature, what in PROGRAMS.items():
        if head.startswith(signature):
            return what
    try:
        matches = puremagic.magic_file(path)
    except (puremagic.PureError, ValueError, OSError, IndexError):
        return ""
    best = next((match for match in matches if len(match.byte_match) >= 3 and match.confidence >= 0.3), None)
    return f"a {best.extension} file" if best and best.extension else ""


def _is_blank(path: Path) -> bool:
    """Nothing but spaces and line ends, in any encoding."""
    return path.stat().st_size == 0 or not sample_of(path).strip("\ufeff \t\r\n")
