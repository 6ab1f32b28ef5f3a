from pathlib import Path

import pytest

from trulybot.kit.errors import CannotStart
from trulybot.settings import model_settings_from, settings_from


def test_there_is_no_model_unless_one_is_given() -> None:
    assert not settings_from({}).has_model
    assert not settings_from({"TRULYBOT_MODEL": "gpt-4o"}).has_model


@pytest.mark.parametrize("name", ["TRULYBOT_MODEL_KEY", "OPENAI_API_KEY"])
def test_a_key_alone_is_for_openai(name: str) -> None:
    settings = settings_from({name: "sk-1"})
    assert (settings.has_model, settings.model_url, settings.model_key) == (True, "", "sk-1")
    assert settings.model_name == "gpt-4o-mini"


def test_a_key_of_openai_goes_to_no_other_address() -> None:
    settings = settings_from({"OPENAI_API_KEY": "sk-1", "TRULYBOT_MODEL_URL": "http://localhost:11434/v1/"})
    assert (settings.model_url, settings.model_key) == ("http://localhost:11434/v1", "")
    both = settings_from({"OPENAI_API_KEY": "sk-1", "OPENAI_BASE_URL": "https://eu.example/v1"})
    assert (both.model_url, both.model_key) == ("https://eu.example/v1", "sk-1")


def test_a_key_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("sk-file\n")
    assert settings_from({"TRULYBOT_MODEL_KEY_FILE": str(tmp_path / "key")}).model_key == "sk-file"


def test_a_hosted_workspace_is_told_of_itself_and_has_a_way_out() -> None:
    both = {"TRULYBOT_GIVEN": "/run/given", "TRULYBOT_GATEWAY": "/run/control.sock"}
    settings = settings_from(both)
    assert (settings.given, settings.gateway) == (Path("/run/given"), Path("/run/control.sock"))
    for name, value in both.items():
        with pytest.raises(CannotStart, match="needed together"):
            settings_from({name: value})


def test_a_price_is_in_dollars_for_a_million_tokens() -> None:
    assert settings_from({"TRULYBOT_MODEL_PRICE": "0.15/0.60"}).model_price == (150_000, 600_000)


@pytest.mark.parametrize(
    ("name", "value"),
    [("PRICE", "cheap"), ("PRICE", "1"), ("PRICE", "-1/2"), ("PRICE", "nan/1"), ("FIRST_SECONDS", "0"), ("URL", "x")],
)
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    with pytest.raises(CannotStart, match=f"TRULYBOT_MODEL_{name} is '{value}'"):
        settings_from({f"TRULYBOT_MODEL_{name}": value})


def test_a_list_price_holds_for_a_model_that_was_named_and_for_openai_alone() -> None:
    local, named = {"TRULYBOT_MODEL_URL": "http://localhost:11434/v1"}, {"TRULYBOT_MODEL": "gpt-4o-mini"}
    assert not settings_from(local).model_is_listed
    assert settings_from(local | named).model_is_listed
    assert settings_from({"TRULYBOT_MODEL_KEY": "sk-1"}).model_is_listed
    assert settings_from({"TRULYBOT_MODEL_URL": "https://api.openai.com/v1"}).model_is_listed


def test_a_demo_takes_a_model_but_no_key_that_was_not_given_to_it() -> None:
    given = {"OPENAI_API_KEY": "sk-1", "TRULYBOT_MODEL_URL": "http://localhost/v1", "TRULYBOT_PORT": "9"}
    assert model_settings_from(given).model_url == "http://localhost/v1"
    assert model_settings_from(given).port == 8000
    assert not model_settings_from({"OPENAI_API_KEY": "sk-1"}).has_model


def test_mail_is_sent_where_there_is_a_server_and_an_address_it_comes_from(tmp_path: Path) -> None:
    assert settings_from({}).mail_server is None
    (tmp_path / "smtp").write_text("smtps://bot:plum@mail.acorn.example\n")
    given = {"TRULYBOT_SMTP_URL_FILE": str(tmp_path / "smtp"), "TRULYBOT_MAIL_FROM": "Acorn <bot@acorn.example>"}
    server = settings_from(given).mail_server
    assert server and (server.host, server.port, server.password) == ("mail.acorn.example", 465, "plum")
    assert (server.sender.name, server.sender.address) == ("Acorn", "bot@acorn.example")


def test_a_wrong_mail_server_is_not_repeated_for_it_may_hold_a_password() -> None:
    with pytest.raises(CannotStart, match="TRULYBOT_SMTP_URL must be like") as refused:
        settings_from({"TRULYBOT_SMTP_URL": "http://bot:plum@mail", "TRULYBOT_MAIL_FROM": "bot@acorn.example"})
    assert "plum" not in str(refused.value)
    with pytest.raises(CannotStart, match="needs TRULYBOT_MAIL_FROM"):
        settings_from({"TRULYBOT_SMTP_URL": "smtps://mail.acorn.example"})
    with pytest.raises(CannotStart, match="TRULYBOT_MAIL_FROM is 'nobody'"):
        settings_from({"TRULYBOT_SMTP_URL": "smtps://mail.acorn.example", "TRULYBOT_MAIL_FROM": "nobody"})
