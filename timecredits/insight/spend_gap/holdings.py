"""What each person holds and since when: from the sums by person and month, in two questions, without names.

Credits have no lots. The oldest are taken as used first, as where they run out (ledger/expiry.py): what is older than a day is
what came in before it, less all that ever went out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import Session

from timecredits.insight.roll_up_models import Flow, PersonCounted, PersonCredit

__all__ = ["INTO", "Holding", "older_than", "read_holdings"]

INTO: Final = (Flow.EARNED, Flow.RECEIVED, Flow.OTHER_IN)
_BETWEEN: Final = (Flow.GIVEN, Flow.RECEIVED)


@dataclass(frozen=True, slots=True)
class Holding:
    """One person's credits in minutes. `came_before` is what came in before each of the days asked for, in their order.

    `out_before` is what went out before the first of these days. `gave_or_got`: something of theirs went from one to another.
    """

    who: UUID
    came_in: int
    went_out: int
    came_before: tuple[int, ...]
    out_before: int
    otherwise: int
    gave_or_got: bool
    district: str = ""
    earned_on: date | None = None
    gave_on: date | None = None
    used_on: date | None = None

    @property
    def held(self) -> int:
        """What is there."""
        return max(0, self.came_in - self.went_out)

    @property
    def held_before(self) -> int:
        """What was there on the first of the days asked for."""
        return max(0, self.came_before[0] - self.out_before)


def older_than(holding: Holding, cuts: Sequence[int]) -> tuple[int, ...]:
    """How much of what is held came before each of these days (by their place among those asked for), the latest day first.

    Never more than what is older than a later day, nor than what is held: hours that were taken back may leave a month with less
    than nothing.
    """
    found, most = list[int](), holding.held
    for cut in cuts:
        most = min(most, max(0, holding.came_before[cut] - holding.went_out))
        found.append(most)
    return tuple(found)


def read_holdings(session: Session, programme_id: UUID, days: Sequence[date]) -> list[Holding]:
    """Everybody who ever had credits, by id. `days` are firsts of months."""
    into = PersonCredit.flow.in_(INTO)
    nothing, minutes = literal(0), PersonCredit.minutes
    columns: list[Any] = [
        func.sum(case((into, minutes), else_=nothing)),
        func.sum(case((into, nothing), else_=minutes)),
        func.sum(case((~into & (PersonCredit.month < days[0]), minutes), else_=nothing)),
        func.sum(case((PersonCredit.flow == Flow.OTHER_IN, func.abs(minutes)), else_=nothing)),
        func.max(case((PersonCredit.flow.in_(_BETWEEN), literal(1)), else_=nothing)),
        *(func.sum(case((into & (PersonCredit.month < day), minutes), else_=nothing)) for day in days),
    ]
    known = _known(session, programme_id)
    rows = session.execute(
        select(PersonCredit.volunteer_id, *columns)
        .where(PersonCredit.programme_id == programme_id, PersonCredit.volunteer_id.is_not(None))
        .group_by(PersonCredit.volunteer_id)
    )
    return sorted(
        (
            Holding(
                who=who,
                came_in=int(came_in),
                went_out=int(went_out),
                came_before=tuple(int(each) for each in before),
                out_before=int(out_before),
                otherwise=int(otherwise),
                gave_or_got=bool(between),
                district=person.postcode_district,
                earned_on=person.first_earned_on,
                gave_on=person.last_gave_on,
                used_on=person.first_used_on,
            )
            for who, came_in, went_out, out_before, otherwise, between, *before in rows
            if (person := known.get(who)) is not None
        ),
        key=lambda each: each.who,
    )


def _known(session: Session, programme_id: UUID) -> Mapping[UUID, Any]:
    rows = session.execute(
        select(
            PersonCounted.id,
            PersonCounted.postcode_district,
            PersonCounted.first_earned_on,
            PersonCounted.last_gave_on,
            PersonCounted.first_used_on,
        ).where(PersonCounted.programme_id == programme_id)
    )
    return {row.id: row for row in rows}
