"""Every key that ever signed a credential, by the number that did.json calls it.

A number is given when a key is first used and is never given again, whatever becomes of the keyring: so a credential of years
ago still verifies when the secret that signed it is long gone.
"""

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.journey.credential_models import CredentialKey
from timecredits.journey.credentials.credential_keys import public_key, signing_key

__all__ = ["current_key", "kept_keys", "shown_keys"]

_TRIES = 5


def current_key(session: Session, keyring: Keyring) -> tuple[int, bytes]:
    """The number and the 32 private bytes of the key that signs now. Its public half is kept from its first use on."""
    _, seed = signing_key(keyring)
    return _number_of(session, public_key(seed)), seed


def shown_keys(session: Session, keyring: Keyring) -> tuple[int, dict[int, bytes]]:
    """What did.json tells, and no row is written for: the number of the key that signs now, and every key by its number.

    A key that has not signed yet is told under the number that it will get.
    """
    keys = kept_keys(session)
    _, seed = signing_key(keyring)
    key = public_key(seed)
    number = next((number for number, kept in keys.items() if kept == key), max(keys, default=0) + 1)
    return number, {**keys, number: key}


def kept_keys(session: Session) -> dict[int, bytes]:
    """The raw public keys, 32 bytes each, by number: all that ever signed."""
    return {key.number: key.public_key for key in session.scalars(select(CredentialKey))}


def _number_of(session: Session, key: bytes) -> int:
    for _ in range(_TRIES):
        known = session.scalar(select(CredentialKey.number).where(CredentialKey.public_key == key))
        if known is not None:
            return known
        number = (session.scalar(select(func.max(CredentialKey.number))) or 0) + 1
        try:
            with session.begin_nested():
                session.add(CredentialKey(id=new_id(), number=number, public_key=key, first_used_at=clock.now()))
        except IntegrityError:  # another took the number, or kept this very key, a moment ago
            continue
        return number
    raise LookupError("no number could be had for a new key")
