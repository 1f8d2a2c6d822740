"""Saving the register of one occasion: who came, and for how long.

Everything a save makes has an id that follows from the register's own (`session_id`, see occasions.py): the entries, and the
people enrolled on the way. So a double tap, or two coordinators with the same register, add the hours and the new person
once. Whoever saves holds the session's row meanwhile; it is taken first, people's rows after it, as signing up does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.display import display_day
from timecredits.foundation.errors import RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.local_times import DAY
from timecredits.foundation.wording import Sentence
from timecredits.hours.activities import find_activity
from timecredits.hours.activity_models import ActivitySession
from timecredits.hours.models import HourCorrection, HourEntry, HourSource
from timecredits.hours.planning.sessions import DatedSession, find_dated_session, keep_session
from timecredits.hours.recording import NewHours, Recorded, record_hours
from timecredits.network.models import User, Volunteer
from timecredits.network.volunteers import enrol_volunteer, split_name

_session_table: Any = ActivitySession.__table__
_INSERT = {
    name: dialect.insert(_session_table).on_conflict_do_nothing(index_elements=["programme_id", "id"])
    for name, dialect in {"postgresql": postgresql, "sqlite": sqlite}.items()
}


@dataclass(frozen=True, slots=True)
class Stands:
    """Somebody whose hours stood in this register before: `minutes`, saved by whom, and the minutes `wanted` now."""

    volunteer_id: UUID
    name: str
    minutes: int
    wanted: int
    saved_by: str

    @property
    def differs(self) -> bool:
        """Whether something else was wanted; nothing was changed all the same."""
        return self.minutes != self.wanted


@dataclass(frozen=True, slots=True)
class SavedRegister:
    """What a save did: the hours recorded, the names of people enrolled by it, and who stood in the register before."""

    session_id: UUID
    recorded: Recorded
    enrolled: tuple[str, ...]
    stands: tuple[Stands, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """A person's hours in this register: what stands (None: nothing), by whom, and how often theirs were taken away."""

    minutes: int | None = None
    saved_by: str = ""
    taken: int = 0


def new_person_id(session_id: UUID, name: str) -> UUID:
    """The id that a person of this name gets when this register enrols them."""
    return uuid5(session_id, f"person {fold(name)}")


def register_entry_id(session_id: UUID, volunteer_id: UUID, taken: int = 0) -> UUID:
    """The id of a person's hours in a register; other each time theirs were `taken` away before, so they can be saved anew."""
    return uuid5(session_id, f"{volunteer_id} {taken}" if taken else str(volunteer_id))


def save_register(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    *,
    session_id: UUID,
    activity_id: UUID,
    day: date,
    minutes: Mapping[UUID, int],
    new_people: Sequence[tuple[str, int]] = (),
    actor_id: UUID | None,
    today: date,
    planned: DatedSession | None = None,
) -> SavedRegister:
    """Save who came: `minutes` by volunteer, and `new_people` (name, minutes), who are enrolled. 0 minutes: was not there.

    All or nothing, once for each `session_id`; hours that stand in it stay as they are, whatever is wanted now.
    Raises RuleError when nobody came, when the register is another day's or activity's, when the `planned` session was cancelled
    or moved meanwhile, and what `record_hours` and `enrol_volunteer` raise; NotFoundError for another organisation's activity.
    """
    find_activity(session, programme_id, organisation_id, activity_id)
    came = {volunteer_id: given for volunteer_id, given in minutes.items() if given}
    joining = [(" ".join(name.split()), given) for name, given in new_people if given]
    if not came and not joining:
        raise RuleError(Sentence("Nobody has hours yet. Nothing was saved. Choose hours for who came."), field="people")
    with session.begin_nested():  # a refusal leaves nobody enrolled, though the request goes on to show it
        _hold(session, programme_id, session_id, activity_id, day, planned, actor_id)
        for name, given in joining:
            first, last = split_name(name)
            person_id = new_person_id(session_id, name)
            enrol_volunteer(
                session, programme_id, organisation_id, first_name=first, last_name=last, joined_on=day, volunteer_id=person_id
            )
            came[person_id] = given
        known = _known(session, programme_id, session_id)
        entries = [
            NewHours(
                id=register_entry_id(session_id, volunteer_id, known.get(volunteer_id, _Known()).taken),
                volunteer_id=volunteer_id,
                activity_id=activity_id,
                session_id=session_id,
                day=day,
                minutes=given,
                starts=_starts(planned, given),
            )
            for volunteer_id, given in came.items()
            if known.get(volunteer_id, _Known()).minutes is None
        ]
        recorded = record_hours(
            session, programme_id, organisation_id, entries, source=HourSource.REGISTER, actor_id=actor_id, today=today
        )
        if recorded.entries:
            audit.record(
                session,
                programme_id,
                "register saved",
                actor_id=actor_id,
                subject_id=session_id,
                organisation_id=organisation_id,
            )
    return SavedRegister(session_id, recorded, tuple(name for name, _ in joining), _stands(session, programme_id, known, came))


def _hold(
    session: Session,
    programme_id: UUID,
    session_id: UUID,
    activity_id: UUID,
    day: date,
    planned: DatedSession | None,
    actor_id: UUID | None,
) -> None:
    """Make the session's row if there is none, hold it until the transaction ends, and see that it is what it was."""
    if planned is not None:
        keep_session(session, programme_id, planned, actor_id=actor_id)
    else:
        connection = session.connection()
        connection.execute(
            _INSERT[connection.dialect.name],
            {
                "programme_id": programme_id,
                "id": session_id,
                "activity_id": activity_id,
                "held_on": day,
                "recorded_by": actor_id,
                "recorded_at": clock.now(),
            },
        )
    # NO KEY: others may refer to the row meanwhile; two saves of one register come one after the other.
    held = session.scalars(
        select(ActivitySession)
        .where(ActivitySession.programme_id == programme_id, ActivitySession.id == session_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if held is None or held.activity_id != activity_id or (planned is None and held.held_on != day):
        raise RuleError(
            Sentence("This register was saved for another day. Nothing was changed. Open a new register."), field="people"
        )
    if planned is None:
        return
    now = find_dated_session(session, programme_id, planned.plan_id, planned.planned_on)
    if not now.is_on:
        raise RuleError(
            Sentence("This session was cancelled just now. Nothing was saved. Did people come? Then save again."),
            field="people",
        )
    if now.day != day:
        raise RuleError(
            Sentence("This session was moved to %(day)s. Nothing was saved. Look at the day.", day=display_day(now.day)),
            field="people",
        )


def _known(session: Session, programme_id: UUID, session_id: UUID) -> dict[UUID, _Known]:
    rows: Any = session.execute(
        select(HourEntry.volunteer_id, HourEntry.minutes, User.name, HourCorrection.id, HourCorrection.replacement_id)
        .outerjoin(User, User.id == HourEntry.recorded_by)
        .outerjoin(
            HourCorrection,
            (HourCorrection.programme_id == HourEntry.programme_id) & (HourCorrection.entry_id == HourEntry.id),
        )
        .where(HourEntry.programme_id == programme_id, HourEntry.activity_session_id == session_id)
    )
    known: dict[UUID, _Known] = {}
    for volunteer_id, minutes, saved_by, correction_id, replacement_id in rows:
        before = known.get(volunteer_id, _Known())
        if correction_id is None:
            known[volunteer_id] = _Known((before.minutes or 0) + minutes, saved_by or "", before.taken)
        elif replacement_id is None:
            known[volunteer_id] = _Known(before.minutes, before.saved_by, before.taken + 1)
    return known


def _stands(session: Session, programme_id: UUID, known: Mapping[UUID, _Known], came: Mapping[UUID, int]) -> tuple[Stands, ...]:
    standing = {each: known[each] for each in came if each in known and known[each].minutes is not None}
    if not standing:
        return ()
    people = session.scalars(
        select(Volunteer)
        .where(Volunteer.programme_id == programme_id, Volunteer.id.in_(standing))
        .order_by(Volunteer.folded_name, Volunteer.id)
    )
    return tuple(
        Stands(person.id, person.name, standing[person.id].minutes or 0, came[person.id], standing[person.id].saved_by)
        for person in people
    )


def _starts(planned: DatedSession | None, given: int) -> int | None:
    """When the hours began: known for whoever came for the whole of a planned session that ends the same day."""
    if planned is None or given != planned.minutes or planned.starts + given > DAY:
        return None
    return planned.starts
