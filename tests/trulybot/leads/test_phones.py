import pytest

from trulybot.leads.phones import country_of, normal_phone

TAKEN = [
    ("+44 20 7946 0958", "", "+442079460958"),
    ("+44 (0)20 7946-0958", "DE", "+442079460958"),
    ("020 7946 0958", "GB", "+442079460958"),
    ("0044 20 7946 0958", "GB", "+442079460958"),
    ("(415) 555-2671", "US", "+14155552671"),
    ("098765 43210", "IN", "+919876543210"),
    ("+९१ ९८७६५ ४३२१०", "", "+919876543210"),
    ("９８７６５４３２１０", "IN", "+919876543210"),
    ("020 7946 0958 ext. 12", "GB", "+442079460958 ext. 12"),
    ("+1 415 555 2671 x9", "", "+14155552671 ext. 9"),
    ("020 7946 0958", "", "02079460958"),
    ("020 7946 0958 x12", "", "02079460958 ext. 12"),
    ("020 7946 0958", "US", "02079460958"),
]

REFUSED = [
    "",
    "+",
    "-",
    "12345",
    "+1",
    "+999 123456",
    "1234567890123456",
    "call me",
    "12 Main Street 90210",
    "1234\0567",
]


@pytest.mark.parametrize(("typed", "country", "normal"), TAKEN)
def test_a_number_has_one_form(typed: str, country: str, normal: str) -> None:
    assert normal_phone(typed, country) == normal


@pytest.mark.parametrize("typed", REFUSED)
def test_what_cannot_be_called_is_no_number(typed: str) -> None:
    assert normal_phone(typed) is None
    assert normal_phone(typed, "GB") is None


def test_a_locale_may_name_a_country() -> None:
    assert [country_of(locale) for locale in ("en-GB", "zh-Hans-CN", "pt_BR")] == ["GB", "CN", "BR"]
    assert [country_of(locale) for locale in (None, "", "en", "es-419", "sr-Latn")] == [""] * 5


def test_what_every_unset_browser_says_names_no_country() -> None:
    assert country_of("en-US") == country_of("en_us") == ""
