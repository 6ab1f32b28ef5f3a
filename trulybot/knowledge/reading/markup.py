"""A parsed page's blocks of text, in the order a reader meets them. No recursion: pages nest as deep as they like."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborNode

from trulybot.knowledge.chunking import Section
from trulybot.knowledge.reading.outline import Outline
from trulybot.knowledge.reading.rows import row_text

SKIPPED = frozenset(
    ["script", "style", "noscript", "template", "svg", "math", "head", "iframe", "object", "canvas", "audio", "video"]
    + ["nav", "button", "select", "textarea", "input", "dialog", "-comment"]
)
SKIPPED_ROLES = frozenset(["navigation", "search", "menu", "menubar", "dialog", "alertdialog", "tablist"])
INLINE = frozenset(
    ["a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "label"]
    + ["mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "img"]
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
LISTS = frozenset(["ul", "ol", "dl"])

_SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")


def sections_of(root: LexborNode) -> Iterator[Section]:
    walk = _Walk()
    for node, entering in _events(root):
        yield from walk.enter(node) if entering else walk.leave(node)
    yield from walk.end()


def _events(root: LexborNode) -> Iterator[tuple[LexborNode, bool]]:
    """Each node twice, on the way in and on the way out; one that is skipped, not at all."""
    depth = 0
    node: LexborNode | None = root
    while node is not None:
        if not _is_skipped(node):
            yield node, True
            if node.first_child is not None:
                node, depth = node.first_child, depth + 1
                continue
            yield node, False
        while node is not None and depth and node.next is None:
            node, depth = node.parent, depth - 1
            if node is not None:
                yield node, False
        node = node.next if node is not None and depth else None


def _is_skipped(node: LexborNode) -> bool:
    tag = node.tag
    if tag == "-text":
        return False
    if tag is None or tag in SKIPPED:
        return True
    attributes = node.attributes
    return bool(attributes) and (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or attributes.get("role") in SKIPPED_ROLES
        or "display:none" in (attributes.get("style") or "").replace(" ", "")
    )


class _Walk:
    """What is open at this point of the page: a paragraph, perhaps in a heading, a list or a table's row."""

    def __init__(self) -> None:
        self._outline = Outline()
        self._text: list[str] = []  # of the paragraph
        self._lines: list[str] = []  # of the list or table
        self._together = 0  # lists and tables we are in
        self._preformatted = 0
        self._mark = ""
        self._rows: list[list[str]] = []  # of the tables we are in, the row that is open
        self._header: list[str] | None = None
        self._heading_cells = True

    def enter(self, node: LexborNode) -> Iterator[Section]:
        tag = node.tag or ""
        if tag == "-text":
            self._text.append(self._spaced(node.text_content or ""))
        elif tag == "br":
            self._text.append("\n")
        elif tag not in INLINE:
            yield from self._end_block()
            self._open(tag)

    def leave(self, node: LexborNode) -> Iterator[Section]:
        tag = node.tag or ""
        if tag == "-text" or tag == "br" or tag in INLINE:
            return
        if tag in HEADINGS and not self._rows:
            yield from self._end_together()
            self._outline.enter(HEADINGS[tag], "".join(self._text))
            self._text = []
            return
        yield from self._end_block()
        yield from self._close(tag)

    def end(self) -> Iterator[Section]:
        yield from self._end_block()
        yield from self._end_together()

    def _spaced(self, text: str) -> str:
        return text if self._preformatted else _SPACES.sub(" ", text)

    def _open(self, tag: str) -> None:
        if tag in LISTS or tag == "table":
            self._together += 1
        if tag == "li":
            self._mark = "- "
        elif tag == "pre":
            self._preformatted += 1
        elif tag == "table":
            self._header = None
        elif tag == "tr":
            self._rows.append([])
            self._heading_cells = True
        elif tag == "td":
            self._heading_cells = False

    def _close(self, tag: str) -> Iterator[Section]:
        if tag in ("td", "th") and self._rows:
            self._end_cell()
        elif tag == "tr" and self._rows:
            self._end_row(self._rows.pop())
        elif tag == "pre":
            self._preformatted -= 1
        elif tag in LISTS or tag == "table":
            self._together -= 1
            if not self._together:
                yield from self._end_together()

    def _end_block(self) -> Iterator[Section]:
        text = "".join(self._text)
        if self._rows:
            if text.strip():
                self._text.append(" ")
            return  # the cell ends it
        self._text = []
        if not self._preformatted:
            text = "\n".join(line.strip() for line in text.split("\n"))
        if not (text := text.strip("\n ")):
            return
        if self._together:
            self._lines.append(self._mark + text)
            self._mark = ""
        else:
            yield Section(text, self._outline.path)

    def _end_cell(self) -> None:
        self._rows[-1].append(" ".join("".join(self._text).split()))
        self._text = []

    def _end_row(self, cells: list[str]) -> None:
        if self._header is None and self._heading_cells and any(cells):
            self._header = cells
        elif line := row_text(self._header, cells):
            self._lines.append(line)

    def _end_together(self) -> Iterator[Section]:
        if self._lines:
            yield Section("\n".join(self._lines), self._outline.path)
            self._lines = []
