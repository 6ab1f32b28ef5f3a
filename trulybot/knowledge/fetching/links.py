"""The links of a page, found without building its tree.

A scan in linear time and little memory, because the pages are strangers' and this runs beside the answering:
`html.parser` is quadratic on some of them, and the C parsers belong in the reading process, where one may die.
"""

import re
from html import unescape
from pathlib import Path

import msgspec

MOST_CHARACTERS = 4 * 2**20
MOST_LINKS = 5000
MOST_HREF = 2048

# Possessive throughout: what was read once is never read again from the same "<".
TAG = re.compile(
    r"<(?:(?P<hidden>!--|script\b|style\b|template\b|textarea\b)"
    r"|(?P<name>a|area|base|link|meta)(?=[\s/])(?P<attributes>(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>)",
    re.IGNORECASE,
)
ATTRIBUTE = re.compile(r"(?<![^\s\"'/])([a-zA-Z]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))")
ENDS = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "template", "textarea")}
ENDS["!--"] = re.compile("-->")
# Of Python's codecs only those the web uses: some others are quadratic, and some decode no text at all.
CHARSET = re.compile(
    r"utf-?8|utf-?16([lb]e)?|us-ascii|latin-?1|(windows-|cp)\d{3,4}|iso-8859-\d{1,2}|koi8-[ru]|tis-620"
    r"|gbk|gb2312|gb18030|big5(-hkscs)?|euc-(jp|kr)|shift[_-]jis|iso-2022-jp"
)


class Links(msgspec.Struct):
    """Addresses as the page writes them. `index` and `follow` are what it asks of robots."""

    hrefs: list[str]
    base: str | None = None
    canonical: str | None = None
    index: bool = True
    follow: bool = True


def links_of(page: Path, charset: str | None, robots_tag: str = "") -> Links:
    with page.open("rb") as file:
        data = file.read(MOST_CHARACTERS)
    links = links_in(_text(data, charset or ""))
    _heed(robots_tag, links)
    return links


def links_in(html: str) -> Links:
    links = Links([])
    at = 0
    while len(links.hrefs) < MOST_LINKS and (tag := TAG.search(html, at)):
        at = tag.end()
        if hidden := tag["hidden"]:
            end = ENDS[hidden.lower()].search(html, at)
            if end is None:
                break
            at = end.start()
        else:
            _note(tag["name"].lower(), _attributes(tag["attributes"]), links)
    return links


def _text(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset if CHARSET.fullmatch(charset) else "utf-8", "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _attributes(text: str) -> dict[str, str]:
    """The first of each attribute; one that is longer than any address is left out."""
    found: dict[str, str] = {}
    for name, *values in ATTRIBUTE.findall(text):
        value = "".join(values)
        if len(value) <= MOST_HREF:
            found.setdefault(name.lower(), unescape(value).strip())
    return found


def _note(tag: str, attributes: dict[str, str], links: Links) -> None:
    href, relation = attributes.get("href", ""), attributes.get("rel", "").lower().split()
    if tag == "meta":
        if attributes.get("name", "").lower() in ("robots", "trulybot"):
            _heed(attributes.get("content", ""), links)
    elif tag == "base":
        links.base = links.base or href or None
    elif tag == "link":
        if "canonical" in relation:
            links.canonical = links.canonical or href or None
    elif href and not href.startswith("#") and "nofollow" not in relation:
        links.hrefs.append(href)


def _heed(wishes: str, links: Links) -> None:
    words = {word.strip().lower() for word in wishes.split(",")}
    links.index = links.index and words.isdisjoint({"noindex", "none"})
    links.follow = links.follow and words.isdisjoint({"nofollow", "none"})
