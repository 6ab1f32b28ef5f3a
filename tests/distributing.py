"""Which process runs which tests, where several do."""

from functools import cache
from pathlib import Path

from xdist.scheduler import LoadFileScheduling

ROOT = Path(__file__).parent.parent


class ByFile(LoadFileScheduling):  # type: ignore[misc]  # xdist ships no types
    """The tests of a file stay together, for what they share, and so do all that need Docker: one Engine builds two
    images no sooner at once, and who looks at what it runs must not see another's."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def group_of(nodeid: str) -> str:
    return "docker" if needs_docker(nodeid) else _file(nodeid)


def needs_docker(nodeid: str) -> bool:
    """Read from the file: the process that hands the tests out has collected none, and knows no marks."""
    return _is_marked(_file(nodeid))


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0]


@cache
def _is_marked(file: str) -> bool:
    return "pytest.mark.container" in (ROOT / file).read_text()
