"""Keys, certificates and one printed letter for the tests of signed documents."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.foundation.test_documents import a_letter
from timecredits.foundation.document_signing import DocumentSigner
from timecredits.foundation.key_file import DocumentKeys
from timecredits.journey.letters.letter_writing import print_letter

MOMENT = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)


@cache
def letter() -> bytes:
    return print_letter(a_letter())


def private_key(kind: str = "P-256") -> Any:
    makers = {
        "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
        "RSA-2048": lambda: rsa.generate_private_key(65537, 2048),
        "RSA-1024": lambda: rsa.generate_private_key(65537, 1024),  # noqa: S505  to be refused
    }
    return makers[kind]()


def certificate(
    key: Any,
    name: str = "Fenland Time Credits",
    *,
    issuer: x509.Certificate | None = None,
    issuer_key: Any = None,
    ends: datetime = MOMENT + timedelta(days=3652),
    signs: bool = True,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)] if name else [])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - timedelta(days=4000))
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=name.endswith("CA"), path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=signs,
                content_commitment=signs,
                key_encipherment=not signs,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=name.endswith("CA"),
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .sign(issuer_key or key, SHA256())
    )


def der(made: x509.Certificate) -> bytes:
    return made.public_bytes(Encoding.DER)


def pem(*made: x509.Certificate) -> str:
    return "".join(each.public_bytes(Encoding.PEM).decode() for each in made)


def key_pem(key: Any) -> str:
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


def signer_for(key: Any, *chain: x509.Certificate) -> DocumentSigner:
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return DocumentSigner(DocumentKeys(tuple(der(each) for each in chain), private))


def a_signer(kind: str = "P-256") -> DocumentSigner:
    return _a_signer(kind)


@cache
def _a_signer(kind: str) -> DocumentSigner:
    key = private_key(kind)
    return signer_for(key, certificate(key))


def signed_letter(kind: str = "P-256") -> bytes:
    return _signed_letter(kind)


@cache
def _signed_letter(kind: str) -> bytes:
    return a_signer(kind).sign(letter(), moment=MOMENT, reason="Issued")
