"""What reports know of a person: age and district as they were when last counted, and when they first gave and used."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, delete, func, or_, select
from sqlalchemy.orm import Session

from timecredits.insight.counting.recount import insert_rows
from timecredits.insight.counting.touched import in_groups
from timecredits.insight.roll_up_models import Flow, PersonCounted, PersonCredit, PersonMonth, PersonUse
from timecredits.network.models import Volunteer

__all__ = ["changed_people", "renew_people"]

_counted: Any = PersonCounted.__table__


def renew_people(session: Session, programme_id: UUID, people: Collection[UUID]) -> set[date]:
    """Renew these people's rows from the sums as they now are. Answers the months whose figures that changes.

    Somebody whose district or age changed changes the figures of every month they are in; whose first month moved, those of both.
    """
    changed: set[date] = set()
    for group in in_groups(sorted(people)):
        before = {row.id: row for row in session.execute(_of(programme_id, group))}
        now = _work_out(session, programme_id, group)
        moved = []
        for who, row in now.items():
            old = before.get(who)
            if old is None:
                continue
            if (old.born_month, old.postcode_district) != (row["born_month"], row["postcode_district"]):
                moved.append(who)
            firsts = {_month(old.first_gave_on), _month(row["first_gave_on"])}
            if len(firsts) > 1:
                changed |= {month for month in firsts if month is not None}
        for model in (PersonMonth, PersonUse):
            months = select(model.month).where(model.programme_id == programme_id, model.volunteer_id.in_(moved)).distinct()
            changed |= set(session.scalars(months)) if moved else set()
        session.execute(delete(_counted).where(_counted.c.programme_id == programme_id, _counted.c.id.in_(group)))
        insert_rows(session, PersonCounted, list(now.values()))
    return changed


def changed_people(session: Session, programme_id: UUID) -> Sequence[UUID]:
    """Who is counted and says another district or month of birth now."""
    return session.scalars(
        select(PersonCounted.id)
        .join(Volunteer, and_(Volunteer.programme_id == PersonCounted.programme_id, Volunteer.id == PersonCounted.id))
        .where(
            PersonCounted.programme_id == programme_id,
            Volunteer.merged_into.is_(None),
            or_(
                Volunteer.postcode_district != PersonCounted.postcode_district,
                Volunteer.born_month.is_distinct_from(PersonCounted.born_month),
            ),
        )
    ).all()


def _of(programme_id: UUID, group: Sequence[UUID]) -> Any:
    return select(_counted).where(_counted.c.programme_id == programme_id, _counted.c.id.in_(group))


def _month(day: date | None) -> date | None:
    return None if day is None else day.replace(day=1)


def _work_out(session: Session, programme_id: UUID, group: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Rows by person; none for a record that became somebody else's."""
    gave = {
        who: (first, last)
        for who, first, last in session.execute(
            select(PersonMonth.volunteer_id, func.min(PersonMonth.first_on), func.max(PersonMonth.last_on))
            .where(PersonMonth.programme_id == programme_id, PersonMonth.volunteer_id.in_(group))
            .group_by(PersonMonth.volunteer_id)
        )
    }
    first_of = {
        flow: func.min(case(((PersonCredit.flow == flow) & (PersonCredit.minutes > 0), PersonCredit.first_on)))
        for flow in (Flow.EARNED, Flow.USED)
    }
    credits_first = {
        who: (earned, used)
        for who, earned, used in session.execute(
            select(PersonCredit.volunteer_id, first_of[Flow.EARNED], first_of[Flow.USED])
            .where(PersonCredit.programme_id == programme_id, PersonCredit.volunteer_id.in_(group))
            .group_by(PersonCredit.volunteer_id)
        )
    }
    known = session.execute(
        select(Volunteer.id, Volunteer.born_month, Volunteer.postcode_district).where(
            Volunteer.programme_id == programme_id, Volunteer.id.in_(group), Volunteer.merged_into.is_(None)
        )
    )
    return {
        row.id: {
            "programme_id": programme_id,
            "id": row.id,
            "born_month": row.born_month,
            "postcode_district": row.postcode_district,
            "first_gave_on": gave.get(row.id, (None, None))[0],
            "last_gave_on": gave.get(row.id, (None, None))[1],
            "first_earned_on": credits_first.get(row.id, (None, None))[0],
            "first_used_on": credits_first.get(row.id, (None, None))[1],
        }
        for row in known
    }
