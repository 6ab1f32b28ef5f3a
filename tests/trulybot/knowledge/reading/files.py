"""Real files, made on the spot, and the passages they are read as."""

import io
import zipfile
from collections.abc import Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path

from openpyxl import Workbook
from pypdf import PdfReader, PdfWriter

from trulybot.knowledge.reading import opening
from trulybot.knowledge.reading.document import Limits
from trulybot.knowledge.reading.opening import Reading
from trulybot.knowledge.reading.wire import Batch, Pair, Passage, Wanted

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
CONTENT_TYPES = f"""<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="{TYPES}.document.main+xml"/>
<Override PartName="/word/styles.xml" ContentType="{TYPES}.styles+xml"/>
</Types>"""
RELATIONS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Target="{target}"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{what}"/></Relationships>"""
STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/></w:style>'
    for level in (1, 2)
)


def opened(
    path: Path, limits: Limits | None = None, *, title: str = "", wanted: Wanted = "file"
) -> AbstractContextManager[Reading]:
    return closing(opening.opened(path, path.name, title, wanted, limits or Limits()))


def batches(path: Path, limits: Limits | None = None, *, title: str = "", wanted: Wanted = "file") -> list[Batch]:
    with opened(path, limits, title=title, wanted=wanted) as reading:
        found = [reading.next_batch()]
        while not found[-1].is_last:
            found.append(reading.next_batch())
        return found


def passages(path: Path, limits: Limits | None = None, *, title: str = "", wanted: Wanted = "file") -> list[Passage]:
    return [passage for batch in batches(path, limits, title=title, wanted=wanted) for passage in batch.passages]


def pairs(path: Path) -> list[Pair]:
    return [pair for batch in batches(path, wanted="pairs") for pair in batch.pairs]


def kind(path: Path) -> str:
    with opened(path) as reading:
        return reading.opened.kind


def text(path: Path) -> str:
    return "\n".join(passage.text for passage in passages(path))


def docx(*paragraphs: tuple[str, str], extra: str = "", declaration: str = "") -> bytes:
    """Paragraphs of (style, text); `extra` is any further XML of the body."""
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for style, text in paragraphs
    )
    return archive(
        {
            "[Content_Types].xml": CONTENT_TYPES,
            "_rels/.rels": RELATIONS.format(target="word/document.xml", what="officeDocument"),
            "word/_rels/document.xml.rels": RELATIONS.format(target="styles.xml", what="styles"),
            "word/styles.xml": f'<w:styles xmlns:w="{WORD}">{STYLES}</w:styles>',
            "word/document.xml": f'<?xml version="1.0"?>{declaration}<w:document xmlns:w="{WORD}">'
            f"<w:body>{body}{extra}</w:body></w:document>",
        }
    )


def archive(parts: dict[str, str | bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return content.getvalue()


def xlsx(sheets: dict[str, Sequence[Sequence[object]]]) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def pdf(*pages: str) -> bytes:
    """One line of text after the other on each page, in Helvetica."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        shown = "".join(f"({_escaped(line)}) Tj 0 -14 Td " for line in page.split("\n"))
        content = f"BT /F1 11 Tf 72 760 Td {shown}ET".encode("cp1252")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return _numbered(objects)


def encrypted(content: bytes, password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _numbered(objects: list[bytes]) -> bytes:
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, thing in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, thing))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()
