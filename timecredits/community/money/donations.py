"""Donations, by somebody or by nobody in particular, and what came in month by month. Pence of pounds sterling."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from timecredits.community.money.fees import MOST_PENCE
from timecredits.community.referral_models import MoneyEntry, MoneyKind, MoneyState
from timecredits.foundation import audit, clock
from timecredits.foundation.csv_text import csv_text
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Enrolment, Volunteer
from timecredits.network.scope import find
from timecredits.network.volunteers import find_enrolled

__all__ = ["MoneyLine", "MonthTotals", "list_money", "money_csv", "month_totals", "note_donation"]


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """One fee or donation. `name` and `number` are empty for a donation by nobody in particular."""

    id: UUID
    kind: MoneyKind
    state: MoneyState
    pence: int
    noted_at: datetime
    settled_at: datetime | None
    taken_back_at: datetime | None
    volunteer_id: UUID | None
    name: str
    number: str

    @property
    def day(self) -> date:
        """The day on which it came in or was let go; of what is owed, the day on which it was noted."""
        return clock.local_day(self.settled_at or self.noted_at)


@dataclass(frozen=True, slots=True)
class MonthTotals:
    """What came in during one calendar month, and which fees were let go."""

    month: date
    fees: int = 0
    donations: int = 0
    waived: int = 0


def note_donation(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    *,
    entry_id: UUID,
    pence: int,
    volunteer_id: UUID | None,
    actor_id: UUID | None,
) -> bool:
    """Note a donation. The same `entry_id` twice is noted once: False. Raises RuleError; NotFoundError for a stranger."""
    if session.get(MoneyEntry, (programme_id, entry_id)) is not None:
        return _known(session, programme_id, organisation_id, entry_id)
    if not 0 < pence <= MOST_PENCE:
        raise RuleError(Sentence("Type an amount in pounds, like 10 or 2.50. Nothing was saved."), field="pounds")
    if volunteer_id is not None:
        find_enrolled(session, programme_id, organisation_id, volunteer_id)
    now = clock.now()
    entry = MoneyEntry(
        programme_id=programme_id,
        id=entry_id,
        organisation_id=organisation_id,
        volunteer_id=volunteer_id,
        kind=MoneyKind.DONATION,
        state=MoneyState.RECEIVED,
        pence=pence,
        noted_by=actor_id,
        noted_at=now,
        settled_by=actor_id,
        settled_at=now,
    )
    try:
        with session.begin_nested():
            session.add(entry)
    except IntegrityError:  # the same form at the same moment
        return _known(session, programme_id, organisation_id, entry_id)
    audit.record(session, programme_id, "donation noted", actor_id=actor_id, subject_id=entry_id, organisation_id=organisation_id)
    return True


def _known(session: Session, programme_id: UUID, organisation_id: UUID, entry_id: UUID) -> bool:
    """False, for what stands here already; NotFoundError for another organisation's."""
    find(session, MoneyEntry, programme_id, entry_id, organisation_id=organisation_id)
    return False


def list_money(session: Session, programme_id: UUID, organisation_id: UUID, *, most: int | None = None) -> list[MoneyLine]:
    """Everything noted or settled, newest first; with `most` only so many."""
    query = (
        select(MoneyEntry, Volunteer, Enrolment.number)
        .outerjoin(Volunteer, (Volunteer.programme_id == MoneyEntry.programme_id) & (Volunteer.id == MoneyEntry.volunteer_id))
        .outerjoin(
            Enrolment,
            (Enrolment.programme_id == MoneyEntry.programme_id)
            & (Enrolment.organisation_id == MoneyEntry.organisation_id)
            & (Enrolment.volunteer_id == MoneyEntry.volunteer_id),
        )
        .where(MoneyEntry.programme_id == programme_id, MoneyEntry.organisation_id == organisation_id)
        .order_by(func.coalesce(MoneyEntry.settled_at, MoneyEntry.noted_at).desc(), MoneyEntry.id.desc())
    )
    return [
        MoneyLine(
            row.id,
            row.kind,
            row.state,
            row.pence,
            row.noted_at,
            row.settled_at,
            row.taken_back_at,
            row.volunteer_id,
            "" if who is None else who.name,
            number or "",
        )
        for row, who, number in session.execute(query if most is None else query.limit(most))
    ]


def month_totals(lines: list[MoneyLine]) -> list[MonthTotals]:
    """What `lines` come to by month, the newest first. What is owed or was taken back counts nowhere."""
    sums: dict[tuple[date, str], int] = defaultdict(int)
    for each in lines:
        if each.taken_back_at is not None or each.state is MoneyState.OWED:
            continue
        what = "waived" if each.state is MoneyState.WAIVED else each.kind.value
        sums[each.day.replace(day=1), what] += each.pence
    months = sorted({month for month, _what in sums}, reverse=True)
    return [
        MonthTotals(
            month,
            sums[month, MoneyKind.JOINING_FEE.value],
            sums[month, MoneyKind.DONATION.value],
            sums[month, "waived"],
        )
        for month in months
    ]


def money_csv(lines: list[MoneyLine]) -> str:
    """The same for a treasurer's spreadsheet: volunteer numbers, no names, and nothing that was taken back."""
    return csv_text(
        ["Day", "What", "State", "Pounds", "Volunteer number"],
        [
            [each.day.isoformat(), each.kind.value.replace("_", " "), each.state.value, each.pence / 100, each.number]
            for each in lines
            if each.taken_back_at is None
        ],
    )
