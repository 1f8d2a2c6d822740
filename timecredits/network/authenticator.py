"""Apps that show a new 6-digit code every half minute (TOTP, RFC 6238), as a second step.

A code counts one half minute early or late, because clocks differ. None is taken twice, nor one older than the last that was
taken: one conditional UPDATE sees to it, whoever comes at the same moment. The app's key is kept sealed.
"""

import hmac
from base64 import b32decode
from typing import Any, Final, cast
from urllib.parse import quote
from uuid import UUID

import pyotp
from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import open_sealed, seal
from timecredits.network.email_codes import tidy_code
from timecredits.network.sign_in_models import AuthenticatorApp

__all__ = ["CODE_LENGTH", "STEP", "app_address", "confirm_app", "new_key", "remove_app", "take_app_code"]

CODE_LENGTH: Final = 6
STEP: Final = 30
"""Seconds."""
_DRIFT: Final = (0, -1, 1)
_PURPOSE: Final = "authenticator app"


def new_key() -> str:
    """A key for an app: 160 random bits in base32, as RFC 4226 asks."""
    return pyotp.random_base32(32)


def app_address(key: str, *, account: str, issuer: str) -> str:
    """What the square code holds, as apps read it (otpauth)."""
    label = f"{quote(issuer, safe='')}:{quote(account, safe='@')}"
    return f"otpauth://totp/{label}?secret={key}&issuer={quote(issuer, safe='')}&digits={CODE_LENGTH}&period={STEP}"


def confirm_app(session: Session, keyring: Keyring, user_id: UUID, *, key: str, typed: str) -> bool:
    """Keep this key as the user's app if `typed` is a code of it, in place of the one before. The code is used up by that.

    The caller holds the user (second_factor.hold_user). Raises ValueError for a key that isn't one of :func:`new_key`.
    """
    if len(b32decode(key)) != 20:  # noqa: PLR2004  160 bits
        raise ValueError("not a key of ours")
    step = _step_of(key, typed)
    if step is None:
        return False
    remove_app(session, user_id)
    row_id, now = new_id(), clock.now()
    session.add(
        AuthenticatorApp(
            id=row_id,
            user_id=user_id,
            secret_sealed=seal(keyring, _PURPOSE, row_id, key),
            made_at=now,
            confirmed_at=now,
            last_step=step,
        )
    )
    session.flush()
    return True


def remove_app(session: Session, user_id: UUID) -> bool:
    """Take a user's app away; False where there was none."""
    gone = session.execute(
        delete(AuthenticatorApp).where(AuthenticatorApp.user_id == user_id), execution_options={"synchronize_session": "fetch"}
    )
    return cast("CursorResult[Any]", gone).rowcount > 0


def take_app_code(session: Session, keyring: Keyring, user_id: UUID, typed: str) -> bool:
    """Whether `typed` is a code of the user's app that hasn't been used, nor one before it. It is used up by this."""
    app = session.scalars(
        select(AuthenticatorApp).where(AuthenticatorApp.user_id == user_id, AuthenticatorApp.confirmed_at.is_not(None))
    ).one_or_none()
    key = open_sealed(keyring, _PURPOSE, app.id, app.secret_sealed) if app is not None else None
    step = _step_of(key, typed) if key is not None else None
    if app is None or step is None:
        return False
    taken = session.scalar(
        update(AuthenticatorApp)
        .where(AuthenticatorApp.id == app.id, AuthenticatorApp.last_step < step)
        .values(last_step=step)
        .returning(AuthenticatorApp.id),
        execution_options={"synchronize_session": False},
    )
    return taken is not None


def _step_of(key: str, typed: str) -> int | None:
    """The half minute that `typed` is the code of, about now."""
    digits, totp = tidy_code(typed), pyotp.TOTP(key, digits=CODE_LENGTH, interval=STEP)
    present = int(clock.now().timestamp()) // STEP
    fitting = [
        present + drift for drift in _DRIFT if hmac.compare_digest(totp.generate_otp(present + drift).encode(), digits.encode())
    ]
    return fitting[0] if fitting else None
