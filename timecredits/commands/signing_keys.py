"""`timecredits signing-keys`: makes the file that SIGNING_KEYS names, and puts a new key into it. See foundation/key_file.py."""

import json
import os
import re
import secrets
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import click
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from timecredits.commands.database import settings, stop
from timecredits.foundation import clock
from timecredits.foundation.key_file import (
    HIGHEST_NUMBER,
    SAME_AS_SECRET_KEY,
    KeyFileError,
    SigningKeys,
    parse_key_file,
    read_key_file,
    signing_keys,
)

__all__ = ["open_keys", "signing_keys_command"]

_DEFAULT_NAME: Final = "Time Credits"
_LONGEST_NAME: Final = 64
_DAYS: Final = 3652
"""Ten years."""
_HEAD = """\
# What this installation signs with. Keep it secret, and keep a copy in a safe place. SIGNING_KEYS names this file.
# `timecredits signing-keys FILE --add` puts in a new key and keeps the old ones, so that what they signed goes on being good.
"""


def open_keys() -> SigningKeys:
    """The keys of this installation's settings. Stops with one line, exit 2, when SIGNING_KEYS can't be used."""
    try:
        return signing_keys(settings())
    except KeyFileError as fault:
        stop(fault)


@click.command("signing-keys")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--add", is_flag=True, help="Put a new key into FILE, and keep the old ones for checking.")
@click.option("--name", help=f"Whom readers of a signed PDF see as its signer.  [default: {_DEFAULT_NAME}, or as before]")
def signing_keys_command(file: Path, name: str | None, *, add: bool) -> None:
    """Make FILE, which SIGNING_KEYS then names: the keys for codes, cards, notes and credentials, and for signing documents.

    A new FILE holds SECRET_KEY as number 1, so that what was signed with it goes on being good, and a new secret as number 2.
    Documents are signed with a certificate of our own making, which lasts ten years. FILE is only for its owner to read.
    """
    if name is not None and not (0 < len(name.strip()) <= _LONGEST_NAME and name.isprintable()):
        stop(f"--name must have 1 to {_LONGEST_NAME} letters, on one line. Nothing was made.")
    name = name and name.strip()
    try:
        said = _add(file, name) if add else _make(file, name or _DEFAULT_NAME)
    except KeyFileError as fault:
        stop(f"{fault} Nothing was changed.")
    except (OSError, ValueError) as fault:
        stop(f"{file} can't be written: {getattr(fault, 'strerror', None) or 'no such name'}. Nothing was changed.")
    for line in said:
        click.echo(line)


def _make(file: Path, name: str) -> list[str]:
    contents = {"current": 2, "secrets": {"1": SAME_AS_SECRET_KEY, "2": _new_secret()}, "documents": _new_documents(name)}
    text = _as_toml(contents)
    try:
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        stop(f"{file} is there already, and was left as it is. To put a new key into it, add: --add")
    try:
        _fill(opened, text)
    except BaseException:
        file.unlink()
        raise
    return [
        f"{file} is made. Key 2 signs; number 1 is SECRET_KEY.",
        f"Documents are signed as {name}.",
        f"Set SIGNING_KEYS={file.resolve()} and start everything again.",
    ]


def _add(file: Path, name: str | None) -> list[str]:
    file = file.resolve()  # what a link points to is replaced, not the link
    read_key_file(file, secret_key="")  # so that nothing is built on a file that can't be used
    contents = parse_key_file(file)
    number = max(map(int, contents["secrets"])) + 1
    if number > HIGHEST_NUMBER:
        stop(f"{file} has used all numbers up to {HIGHEST_NUMBER}. Nothing was changed.")
    contents["secrets"][str(number)] = _new_secret()
    contents["current"] = number
    said = [f"{file} has a new key. Key {number} signs; the others go on checking."]
    documents = contents.get("documents", {})
    own = _own_certificate(documents)
    if own or (name and not documents.get("certificates")):
        signer = name or _name_of(own)
        earlier = [text for text in (documents.get("certificates"), documents.get("earlier")) if text]
        contents["documents"] = _new_documents(signer) | ({"earlier": "\n".join(earlier)} if earlier else {})
        said.append(f"Documents are signed as {signer}, with a new certificate.")
    elif documents.get("certificates"):
        said.append("Your certificate for documents stays as it is, because we did not make it.")
    else:
        said.append("Documents are not signed. To sign them, give a --name.")
    _replace(file, _as_toml(contents))
    return [*said, "Start everything again, so that all parts know the new key."]


def _own_certificate(documents: Mapping[str, Any]) -> x509.Certificate | None:
    """The certificate in the file itself that this command made; None for one from elsewhere, which we can't renew."""
    written = documents.get("certificates", "")
    if not all("-----BEGIN" in text for text in (written, *documents.values())):
        return None  # it stands in files beside this one, which somebody else looks after
    certificates = x509.load_pem_x509_certificates(written.encode())
    return certificates[0] if len(certificates) == 1 and certificates[0].issuer == certificates[0].subject else None


def _name_of(certificate: x509.Certificate | None) -> str:
    found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME) if certificate else []
    return str(found[0].value) if found else _DEFAULT_NAME


def _new_secret() -> str:
    return urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")


def _new_documents(name: str) -> dict[str, str]:
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


def _as_toml(contents: Mapping[str, Any]) -> str:
    """Our file as TOML. Its texts are PEM, base64 and file names, for which JSON's way of quoting is TOML's too."""
    lines = [_HEAD, f"current = {contents['current']}", "", "[secrets]"]
    lines += [f"{number} = {_quoted(secret)}" for number, secret in contents["secrets"].items()]
    if contents.get("documents"):
        lines += ["", "[documents]", *(f"{name} = {_quoted(text)}" for name, text in contents["documents"].items())]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    if re.fullmatch(r"(?:[A-Za-z0-9+/= -]*\n)+", text):
        return f'"""\n{text}"""'
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _fill(opened: int, text: str) -> None:
    with os.fdopen(opened, "w", encoding="utf-8") as written:
        written.write(text)
        written.flush()
        os.fsync(written.fileno())


def _replace(file: Path, text: str) -> None:
    """Put `text` in the place of `file` at one stroke, for the same owner, readable by that owner only."""
    before = file.stat()
    opened, beside = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # made with mode 0600
    try:
        _fill(opened, text)
        if (before.st_uid, before.st_gid) != (os.geteuid(), os.getegid()):
            # The operator is often root, and the application is not: it has to be able to read its keys afterwards.
            os.chown(beside, before.st_uid, before.st_gid)
        Path(beside).replace(file)
    except BaseException:
        with suppress(OSError):
            Path(beside).unlink()
        raise
