"""Checking a second step for somebody whose password was right: on the way in, and when showing that it is them."""

from flask import current_app, request

from timecredits.network.authenticator import take_app_code
from timecredits.network.models import User
from timecredits.network.passkeys import KeyAnswer, KeyChecking, Site, take_passkey
from timecredits.network.recovery_codes import take_code
from timecredits.network.second_factor import (
    StepAnswer,
    claim_key_try,
    claim_step_try,
    note_for_staff,
    note_key_miss,
    note_step_miss,
)
from timecredits.web.database import db
from timecredits.web.sign_in.challenges import Use, take_challenge
from timecredits.web.sign_in.door import known_user_id

__all__ = ["check_app", "check_either", "check_passkey", "check_recovery", "site"]


def site() -> Site:
    """For which site passkeys are made and shown here."""
    return Site.of(current_app.config["BASE_URL"])


def check_app(user: User, typed: str) -> StepAnswer:
    """Whether `typed` is a code of their app. Counted before it is looked at."""
    if not claim_step_try(db.session(), user.id, known=known_user_id() == user.id):
        return StepAnswer.TOO_MANY
    return _answer(fits=take_app_code(db.session(), current_app.config["KEYRING"], user.id, typed))


def check_recovery(user: User, typed: str) -> StepAnswer:
    """Whether `typed` is one of their recovery codes. Counted before it is looked at."""
    if not claim_step_try(db.session(), user.id, known=known_user_id() == user.id):
        return StepAnswer.TOO_MANY
    return _answer(fits=_take_recovery(user, typed))


def check_either(user: User, typed: str) -> StepAnswer:
    """Whether `typed` is a code of their app or one of their recovery codes."""
    if not claim_step_try(db.session(), user.id, known=known_user_id() == user.id):
        return StepAnswer.TOO_MANY
    fits = take_app_code(db.session(), current_app.config["KEYRING"], user.id, typed) or _take_recovery(user, typed)
    return _answer(fits=fits)


def check_passkey(answer: str, use: Use, *, user: User | None = None) -> KeyChecking:
    """Whether the browser's answer is a passkey's that we know; with `user` only theirs. The challenge is used up.

    Counted before it is looked at. Nobody can guess a signature, but each costs work: one who said who they are has the tries
    of a second step, and everybody else those of the place they come from.
    """
    session, challenge = db.session(), take_challenge(use)
    if not _may_show_key(user):
        return KeyChecking(KeyAnswer.TOO_MANY)
    found = KeyChecking(KeyAnswer.WRONG)
    if challenge is not None:
        found = take_passkey(session, site(), challenge=challenge, answer=answer, user_id=user.id if user else None)
    if found.answer is not KeyAnswer.FITS:
        (note_step_miss if user else note_key_miss)(session)
    return found


def _may_show_key(user: User | None) -> bool:
    known = known_user_id()
    if user is not None:
        return claim_step_try(db.session(), user.id, known=known == user.id)
    return claim_key_try(db.session(), request.remote_addr or "unknown", known=known is not None)


def _take_recovery(user: User, typed: str) -> bool:
    if not take_code(db.session(), current_app.config["KEYRING"], user.id, typed):
        return False
    note_for_staff(db.session(), user.id, "recovery code used", actor_id=user.id)
    return True


def _answer(*, fits: bool) -> StepAnswer:
    if fits:
        return StepAnswer.FITS
    note_step_miss(db.session())
    return StepAnswer.WRONG
