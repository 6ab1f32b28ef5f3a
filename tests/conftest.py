import tempfile
from collections.abc import Iterator

import pytest

from tests.needs import require

NEEDED_BY_MARKER = {"container": "docker", "browser": "chromium"}


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, what in NEEDED_BY_MARKER.items():
        if item.get_closest_marker(marker):
            require(what)


@pytest.fixture(autouse=True)
def temporary_folder_restored() -> Iterator[None]:
    """A workspace keeps its temporary files on its own disk, and so does what runs after it in the same process."""
    before = tempfile.tempdir
    yield
    tempfile.tempdir = before
