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
COMMENT_END = "-->"


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
    try:
        text = data.decode(charset or "utf-8", "replace")
    except LookupError:
        text = data.decode("utf-8", "replace")
    links = links_in(text)
    _heed(robots_tag, links)
    return links


def links_in(html: str) -> Links:
    links = Links([])
    lower, at = html.lower(), 0
    while len(links.hrefs) < MOST_LINKS and (tag := TAG.search(html, at)):
        at = tag.end()
        if hidden := tag["hidden"]:
            end = COMMENT_END if hidden == "!--" else f"</{hidden.lower()}"
            at = lower.find(end, at)
            if at < 0:
                break
        else:
            _note(tag["name"].lower(), _attributes(tag["attributes"]), links)
    return links


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
