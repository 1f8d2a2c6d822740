"""The code with which somebody goes on later, or takes back what they sent: nine letters that can be read aloud and written down.

It is worked out from the referral's id with a key, so that the same browser can be shown it again; only its keyed hash is stored.
45 bits, and few tries: a guesser finds nobody.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.community.referral_models import Referral
from timecredits.community.referrals.asking import SAVED_FOR
from timecredits.foundation import clock
from timecredits.foundation.keys import Keyring
from timecredits.foundation.secret_values import CROCKFORD, keyed_digest, tidy_short_code
from timecredits.network.scope import find_and_hold
from timecredits.network.tries import count_of, count_try

__all__ = ["MOST_TRIES", "SENT_FOR", "TRIES_WITHIN", "TakenUp", "TakingUp", "keep_code", "show_code", "take_up"]

SENT_FOR: Final = timedelta(days=90)
"""How long after it was sent a code still leads to it."""
MOST_TRIES: Final = 10
"""Wrong codes from one place within TRIES_WITHIN."""
MOST_TRIES_IN_ALL: Final = 2000
TRIES_WITHIN: Final = timedelta(minutes=15)

_LENGTH: Final = 9
_GROUP: Final = 3
_BITS: Final = 5


class TakenUp(Enum):
    """What a typed code was."""

    FITS = "fits"
    WRONG = "wrong"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class TakingUp:
    """The answer to :func:`take_up`; `referral_id` only where it fits."""

    outcome: TakenUp
    referral_id: UUID | None = None


def keep_code(session: Session, keyring: Keyring, programme_id: UUID, referral_id: UUID) -> str:
    """Let a code lead to this referral, and answer it, as "K7Q M2X 4PB". The same one every time; a draft is then kept anew."""
    row = find_and_hold(session, Referral, programme_id, referral_id)
    known = show_code(keyring, row)
    row.changed_at = clock.now()
    if known is not None:
        return known
    key = keyring.signing_key("referral-code")[1]
    code = _code(key, referral_id)
    row.save_code_hash = _hash(key, programme_id, code)
    session.flush()
    return _grouped(code)


def show_code(keyring: Keyring, row: Referral) -> str | None:
    """The code that leads to this referral, or None where none was asked for, or its key is gone."""
    if row.save_code_hash is None:
        return None
    for key in keyring.checking_keys("referral-code"):
        code = _code(key, row.id)
        if hmac.compare_digest(_hash(key, row.programme_id, code), row.save_code_hash):
            return _grouped(code)
    return None


def take_up(session: Session, keyring: Keyring, programme_id: UUID, typed: str, *, where: str) -> TakingUp:
    """Which referral a typed code leads to. `where` is the address that asks: its wrong tries are counted, and everybody's.

    A returned value, so that the count is kept.
    """
    place, all_places = f"ask code at {where}", f"ask codes {programme_id}"
    if (
        count_of(session, place, within=TRIES_WITHIN) >= MOST_TRIES
        or count_of(session, all_places, within=TRIES_WITHIN) >= MOST_TRIES_IN_ALL
    ):
        return TakingUp(TakenUp.TOO_MANY)
    row = _find(session, keyring, programme_id, tidy_short_code(typed))
    if row is None:
        count_try(session, place, within=TRIES_WITHIN)
        count_try(session, all_places, within=TRIES_WITHIN)
        return TakingUp(TakenUp.WRONG)
    return TakingUp(TakenUp.FITS, row.id)


def _find(session: Session, keyring: Keyring, programme_id: UUID, code: str) -> Referral | None:
    if len(code) != _LENGTH:
        return None
    keys = keyring.checking_keys("referral-code")
    row = session.scalars(
        select(Referral).where(
            Referral.programme_id == programme_id, Referral.save_code_hash.in_([_hash(key, programme_id, code) for key in keys])
        )
    ).first()
    if row is None:
        return None
    last_moment = row.changed_at + SAVED_FOR if row.sent_at is None else row.sent_at + SENT_FOR
    return row if clock.now() < last_moment else None


def _code(key: bytes, referral_id: UUID) -> str:
    number = int.from_bytes(keyed_digest(key, "code", str(referral_id)))
    return "".join(CROCKFORD[number >> _BITS * place & 31] for place in range(_LENGTH))


def _hash(key: bytes, programme_id: UUID, code: str) -> bytes:
    return keyed_digest(key, "hash", str(programme_id), code)


def _grouped(code: str) -> str:
    return " ".join(code[start : start + _GROUP] for start in range(0, _LENGTH, _GROUP))
