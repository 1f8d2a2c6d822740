"""The key and certificate of our own making that documents are signed with, as they stand in the file of keys."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from timecredits.foundation import clock

__all__ = ["DEFAULT_NAME", "new_documents", "renewed_documents"]

DEFAULT_NAME: Final = "Time Credits"
_DAYS: Final = 3652
"""Ten years."""


def renewed_documents(documents: Mapping[str, Any], name: str | None) -> tuple[dict[str, str] | None, str]:
    """`documents` with a new certificate, where we made the one before or a `name` asks for a first; and a line that says so."""
    own = _own_certificate(documents)
    if own or (name and not documents.get("certificates")):
        signer = name or _name_of(own)
        earlier = [text for text in (documents.get("certificates"), documents.get("earlier")) if text]
        renewed = new_documents(signer) | ({"earlier": "\n".join(earlier)} if earlier else {})
        return renewed, f"Documents are signed as {signer}, with a new certificate."
    if documents.get("certificates"):
        return None, "Your certificate for documents stays as it is, because we did not make it."
    return None, "Documents are not signed. To sign them, give a --name."


def new_documents(name: str) -> dict[str, str]:
    """A P-256 key and its certificate (ADR 23 says why not RSA), good from the start of today for ten years."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = datetime.combine(clock.now().date(), time.min)
    usage = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    return {
        "certificates": certificate.public_bytes(Encoding.PEM).decode(),
        "private_key": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
    }


def _own_certificate(documents: Mapping[str, Any]) -> x509.Certificate | None:
    """The certificate in the file itself that this command made; None for one from elsewhere, which we can't renew."""
    written = documents.get("certificates", "")
    if not all("-----BEGIN" in text for text in (written, *documents.values())):
        return None  # it stands in files beside this one, which somebody else looks after
    certificates = x509.load_pem_x509_certificates(written.encode())
    return certificates[0] if len(certificates) == 1 and certificates[0].issuer == certificates[0].subject else None


def _name_of(certificate: x509.Certificate | None) -> str:
    found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME) if certificate else []
    return str(found[0].value) if found else DEFAULT_NAME
