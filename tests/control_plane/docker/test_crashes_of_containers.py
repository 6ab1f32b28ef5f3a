"""The control plane is killed around its calls of the warden; the next one finishes. Every step of it, the database’s
too, is gone through with processes, in tests/control_plane/runtimes."""

import pytest

from control_plane.platform import Platform
from control_plane.settings import Settings
from tests.control_plane.docker.conftest import Harbour, named
from tests.control_plane.runtimes.test_crashes import begin, found, is_whole, killed_with

pytestmark = pytest.mark.container

# The steps before and after the call, and of a creation the one between its image and its start.
CALLS = {"create": (10, 11, 12), "suspend": (5, 6), "resume": (5, 6), "close": (5, 6)}


@pytest.mark.parametrize("verb", CALLS)
async def test_whatever_it_was_cut_off_in_is_finished_by_the_next(
    platform: Platform, town: Harbour, settings: Settings, verb: str
) -> None:
    for steps in CALLS[verb]:
        await begin(town, verb)
        assert killed_with(named(settings), verb, steps)
        workspace = await found(platform)
        await town.settle()
        assert workspace is not None
        await is_whole(town, await town.workspace(workspace.id))
