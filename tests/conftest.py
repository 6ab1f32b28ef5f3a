import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from xdist.remote import Producer

from tests.distributing import ByFile, needs_docker
from tests.needs import ARGUMENTS, CHROMIUM, require

if TYPE_CHECKING:
    from playwright.async_api import Browser  # which most tests do without

NEEDED_BY_MARKER = {"container": "docker", "browser": "chromium"}


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """A file alone is done before other processes have come up."""
    is_one_file = len(config.args) == 1 and Path(config.args[0].partition("::")[0]).is_file()
    return 0 if is_one_file else None


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest way first, beside others: the tests that need Docker go it one after the other.

    Those with a browser last, when most containers are gone: each that comes or goes changes the machine's network, and
    then Chromium breaks off what is under way.
    """
    items.sort(key=lambda item: (not needs_docker(item.nodeid), bool(item.get_closest_marker("browser"))))


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, what in NEEDED_BY_MARKER.items():
        if item.get_closest_marker(marker):
            require(what)


@pytest.fixture
async def chromium() -> "AsyncIterator[Browser]":
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture(autouse=True)
def temporary_folder_restored() -> Iterator[None]:
    """A workspace keeps its temporary files on its own disk, and so does what runs after it in the same process."""
    before = tempfile.tempdir
    yield
    tempfile.tempdir = before
