"""Certificates that nobody vouches for but a test that says so."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


def certificate_of(name: x509.GeneralName, folder: Path) -> Path:
    """A certificate for the name with its key, in one file that also serves as its authority."""
    key, nobody = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    day, now = timedelta(days=1), datetime.now(UTC)
    built = x509.CertificateBuilder(nobody, nobody, key.public_key(), x509.random_serial_number(), now - day, now + day)
    signed = built.add_extension(x509.SubjectAlternativeName([name]), critical=True).sign(key, hashes.SHA256())
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file = folder / "example.pem"
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(secret + signed.public_bytes(pem))
    return file
