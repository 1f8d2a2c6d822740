"""Ten codes on paper, for the day the phone is lost. Each is good once; of each a keyed hash is kept.

A code has 60 bits, and is tried only after the right password and within the counted tries of the second step.
"""

from typing import Final
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.foundation.secret_values import keyed_digest, new_short_code, tidy_short_code
from timecredits.network.sign_in_models import RecoveryCode

__all__ = ["CODE_LENGTH", "HOW_MANY", "make_codes", "take_code"]

HOW_MANY: Final = 10
CODE_LENGTH: Final = 12
_PURPOSE: Final = "recovery code"


def make_codes(session: Session, keyring: Keyring, user_id: UUID) -> list[str]:
    """Ten new codes, to be shown this once. Those of before end."""
    _number, key = keyring.signing_key(_PURPOSE)
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id), execution_options={"synchronize_session": False})
    codes, now = [new_short_code(CODE_LENGTH) for _ in range(HOW_MANY)], clock.now()
    session.add_all(
        RecoveryCode(id=new_id(), user_id=user_id, code_hash=keyed_digest(key, str(user_id), code), made_at=now, used_at=None)
        for code in codes
    )
    session.flush()
    return codes


def take_code(session: Session, keyring: Keyring, user_id: UUID, typed: str) -> bool:
    """Whether `typed` is one of the user's codes that hasn't been used. It is used up by this."""
    code = tidy_short_code(typed)
    hashes = [keyed_digest(key, str(user_id), code) for key in keyring.checking_keys(_PURPOSE)]
    taken = session.scalars(
        update(RecoveryCode)
        .where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None), RecoveryCode.code_hash.in_(hashes))
        .values(used_at=clock.now())
        .returning(RecoveryCode.id),
        execution_options={"synchronize_session": False},
    ).all()
    return bool(taken)
