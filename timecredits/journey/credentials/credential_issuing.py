"""Issue a digital credential with a letter, revoke it with the letter, and hand it out.

Its place in the status list is random. A list that is filling up, where several guesses in a row are taken, is followed by a next
one, so issuing never gets slow and nobody counts.
"""

import secrets as chance
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.documents import Attachment
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence
from timecredits.journey.credential_models import DigitalCredential
from timecredits.journey.credentials.credential_keys import sign_credential
from timecredits.journey.credentials.credential_writing import CredentialFacts, CredentialRole, write_credential
from timecredits.journey.credentials.did_document import did_of
from timecredits.journey.credentials.kept_keys import current_key
from timecredits.journey.credentials.status_list import LEAST_LENGTH
from timecredits.journey.credentials.status_lists import status_list_address
from timecredits.journey.models import Reference
from timecredits.network.models import Programme

__all__ = ["FILENAME", "attachment_of", "credential_of", "make_credential", "revoke_credentials"]

FILENAME: Final = "credential.jwt"
_GUESSES: Final = 8
_SALT_BYTES: Final = 16


def make_credential(
    session: Session, programme: Programme, reference: Reference, record: Mapping[str, Any], *, base_url: str, keyring: Keyring
) -> DigitalCredential:
    """The credential of a letter that is being issued, from its record (letter_record).

    The caller adds it to the session, once the letter is printed: one that can't be printed leaves nothing behind.

    `base_url` is the address people use: it names the issuer and the status list.
    """
    number, seed = current_key(session, keyring)
    list_number, list_index = _free_place(session, programme.id)
    credential_id, issued_at, organisation = uuid4(), clock.now(), record["organisation"]["name"]
    facts = CredentialFacts(
        did=did_of(base_url),
        credential_id=credential_id,
        subject_id=uuid4(),
        salt=chance.token_hex(_SALT_BYTES),
        holder_name=record["holder"]["name"],
        organisation_name=organisation,
        reference_number=record["reference_number"],
        issued_at=issued_at,
        roles=tuple(_role(row, organisation) for row in record["facts"]["roles"]),
        total_minutes=record["facts"]["total_minutes"],
        status_list=status_list_address(base_url, programme.number, list_number),
        status_index=list_index,
    )
    return DigitalCredential(
        programme_id=programme.id,
        id=credential_id,
        reference_id=reference.id,
        key_number=number,
        list_number=list_number,
        list_index=list_index,
        token=sign_credential(write_credential(facts), number, seed),
        issued_at=issued_at,
    )


def attachment_of(credential: DigitalCredential) -> Attachment:
    """The credential as it travels inside the letter's PDF."""
    described = str(Sentence("The same facts as a digital credential (Open Badges 3.0), signed"))
    return Attachment(FILENAME, credential.token, "application/vc+jwt", described, relationship="alternative")


def credential_of(session: Session, programme_id: UUID, volunteer_id: UUID, reference_id: UUID) -> DigitalCredential:
    """The credential of a letter about this volunteer, as handed out. NotFoundError where none was issued or it was revoked."""
    found = session.scalars(
        select(DigitalCredential)
        .join(
            Reference,
            (Reference.programme_id == DigitalCredential.programme_id) & (Reference.id == DigitalCredential.reference_id),
        )
        .where(
            DigitalCredential.programme_id == programme_id,
            DigitalCredential.reference_id == reference_id,
            DigitalCredential.revoked_at.is_(None),
            Reference.volunteer_id == volunteer_id,
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def revoke_credentials(session: Session, programme_id: UUID, reference_ids: Sequence[UUID]) -> None:
    """Revoke the credentials of these letters for good. Revoking again changes nothing."""
    standing = select(DigitalCredential).where(
        DigitalCredential.programme_id == programme_id,
        DigitalCredential.reference_id.in_(reference_ids),
        DigitalCredential.revoked_at.is_(None),
    )
    for credential in session.scalars(standing):
        credential.revoked_at = clock.now()
    session.flush()


def _role(row: Mapping[str, Any], letterhead: str) -> CredentialRole:
    elsewhere = row["organisation"] != letterhead
    return CredentialRole(
        name=f"{row['role']}, {row['organisation']}" if elsewhere else row["role"],
        first_day=date.fromisoformat(row["first_day"]),
        last_day=date.fromisoformat(row["last_day"]),
        minutes=row["minutes"],
    )


def _free_place(session: Session, programme_id: UUID) -> tuple[int, int]:
    """A list of the programme's and a random place in it that nobody has."""
    newest = session.scalar(select(func.max(DigitalCredential.list_number)).where(DigitalCredential.programme_id == programme_id))
    for _ in range(_GUESSES):
        index = chance.randbelow(LEAST_LENGTH)
        taken = select(DigitalCredential.id).where(
            DigitalCredential.programme_id == programme_id,
            DigitalCredential.list_number == (newest or 1),
            DigitalCredential.list_index == index,
        )
        if session.scalar(taken) is None:
            return newest or 1, index
    return (newest or 1) + 1, chance.randbelow(LEAST_LENGTH)
