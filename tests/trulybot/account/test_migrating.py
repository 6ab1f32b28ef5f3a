"""A workspace of before there were roles keeps its owner, who stays signed in, and its keys."""

from pathlib import Path

from trulybot.kit import migrate, sqlite
from trulybot.workspace import MIGRATIONS


def test_those_who_were_there_before_roles_are_kept(tmp_path: Path) -> None:
    before = tmp_path / "before" / "migrations"
    before.mkdir(parents=True)
    for file in sorted(MIGRATIONS.glob("00[01]*.sql")):
        if file.name < "0015":
            (before / file.name).write_text(file.read_text())
    database = tmp_path / "data" / "trulybot.db"
    # Under its real name, so that what follows takes up where this stopped.
    renamed = before.parent.rename(tmp_path / MIGRATIONS.parent.name)
    migrate.migrate(database, renamed / "migrations")
    connection = sqlite.connect(database)
    connection.execute(
        "INSERT INTO staff (email, password_hash, role, created_at) VALUES ('m@a.example', 'x', 'owner', 1)"
    )
    connection.execute("INSERT INTO sessions (staff_id, token_hash, created_at, seen_at) VALUES (1, x'01', 2, 3)")
    connection.execute("INSERT INTO one_time_links VALUES (x'02', 'sign in', 1, 4), (x'03', 'first run', NULL, 5)")
    connection.execute("INSERT INTO api_keys (name, key_hash, created_at) VALUES ('robin', x'04', 6)")

    migrate.migrate(database, MIGRATIONS)

    rows = "SELECT email, role, token_hash FROM staff JOIN sessions ON sessions.staff_id = staff.id"
    assert connection.execute(rows).fetchall() == [("m@a.example", "owner", b"\x01")]
    links = "SELECT token_hash, purpose, staff_id FROM one_time_links ORDER BY token_hash"
    assert connection.execute(links).fetchall() == [(b"\x02", "sign in", 1), (b"\x03", "first run", None)]
    assert connection.execute("SELECT name, scope FROM api_keys").fetchall() == [("robin", "admin")]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.execute("DELETE FROM staff")
    assert connection.execute("SELECT count(*) FROM sessions").fetchall() == [(0,)]
    connection.close()
