"""The commands, as a person runs them."""

import json
import re
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acorn import PAGES, REFUNDED
from tests.embeddings import Embeddings, embeddings
from tests.hosted import Console
from tests.processes import command
from trulybot import __version__

EVERY = [
    ("serve",),
    ("ask", "Anything?"),
    ("ingest", __file__),
    ("api-key", "create", "robin"),
    ("sign-in-link",),
    ("reset-password",),
    ("backup", "copy.db"),
    ("job", "check"),
    ("doctor",),
    ("demo",),
]


@pytest.fixture(scope="module")
def service() -> Iterator[Embeddings]:
    with embeddings() as service:
        yield service


@pytest.fixture(scope="module")
def words(service: Embeddings) -> dict[str, str]:
    return {"EMBEDDINGS_URL": service.url, "EMBEDDINGS_MODEL": "words"}


@pytest.fixture(scope="module")
def acorn(tmp_path_factory: pytest.TempPathFactory, words: dict[str, str]) -> Path:
    """A workspace that two documents were ingested into, one of them from a folder."""
    folder = tmp_path_factory.mktemp("acorn")
    (folder / "docs").mkdir()
    for title, text in PAGES.items():
        (folder / "docs" / f"{title}.md").write_text(text)
    done = command("ingest", folder / "docs", data=folder / "data", **words)
    assert done.returncode == 0, done.stderr
    assert re.search(r"Returns.*passages", done.stdout)
    return folder / "data"


def test_its_version_is_told() -> None:
    assert command("--version").stdout == f"trulybot, version {__version__}\n"


@pytest.mark.parametrize("words", EVERY, ids=lambda words: words[0])
def test_a_folder_that_is_a_file_is_refused_with_a_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "file").write_text("not a folder")
    done = command(*words, data=tmp_path / "file")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(tmp_path / "file") in done.stderr + done.stdout


def test_a_database_that_is_none_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "trulybot.db").write_bytes(b"This is no database, but it is long enough to be taken for one." * 50)
    for words in (("serve",), ("ask", "Anything?"), ("api-key", "create", "robin"), ("doctor",)):
        done = command(*words, data=tmp_path)
        assert done.returncode == 1, words
        assert "Traceback" not in done.stderr
        assert "backup" in done.stderr + done.stdout


def test_a_question_is_answered_with_its_source(acorn: Path, words: dict[str, str]) -> None:
    done = command("ask", REFUNDED, data=acorn, **words)
    assert done.returncode == 0, done.stderr
    assert "five working days" in done.stdout
    assert "[1] Returns" in done.stdout


def test_what_fails_to_be_ingested_is_told_and_the_exit_code_says_so(tmp_path: Path, words: dict[str, str]) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    done = command("ingest", tmp_path / "broken.pdf", data=tmp_path / "data", **words)
    assert done.returncode == 1
    assert "broken.pdf" in done.stderr
    assert "Traceback" not in done.stderr
    missing = command("ingest", tmp_path / "absent.pdf", data=tmp_path / "data", **words)
    assert missing.returncode == 1
    assert "There is no file or folder" in missing.stderr


def test_a_key_is_printed_alone(acorn: Path) -> None:
    first, second = (command("api-key", "create", "robin", data=acorn) for _ in range(2))
    assert re.fullmatch(r"\S{30,}\n", first.stdout)
    assert first.stdout != second.stdout


def test_a_link_to_sign_in_is_printed(acorn: Path) -> None:
    done = command("sign-in-link", data=acorn, PUBLIC_URL="https://chat.acorn.example")
    assert re.fullmatch(r"https://chat\.acorn\.example/welcome/\S{40,}\n", done.stdout)


def test_a_password_is_reset_only_where_there_is_an_owner(acorn: Path) -> None:
    done = command("reset-password", data=acorn)
    assert done.returncode == 1
    assert "sign-in-link" in done.stderr


def test_a_hosted_workspace_has_no_links_of_its_own(tmp_path: Path) -> None:
    console = Console(tmp_path / "given")
    told = {"GIVEN": str(console.folder), "GATEWAY": str(tmp_path / "g")}
    for words in (("sign-in-link",), ("reset-password",)):
        done = command(*words, data=tmp_path / "data", **told)
        assert (done.returncode, done.stdout) == (1, "")
        assert "Go in from the console" in done.stderr


def test_a_new_workspace_is_its_users_alone(tmp_path: Path) -> None:
    for words in (("api-key", "create", "robin"), ("sign-in-link",), ("ask", "Anything?")):
        data = tmp_path / words[0]
        assert command(*words, data=data).returncode == 0
        assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_a_backup_is_written_once(acorn: Path, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    assert command("backup", file, data=acorn).returncode == 0
    again = command("backup", file, data=acorn)
    assert again.returncode == 1
    assert "exists already" in again.stderr


def test_the_doctor_finds_a_sound_workspace_well(acorn: Path) -> None:
    done = command("doctor", data=acorn)
    assert done.returncode == 0, done.stdout
    assert "the database is sound" in done.stdout
    assert "FIX" not in done.stdout


def test_the_doctor_says_what_to_do(acorn: Path) -> None:
    acorn.chmod(0o755)
    try:
        done = command("doctor", data=acorn, HOST="0.0.0.0", PUBLIC_URL="http://chat.acorn.example")
    finally:
        acorn.chmod(0o700)
    assert done.returncode == 1
    assert "run chmod 700" in done.stdout
    assert "signing in needs HTTPS" in done.stdout


def test_the_doctor_signs_in_to_the_mail_server(acorn: Path) -> None:
    unset = command("doctor", data=acorn)
    assert "no mail server is configured" in unset.stdout
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"smtp://bot:plum@127.0.0.1:{port}"
    done = command("doctor", data=acorn, SMTP_URL=url, MAIL_FROM="bot@acorn.example")
    assert done.returncode == 1
    assert f"FIX  the mail server 127.0.0.1:{port} does not: The mail server cannot be reached" in done.stdout
    assert "plum" not in done.stdout + done.stderr


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_search_is_evaluated_with_the_owners_questions(
    acorn: Path, words: dict[str, str], tmp_path: Path, form: str
) -> None:
    asked = [(REFUNDED, "Returns"), ("When is delivery free?", "Delivery"), ("When is delivery free?", "Nowhere")]
    lines = {
        "csv": ["question,source", *(f"{question},{source}" for question, source in asked)],
        "jsonl": [json.dumps({"question": question, "source": source}) for question, source in asked],
    }[form]
    file = tmp_path / f"questions.{form}"
    file.write_text("\n".join(lines))
    done = command("eval", file, data=acorn, **words)
    assert done.returncode == 0, done.stderr
    assert "2/3 = 66.7%" in done.stdout
    assert "would be answered" in done.stdout


def test_two_settings_are_compared_on_the_owners_questions(acorn: Path, words: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "questions.csv").write_text(f"question,source\n{REFUNDED},Returns\nWhen is delivery free?,Delivery\n")
    (tmp_path / "eager.json").write_text('{"threshold": 0}')
    (tmp_path / "shy.json").write_text('{"threshold": 1}')
    compared = ("--with", tmp_path / "eager.json", "--with", tmp_path / "shy.json")
    done = command("eval", tmp_path / "questions.csv", *compared, data=acorn, **words)
    assert done.returncode == 0, done.stderr
    eager, shy = done.stdout.split("shy.json")
    assert "2/2 = 100.0%" in eager and "median time" in eager
    assert "refused                         2/2 = 100.0%" in shy


def test_settings_that_do_not_exist_are_refused(acorn: Path, words: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "questions.csv").write_text(f"question,source\n{REFUNDED},Returns\n")
    (tmp_path / "odd.json").write_text('{"treshold": 0}')
    done = command("eval", tmp_path / "questions.csv", "--with", tmp_path / "odd.json", data=acorn, **words)
    assert done.returncode == 1
    assert "odd.json" in done.stderr and "Traceback" not in done.stderr


def test_questions_that_cannot_be_read_are_refused_with_their_place(acorn: Path, tmp_path: Path) -> None:
    for name, content in {
        "half.jsonl": b'{"question": "q", "source": "s"}\n{"question":',
        "columns.csv": b"q,s\n1,2\n",
        "empty.csv": b"",
        "bytes.csv": b"question,source\n\xff\xfe,x\n",
    }.items():
        (tmp_path / name).write_bytes(content)
        done = command("eval", tmp_path / name, data=acorn)
        assert done.returncode == 1, name
        assert "Each line needs a question and the source" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("PORT", "http", "a port from 1 to 65535"),
        ("PUBLIC_URL", "chat.acorn.example", "an address such as"),
        ("TRUSTED_PROXIES", "10.0.0.0/99", "addresses or networks"),
        ("LOG_LEVEL", "loud", "one of DEBUG"),
        ("MAX_PAGES", "many", "a whole number"),
        ("EMBEDDINGS_KEY_FILE", "/absent", "cannot be read"),
    ],
)
def test_a_wrong_environment_is_refused_with_its_name(tmp_path: Path, name: str, value: str, advice: str) -> None:
    done = command("doctor", data=tmp_path, **{name: value})
    assert done.returncode == 1
    assert f"TRULYBOT_{name}" in done.stderr
    assert advice in done.stderr
    assert "Traceback" not in done.stderr
