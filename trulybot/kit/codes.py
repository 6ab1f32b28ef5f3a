"""The codes of a second step: those an authenticator app shows (RFC 6238), and those for when it is lost. Pure."""

import base64
import secrets

from trulybot.kit.security import hashed, same

STEP = 30  # seconds that a code is shown
DRIFT = 1  # steps that a phone's clock may be ahead or behind
RECOVERY_CODES = 10


def new_secret() -> str:
    """In the letters an app takes."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def time_step_of(code: str, secret: str, now: int) -> int | None:
    """The number of the time step whose code this is; None when it is of none about `now`."""
    from pyotp import TOTP

    digits, totp, current = "".join(code.split()), TOTP(secret), now // STEP
    fitting = [step for step in range(current - DRIFT, current + DRIFT + 1) if same(totp.generate_otp(step), digits)]
    return fitting[-1] if fitting else None


def address_for_apps(secret: str, email: str, workspace: str) -> str:
    """What the QR code says to an authenticator app."""
    from pyotp import TOTP

    return TOTP(secret).provisioning_uri(name=email, issuer_name=workspace)


def drawn(address: str) -> str:
    """The QR code as SVG that stands in a page; dark on light in any colour scheme, as scanners want it."""
    import segno

    code = segno.make(address, error="m", micro=False)
    return str(code.svg_inline(scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None))


def new_recovery_codes() -> list[str]:
    return [_recovery_code() for _ in range(RECOVERY_CODES)]


def recovery_hash(code: str) -> bytes:
    """The same however it is typed."""
    return hashed("".join(letter for letter in code.lower() if letter.isalnum()))


def _recovery_code() -> str:
    """80 random bits, in four groups that can be read aloud."""
    letters = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))
