import os
import shutil
import stat
import time
from pathlib import Path

import pytest

from tests.cast import Browser
from trulybot.app import create_app
from trulybot.keep.backup import back_up, copy
from trulybot.kit import sqlite
from trulybot.kit.clock import DAY
from trulybot.kit.errors import Conflict, NotFound, Unavailable
from trulybot.settings import Settings


async def test_a_restored_copy_has_the_data_of_a_serving_workspace(
    charlie: Browser, robin: Browser, settings: Settings, tmp_path: Path
) -> None:
    asked = (await charlie.post("/api/chat", json={"question": "hello"})).json()
    back_up(settings.database, tmp_path / "copy.db")
    await charlie.post("/api/chat", json={"question": "thanks"})
    (tmp_path / "restored").mkdir()
    shutil.copy(tmp_path / "copy.db", tmp_path / "restored" / "trulybot.db")
    restored = create_app(Settings(data=tmp_path / "restored"))
    async with restored.lifespan(), Browser(restored) as program:
        program.headers["authorization"] = robin.headers["authorization"]
        found = (await program.get("/api/conversations")).json()["conversations"]
        assert [line["first_question"] for line in found] == ["hello"]
        stream = f"/api/chat/{asked['conversation']}/turns/{asked['turn']}/stream"
        assert (await program.get(stream)).status_code == 200


async def test_a_backup_is_sound_and_its_owners_alone(robin: Browser, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    back_up(settings.database, file)
    connection = sqlite.connect(file)
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    connection.close()
    assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0


async def test_an_existing_file_is_refused_and_kept(robin: Browser, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    file.write_text("precious")
    with pytest.raises(Conflict, match="exists already"):
        back_up(settings.database, file)
    assert file.read_text() == "precious"


async def test_a_folder_that_is_not_there_is_refused(robin: Browser, settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="Check that the folder is there"):
        back_up(settings.database, tmp_path / "absent" / "copy.db")


async def test_a_backup_for_upgrading_goes_when_the_workspace_starts_a_week_later(
    robin: Browser, settings: Settings
) -> None:
    settings.backup.parent.mkdir()
    copy(settings.database, settings.backup)
    for days, is_kept in ((6, True), (8, False)):
        made = time.time() - days * DAY
        os.utime(settings.backup, (made, made))
        async with create_app(settings).lifespan():
            assert settings.backup.exists() == is_kept


def test_a_workspace_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no workspace"):
        back_up(tmp_path / "absent" / "trulybot.db", tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()
