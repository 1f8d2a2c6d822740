"""One credential to look at from all sides, the keys that sign it, and a web that holds our addresses and no others."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from timecredits.foundation import clock
from timecredits.foundation.keys import Keyring
from timecredits.journey.credentials.credential_keys import PURPOSE, public_keys, sign_credential
from timecredits.journey.credentials.credential_writing import CredentialFacts, CredentialRole, write_credential
from timecredits.journey.credentials.did_document import did_document, did_of
from timecredits.journey.credentials.status_list import write_status_list_credential

DID = did_of("https://credits.example.org")
DID_ADDRESS = "https://credits.example.org/.well-known/did.json"
LIST_ADDRESS = "https://credits.example.org/credentials/status/1"
INDEX = 40_961
ONE_KEY = Keyring({1: b"a-first-secret-for-tests-0123456789abcdef"})
TWO_KEYS = Keyring({**ONE_KEY.secrets, 2: b"a-second-secret-for-tests-0123456789abcde"}, current=2)
ANOTHERS = Keyring({1: b"somebody-else-altogether-0123456789abcdef"})

FACTS = CredentialFacts(
    did=DID,
    credential_id=UUID("0b3bbe4e-52ac-4f0a-9f70-6f2f86b4a3d1"),
    subject_id=UUID("7a1f6f5d-1c58-4f5e-9b0e-3a47a2bb3f10"),
    salt="h3Ck9vQ2mZ8xW1rT5yB7dA",
    holder_name="Siân O’Neill-Wyn",
    organisation_name="Kirkholt Community Kitchen",
    reference_number="KCK-2026-0042",
    issued_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    roles=(
        CredentialRole("Cook", date(2024, 5, 3), date(2025, 6, 2), 5_790),
        CredentialRole("Driver, on Tuesdays", date(2025, 1, 7), date(2026, 2, 24), 2_705),
    ),
    total_minutes=8_495,
    status_list=LIST_ADDRESS,
    status_index=INDEX,
)


def seed_of(keyring: Keyring, number: int) -> bytes:
    """The private bytes of one key."""
    seed = keyring.key(PURPOSE, number)
    assert seed is not None
    return seed


def token_of(facts: CredentialFacts = FACTS, *, keyring: Keyring = ONE_KEY, number: int | None = None) -> str:
    """The credential, signed."""
    number = keyring.current if number is None else number
    return sign_credential(write_credential(facts), number, seed_of(keyring, number))


def list_claims(revoked: Iterable[int] = ()) -> dict[str, Any]:
    """The claims of the status list, good for a day from now."""
    now = clock.now()
    return write_status_list_credential(
        did=DID, address=LIST_ADDRESS, revoked=revoked, issued_at=now, valid_until=now + timedelta(days=1)
    )


def list_token(revoked: Iterable[int] = (), *, keyring: Keyring = ONE_KEY) -> str:
    """The status list, signed by the current key."""
    return sign_credential(list_claims(revoked), keyring.current, seed_of(keyring, keyring.current))


class Web:
    """The did document and the status list at their addresses; asking for any other address fails. `asked` keeps what was."""

    def __init__(self, *, keyring: Keyring = ONE_KEY, status: str | None = None, document: dict[str, Any] | None = None) -> None:
        document = document or did_document(DID, public_keys(keyring), current=keyring.current)
        self.asked: list[str] = []
        self._pages = {
            DID_ADDRESS: json.dumps(document).encode(),
            LIST_ADDRESS: (list_token(keyring=keyring) if status is None else status).encode(),
        }

    def __call__(self, address: str) -> bytes:
        """What is served there."""
        self.asked.append(address)
        return self._pages[address]


def decoded(token: str, place: int = 1) -> dict[str, Any]:
    """The header (0) or the claims (1) of a token, unchecked."""
    segment = token.split(".")[place]
    said: dict[str, Any] = json.loads(urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    return said


def segment_of(value: object) -> str:
    """A value as a part of a token."""
    return urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")


def edited(token: str) -> str:
    """The same token with more hours in it."""
    header, _, signature = token.split(".")
    claims = decoded(token)
    claims["credentialSubject"]["result"][0]["value"] = "965:00"
    return f"{header}.{segment_of(claims)}.{signature}"


def unsigned(token: str) -> str:
    """The same claims, said to need no signature."""
    header = decoded(token, 0) | {"alg": "none"}
    return f"{segment_of(header)}.{token.split('.')[1]}."


def forged(token: str) -> str:
    """The same claims under another's key, which goes by the name of ours."""
    return sign_credential(decoded(token), 1, seed_of(ANOTHERS, 1))
