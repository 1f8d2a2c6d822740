"""Which letter a digital credential belongs to, for somebody who uploads one to be checked."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.journey.credential_models import DigitalCredential
from timecredits.journey.credentials.credential_keys import MAX_TOKEN
from timecredits.journey.credentials.credential_reading import CredentialRefusal, read_credential
from timecredits.journey.credentials.kept_keys import kept_keys
from timecredits.journey.credentials.status_lists import programme_number_of_list
from timecredits.journey.models import Reference
from timecredits.network.models import Programme

__all__ = ["is_token", "letter_of_credential"]

_HEADER = b"eyJ"
"""How every JWT begins: `{"` in base64url."""


def is_token(content: bytes) -> bool:
    """Whether a file could be a credential at all."""
    return len(content) <= MAX_TOKEN and content.lstrip()[: len(_HEADER)] == _HEADER


def letter_of_credential(session: Session, content: bytes, *, did: str) -> Reference | CredentialRefusal:
    """The letter that this credential was issued with, or why it isn't one of ours. Never raises for what is in the file."""
    read = read_credential(content, kept_keys(session), did=did)
    if isinstance(read, CredentialRefusal):
        return read
    last = read.status_list.rsplit("/", 1)[-1]
    programme_number, _ = programme_number_of_list(int(last) if last.isascii() and last.isdecimal() else 0)
    found = session.scalars(
        select(Reference)
        .join(
            DigitalCredential,
            (DigitalCredential.programme_id == Reference.programme_id) & (DigitalCredential.reference_id == Reference.id),
        )
        .join(Programme, Programme.id == DigitalCredential.programme_id)
        .where(Programme.number == programme_number, DigitalCredential.id == read.credential_id)
    ).one_or_none()
    return CredentialRefusal.NOT_A_CREDENTIAL if found is None else found
