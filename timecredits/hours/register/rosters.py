"""Who stands in a register before anything is saved: who is expected, who came last time, who came lately, who waits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation.folding import fold
from timecredits.hours.activity_models import SignUpStatus
from timecredits.hours.history.hour_history import in_force
from timecredits.hours.models import HourEntry
from timecredits.hours.planning.eligibility import Missing, missing_for_many
from timecredits.hours.planning.signing_up import list_sign_ups
from timecredits.hours.register.occasions import Occasion
from timecredits.network.models import Enrolment, Volunteer

LATELY = timedelta(weeks=8)
_MOST_PEOPLE = 200


class Why(StrEnum):
    """Why somebody stands in the register, in the order of its rows."""

    EXPECTED = "expected"  # signed up, with a place
    LAST_TIME = "last_time"
    LATELY = "lately"  # within eight weeks of the last time
    OTHERWISE = "otherwise"  # waiting for a place, or with hours of that day, or added by hand


@dataclass(frozen=True, slots=True)
class RegisterPerson:
    """One row. `has_minutes` are hours of that day for this activity outside this register; `missing` is a hint, not a stop."""

    volunteer_id: UUID
    name: str
    number: str
    why: Why = Why.OTHERWISE
    waits: bool = False
    has_minutes: int = 0
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class SavedPerson:
    """Somebody whose hours stand in this register already."""

    volunteer_id: UUID
    name: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Register:
    """What the page begins with. `last_day` is when this activity took place last before the day, if it ever did."""

    occasion: Occasion
    last_day: date | None
    people: tuple[RegisterPerson, ...]
    saved: tuple[SavedPerson, ...] = field(default=())

    @property
    def has_expected(self) -> bool:
        """Whether anybody signed up: then they are who is thought to come, else those who came last time."""
        return any(person.why is Why.EXPECTED for person in self.people)


def open_register(session: Session, programme_id: UUID, organisation_id: UUID, occasion: Occasion, *, today: date) -> Register:
    """The rows of a register in their order, within each by name; whoever has hours in it stands under `saved` instead."""
    days = _last_days(session, programme_id, organisation_id, occasion)
    last_day = max(days.values(), default=None)
    lately = {each: seen for each, seen in days.items() if last_day is not None and seen >= last_day - LATELY}
    saved, has = _minutes(session, programme_id, organisation_id, occasion)
    signed = {}
    if occasion.planned is not None and occasion.planned.is_kept:
        signed = {
            each.volunteer_id: each.status
            for each in list_sign_ups(session, programme_id, [occasion.session_id]).get(occasion.session_id, [])
        }
    rows = people_of_register(session, programme_id, organisation_id, {*lately, *has, *signed, *saved}, day=occasion.day)
    names = {row.volunteer_id: row.name for row in rows}
    missing = missing_for_many(session, programme_id, names.keys() - saved.keys(), occasion.activity.id, today=today)

    def why(volunteer_id: UUID) -> Why:
        if signed.get(volunteer_id) is SignUpStatus.COMING:
            return Why.EXPECTED
        if volunteer_id not in lately:
            return Why.OTHERWISE
        return Why.LAST_TIME if lately[volunteer_id] == last_day else Why.LATELY

    people = [
        RegisterPerson(
            volunteer_id=row.volunteer_id,
            name=row.name,
            number=row.number,
            why=why(row.volunteer_id),
            waits=signed.get(row.volunteer_id) is SignUpStatus.WAITING,
            has_minutes=has.get(row.volunteer_id, 0),
            missing=missing.get(row.volunteer_id, ()),
        )
        for row in rows
        if row.volunteer_id not in saved
    ]
    order = list(Why)
    people.sort(key=lambda person: (order.index(person.why), fold(person.name)))
    standing = tuple(SavedPerson(each, names[each], minutes) for each, minutes in saved.items() if each in names)
    return Register(occasion, last_day, tuple(people), tuple(sorted(standing, key=lambda person: fold(person.name))))


def people_of_register(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    volunteer_ids: Iterable[UUID],
    *,
    also_gone: bool = False,
    day: date | None = None,
) -> list[RegisterPerson]:
    """Rows for these people, by name; anybody who isn't enrolled here is left out, and who left too unless `also_gone`.

    With a `day`, who was still here on it stays in.
    """
    query = (
        select(Volunteer.id, Volunteer.first_name, Volunteer.last_name, Enrolment.number)
        .join(Enrolment, (Enrolment.programme_id == Volunteer.programme_id) & (Enrolment.volunteer_id == Volunteer.id))
        .where(
            Volunteer.programme_id == programme_id,
            Enrolment.organisation_id == organisation_id,
            Volunteer.id.in_(set(volunteer_ids)),
        )
        .order_by(Volunteer.folded_name, Volunteer.id)
    )
    if not also_gone:
        here = Enrolment.left_on.is_(None)
        query = query.where(here if day is None else here | (Enrolment.left_on >= day))
    return [
        RegisterPerson(row.id, f"{row.first_name} {row.last_name}".strip(), row.number or "") for row in session.execute(query)
    ]


def _last_days(session: Session, programme_id: UUID, organisation_id: UUID, occasion: Occasion) -> Mapping[UUID, date]:
    """When each person came to this activity last before the day, newest first."""
    last_day = func.max(HourEntry.done_on)
    rows = session.execute(
        select(HourEntry.volunteer_id, last_day)
        .where(
            HourEntry.programme_id == programme_id,
            HourEntry.organisation_id == organisation_id,
            HourEntry.activity_id == occasion.activity.id,
            HourEntry.done_on < occasion.day,
            in_force(),
        )
        .group_by(HourEntry.volunteer_id)
        .order_by(last_day.desc())
        .limit(_MOST_PEOPLE)
    )
    return {volunteer_id: seen for volunteer_id, seen in rows}  # noqa: C416 - rows are no tuples to mypy


def _minutes(
    session: Session, programme_id: UUID, organisation_id: UUID, occasion: Occasion
) -> tuple[dict[UUID, int], dict[UUID, int]]:
    """Minutes by person: in this register, and else on its day for its activity."""
    rows = session.execute(
        select(HourEntry.volunteer_id, HourEntry.activity_session_id, HourEntry.minutes).where(
            HourEntry.programme_id == programme_id,
            HourEntry.organisation_id == organisation_id,
            HourEntry.activity_id == occasion.activity.id,
            (HourEntry.done_on == occasion.day) | (HourEntry.activity_session_id == occasion.session_id),
            in_force(),
        )
    )
    here: dict[UUID, int] = {}
    elsewhere: dict[UUID, int] = {}
    for volunteer_id, session_id, minutes in rows:
        sums = here if session_id == occasion.session_id else elsewhere
        sums[volunteer_id] = sums.get(volunteer_id, 0) + minutes
    return here, elsewhere
