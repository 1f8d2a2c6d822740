"""What a digital credential says: the roles, days and hours of a letter, as an Open Badge.

Open Badges 3.0 (1EdTech) in the shape of the VC Data Model 2.0, made to be signed as a JWT: the credential's members are the
claims, with iss, jti, nbf and sub beside them. It holds no clear name, no address, no credits and nobody's health: the person is
a random number, and a salted hash by which somebody who knows the name can see that it is the same one.
"""

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID, uuid5

from timecredits.foundation.amounts import MINUTES_A_CREDIT, hours_text
from timecredits.foundation.display import display_day
from timecredits.foundation.wording import Sentence

__all__ = [
    "CONTEXTS",
    "STATUS_PURPOSE",
    "TYPES",
    "CredentialFacts",
    "CredentialRole",
    "achievement_part",
    "duration_text",
    "instant_text",
    "is_hash_of",
    "name_hash",
    "role_title",
    "write_credential",
]

CONTEXTS: Final = ("https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json")
"""The words that a credential may use, by these very versions. Every member below is defined in them, so no other is named."""

TYPES: Final = ("VerifiableCredential", "OpenBadgeCredential")
STATUS_PURPOSE: Final = "revocation"
"""Withdrawn for good; nothing of ours is ever suspended."""


@dataclass(frozen=True)
class CredentialRole:
    """Confirmed time in one role, from the first to the last confirmed day."""

    name: str
    first_day: date
    last_day: date
    minutes: int


@dataclass(frozen=True)
class CredentialFacts:
    """What goes into a credential. `holder_name` goes in as a hash only, with `salt`: 16 random bytes or more, as text.

    `organisation_name` is the letterhead's. `issued_at` is timezone-aware. `status_list` is the list's address,
    `status_index` the place in it. ValueError for no roles, or a time without a zone.
    """

    did: str
    credential_id: UUID
    subject_id: UUID
    salt: str = field(repr=False)
    holder_name: str = field(repr=False)
    organisation_name: str
    reference_number: str
    issued_at: datetime
    roles: tuple[CredentialRole, ...]
    total_minutes: int
    status_list: str
    status_index: int

    def __post_init__(self) -> None:
        """Refuse what can't be written."""
        if not self.roles:
            raise ValueError("a credential needs a role")
        if self.issued_at.tzinfo is None:
            raise ValueError("a credential needs an instant with a time zone")


def write_credential(facts: CredentialFacts) -> dict[str, Any]:
    """The claims of a credential, for `sign_credential`. The same facts give the same claims."""
    subject = f"urn:uuid:{facts.subject_id}"
    credential = f"urn:uuid:{facts.credential_id}"
    parts = [(f"role {place}", role_title(role), role.minutes) for place, role in enumerate(facts.roles)]
    parts.append(("total", str(Sentence("All roles together (hours:minutes)")), facts.total_minutes))
    title = str(Sentence("Volunteering at %(organisation)s", organisation=facts.organisation_name))
    return {
        "@context": list(CONTEXTS),
        "id": credential,
        "type": list(TYPES),
        "name": title,
        "issuer": {"id": facts.did, "type": ["Profile"], "name": facts.organisation_name},
        "validFrom": instant_text(facts.issued_at),
        "credentialSubject": {
            "id": subject,
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": True,
                    "identityHash": name_hash(facts.holder_name, facts.salt),
                    "identityType": "name",
                    "salt": facts.salt,
                }
            ],
            "achievement": {
                "id": achievement_part(facts.credential_id, "achievement"),
                "type": ["Achievement"],
                "achievementType": "CommunityService",
                "name": title,
                "description": _description(facts),
                "criteria": {"narrative": str(Sentence("The organisation confirmed each visit, with its day and length."))},
                "humanCode": facts.reference_number,
                "resultDescription": [
                    {
                        "id": achievement_part(facts.credential_id, part),
                        "type": ["ResultDescription"],
                        "name": name,
                        "resultType": "Result",
                    }
                    for part, name, _minutes in parts
                ],
            },
            "result": [
                {
                    "type": ["Result"],
                    "resultDescription": achievement_part(facts.credential_id, part),
                    "value": duration_text(minutes),
                }
                for part, _name, minutes in parts
            ],
        },
        "credentialStatus": {
            "id": f"{facts.status_list}#{facts.status_index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": STATUS_PURPOSE,
            "statusListIndex": str(facts.status_index),
            "statusListCredential": facts.status_list,
        },
        "iss": facts.did,
        "jti": credential,
        "sub": subject,
        "nbf": int(facts.issued_at.timestamp()),
    }


def _description(facts: CredentialFacts) -> str:
    sentence = Sentence(
        "%(time)s given as a volunteer at %(organisation)s, from %(first_day)s to %(last_day)s.",
        time=hours_text(facts.total_minutes),
        organisation=facts.organisation_name,
        first_day=display_day(min(role.first_day for role in facts.roles)),
        last_day=display_day(max(role.last_day for role in facts.roles)),
    )
    return str(sentence)


def role_title(role: CredentialRole) -> str:
    """A role and its days, such as "Cook, 2024-05-03 to 2025-06-02 (hours:minutes)": read again by `credential_reading`.

    The days stand here because Open Badges' own members for them are dates in its context and instants in its schema.
    """
    return f"{role.name}, {role.first_day.isoformat()} to {role.last_day.isoformat()} (hours:minutes)"


def duration_text(minutes: int) -> str:
    """Minutes as hours and minutes, exact and for a program to read: 90 is "1:30", 77400 is "1290:00"."""
    hours, rest = divmod(minutes, MINUTES_A_CREDIT)
    return f"{hours}:{rest:02}"


def instant_text(instant: datetime) -> str:
    """An instant in UTC to the second, such as "2026-11-21T12:00:00Z"."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def achievement_part(credential_id: UUID, part: str) -> str:
    """The address of a part of a credential, always the same one and nobody else's."""
    return f"urn:uuid:{uuid5(credential_id, part)}"


def name_hash(name: str, salt: str) -> str:
    """Open Badges' hash of an identity: "sha256$" and the hexadecimal SHA-256 of the name followed by the salt.

    Of the name with single spaces and composed letters (NFC), so that the same name always gives the same hash.
    """
    tidy = unicodedata.normalize("NFC", " ".join(name.split()))
    return f"sha256${hashlib.sha256(f'{tidy}{salt}'.encode()).hexdigest()}"


def is_hash_of(identity_hash: str, name: str, salt: str) -> bool:
    """Whether the hash is this name's."""
    return hmac.compare_digest(identity_hash.encode(), name_hash(name, salt).encode())
