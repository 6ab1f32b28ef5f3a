import pytest

from trulybot.kit.emails import normal_email

LONG = "a" * 64 + "@" + ".".join(["b" * 61] * 3)  # 250 characters

TAKEN = {
    " Mira.Rao@ACORN.Example\n": "Mira.Rao@acorn.example",
    "mira@acorn.example.": "mira@acorn.example",
    "m+lamps@sub.acorn.co.uk": "m+lamps@sub.acorn.co.uk",
    "o'neil_1@a-b.example": "o'neil_1@a-b.example",
    "mira@bücher.example": "mira@xn--bcher-kva.example",
    "ＭＩＲＡ＠ａｃｏｒｎ.example": "MIRA@acorn.example",
    "用户@例え.jp": "用户@xn--r8jz45g.jp",
    "मीरा@acorn.example": "मीरा@acorn.example",
    LONG + ".ex": LONG + ".ex",
}

REFUSED = [
    "", "@", "mira", "mira@", "@acorn.example", "mira@acorn", "mira@@acorn.example", "a@b@acorn.example",
    "mira rao@acorn.example", "mira@ac orn.example", ".mira@acorn.example", "mira.@acorn.example", "a..b@acorn.example",
    '"mira"@acorn.example', "Mira <mira@acorn.example>", "mira@[192.0.2.1]", "mira@192.0.2.1", "mira@-acorn.example",
    "mira@acorn..example", "mira@ac_orn.example", "mi\0ra@acorn.example", "mira@acorn.example\0",
    "a\u202eb@acorn.example",
    "mira@xn--a.example", "a" * 65 + "@acorn.example", "a@" + "b" * 64 + ".example", LONG + ".longer",
    "a(b)@acorn.example",
]  # fmt: skip


@pytest.mark.parametrize(("typed", "normal"), TAKEN.items())
def test_an_address_has_one_form(typed: str, normal: str) -> None:
    assert normal_email(typed) == normal
    assert normal_email(normal) == normal


@pytest.mark.parametrize("typed", REFUSED)
def test_what_no_server_takes_is_no_address(typed: str) -> None:
    assert normal_email(typed) is None
