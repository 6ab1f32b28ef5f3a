import pytest
from pyotp import TOTP

from trulybot.kit import codes

NOW = 1_796_000_010


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_code_of_a_clock_half_a_minute_off_is_known(steps: int) -> None:
    secret = codes.new_secret()
    step = NOW // codes.STEP + steps
    assert codes.time_step_of(TOTP(secret).generate_otp(step), secret, NOW) == step


@pytest.mark.parametrize("steps", [-2, 2, 100])
def test_code_of_another_time_is_not(steps: int) -> None:
    secret = codes.new_secret()
    assert codes.time_step_of(TOTP(secret).generate_otp(NOW // codes.STEP + steps), secret, NOW) is None


@pytest.mark.parametrize("code", ["", "12345", "१२३४५६", "x" * 5000])
def test_what_is_no_code_is_not(code: str) -> None:
    assert codes.time_step_of(code, codes.new_secret(), NOW) is None


def test_recovery_codes_differ_and_may_be_typed_in_any_way() -> None:
    made = codes.new_recovery_codes()
    assert len(set(made)) == codes.RECOVERY_CODES
    assert codes.recovery_hash(made[0]) == codes.recovery_hash(made[0].upper().replace("-", " "))
    assert codes.recovery_hash(made[0]) != codes.recovery_hash(made[1])


def test_app_is_told_whose_code_it_is() -> None:
    secret = codes.new_secret()
    address = codes.address_for_apps(secret, "mira@acorn.example", "Acorn")
    assert address.startswith("otpauth://totp/Acorn:mira%40acorn.example?") and f"secret={secret}" in address
    assert codes.drawn(address).startswith("<svg") and "qr" in codes.drawn(address)
