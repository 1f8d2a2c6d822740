"""Check a digital credential that somebody brings: is it ours, as we signed it? Whatever is brought, the answer is a value.

Whether it was withdrawn since is for the register to say: `status_list` and `status_index` lead there, and so does the id.
"""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Final
from uuid import UUID

from timecredits.foundation.amounts import MINUTES_A_CREDIT
from timecredits.journey.credentials.credential_keys import ALGORITHM, JWT, MAX_TOKEN, key_number, payload_of
from timecredits.journey.credentials.credential_writing import TYPES, CredentialRole, achievement_part, is_hash_of

__all__ = ["CredentialRefusal", "ReadCredential", "read_credential"]

_SHAPE: Final = re.compile(r"([A-Za-z0-9_-]{1,1024})\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_ROLE: Final = re.compile(r"(.*), (\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d) \(hours:minutes\)", re.DOTALL)
_URN: Final = "urn:uuid:"


class CredentialRefusal(Enum):
    """Why a token is not a credential of ours."""

    TOO_LARGE = "too large"
    NOT_A_CREDENTIAL = "not a credential"
    WRONG_ALGORITHM = "wrong algorithm"
    WRONG_ISSUER = "wrong issuer"
    UNKNOWN_KEY = "unknown key"
    ALTERED = "altered"


@dataclass(frozen=True)
class ReadCredential:
    """A credential that we signed, and what it says. `total_minutes` and the roles are as they were on the day of `issued_at`."""

    credential_id: UUID
    subject_id: UUID
    key_number: int
    issued_at: datetime
    organisation_name: str
    reference_number: str
    roles: tuple[CredentialRole, ...]
    total_minutes: int
    status_list: str
    status_index: int
    identity_hash: str = field(repr=False)
    salt: str = field(repr=False)

    def is_about(self, name: str) -> bool:
        """Whether it was issued to somebody of exactly this name, which it does not tell by itself."""
        return is_hash_of(self.identity_hash, name, self.salt)


def read_credential(token: str | bytes, keys: Mapping[int, bytes], *, did: str) -> ReadCredential | CredentialRefusal:
    """What a pasted or uploaded token says, if `did` issued it with one of `keys` (raw public keys by number), or the refusal.

    White space around it is forgiven. The header must be the one we write: nothing in it chooses how it is checked, but which
    of our own keys.
    """
    if len(token) > MAX_TOKEN:
        return CredentialRefusal.TOO_LARGE
    text = token.decode("ascii", "replace").strip() if isinstance(token, bytes) else token.strip()
    shape = _SHAPE.fullmatch(text)
    header = _json_object(shape[1]) if shape else None
    if header is None:
        return CredentialRefusal.NOT_A_CREDENTIAL
    number = _key_named(header, did)
    if isinstance(number, CredentialRefusal):
        return number
    if number not in keys:
        return CredentialRefusal.UNKNOWN_KEY
    payload = payload_of(text, keys[number])
    if payload is None:
        return CredentialRefusal.ALTERED
    return _said(payload, number, did)


def _json_object(segment: str) -> dict[str, Any] | None:
    try:
        value = json.loads(urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _key_named(header: dict[str, Any], did: str) -> int | CredentialRefusal:
    if header.get("alg") != ALGORITHM:
        return CredentialRefusal.WRONG_ALGORITHM
    kid = header.get("kid")
    if set(header) != {"alg", "typ", "kid"} or header["typ"] != JWT or not isinstance(kid, str):
        return CredentialRefusal.NOT_A_CREDENTIAL
    if kid.partition("#")[0] != did:
        return CredentialRefusal.WRONG_ISSUER
    number = key_number(did, kid)
    return CredentialRefusal.UNKNOWN_KEY if number is None else number


def _said(payload: bytes, number: int, did: str) -> ReadCredential | CredentialRefusal:
    """The claims as values. They carry our signature, but so do status lists, so their shape is looked at too."""
    try:
        claims = json.loads(payload)
        if claims["iss"] != did:
            return CredentialRefusal.WRONG_ISSUER
        if tuple(claims["type"]) != TYPES:
            return CredentialRefusal.NOT_A_CREDENTIAL
        subject, status = claims["credentialSubject"], claims["credentialStatus"]
        credential_id = _uuid(claims["jti"])
        achievement = subject["achievement"]
        names = {each["id"]: each["name"] for each in achievement["resultDescription"]}
        minutes = {each["resultDescription"]: _minutes(each["value"]) for each in subject["result"]}
        total = minutes.pop(achievement_part(credential_id, "total"))
        return ReadCredential(
            credential_id=credential_id,
            subject_id=_uuid(claims["sub"]),
            key_number=number,
            issued_at=datetime.fromtimestamp(claims["nbf"], UTC),
            organisation_name=claims["issuer"]["name"],
            reference_number=achievement["humanCode"],
            roles=tuple(_role(names[part], time) for part, time in minutes.items()),
            total_minutes=total,
            status_list=status["statusListCredential"],
            status_index=int(status["statusListIndex"]),
            identity_hash=subject["identifier"][0]["identityHash"],
            salt=subject["identifier"][0]["salt"],
        )
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError, OSError, RecursionError):
        return CredentialRefusal.NOT_A_CREDENTIAL


def _uuid(urn: str) -> UUID:
    return UUID(urn.removeprefix(_URN))


def _minutes(value: str) -> int:
    hours, minutes = value.split(":")
    return int(hours) * MINUTES_A_CREDIT + int(minutes)


def _role(title: str, minutes: int) -> CredentialRole:
    found = _ROLE.fullmatch(title)
    if found is None:
        raise ValueError("a role without its days")
    return CredentialRole(found[1], date.fromisoformat(found[2]), date.fromisoformat(found[3]), minutes)
