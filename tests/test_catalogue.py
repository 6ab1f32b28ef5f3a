"""The texts of the pages and their translations agree: nothing is missing, left over, or compiled late."""

import re
from pathlib import Path

import pytest

from tests import catalogue

LANGUAGES = list(catalogue.paths())
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|<[^>]+>")


@pytest.mark.parametrize(("tag", "path"), LANGUAGES)
def test_catalogue_holds_the_texts_of_the_code(tag: str, path: Path) -> None:
    fresh = catalogue.written(catalogue.updated(catalogue.read(tag, path), catalogue.gathered()))
    assert path.read_bytes() == fresh, "run: uv run python -m tests.catalogue"


@pytest.mark.parametrize(("tag", "path"), LANGUAGES)
def test_what_programs_read_is_compiled_from_it(tag: str, path: Path) -> None:
    assert path.with_suffix(".mo").read_bytes() == catalogue.compiled(catalogue.read(tag, path))


@pytest.mark.parametrize(("tag", "path"), LANGUAGES)
def test_every_text_is_translated(tag: str, path: Path) -> None:
    assert catalogue.untranslated(catalogue.read(tag, path)) == []


@pytest.mark.parametrize(("tag", "path"), LANGUAGES)
def test_translations_keep_placeholders_and_markup(tag: str, path: Path) -> None:
    for message in catalogue.read(tag, path):
        originals = message.id if isinstance(message.id, list | tuple) else [message.id]
        for translation in catalogue.forms(message.string):
            wanted = {tuple(sorted(PLACEHOLDER.findall(str(original)))) for original in originals}
            assert not message.id or tuple(sorted(PLACEHOLDER.findall(str(translation)))) in wanted, message.id
