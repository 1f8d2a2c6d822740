"""A person's decision on a scan that waited: it counts, and who pays, or it does not. Once, with a reason, and kept for good."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.time_steps import step_at
from timecredits.foundation.wording import Sentence
from timecredits.ledger.note_float import float_id
from timecredits.network.models import Volunteer
from timecredits.spending.answers import Facts, Outcome
from timecredits.spending.card_models import Card
from timecredits.spending.deciding import Place, find_places
from timecredits.spending.models import CodeKind, Credential
from timecredits.spending.note_models import CreditNote, NoteBatch
from timecredits.spending.offline.keeping import end_attempt
from timecredits.spending.offline.settling import pay_by_goodwill
from timecredits.spending.offline.use_lists import ListedUse, find_listed
from timecredits.spending.offline_models import OfflineUse, SyncResult
from timecredits.spending.showing import Shown, ShownNote
from timecredits.spending.taking import AtTill, Taking, take

LONGEST_REASON = 200

_offline: Any = OfflineUse.__table__


class Decision(StrEnum):
    """What somebody may decide. Stored as "counts" or "does_not"; who paid stands in the redemption."""

    PROGRAMME_PAYS = "programme"
    PERSON_PAYS = "person"  # or the note
    DOES_NOT_COUNT = "does_not"


def choices_for(use: ListedUse) -> tuple[Decision, ...]:
    """What can be decided on a use: nobody pays for what nobody knows."""
    if use.offer_id is None or use.minutes <= 0:
        return (Decision.DOES_NOT_COUNT,)
    pays = (Decision.PERSON_PAYS,) if use.note_id is not None or use.volunteer_id is not None else ()
    return (*pays, Decision.PROGRAMME_PAYS, Decision.DOES_NOT_COUNT)


def decide(
    session: Session,
    programme_id: UUID,
    use_id: UUID,
    decision: Decision,
    *,
    reason: str,
    actor_id: UUID | None,
    organisation_id: UUID | None = None,
) -> None:
    """Decide on a use that waits.

    Raises NotFoundError outside the scope; RuleError without a reason, for one that was decided or never had to be, and where the
    person or the note can't pay: then nothing has changed.
    """
    use = find_listed(session, programme_id, use_id, organisation_id=organisation_id)
    words = " ".join(reason.split())[:LONGEST_REASON]
    if not words:
        raise RuleError(Sentence("Say why, in a few words. Nothing was changed."), field="reason")
    if use.is_waiting and decision not in choices_for(use):
        raise RuleError(Sentence("Choose one of these. Nothing was changed."), field="decision")
    now = clock.now()
    with session.begin_nested():
        _mark(session, programme_id, use_id, decision, words, actor_id, now)
        if decision is not Decision.DOES_NOT_COUNT:
            _pay(session, programme_id, use_id, decision, now)
        audit.record(
            session,
            programme_id,
            f"use with no signal decided: {decision.value}",
            actor_id=actor_id,
            subject_id=use_id,
            organisation_id=organisation_id,
        )
        session.flush()


def _mark(
    session: Session, programme_id: UUID, use_id: UUID, decision: Decision, words: str, actor_id: UUID | None, now: datetime
) -> None:
    """Two who decide at once: the second finds it decided."""
    counts = "does_not" if decision is Decision.DOES_NOT_COUNT else "counts"
    marked = session.execute(
        update(_offline)
        .where(
            _offline.c.programme_id == programme_id,
            _offline.c.id == use_id,
            _offline.c.result == SyncResult.REVIEW,
            _offline.c.decided.is_(None),
        )
        .values(decided=counts, decided_by=actor_id, decided_at=now, decided_because=words)
        .returning(_offline.c.id),
    ).one_or_none()
    if marked is None:
        raise RuleError(Sentence("This was decided already. Nothing was changed."))


def _pay(session: Session, programme_id: UUID, use_id: UUID, decision: Decision, now: datetime) -> None:
    use = session.get_one(OfflineUse, (programme_id, use_id), populate_existing=True)
    taking = _taking(session, use, now)
    if decision is Decision.PROGRAMME_PAYS:
        if not pay_by_goodwill(session, taking):
            raise RuleError(Sentence("It does not fit with what is in the books. Nothing was changed."), field="decision")
    elif (refusal := _cannot_pay(session, taking)) is not None:
        raise RuleError(refusal, field="decision")
    end_attempt(
        session,
        programme_id,
        use_id,
        Facts(Outcome.TAKEN, use.minutes, use.scanned_at, volunteer_id=taking.shown.volunteer_id),
    )


def _cannot_pay(session: Session, taking: Taking) -> Sentence | None:
    note = taking.shown.note
    if note is not None and note.minutes < taking.minutes:
        return Sentence("The note is worth less than this. Nothing was changed. Let the programme pay.")
    refusal = take(session, taking)
    if refusal is None:
        return None
    if refusal.outcome is Outcome.NOT_ENOUGH:
        return Sentence("They have too few credits. Nothing was changed. Let the programme pay.")
    if note is not None:
        return Sentence("The note has been used or stopped. Nothing was changed. Let the programme pay.")
    return Sentence("It can not be paid with their credits. Nothing was changed. Let the programme pay.")


def _taking(session: Session, use: OfflineUse, now: datetime) -> Taking:
    place = _place(session, use)
    if place.offer is None:
        raise NotFoundError
    return Taking(
        id=use.id,
        place=place,
        till=AtTill(use.till_id, use.venue_id),
        shown=_shown(session, use),
        offer=place.offer,
        adults=use.sent["adults"],
        under_16s=use.sent["under_16s"],
        minutes=use.minutes,
        at=use.scanned_at,
        arrived_at=now,
    )


def _place(session: Session, use: OfflineUse) -> Place:
    """The programme at the venue, without the caps of a day: somebody has decided."""
    places = find_places(session, use.venue_id, use.offer_id)
    place = next((each for each in places if each.programme_id == use.programme_id), None)
    if place is None:
        raise NotFoundError
    return replace(place, uses_a_day=None, used_a_day=None)


def _shown(session: Session, use: OfflineUse) -> Shown:
    """What was shown, as far as it is known; of a code nobody knows only that it was shown."""
    kind = use.kind or CodeKind.CARD
    if use.note_id is not None:
        return _shown_note(session, use, use.note_id)
    account_id, card = use.id, None
    if use.volunteer_id is not None:
        account_id = session.get_one(Volunteer, (use.programme_id, use.volunteer_id)).account_id
    if kind is CodeKind.CARD and use.reference is not None:
        card = session.scalars(select(Card).where(Card.programme_id == use.programme_id, Card.serial == use.reference)).first()
    helper = select(Credential.helper_id).where(
        Credential.programme_id == use.programme_id, Credential.reference == use.reference
    )
    return Shown(
        way=kind,
        kind=kind,
        reference=use.reference or 0,
        step=use.sent.get("step", step_at(use.scanned_at)),
        account_id=account_id,
        volunteer_id=use.volunteer_id,
        card=card,
        helper_id=session.scalar(helper) if kind is CodeKind.LIVE else None,
    )


def _shown_note(session: Session, use: OfflineUse, note_id: UUID) -> Shown:
    note = session.get_one(CreditNote, (use.programme_id, note_id), populate_existing=True)
    batch = session.get_one(NoteBatch, (use.programme_id, note.batch_id))
    return Shown(
        way=CodeKind.NOTE,
        kind=CodeKind.NOTE,
        reference=note.serial,
        step=0,
        account_id=float_id(use.programme_id),
        note=ShownNote(note.id, note.minutes, note.expires_on, batch.paid_from, note.ended_because),
    )
