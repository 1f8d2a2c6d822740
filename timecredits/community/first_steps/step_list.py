"""A person's private list of small steps: put on, ticked off, taken off. No score and no count; nobody else ever sees it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.community.directory_models import FirstStep, SupportService
from timecredits.community.first_steps.offered import StepKind, find_step
from timecredits.community.group_models import PeerGroup
from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import open_sealed, seal
from timecredits.foundation.typed_words import tidy_line
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Activity, ActivityKind
from timecredits.journey.learning.own_rows import add_once
from timecredits.network.scope import find
from timecredits.spending.models import Offer

__all__ = [
    "LONGEST_STEP",
    "MOST_STEPS",
    "OwnStep",
    "add_own_words",
    "find_own_step",
    "list_steps",
    "mark_step",
    "put_on_list",
    "put_service_on_list",
    "remind_on",
    "take_off",
]

LONGEST_STEP: Final = 200
MOST_STEPS: Final = 50
_LATEST: Final = timedelta(days=366)
_PURPOSE: Final = "first step"


@dataclass(frozen=True, slots=True)
class OwnStep:
    """One line of the list. `words` is its name, or the person's own words (None where the key that sealed them is gone).

    `kind` and `leads_to` say where it leads; both are None for own words and for what is not there any more.
    """

    id: UUID
    words: str | None
    kind: StepKind | None
    leads_to: UUID | None
    service_id: UUID | None
    done_on: date | None
    remind_on: date | None


def put_on_list(session: Session, programme_id: UUID, volunteer_id: UUID, key: UUID, *, step_id: UUID) -> bool:
    """Put something that is offered on the list. False where it stands there already, open.

    Raises NotFoundError for what this person could not try; RuleError for a list that is full.
    """
    step = find_step(session, programme_id, volunteer_id, key)
    if step is None:
        raise NotFoundError
    column = "offer_id" if step.place.kind is StepKind.OFFER else "activity_id"
    return _add(session, programme_id, volunteer_id, step_id, **{column: key})


def put_service_on_list(session: Session, programme_id: UUID, volunteer_id: UUID, service_id: UUID, *, step_id: UUID) -> bool:
    """Put an entry of the directory on the list. False where it stands there already. Raises as `put_on_list` does."""
    find(session, SupportService, programme_id, service_id, is_shown=True, removed_at=None)
    return _add(session, programme_id, volunteer_id, step_id, service_id=service_id)


def add_own_words(
    session: Session, keyring: Keyring, programme_id: UUID, volunteer_id: UUID, typed: str, *, step_id: UUID
) -> bool:
    """Put a step in the person's own words on the list. Raises RuleError for none, too many, or a list that is full."""
    words = tidy_line(
        typed, LONGEST_STEP, field="words", missing=Sentence("Type one small thing that you could try. Nothing was saved.")
    )
    return _add(session, programme_id, volunteer_id, step_id, sealed=seal(keyring, _PURPOSE, step_id, words))


def mark_step(session: Session, programme_id: UUID, volunteer_id: UUID, step_id: UUID, *, done_on: date | None) -> None:
    """Tick it off on this day, or (None) not any more. Ticked twice keeps the first day. Raises NotFoundError."""
    row = find(session, FirstStep, programme_id, step_id, volunteer_id=volunteer_id)
    row.done_on = None if done_on is None else row.done_on or done_on
    if done_on is not None:
        row.remind_on = None
    session.flush()


def take_off(session: Session, programme_id: UUID, volunteer_id: UUID, step_id: UUID) -> None:
    """Take it off the list: the row is gone. Raises NotFoundError."""
    session.delete(find(session, FirstStep, programme_id, step_id, volunteer_id=volunteer_id))
    session.flush()


def remind_on(session: Session, programme_id: UUID, volunteer_id: UUID, step_id: UUID, day: date | None, *, today: date) -> None:
    """Send one mail on this day, or (None) none. Raises RuleError for a day gone by or far off, NotFoundError."""
    row = find(session, FirstStep, programme_id, step_id, volunteer_id=volunteer_id)
    if day is not None and not today < day <= today + _LATEST:
        raise RuleError(Sentence("Choose a day from tomorrow on, within a year. Nothing was saved."), field="day")
    row.remind_on, row.reminded_at = day, None
    session.flush()


def find_own_step(session: Session, keyring: Keyring, programme_id: UUID, volunteer_id: UUID, step_id: UUID) -> OwnStep:
    """One line of this person's list. Raises NotFoundError."""
    find(session, FirstStep, programme_id, step_id, volunteer_id=volunteer_id)
    return next(each for each in list_steps(session, keyring, programme_id, volunteer_id) if each.id == step_id)


def list_steps(session: Session, keyring: Keyring, programme_id: UUID, volunteer_id: UUID) -> list[OwnStep]:
    """The whole list in one question: open steps as they were added, then what was done last first."""
    rows = session.execute(
        select(FirstStep, Offer.name, Activity, PeerGroup, SupportService)
        .outerjoin(Offer, (Offer.programme_id == FirstStep.programme_id) & (Offer.id == FirstStep.offer_id))
        .outerjoin(Activity, (Activity.programme_id == FirstStep.programme_id) & (Activity.id == FirstStep.activity_id))
        .outerjoin(
            PeerGroup, (PeerGroup.programme_id == FirstStep.programme_id) & (PeerGroup.activity_id == FirstStep.activity_id)
        )
        .outerjoin(
            SupportService,
            (SupportService.programme_id == FirstStep.programme_id) & (SupportService.id == FirstStep.service_id),
        )
        .where(FirstStep.programme_id == programme_id, FirstStep.volunteer_id == volunteer_id)
        .order_by(FirstStep.added_at, FirstStep.id)
    )
    steps = [_own(keyring, *row) for row in rows]
    done = [step for step in steps if step.done_on is not None]
    done.sort(key=lambda step: step.done_on or date.min, reverse=True)
    return [step for step in steps if step.done_on is None] + done


def _add(session: Session, programme_id: UUID, volunteer_id: UUID, step_id: UUID, **thing: UUID | bytes) -> bool:
    kept = session.scalars(
        select(FirstStep).where(FirstStep.programme_id == programme_id, FirstStep.volunteer_id == volunteer_id)
    ).all()
    same = "sealed" not in thing and any(
        each.done_on is None and all(getattr(each, column) == value for column, value in thing.items()) for each in kept
    )
    if same:
        return False
    if len(kept) >= MOST_STEPS and step_id not in {each.id for each in kept}:
        raise RuleError(
            Sentence("Your list has %(most)s steps. Nothing was saved. Take one off first.", most=MOST_STEPS), field="words"
        )
    return add_once(session, FirstStep, programme_id, step_id, volunteer_id, added_at=clock.now(), **thing)


def _own(
    keyring: Keyring,
    row: FirstStep,
    offer: str | None,
    activity: Activity | None,
    group: PeerGroup | None,
    service: SupportService | None,
) -> OwnStep:
    kind, leads_to, words = None, None, offer
    if row.sealed is not None:
        words = open_sealed(keyring, _PURPOSE, row.id, row.sealed)
    elif offer is not None:
        kind, leads_to = StepKind.OFFER, row.offer_id
    elif service is not None:
        words = service.name
    elif group is not None and activity is not None:
        words = group.name
        if group.ended_at is None and activity.kind is ActivityKind.GROUP:
            kind, leads_to = StepKind.GROUP, group.id
    elif activity is not None:
        words = activity.name
        if activity.is_open:
            kind, leads_to = StepKind.ACTIVITY, activity.id
    there = service.id if service is not None and service.is_shown and service.removed_at is None else None
    return OwnStep(row.id, words, kind, leads_to, there, row.done_on, row.remind_on)
