"""What a digital credential costs: a place in the list, the claims of a letter with four roles, the signature; and a check."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from bench.figures import Figure
from timecredits.foundation.keys import Keyring
from timecredits.foundation.secret_values import new_secret
from timecredits.journey.credentials.credential_keys import public_keys, sign_credential, signing_key
from timecredits.journey.credentials.credential_reading import ReadCredential, read_credential
from timecredits.journey.credentials.credential_writing import CredentialFacts, CredentialRole, write_credential
from timecredits.journey.credentials.status_list import LEAST_LENGTH, write_status_list_credential

CREDENTIALS = 500
LISTS = 20
TARGET_MS = 5
KEYRING = Keyring.from_secret("a-secret-for-a-benchmark-0123456789abcdef")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
FACTS = CredentialFacts(
    did="did:web:credits.example.org",
    credential_id=uuid4(),
    subject_id=uuid4(),
    salt="",
    holder_name="Siân O’Neill-Wyn",
    organisation_name="Kirkholt Community Kitchen",
    reference_number="KCK-2026-0042",
    issued_at=NOW,
    roles=tuple(CredentialRole(f"Role {n}", date(2024, n, 3), date(2026, n, 2), 5_790) for n in range(1, 5)),
    total_minutes=4 * 5_790,
    status_list="https://credits.example.org/credentials/status/1001",
    status_index=0,
)


def run() -> list[Figure]:
    """Milliseconds of CPU each, one after another, the first ones not counted."""
    chance = random.Random(1)  # noqa: S311 - the same ones each time
    taken = set(chance.sample(range(LEAST_LENGTH), LEAST_LENGTH // 2))
    tokens: list[str] = []
    number, seed = signing_key(KEYRING)

    def issue() -> None:
        index = chance.randrange(LEAST_LENGTH)
        facts = replace(FACTS, credential_id=uuid4(), subject_id=uuid4(), salt=new_secret(16), status_index=index)
        tokens.append(sign_credential(write_credential(facts), number, seed))

    def sign_list() -> None:
        list_claims = write_status_list_credential(
            did=FACTS.did, address=FACTS.status_list, revoked=taken, issued_at=NOW, valid_until=NOW + timedelta(days=1)
        )
        tokens.append(sign_credential(list_claims, number, seed))

    issued = _milliseconds(issue, CREDENTIALS)
    size = sum(map(len, tokens)) / len(tokens)
    keys, waiting = public_keys(KEYRING), iter(tokens[:])

    def read() -> None:
        assert isinstance(read_credential(next(waiting), keys, did=FACTS.did), ReadCredential)

    how = f"{CREDENTIALS}, four roles, {size:,.0f} bytes, half of the list taken"
    return [
        Figure("a credential issued", issued, "ms CPU", how, at_most=TARGET_MS),
        Figure("a credential checked", _milliseconds(read, CREDENTIALS - 1), "ms CPU", "by our own reader"),
        Figure(
            "a status list signed",
            _milliseconds(sign_list, LISTS),
            "ms CPU",
            "131,072 bits, a random half of them set: the worst to pack",
        ),
    ]


def _milliseconds(work: Callable[[], None], times: int) -> float:
    work()
    begin = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - begin) * 1000 / times
