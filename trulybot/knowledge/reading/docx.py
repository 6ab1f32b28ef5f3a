"""Word documents, by way of HTML."""

from pathlib import Path

import mammoth

from trulybot.knowledge.reading import html
from trulybot.knowledge.reading.archive import checked
from trulybot.knowledge.reading.document import Document, Limits

STYLES = "p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh"


def read(path: Path, limits: Limits) -> Document:
    checked(path, limits, whole=("",))
    with path.open("rb") as file:
        result = mammoth.convert_to_html(file, style_map=STYLES, convert_image=mammoth.images.img_element(_no_picture))
    return html.document_of(result.value)


def _no_picture(image: object) -> dict[str, str]:
    return {}
