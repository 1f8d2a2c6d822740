"""The status lists that a site serves: /credentials/status/<n>, where n is a programme's number times 1,000 and the list's."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.keys import Keyring
from timecredits.journey.credential_models import DigitalCredential
from timecredits.journey.credentials.credential_keys import sign_credential, signing_key
from timecredits.journey.credentials.did_document import did_of
from timecredits.journey.credentials.kept_keys import shown_keys
from timecredits.journey.credentials.status_list import write_status_list_credential
from timecredits.network.models import Programme

__all__ = ["VALID_FOR", "programme_number_of_list", "signed_status_list", "status_list_address"]

VALID_FOR: Final = timedelta(days=1)
"""How long a copy of a list may be believed."""
_LISTS: Final = 1000
_MOST_PROGRAMMES: Final = 32_767
"""What a programme's number can be: PostgreSQL asks for no more."""


def status_list_address(base_url: str, programme_number: int, list_number: int) -> str:
    """Where a programme's list is served. `base_url` has no slash at its end."""
    return f"{base_url}/credentials/status/{programme_number * _LISTS + list_number}"


def programme_number_of_list(n: int) -> tuple[int, int]:
    """The programme's number and the list's that an address's last part says."""
    return divmod(n, _LISTS)


def signed_status_list(session: Session, n: int, *, base_url: str, keyring: Keyring) -> str:
    """The list as a JWT, made anew each time, so that a withdrawal counts at once. NotFoundError for a list not in use."""
    programme_number, list_number = programme_number_of_list(n)
    if programme_number > _MOST_PROGRAMMES:
        raise NotFoundError
    revoked = session.scalars(
        select(DigitalCredential.list_index)
        .join(Programme, Programme.id == DigitalCredential.programme_id)
        .where(
            Programme.number == programme_number,
            DigitalCredential.list_number == list_number,
            DigitalCredential.revoked_at.is_not(None),
        )
    ).all()
    if not revoked and not _is_used(session, programme_number, list_number):
        raise NotFoundError
    number, _ = shown_keys(session, keyring)
    _, seed = signing_key(keyring)
    issued_at = clock.now()
    claims = write_status_list_credential(
        did=did_of(base_url),
        address=status_list_address(base_url, programme_number, list_number),
        revoked=revoked,
        issued_at=issued_at,
        valid_until=issued_at + VALID_FOR,
    )
    return sign_credential(claims, number, seed)


def _is_used(session: Session, programme_number: int, list_number: int) -> bool:
    used = (
        select(DigitalCredential.id)
        .join(Programme, Programme.id == DigitalCredential.programme_id)
        .where(Programme.number == programme_number, DigitalCredential.list_number == list_number)
        .limit(1)
    )
    return session.scalar(used) is not None
