"""TrulyBot as other versions of it might be: `python -m tests.control_plane.runtimes.released IMAGE FOLDER …`.

`new` has one more migration, and so has each of those that fail: `broken` by a migration that cannot be applied, `ends`
because it does not serve, `mute` because it does not answer.
"""

import sys
import time
from pathlib import Path

MORE = "9999_more.sql"
SQL = {
    "new": "CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT;\nUPDATE sources SET title = title || ' (new)';",
    "broken": "UPDATE absent SET value = 1;",
}
IMAGES = ("new", "broken", "ends", "mute")
SECONDS = 1.0  # for which one that will not answer thinks about it


def prepare(folder: Path) -> None:
    """The migrations of each image."""
    from trulybot.workspace import MIGRATIONS

    for image in IMAGES:
        product = _product(folder, image)
        product.mkdir(parents=True)
        for file in MIGRATIONS.glob("*.sql"):
            (product / file.name).write_text(file.read_text())
        (product / MORE).write_text(SQL.get(image, SQL["new"]))


def program(image: str, folder: Path) -> tuple[str, ...]:
    return (sys.executable, "-m", "tests.control_plane.runtimes.released", image, str(folder))


def _product(folder: Path, image: str) -> Path:
    return folder / image / "trulybot" / "migrations"


def _run(image: str, folder: Path, words: list[str]) -> None:
    from trulybot import __main__, workspace

    if image in IMAGES:
        workspace.MIGRATIONS = _product(folder, image)
    if image == "ends" and words[0] == "serve":
        sys.exit("It ends.")
    if image == "mute" and words[:2] == ["job", "check"]:
        time.sleep(SECONDS)
        sys.exit("It does not answer.")
    sys.argv = ["trulybot", *words]
    __main__.main()


if __name__ == "__main__":
    _run(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
