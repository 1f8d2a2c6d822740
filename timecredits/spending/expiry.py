"""When credits run out: on the first of a month, what was received more than so many months before and is still there.

A programme sets after how many months, or never, which is how it begins. Everybody is told 30 days ahead. A change of the setting
takes nothing from anybody for 60 days: until then the mildest of what was set within those days counts. Of somebody whose use of
credits is stopped, and for 30 days after it goes on, nothing runs out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.clock import first_moment
from timecredits.ledger import expiry
from timecredits.ledger.expiry import Horizon
from timecredits.network.models import SettingChange, Volunteer

__all__ = [
    "GOES_ON",
    "GRACE",
    "MOST_AT_ONCE",
    "NOTICE",
    "RunningOut",
    "expire_people",
    "horizon_of",
    "run_day_of",
    "running_out_soon",
]

NOTICE = timedelta(days=30)
GRACE = timedelta(days=60)
GOES_ON = "use of credits let go on"
"""The act in the audit that lets somebody use credits again (freezing.py)."""
MOST_AT_ONCE = 500
"""People in one question, and in one transaction."""
_SETTING = "expire_after_months"
_AHEAD = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class RunningOut:
    """That so many minutes of credit run out at the beginning of a day, unless they are used or given before."""

    day: date
    minutes: int


def run_day_of(day: date) -> date:
    """The day of `day`'s month on which credits run out: its first."""
    return day.replace(day=1)


def run_days_ahead(today: date) -> list[date]:
    """The days within the next month on which credits run out: one, or two at the end of a month."""
    following = run_day_of(run_day_of(today) + _AHEAD)
    return [day for day in (following, run_day_of(following + _AHEAD)) if day - today <= NOTICE]


def horizon_of(session: Session, programme_id: UUID, run_day: date) -> Horizon | None:
    """What may run out on that day as the programme has set, or None where nothing does. One query."""
    months = _months_in_force(session, programme_id, run_day)
    if months is None:
        return None
    years, month = divmod(run_day.month - 1 - months, 12)
    received_before = first_moment(date(run_day.year + years, month + 1, 1))
    return Horizon(received_before, first_moment(run_day - NOTICE))


def running_out_soon(
    session: Session, programme_id: UUID, volunteer_ids: Sequence[UUID], today: date
) -> dict[UUID, list[RunningOut]]:
    """What runs out within the next 30 days, by person, the nearest day first; people who lose nothing are left out.

    At most MOST_AT_ONCE people. One query where the programme lets nothing run out.
    """
    found: dict[UUID, list[RunningOut]] = {}
    before: dict[UUID, int] = {}
    for day in run_days_ahead(today):
        horizon = horizon_of(session, programme_id, day)
        if horizon is None:
            continue
        accounts = _accounts(session, programme_id, volunteer_ids, horizon.undone_before)
        due = expiry.running_out(session, programme_id, list(accounts), horizon)
        for account_id, minutes in due.items():
            more = minutes - before.get(account_id, 0)  # what ran out on the first day does not run out again on the second
            if more > 0:
                found.setdefault(accounts[account_id], []).append(RunningOut(day, more))
            before[account_id] = minutes
    return found


def expire_people(session: Session, programme_id: UUID, volunteer_ids: Sequence[UUID], run_day: date) -> dict[UUID, int]:
    """Let what is due on a run day run out. Twice is once. Answers the minutes by person; at most MOST_AT_ONCE people."""
    horizon = horizon_of(session, programme_id, run_day)
    if horizon is None:
        return {}
    accounts = _accounts(session, programme_id, volunteer_ids, horizon.undone_before)
    gone = expiry.expire(session, programme_id, sorted(accounts), horizon, day=run_day)
    return {accounts[account_id]: minutes for account_id, minutes in gone.items()}


def _months_in_force(session: Session, programme_id: UUID, run_day: date) -> int | None:
    """The mildest that was set at any moment of the 60 days before a run day; None where that is never."""
    since, until = first_moment(run_day - GRACE), first_moment(run_day)
    stood: int | None = None
    lately: list[int | None] = []
    for value, changed_at in session.execute(
        select(SettingChange.value, SettingChange.changed_at)
        .where(SettingChange.programme_id == programme_id, SettingChange.name == _SETTING, SettingChange.changed_at < until)
        .order_by(SettingChange.changed_at, SettingChange.id)
    ):
        if changed_at < since:
            stood = value
        else:
            lately.append(value)
    return _mildest([stood, *lately])


def _mildest(values: Iterable[int | None]) -> int | None:
    months = list(values)
    numbers = [each for each in months if each is not None]
    return max(numbers) if len(numbers) == len(months) else None


def _accounts(session: Session, programme_id: UUID, volunteer_ids: Sequence[UUID], since: datetime) -> dict[UUID, UUID]:
    """These people by their accounts, but for those whose use of credits is stopped, or was lately."""
    lately = select(AuditEntry.subject_id).where(
        AuditEntry.programme_id == programme_id,
        AuditEntry.action == GOES_ON,
        AuditEntry.recorded_at >= since,
        AuditEntry.subject_id.is_not(None),
    )
    rows = session.execute(
        select(Volunteer.account_id, Volunteer.id).where(
            Volunteer.programme_id == programme_id,
            Volunteer.id.in_(volunteer_ids),
            Volunteer.frozen_at.is_(None),
            Volunteer.id.not_in(lately),
        )
    )
    return {row.account_id: row.id for row in rows}
