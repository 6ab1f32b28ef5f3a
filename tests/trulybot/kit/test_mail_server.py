import pytest

from trulybot.kit.mail_server import Sender, mail_server, sender_from

BOT = Sender("bot@acorn.example")


@pytest.mark.parametrize(
    ("url", "host", "port", "encryption"),
    [
        ("smtps://mail.acorn.example", "mail.acorn.example", 465, "from the start"),
        ("starttls://mail.acorn.example", "mail.acorn.example", 587, "by STARTTLS"),
        ("smtp://mail.acorn.example", "mail.acorn.example", 25, "where it is offered"),
        ("smtp://bot:plum@mail.acorn.example:2525", "mail.acorn.example", 2525, "by STARTTLS"),
        ("smtp://bot:plum@127.0.0.1:1025", "127.0.0.1", 1025, "none"),
        ("smtp://[::1]:1025/", "::1", 1025, "none"),
    ],
)
def test_a_password_is_never_sent_in_the_clear_to_another_machine(
    url: str, host: str, port: int, encryption: str
) -> None:
    server = mail_server(url, BOT)
    assert server and (server.host, server.port, server.encryption) == (host, port, encryption)


def test_what_is_encoded_in_the_address_is_decoded() -> None:
    server = mail_server("smtps://bot%40acorn.example:p%2Fw%3A@mail.acorn.example", BOT)
    assert server and (server.user, server.password) == ("bot@acorn.example", "p/w:")


@pytest.mark.parametrize(
    "url", ["", "mail.acorn.example", "http://mail", "smtp://", "smtp://h:99999", "smtp://h/path", "smtp://h?x=1"]
)
def test_anything_else_is_no_mail_server(url: str) -> None:
    assert mail_server(url, BOT) is None


def test_a_sender_may_have_a_name() -> None:
    assert sender_from("bot@acorn.example") == BOT
    assert sender_from("Acorn support <bot@acorn.example>") == Sender("bot@acorn.example", "Acorn support")
    assert sender_from("bot") is None
    assert sender_from("Acorn <bot@acorn.example>\nBcc: eve@eve.example") is None
