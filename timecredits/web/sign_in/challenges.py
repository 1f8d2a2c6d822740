"""The challenge that a passkey signs: kept in the browser's signed session for five minutes, and good once.

A browser could bring an old session back, so what was used is also noted in SQL, where it counts for every server.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from flask import session

from timecredits.foundation import clock
from timecredits.network.tries import count_try
from timecredits.web.database import db

__all__ = ["Use", "new_challenge", "take_challenge"]

FOR: Final = timedelta(minutes=5)
_PLACE: Final = "challenge"
_ONCE: Final = timedelta(days=365 * 200)
"""One stretch of time for ever; the row goes with the other counts, long after FOR."""


class Use(StrEnum):
    """What a challenge is for; one for one thing is none for another."""

    SIGN_IN = "sign in"
    ADD = "add"
    PROVE = "prove"


def new_challenge(use: Use) -> bytes:
    """A new challenge for this browser; one of before ends."""
    challenge = secrets.token_bytes(32)
    session[_PLACE] = {"use": use.value, "at": clock.now().timestamp(), "is": urlsafe_b64encode(challenge).decode()}
    return challenge


def take_challenge(use: Use) -> bytes | None:
    """This browser's challenge, once; None where there is none for this use, or it is too old, or was used."""
    kept: Any = session.pop(_PLACE, None)
    try:
        begun, challenge = float(kept["at"]), urlsafe_b64decode(kept["is"])
        fits = kept["use"] == use.value
    except (TypeError, KeyError, ValueError):
        return None
    if not fits or not 0 <= clock.now().timestamp() - begun <= FOR.total_seconds():
        return None
    return challenge if count_try(db.session(), f"passkey challenge {challenge.hex()}", within=_ONCE) == 1 else None
