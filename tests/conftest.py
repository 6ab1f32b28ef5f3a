import pytest

from tests.needs import require

NEEDED_BY_MARKER = {"container": "docker", "browser": "chromium"}


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, what in NEEDED_BY_MARKER.items():
        if item.get_closest_marker(marker):
            require(what)
