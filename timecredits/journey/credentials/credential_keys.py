"""The keys of digital credentials, and signing with them: Ed25519, one for each number of the keyring.

A signature is a JWT (RFC 7519) with the algorithm "EdDSA" (RFC 8037), which is the name that Open Badges 3.0 checkers know.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc.errors import JoseError
from joserfc.jwa import EdDSAAlgorithm
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry, deserialize_compact, serialize_compact

from timecredits.foundation.keys import Keyring

__all__ = [
    "ALGORITHM",
    "JWT",
    "MAX_TOKEN",
    "PURPOSE",
    "key_id",
    "key_number",
    "payload_of",
    "public_key",
    "public_keys",
    "sign_credential",
    "signing_key",
]

ALGORITHM: Final = "EdDSA"
JWT: Final = "JWT"
PURPOSE: Final = "credential"
MAX_TOKEN: Final = 64 * 1024
"""Characters. A credential with ten roles has some 5,000."""

_MOST_DIGITS: Final = 9


class _EdDSA(EdDSAAlgorithm):
    """RFC 9864 prefers the name "Ed25519", which today's checkers of badges refuse; so the library's warning says nothing new."""

    security_warning = ""


class _OnlyEdDSA(JWSRegistry):
    """One algorithm is known, so a token that names another one, or "none", has nothing to be checked by."""

    algorithms = {ALGORITHM: _EdDSA()}  # noqa: RUF012 - the library's own class attribute
    recommended = [ALGORITHM]  # noqa: RUF012 - the same


def public_key(seed: bytes) -> bytes:
    """The raw public key, 32 bytes, of a private one."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def public_keys(keyring: Keyring) -> dict[int, bytes]:
    """The raw public keys, 32 bytes each, by key number: every one that checks now."""
    return {number: public_key(seed) for number in keyring.numbers() if (seed := keyring.key(PURPOSE, number)) is not None}


def signing_key(keyring: Keyring) -> tuple[int, bytes]:
    """The current key's number and its 32 private bytes, for `sign_credential`."""
    return keyring.signing_key(PURPOSE)


def key_id(did: str, number: int) -> str:
    """What a signature calls its key, such as "did:web:credits.example.org#key-1"."""
    return f"{did}#key-{number}"


def key_number(did: str, kid: str) -> int | None:
    """The number in a key id of this issuer, or None for what `key_id` would not have written."""
    digits = kid.removeprefix(f"{did}#key-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= _MOST_DIGITS):
        return None
    number = int(digits)
    return number if key_id(did, number) == kid else None


def sign_credential(claims: Mapping[str, Any], number: int, seed: bytes) -> str:
    """A credential or status list as a JWT signed by key `number`, whose 32 private bytes are `seed`.

    The same claims give the same text: Ed25519 takes no chance. The issuer is the claim `iss`.
    """
    header = {"alg": ALGORITHM, "typ": JWT, "kid": key_id(claims["iss"], number)}
    payload = json.dumps(claims, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    key = OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(seed))
    return serialize_compact(header, payload, key, registry=_OnlyEdDSA())


def payload_of(token: str, raw_public_key: bytes) -> bytes | None:
    """What this key signed, or None when it did not sign this token as it stands."""
    key = OKPKey.import_key(Ed25519PublicKey.from_public_bytes(raw_public_key))
    try:
        return deserialize_compact(token, key, registry=_OnlyEdDSA()).payload
    except (JoseError, ValueError, RecursionError):
        return None
