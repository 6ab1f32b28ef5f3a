"""A hosted workspace goes by the name it was given, until its owner chooses another."""

from pathlib import Path

from tests.hosted import Console
from trulybot.workspace import Workspace


async def test_it_goes_by_the_name_its_people_gave_it_in_the_console(tmp_path: Path) -> None:
    console = Console(tmp_path / "given")
    console.give(name="Acorn")
    assert await _bot_of(console, tmp_path) == "Acorn"


async def test_a_later_name_in_the_console_leaves_what_visitors_know(tmp_path: Path) -> None:
    console = Console(tmp_path / "given")
    console.give(name="Acorn")
    await _bot_of(console, tmp_path)
    console.give(name="Oak")
    assert await _bot_of(console, tmp_path) == "Acorn"


async def test_what_the_owner_chose_stays(tmp_path: Path) -> None:
    console = Console(tmp_path / "given")
    console.give(name="Acorn")
    assert await _bot_of(console, tmp_path, bot_name="Squirrel") == "Squirrel"
    assert await _bot_of(console, tmp_path) == "Squirrel"


async def _bot_of(console: Console, folder: Path, **chosen: object) -> str:
    """After a start, and what is chosen then."""
    workspace = Workspace.open(console.settings(folder / "data"))
    await workspace.start()
    try:
        if chosen:
            await workspace.choices.change(chosen)
        return (await workspace.choices.now()).bot_name
    finally:
        await workspace.close()
