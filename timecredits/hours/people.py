"""The people of an organisation with their hours and credits, for lists and search."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from timecredits.foundation.amounts import MINUTES_A_CREDIT
from timecredits.foundation.folding import fold
from timecredits.hours.history.hour_history import HourTotals, hour_totals, in_force
from timecredits.hours.models import HourEntry
from timecredits.ledger.models import Transfer, TransferKind
from timecredits.network.models import Enrolment, Volunteer
from timecredits.network.volunteers import Enrolled, find_enrolled

_USING = (TransferKind.USED, TransferKind.NOTE_ISSUED, TransferKind.GIVEN)


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A volunteer in a list. `totals` are the hours given, and the credits earned, at this organisation."""

    volunteer_id: UUID
    name: str
    number: str
    totals: HourTotals


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of a list: `page` counts from 1; `found` is how many fit the search in all."""

    people: tuple[ListedPerson, ...]
    page: int
    pages: int
    found: int


@dataclass(frozen=True, slots=True)
class MonthNumbers:
    """An organisation's month so far: minutes given and how many people gave them."""

    minutes: int
    people: int


def list_people(
    session: Session, programme_id: UUID, organisation_id: UUID, *, search: str = "", page: int = 1, size: int = 25
) -> PeoplePage:
    """People enrolled here and not gone, by name; every word of `search` stands in their name or number."""
    query = _enrolled(programme_id, organisation_id)
    for word in fold(search).split():
        like = f"%{word.replace('/', '//').replace('%', '/%').replace('_', '/_')}%"
        query = query.where(
            or_(Volunteer.folded_name.like(like, escape="/"), func.lower(Enrolment.number).like(like, escape="/"))
        )
    found = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-found // size))
    page = min(max(page, 1), pages)
    rows = session.execute(query.order_by(Volunteer.folded_name, Volunteer.id).limit(size).offset((page - 1) * size)).all()
    totals = hour_totals(session, programme_id, [row.id for row in rows], organisation_id)
    people = tuple(
        ListedPerson(row.id, f"{row.first_name} {row.last_name}".strip(), row.number or "", totals[row.id]) for row in rows
    )
    return PeoplePage(people, page, pages, found)


def find_person(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> tuple[Enrolled, int]:
    """One volunteer enrolled here, and the minutes of credit they earned here.

    Not their balance: it would tell staff of hours given elsewhere, and where somebody gives time can tell of their health.
    Raises NotFoundError, also when they are known elsewhere.
    """
    enrolled = find_enrolled(session, programme_id, organisation_id, volunteer_id)
    return enrolled, hour_totals(session, programme_id, [volunteer_id], organisation_id)[volunteer_id].earned


def month_numbers(session: Session, programme_id: UUID, organisation_id: UUID, *, today: date) -> MonthNumbers:
    """What was given here from the first of this month to today."""
    minutes, people = session.execute(
        select(func.coalesce(func.sum(HourEntry.minutes), 0), func.count(HourEntry.volunteer_id.distinct())).where(
            HourEntry.programme_id == programme_id,
            HourEntry.organisation_id == organisation_id,
            HourEntry.done_on.between(today.replace(day=1), today),
            in_force(),
        )
    ).one()
    return MonthNumbers(int(minutes), people)


def list_unspent(
    session: Session, programme_id: UUID, organisation_id: UUID, *, most: int = 5
) -> tuple[list[tuple[UUID, str, int]], int]:
    """People here who earned a credit or more here and never used any: (id, name, minutes earned here), and how many in all."""
    out = aliased(Transfer)
    never = ~(
        select(out.id)
        .where(out.programme_id == programme_id, out.debit_account == Volunteer.account_id, out.kind.in_(_USING))
        .exists()
    )
    earned = func.sum(HourEntry.earned)
    query = (
        select(Volunteer.id, Volunteer.first_name, Volunteer.last_name, earned.label("earned"))
        .join(Enrolment, (Enrolment.programme_id == Volunteer.programme_id) & (Enrolment.volunteer_id == Volunteer.id))
        .join(
            HourEntry,
            (HourEntry.programme_id == Volunteer.programme_id)
            & (HourEntry.volunteer_id == Volunteer.id)
            & (HourEntry.organisation_id == Enrolment.organisation_id),
        )
        .where(
            Volunteer.programme_id == programme_id,
            Enrolment.organisation_id == organisation_id,
            Enrolment.left_on.is_(None),
            in_force(),
            never,
        )
        .group_by(Volunteer.id, Volunteer.first_name, Volunteer.last_name, Volunteer.folded_name)
        .having(earned >= MINUTES_A_CREDIT)
    )
    found = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.execute(query.order_by(earned.desc(), Volunteer.folded_name, Volunteer.id).limit(most))
    return [(row.id, f"{row.first_name} {row.last_name}".strip(), int(row.earned)) for row in rows], found


def _enrolled(programme_id: UUID, organisation_id: UUID) -> Select[UUID, str, str, str | None, str]:
    return (
        select(Volunteer.id, Volunteer.first_name, Volunteer.last_name, Enrolment.number, Volunteer.folded_name)
        .join(Enrolment, (Enrolment.programme_id == Volunteer.programme_id) & (Enrolment.volunteer_id == Volunteer.id))
        .where(
            Volunteer.programme_id == programme_id,
            Enrolment.programme_id == programme_id,
            Enrolment.organisation_id == organisation_id,
            Enrolment.left_on.is_(None),
        )
    )
