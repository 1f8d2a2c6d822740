"""Handing a request to an organisation, once; noting one that came by phone; and taking it back, words and all."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from timecredits.community.referral_models import Referral, ReferralKind, ReferralState, ReferralStep
from timecredits.community.referrals.asking import Answers, check_all, missing_question, open_answers, seal_answers
from timecredits.community.referrals.request_mails import tell_person, tell_staff
from timecredits.community.referrals.save_codes import keep_code
from timecredits.community.referrals.stages import StepWords, add_step
from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.secret_values import keyed_digest
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Organisation
from timecredits.network.scope import find, find_and_hold

__all__ = ["SAME_PERSON_WITHIN", "mark_of", "note_call", "send", "send_for_somebody", "take_back"]

SAME_PERSON_WITHIN: Final = timedelta(days=30)
"""How long a second request with the same phone number or email is said to come from the same person."""


def send(session: Session, keyring: Keyring, programme_id: UUID, draft_id: UUID, *, base_url: str) -> bool:
    """Send a draft as it stands. False if it was sent before: sent twice is one request.

    Raises RuleError, with the field, for what must be answered and isn't, or an organisation that takes no requests now.
    """
    row = find_and_hold(session, Referral, programme_id, draft_id)
    if row.state is not ReferralState.DRAFT:
        return False
    said = open_answers(keyring, row) or Answers()
    missing = missing_question(said)
    if missing is not None:
        raise RuleError(Sentence("Something is still missing. Nothing was sent. Please answer the open question."))
    _hand_over(session, keyring, row, said, base_url=base_url)
    return True


def send_for_somebody(
    session: Session, keyring: Keyring, programme_id: UUID, draft_id: UUID, given: Answers, *, base_url: str
) -> bool:
    """Send what a professional says about somebody who agreed. False if it was sent before.

    Raises RuleError with the field; NotFoundError where nobody said that the person agrees.
    """
    row = find_and_hold(session, Referral, programme_id, draft_id, kind=ReferralKind.PROFESSIONAL)
    if row.consent_at is None:
        raise NotFoundError
    if row.state is not ReferralState.DRAFT:
        return False
    said = check_all(given, by_professional=True)
    _hand_over(session, keyring, row, said, base_url=base_url)
    return True


def note_call(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID,
    given: Answers,
    *,
    referral_id: UUID,
    actor_id: UUID | None,
) -> bool:
    """Note that somebody rang: whoever typed it has it in hand, and was in touch. The same id twice is noted once: False.

    Raises RuleError with the field.
    """
    if session.get(Referral, (programme_id, referral_id)) is not None:
        find(session, Referral, programme_id, referral_id, organisation_id=organisation_id)
        return False
    find(session, Organisation, programme_id, organisation_id)
    said, now = check_all(given), clock.now()
    row = Referral(
        programme_id=programme_id,
        id=referral_id,
        organisation_id=organisation_id,
        kind=ReferralKind.PHONE,
        state=ReferralState.IN_TOUCH,
        sealed=seal_answers(keyring, referral_id, said),
        started_at=now,
        changed_at=now,
        sent_at=now,
        first_contact_at=now,
        handled_by=actor_id,
    )
    _mark(keyring, row, said)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # the same form at the same moment
        find(session, Referral, programme_id, referral_id, organisation_id=organisation_id)
        return False
    for state in (ReferralState.NEW, ReferralState.IN_TOUCH):
        add_step(session, keyring, row, state, StepWords(), actor_id)
    audit.record(
        session, programme_id, "referral noted", actor_id=actor_id, subject_id=referral_id, organisation_id=organisation_id
    )
    return True


def take_back(session: Session, keyring: Keyring, programme_id: UUID, referral_id: UUID) -> bool:
    """Take back what was sent, by whoever sent it: what they typed is wiped, also from notes. False if it was over already.

    Raises NotFoundError for a draft.
    """
    row = find_and_hold(session, Referral, programme_id, referral_id)
    if row.state is ReferralState.DRAFT:
        raise NotFoundError
    if row.closed_at is not None:
        return False
    row.state, row.closed_at = ReferralState.WITHDRAWN, clock.now()
    row.sealed = seal_answers(keyring, row.id, Answers())
    row.phone_mark = row.email_mark = None
    session.execute(
        update(ReferralStep)
        .where(ReferralStep.programme_id == programme_id, ReferralStep.referral_id == referral_id)
        .values(sealed=None)
    )
    add_step(session, keyring, row, ReferralState.WITHDRAWN, StepWords(), None)
    return True


def mark_of(keyring: Keyring, kind: str, programme_id: UUID, value: str) -> bytes | None:
    """A mark of a phone number or email, the same for the same one however it was typed; None for nothing."""
    plain = _digits(value) if kind == "phone" else value.lower()
    if not plain:
        return None
    return keyed_digest(keyring.signing_key("referral-mark")[1], kind, str(programme_id), plain)


def _hand_over(session: Session, keyring: Keyring, row: Referral, said: Answers, *, base_url: str) -> None:
    if row.organisation_id is not None:
        asked = find(session, Organisation, row.programme_id, row.organisation_id)
        if not asked.takes_referrals or asked.suspended_at is not None:
            raise RuleError(Sentence("They take no requests right now. Nothing was sent. You can ask somebody else."))
    now = clock.now()
    row.sealed = seal_answers(keyring, row.id, said)
    _mark(keyring, row, said)
    row.state, row.sent_at, row.changed_at = ReferralState.NEW, now, now
    session.flush()
    add_step(session, keyring, row, ReferralState.NEW, StepWords(), None)
    if row.kind is ReferralKind.SELF:
        keep_code(session, keyring, row.programme_id, row.id)
        tell_person(session, row.id, said)
    tell_staff(session, row.programme_id, row.organisation_id, base_url=base_url, message_id=row.id)


def _mark(keyring: Keyring, row: Referral, said: Answers) -> None:
    row.phone_mark = mark_of(keyring, "phone", row.programme_id, said.phone)
    row.email_mark = mark_of(keyring, "email", row.programme_id, said.email)


def _digits(phone: str) -> str:
    digits = "".join(str(int(each)) for each in phone if each.isdecimal())
    if phone.strip().startswith("+44"):
        digits = digits.removeprefix("44")
        return f"0{digits.removeprefix('0')}"
    return f"0{digits[4:].removeprefix('0')}" if digits.startswith("0044") else digits
