"""The register of one activity on one day: who came last time, and saving who came today.

Everything a save makes has an id that follows from the register's own (`session_id`, made when the page was): the entries, and
the people enrolled on the way. So a double tap on Save adds the hours, and the new person, once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence
from timecredits.hours.activities import find_activity
from timecredits.hours.activity_models import Activity, ActivitySession
from timecredits.hours.hour_history import in_force
from timecredits.hours.models import HourEntry, HourSource
from timecredits.hours.recording import NewHours, Recorded, record_hours
from timecredits.network.models import Enrolment, Volunteer
from timecredits.network.scope import find
from timecredits.network.volunteers import enrol_volunteer, split_name

LATELY = timedelta(weeks=8)
_MOST_PEOPLE = 200

_session_table: Any = ActivitySession.__table__
_INSERT = {
    name: dialect.insert(_session_table).on_conflict_do_nothing(index_elements=["programme_id", "id"])
    for name, dialect in {"postgresql": postgresql, "sqlite": sqlite}.items()
}


@dataclass(frozen=True, slots=True)
class RegisterPerson:
    """One row: `last_day` they came to this activity, whether that was `last_time`, and minutes they have for the day already."""

    volunteer_id: UUID
    name: str
    number: str
    last_day: date | None
    last_time: bool
    has_minutes: int


@dataclass(frozen=True, slots=True)
class Register:
    """What the page begins with. `last_day` is when this activity took place last before the day, if it ever did."""

    activity: Activity
    day: date
    last_day: date | None
    people: tuple[RegisterPerson, ...]


@dataclass(frozen=True, slots=True)
class SavedRegister:
    """What a save did: the hours recorded and the names of people enrolled by it."""

    session_id: UUID
    recorded: Recorded
    enrolled: tuple[str, ...]


def open_register(session: Session, programme_id: UUID, organisation_id: UUID, activity_id: UUID, day: date) -> Register:
    """Who may be in the register: those who came last time first, then those who came lately, each by name."""
    activity = find_activity(session, programme_id, organisation_id, activity_id)
    came = (
        select(HourEntry.volunteer_id, func.max(HourEntry.done_on).label("last_day"))
        .where(
            HourEntry.programme_id == programme_id,
            HourEntry.organisation_id == organisation_id,
            HourEntry.activity_id == activity_id,
            HourEntry.done_on < day,
            in_force(),
        )
        .group_by(HourEntry.volunteer_id)
        .order_by(func.max(HourEntry.done_on).desc())
        .limit(_MOST_PEOPLE)
    )
    days = {volunteer_id: last_day for volunteer_id, last_day in session.execute(came)}  # noqa: C416 - rows are no tuples to mypy
    last_day = max(days.values(), default=None)
    lately = {each: seen for each, seen in days.items() if last_day is not None and seen >= last_day - LATELY}
    has = _has_minutes(session, programme_id, organisation_id, activity_id, day)
    people = people_of_register(session, programme_id, organisation_id, [*lately, *has], last_days=lately, has=has)
    ordered = sorted(people, key=lambda person: (person.last_day != last_day, fold(person.name)))
    return Register(
        activity,
        day,
        last_day,
        tuple(_marked(person, last_time=last_day is not None and person.last_day == last_day) for person in ordered),
    )


def people_of_register(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    volunteer_ids: Iterable[UUID],
    *,
    last_days: Mapping[UUID, date] | None = None,
    has: Mapping[UUID, int] | None = None,
) -> list[RegisterPerson]:
    """Rows for these people, by name; anybody not enrolled here (any more) is left out."""
    rows = session.execute(
        select(Volunteer.id, Volunteer.first_name, Volunteer.last_name, Enrolment.number)
        .join(Enrolment, (Enrolment.programme_id == Volunteer.programme_id) & (Enrolment.volunteer_id == Volunteer.id))
        .where(
            Volunteer.programme_id == programme_id,
            Enrolment.organisation_id == organisation_id,
            Enrolment.left_on.is_(None),
            Volunteer.id.in_(set(volunteer_ids)),
        )
        .order_by(Volunteer.folded_name, Volunteer.id)
    )
    return [
        RegisterPerson(
            volunteer_id=row.id,
            name=f"{row.first_name} {row.last_name}".strip(),
            number=row.number or "",
            last_day=(last_days or {}).get(row.id),
            last_time=False,
            has_minutes=(has or {}).get(row.id, 0),
        )
        for row in rows
    ]


def new_person_id(session_id: UUID, name: str) -> UUID:
    """The id that a person of this name gets when this register enrols them."""
    return uuid5(session_id, f"person {fold(name)}")


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
) -> SavedRegister:
    """Save who came: `minutes` by volunteer, and `new_people` (name, minutes), who are enrolled. 0 minutes: was not there.

    All or nothing, once for each `session_id`. Raises RuleError when nobody came, when the same save was used for another day or
    activity, and whatever `record_hours` and `enrol_volunteer` raise; NotFoundError for another organisation's activity.
    """
    find_activity(session, programme_id, organisation_id, activity_id)
    came = {volunteer_id: given for volunteer_id, given in minutes.items() if given}
    joining = [(" ".join(name.split()), given) for name, given in new_people if given]
    if not came and not joining:
        raise RuleError(Sentence("Nobody has hours yet. Nothing was saved. Choose hours for who came."), field="people")
    with session.begin_nested():  # a refusal leaves nobody enrolled, though the request goes on to show it
        _write_session(session, programme_id, session_id, activity_id, day, actor_id)
        for name, given in joining:
            first, last = split_name(name)
            person_id = new_person_id(session_id, name)
            enrol_volunteer(
                session, programme_id, organisation_id, first_name=first, last_name=last, joined_on=day, volunteer_id=person_id
            )
            came[person_id] = given
        entries = [
            NewHours(uuid5(session_id, str(volunteer_id)), volunteer_id, activity_id, session_id, day, given)
            for volunteer_id, given in came.items()
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
    return SavedRegister(session_id, recorded, tuple(name for name, _ in joining))


def _write_session(
    session: Session, programme_id: UUID, session_id: UUID, activity_id: UUID, day: date, actor_id: UUID | None
) -> None:
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
    try:
        find(session, ActivitySession, programme_id, session_id, activity_id=activity_id, held_on=day)
    except NotFoundError as fault:
        raise RuleError(
            Sentence("This register was saved for another day. Nothing was changed. Open a new register."), field="people"
        ) from fault


def _has_minutes(session: Session, programme_id: UUID, organisation_id: UUID, activity_id: UUID, day: date) -> dict[UUID, int]:
    rows = session.execute(
        select(HourEntry.volunteer_id, func.sum(HourEntry.minutes))
        .where(
            HourEntry.programme_id == programme_id,
            HourEntry.organisation_id == organisation_id,
            HourEntry.activity_id == activity_id,
            HourEntry.done_on == day,
            in_force(),
        )
        .group_by(HourEntry.volunteer_id)
    )
    return {volunteer_id: int(minutes) for volunteer_id, minutes in rows}


def _marked(person: RegisterPerson, *, last_time: bool) -> RegisterPerson:
    return RegisterPerson(
        person.volunteer_id, person.name, person.number, person.last_day, last_time=last_time, has_minutes=person.has_minutes
    )
