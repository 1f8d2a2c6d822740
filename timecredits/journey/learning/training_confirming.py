"""Training as staff see it: confirm what a person says, add what was learnt here, take a confirmation back.

Every query starts from one organisation; whom it may see is settled in :func:`_seen_here`.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence
from timecredits.hours.planning.requirements import asked_here
from timecredits.journey.learning.own_rows import add_once, find_locked
from timecredits.journey.learning.training import (
    SOON,
    ListedTraining,
    TrainingFacts,
    facts_of,
    listed_training,
    mark_of,
    tidied,
)
from timecredits.journey.learning.training_mail import tell_of_taking_back
from timecredits.journey.learning_models import Training
from timecredits.journey.referees.referee_phone import refuse_about_oneself
from timecredits.network.models import CheckKind, Enrolment
from timecredits.network.seen_checks import EARLIEST as EARLIEST_CHECK
from timecredits.network.seen_checks import CheckFacts, end_check, note_check
from timecredits.network.volunteers import find_enrolled

__all__ = [
    "Confirmer",
    "UnconfirmedPage",
    "add_confirmed_training",
    "confirm_training",
    "confirmed_training",
    "find_seen_training",
    "list_persons_training",
    "list_running_out",
    "list_unconfirmed",
    "take_back_confirmation",
]

_PAGE: Final = 25


@dataclass(frozen=True, slots=True)
class Confirmer:
    """The member of staff who confirms, as their name is kept with it."""

    user_id: UUID | None
    name: str


@dataclass(frozen=True, slots=True)
class UnconfirmedPage:
    """One page of what people say that nobody has confirmed yet, newest first."""

    rows: tuple[ListedTraining, ...]
    page: int
    pages: int
    found: int


def confirm_training(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    volunteer_id: UUID,
    training_id: UUID,
    *,
    seen: str,
    by: Confirmer,
    today: date,
) -> None:
    """Stand behind what a person says that they learnt: from now on it is locked. Doing it twice does it once.

    `seen` is the mark of what was read (:func:`mark_of`). Raises RuleError where it was changed since, where another organisation
    confirmed it meanwhile, and where it is about oneself; NotFoundError for somebody who isn't enrolled here.
    """
    find_enrolled(session, programme_id, organisation_id, volunteer_id)
    refuse_about_oneself(session, programme_id, volunteer_id, by.user_id)
    row = find_locked(session, Training, programme_id, training_id, volunteer_id=volunteer_id, removed_at=None)
    if row.organisation_id == organisation_id:
        return
    if row.organisation_id is not None:
        if not row.on_any_letter:
            raise NotFoundError  # it has become the other organisation's
        raise RuleError(Sentence("Another group has confirmed this already. Nothing was changed."))
    if row.removed_at is not None or mark_of(facts_of(row)) != seen:
        raise RuleError(Sentence("It was changed while you read it. Nothing was confirmed. Read it again first."))
    row.organisation_id = organisation_id
    row.confirmed_by, row.confirmed_by_name, row.confirmed_at = by.user_id, by.name, clock.now()
    session.flush()
    _note_check(session, row, today)
    _record(session, row, "training confirmed", by.user_id)


def add_confirmed_training(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    volunteer_id: UUID,
    facts: TrainingFacts,
    *,
    training_id: UUID,
    by: Confirmer,
    today: date,
) -> bool:
    """Add what somebody learnt, confirmed at once. The same `training_id` twice is added once: False the second time.

    Raises RuleError, with the field, for facts that can't be, and where it is about oneself; NotFoundError for somebody who isn't
    enrolled here.
    """
    find_enrolled(session, programme_id, organisation_id, volunteer_id)
    refuse_about_oneself(session, programme_id, volunteer_id, by.user_id)
    facts = tidied(facts, today)
    now = clock.now()
    added = add_once(
        session,
        Training,
        programme_id,
        training_id,
        volunteer_id,
        kind=facts.kind,
        title=facts.title,
        awarded_by=facts.awarded_by,
        completed_on=facts.completed_on,
        expires_on=facts.expires_on,
        added_by=by.user_id,
        added_at=now,
        organisation_id=organisation_id,
        confirmed_by=by.user_id,
        confirmed_by_name=by.name,
        confirmed_at=now,
        on_any_letter=False,
    )
    row = find_locked(session, Training, programme_id, training_id, organisation_id=organisation_id)
    if added:
        _note_check(session, row, today)
        _record(session, row, "training added", by.user_id)
    return added


def take_back_confirmation(
    session: Session, programme_id: UUID, organisation_id: UUID, training_id: UUID, *, by: Confirmer, base_url: str
) -> bool:
    """Stand behind it no longer: it is the person's own word again, on no letter to come. They are told by email.

    True where an email was queued. Letters issued before stay as they are. Raises NotFoundError for what isn't confirmed
    here, RuleError where it is about oneself.
    """
    row = find_locked(session, Training, programme_id, training_id, organisation_id=organisation_id, removed_at=None)
    refuse_about_oneself(session, programme_id, row.volunteer_id, by.user_id)
    check_id = _check_id(row)
    row.organisation_id = row.confirmed_by = row.confirmed_by_name = row.confirmed_at = None
    row.on_any_letter = False
    session.flush()
    audit.record(
        session,
        programme_id,
        "training no longer confirmed",
        actor_id=by.user_id,
        subject_id=training_id,
        organisation_id=organisation_id,
    )
    with suppress(NotFoundError):  # where no role here asked for it when it was confirmed
        end_check(session, programme_id, organisation_id, check_id, actor_id=by.user_id)
    return tell_of_taking_back(session, programme_id, row.volunteer_id, base_url=base_url)


def confirmed_training(
    session: Session, programme_id: UUID, volunteer_id: UUID, organisation_id: UUID
) -> Sequence[ListedTraining]:
    """What this organisation's letters may say: what it confirmed, and what the person lets any letter say; oldest first."""
    found = listed_training(
        session,
        programme_id,
        Training.volunteer_id == volunteer_id,
        Training.confirmed_at.is_not(None),
        or_(Training.organisation_id == organisation_id, Training.on_any_letter),
    )
    return found[::-1]


def list_persons_training(
    session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID
) -> Sequence[ListedTraining]:
    """What staff here see of a person's training, newest first. NotFoundError for somebody who isn't enrolled here."""
    find_enrolled(session, programme_id, organisation_id, volunteer_id)
    return listed_training(session, programme_id, Training.volunteer_id == volunteer_id, _seen_here(organisation_id))


def find_seen_training(session: Session, programme_id: UUID, organisation_id: UUID, training_id: UUID) -> ListedTraining:
    """One that this organisation confirmed, of somebody enrolled here, or NotFoundError."""
    rows = _of_people(
        session, programme_id, organisation_id, Training.id == training_id, Training.organisation_id == organisation_id
    )
    if not rows:
        raise NotFoundError
    return rows[0]


def list_running_out(session: Session, programme_id: UUID, organisation_id: UUID, *, today: date) -> list[ListedTraining]:
    """What ends within 60 days or has ended, of people enrolled here, soonest first; not what a later one has taken the place of.

    Only what was confirmed here: whatever else people write down, they are reminded of themselves.
    """
    newest: dict[tuple[UUID, str], ListedTraining] = {}
    for each in _of_people(session, programme_id, organisation_id, Training.organisation_id == organisation_id):
        key = each.volunteer_id, fold(each.facts.title)
        known = newest.get(key)
        if known is None or _until(each) > _until(known):
            newest[key] = each
    due = [each for each in newest.values() if _until(each) <= today + SOON]
    return sorted(due, key=lambda each: (_until(each), each.person, each.id))


def list_unconfirmed(session: Session, programme_id: UUID, organisation_id: UUID, *, page: int = 1) -> UnconfirmedPage:
    """What people enrolled here say that they learnt and nobody has confirmed, newest first."""
    rows = _of_people(session, programme_id, organisation_id, Training.confirmed_at.is_(None))
    pages = max(1, -(-len(rows) // _PAGE))
    page = min(max(page, 1), pages)
    return UnconfirmedPage(tuple(rows[(page - 1) * _PAGE : page * _PAGE]), page, pages, len(rows))


def _seen_here(organisation_id: UUID) -> Any:
    """The condition that staff of an organisation may see a training of somebody who is enrolled there."""
    return or_(Training.confirmed_at.is_(None), Training.organisation_id == organisation_id, Training.on_any_letter)


def _of_people(session: Session, programme_id: UUID, organisation_id: UUID, *which: Any) -> Sequence[ListedTraining]:
    """What fits, of everybody enrolled at this organisation now."""
    enrolled = select(Enrolment.volunteer_id).where(
        Enrolment.programme_id == programme_id,
        Enrolment.organisation_id == organisation_id,
        Enrolment.left_on.is_(None),
    )
    return listed_training(session, programme_id, Training.volunteer_id.in_(enrolled), *which)


def _until(each: ListedTraining) -> date:
    return each.facts.expires_on or date.max


def _note_check(session: Session, row: Training, today: date) -> None:
    """Where a role here asks for this very training, having confirmed it is having seen it."""
    organisation_id = row.organisation_id
    if organisation_id is None or row.completed_on < EARLIEST_CHECK:
        return
    asked = {fold(name): name for name in asked_here(session, row.programme_id, organisation_id).trainings}
    if (name := asked.get(fold(row.title))) is None:
        return
    note_check(
        session,
        row.programme_id,
        organisation_id,
        row.volunteer_id,
        CheckFacts(CheckKind.TRAINING, name=name, issued_on=row.completed_on, expires_on=row.expires_on),
        check_id=_check_id(row),
        actor_id=row.confirmed_by,
        today=today,
    )


def _check_id(row: Training) -> UUID:
    """The check that goes with one confirmation of one training: found again without a column for it."""
    confirmed_at: datetime | None = row.confirmed_at
    return uuid5(row.id, "" if confirmed_at is None else confirmed_at.astimezone(UTC).isoformat())


def _record(session: Session, row: Training, action: str, actor_id: UUID | None) -> None:
    audit.record(session, row.programme_id, action, actor_id=actor_id, subject_id=row.id, organisation_id=row.organisation_id)
