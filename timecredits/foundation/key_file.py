"""The file that SIGNING_KEYS names: the keyring's secrets, and what PDF documents are signed with.

It is TOML, made by `timecredits signing-keys make FILE` (docs/adr/0041):

    current = 3                      # the number that signs, from its day on; the others only check

    [secrets]                        # numbers 0 to 31
    1 = "SECRET_KEY"                 # the setting of that name, so that what it signed goes on being good
    2 = "<32 random bytes, base64url>"

    [secrets.3]                      # the same with days, as people in the United Kingdom see them
    secret = "<32 random bytes, base64url>"
    from = 2026-12-01                # it signs nothing before; till then the one that began last of the others signs
    retires = 2028-12-01             # from that day on it checks nothing any more; both may be left out

    [documents]                      # optional: without it, documents carry no signature
    certificates = "<PEM>"           # our own first, then who issued it, in order
    private_key = "<PEM>"
    earlier = "<PEM>"                # certificates of keys that no longer sign; what they signed goes on being good

In place of PEM text there may be a file's name, seen from the folder of this file.
"""

import os
import re
import stat
import tomllib
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from timecredits.foundation.clock import first_moment
from timecredits.foundation.keys import Keyring, KeyTimes

__all__ = [
    "HIGHEST_NUMBER",
    "SAME_AS_SECRET_KEY",
    "Chain",
    "DocumentKeys",
    "KeyFileError",
    "SigningKeys",
    "parse_key_file",
    "read_key_file",
    "signing_keys",
]

Chain = tuple[bytes, ...]
"""Certificates in DER: the signer's own, then the one that issued it, and so on."""

HIGHEST_NUMBER: Final = 31
SAME_AS_SECRET_KEY: Final = "SECRET_KEY"  # noqa: S105  the name of a setting, not its value
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}=?")
_NUMBER = re.compile(r"[0-9]|[12][0-9]|3[01]")
_KEYS: Final = {"current", "secrets", "documents"}
_SECRET_KEYS: Final = {"secret", "from", "retires"}
_DOCUMENT_KEYS: Final = {"certificates", "private_key", "earlier"}
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_LEAST_RSA_BITS: Final = 2048
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2200
_MOST_BYTES: Final = 256 * 1024
_HOW = "Make one with `timecredits signing-keys make FILE`."


class KeyFileError(Exception):
    """The file can't be used. The message is one line: which setting, what is wrong, what to do. It holds no secret."""


@dataclass(frozen=True)
class DocumentKeys:
    """What documents are signed with: our certificate with those above it, and its private key (PKCS #8, DER)."""

    chain: Chain
    private_key: bytes = field(repr=False)


@dataclass(frozen=True)
class SigningKeys:
    """All that we sign with. `trusted` are the certificates whose signatures on documents are ours, old ones included."""

    keyring: Keyring
    documents: DocumentKeys | None = None
    trusted: tuple[Chain, ...] = ()


def signing_keys(settings: Mapping[str, Any]) -> SigningKeys:
    """What SIGNING_KEYS names; without it one key, number 1, from SECRET_KEY, and unsigned documents. Raises KeyFileError."""
    if not settings["SIGNING_KEYS"]:
        return SigningKeys(Keyring.from_secret(settings["SECRET_KEY"]))
    return read_key_file(
        Path(settings["SIGNING_KEYS"]),
        secret_key=settings["SECRET_KEY"],
        private=settings["TIMECREDITS_ENV"] == "production",
    )


def read_key_file(path: Path, *, secret_key: str, private: bool = False) -> SigningKeys:
    """Read `path`. `private` refuses a file that others than its owner can open. Raises KeyFileError."""
    return _Reader(path, private=private).keys(parse_key_file(path, private=private), secret_key)


def parse_key_file(path: Path, *, private: bool = False) -> dict[str, Any]:
    """The file's TOML as it stands, not looked at further. Raises KeyFileError."""
    text = _text(path, private=private)
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        place = re.search(r"line \d+", str(fault))
        where = f", {place[0]}" if place else ""
        raise KeyFileError(f"SIGNING_KEYS: {path} is not TOML{where}. Mend it. {_HOW}") from None


def _text(path: Path, *, private: bool) -> str:
    try:
        with path.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            content = opened.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or "no such name"
        raise KeyFileError(f"SIGNING_KEYS: {path} can't be opened ({reason}). Set it to the keys' file. {_HOW}") from None
    if private and mode & _OTHERS:
        raise KeyFileError(f"SIGNING_KEYS: others can open {path}. Run: chmod 600 {path}")
    if len(content) > _MOST_BYTES:
        raise KeyFileError(f"SIGNING_KEYS: {path} is too large for a file of keys. {_HOW}")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise KeyFileError(f"SIGNING_KEYS: {path} is not text. {_HOW}") from None


class _Reader:
    """Reads the parts of one file, and says which part is wrong."""

    def __init__(self, path: Path, *, private: bool) -> None:
        self._path = path
        self._private = private

    def keys(self, written: Mapping[str, Any], secret_key: str) -> SigningKeys:
        self._know(written, _KEYS, "")
        secrets, times = self._secrets(written.get("secrets"), secret_key)
        current = written.get("current")
        if not isinstance(current, int) or isinstance(current, bool) or current not in secrets:
            raise self._wrong("`current` must be one of the numbers under [secrets]")
        keyring = Keyring(secrets, current, times)
        try:
            keyring.signer()
        except ValueError:
            raise self._wrong("every key is either for later or has retired, so none may sign today") from None
        documents = written.get("documents", {})
        if not isinstance(documents, dict):
            raise self._wrong("[documents] must be a table")
        self._know(documents, _DOCUMENT_KEYS, "documents.")
        own = self._own(documents)
        earlier = [(one,) for one in self._certificates(documents, "earlier")]
        trusted = ([own.chain] if own else []) + earlier
        return SigningKeys(keyring, own, tuple(dict.fromkeys(trusted)))

    def _wrong(self, what: str) -> KeyFileError:
        return KeyFileError(f"SIGNING_KEYS: in {self._path}, {what}. Mend it, or set another file.")

    def _know(self, written: Mapping[str, Any], known: set[str], within: str) -> None:
        """Refuse a misspelt name: a [document] passed over would leave every letter unsigned."""
        for name in written:
            if name not in known:
                raise self._wrong(f"nothing is called {within}{name!r}")

    def _secrets(self, written: object, secret_key: str) -> tuple[dict[int, bytes], dict[int, KeyTimes]]:
        if not isinstance(written, dict) or not written:
            raise self._wrong("[secrets] is missing")
        secrets: dict[int, bytes] = {}
        times: dict[int, KeyTimes] = {}
        for name, value in written.items():
            if not _NUMBER.fullmatch(name):
                raise self._wrong(f"the secret {name!r} must have a number from 0 to {HIGHEST_NUMBER}")
            secret = value
            if isinstance(value, dict):
                self._know(value, _SECRET_KEYS, f"secrets.{name}.")
                secret, times[int(name)] = value.get("secret"), self._times(name, value)
            if secret == SAME_AS_SECRET_KEY:
                secrets[int(name)] = secret_key.encode()
            elif isinstance(secret, str) and _SECRET.fullmatch(secret):
                secrets[int(name)] = urlsafe_b64decode(secret.rstrip("=") + "=")
            else:
                raise self._wrong(f"secret {name} must be 32 bytes in base64url, or {SAME_AS_SECRET_KEY!r}")
        if len(set(secrets.values())) < len(secrets):
            raise self._wrong("two numbers have the same secret, so that one would live on when the other retires")
        return secrets, times

    def _times(self, number: str, written: Mapping[str, Any]) -> KeyTimes:
        begins, retires = (self._moment(number, written, name) for name in ("from", "retires"))
        if begins is not None and retires is not None and retires <= begins:
            raise self._wrong(f"secret {number} retires before it signs")
        return KeyTimes(begins, retires)

    def _moment(self, number: str, written: Mapping[str, Any], name: str) -> datetime | None:
        day = written.get(name)
        if day is None:
            return None
        if type(day) is not date or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise self._wrong(f"`{name}` of secret {number} must be a day such as 2026-12-01")
        return first_moment(day)

    def _own(self, documents: Mapping[str, Any]) -> DocumentKeys | None:
        certificates = self._certificates(documents, "certificates")
        if not certificates and "private_key" not in documents:
            return None
        if not certificates or "private_key" not in documents:
            raise self._wrong("[documents] needs both `certificates` and `private_key`")
        parsed = [x509.load_der_x509_certificate(each) for each in certificates]
        try:
            for below, above in pairwise(parsed):
                below.verify_directly_issued_by(above)
        except (ValueError, TypeError, InvalidSignature):
            raise self._wrong(
                "`documents.certificates` must be our own first, then each one that issued the one before"
            ) from None
        self._check_own(parsed[0])
        return DocumentKeys(tuple(certificates), self._private_key(self._pem(documents, "private_key"), parsed[0]))

    def _check_own(self, certificate: x509.Certificate) -> None:
        try:
            if not certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME):
                raise self._wrong("the first of `documents.certificates` has no name (CN)")
            usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        except x509.ExtensionNotFound:
            return
        except ValueError:
            raise self._wrong("the first of `documents.certificates` can't be read") from None
        if not (usage.digital_signature or usage.content_commitment):
            raise self._wrong("the first of `documents.certificates` is not for signing")

    def _private_key(self, pem: bytes, certificate: x509.Certificate) -> bytes:
        try:
            key = load_pem_private_key(pem, password=None)
        except TypeError:
            raise self._wrong("`documents.private_key` has a password; write it without one") from None
        except Exception:  # noqa: BLE001  what a damaged key raises is the library's affair
            raise self._wrong("`documents.private_key` is no private key in PEM") from None
        strong = isinstance(key, EllipticCurvePrivateKey) or (isinstance(key, RSAPrivateKey) and key.key_size >= _LEAST_RSA_BITS)
        if not strong:
            raise self._wrong(f"`documents.private_key` must be ECDSA, or RSA of at least {_LEAST_RSA_BITS} bits")
        if key.public_key() != certificate.public_key():
            raise self._wrong("`documents.private_key` does not belong to the first of `documents.certificates`")
        return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def _certificates(self, documents: Mapping[str, Any], name: str) -> list[bytes]:
        if name not in documents or not documents[name]:
            return []
        try:
            return [each.public_bytes(Encoding.DER) for each in x509.load_pem_x509_certificates(self._pem(documents, name))]
        except ValueError:
            raise self._wrong(f"`documents.{name}` is no certificate in PEM") from None

    def _pem(self, documents: Mapping[str, Any], name: str) -> bytes:
        value = documents[name]
        if not isinstance(value, str):
            raise self._wrong(f"`documents.{name}` must be PEM text or a file's name")
        if "-----BEGIN" in value:
            return value.encode()
        return _text(self._path.parent / value, private=self._private and name == "private_key").encode()
