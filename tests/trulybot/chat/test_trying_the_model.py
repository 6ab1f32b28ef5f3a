"""Who has configured a model finds out whether it answers."""

import pytest

from tests.cast import Browser
from tests.processes import command
from tests.provider import KEY, Provider
from tests.trulybot.chat.writing import environment, with_model
from trulybot.settings import Settings


@pytest.fixture
def settings(settings: Settings, stand_in: Provider) -> Settings:
    return with_model(settings, stand_in)


@pytest.mark.parametrize(
    ("play", "works", "named"), [("well", True, "gpt-4o-mini"), ("wrong key", False, "KEY"), ("page", False, "_URL")]
)
async def test_staff_try_the_model(robin: Browser, stand_in: Provider, play: str, works: bool, named: str) -> None:
    stand_in.then = play
    found = (await robin.post("/api/settings/model-check")).json()
    assert found["works"] is works
    assert named in found["sentence"]
    assert len(stand_in.asked) == 1


async def test_strangers_do_not_try_the_model(charlie: Browser, robin: Browser, stand_in: Provider) -> None:
    assert (await robin.post("/api/settings/model-check")).status_code == 200
    assert (await charlie.post("/api/settings/model-check")).status_code == 401
    assert len(stand_in.asked) == 1


def test_doctor_calls_the_model(settings: Settings, stand_in: Provider) -> None:
    assert "gpt-4o-mini answers" in command("doctor", data=settings.data, **environment(settings)).stdout
    stand_in.then = "wrong key"
    done = command("doctor", data=settings.data, **environment(settings))
    assert done.returncode == 1
    assert "FIX  The provider refused the request." in done.stdout
    assert KEY not in done.stdout + done.stderr
