from pathlib import Path

from tests.cast import Browser
from trulybot.account import api_keys
from trulybot.app import WorkspaceApplication
from trulybot.settings import Settings
from trulybot.workspace import Workspace, written


async def test_nothing_stays_of_the_workspace_that_an_application_answered_for_before(tmp_path: Path) -> None:
    first = Settings(data=tmp_path / "first", public_url="https://first.example")
    second = Settings(data=tmp_path / "second", public_url="https://second.example")
    key, new_key = (written(settings, api_keys.create, "robin") for settings in (first, second))
    app = WorkspaceApplication(first.max_file_bytes, is_hosted=False)
    app.answer_for(Workspace.open(first))
    async with app.lifespan(), Browser(app) as robin:
        assert await _status(robin, "first.example", key) == 200
        await robin.post("/api/chat", json={"question": "hello"})
        assert await _questions(robin, key) == ["hello"]
    app.answer_for(Workspace.open(second))
    async with app.lifespan(), Browser(app) as robin:
        assert await _status(robin, "first.example", new_key) == 421
        assert await _status(robin, "second.example", key) == 401
        assert await _status(robin, "second.example", new_key) == 200
        assert await _questions(robin, new_key) == []


async def _status(robin: Browser, host: str, key: str) -> int:
    return (await robin.get("/api/settings", headers={"host": host, "authorization": f"Bearer {key}"})).status_code


async def _questions(robin: Browser, key: str) -> list[str]:
    answer = await robin.get("/api/conversations", headers={"authorization": f"Bearer {key}"})
    return [conversation["first_question"] for conversation in answer.json()["conversations"]]
