"""Which people, months and venues' days the rows recorded in a stretch of time touch. Naming too much costs time, never truth.

Transfers have no index by time. But each moves an account that is not a volunteer's, and those are few; what moves between
volunteers only is a gift or a merge, and both have rows that say when.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, column, or_, select, table
from sqlalchemy.orm import Session

from timecredits.foundation.clock import local_day
from timecredits.foundation.db import Id, Instant
from timecredits.hours.models import HourCorrection, HourEntry
from timecredits.insight.counting.months import local_month, month_of
from timecredits.insight.roll_up_models import PersonCredit, PersonMonth, PersonUse
from timecredits.ledger.models import Account, AccountKind, Transfer
from timecredits.network.models import Volunteer
from timecredits.spending.giving_models import Gift
from timecredits.spending.models import Redemption

__all__ = ["Touched", "find_touched", "in_groups", "is_merged_between"]

GROUP: Final = 500
_SLACK: Final = timedelta(hours=1)
"""A gift's row says when it was asked for, a moment before its transfer was recorded."""
_HELD_IN_COMMON: Final = (AccountKind.POT, AccountKind.FLOAT)
_transfer: Any = Transfer.__table__
# The layer that merges records stands beside this one; its table is known here by name, and by what it says of time.
_merge: Any = table(
    "merge",
    column("programme_id", Id),
    column("kept_id", Id),
    column("gone_id", Id),
    column("merged_at", Instant()),
    column("undone_at", Instant()),
)

Whose = UUID | None
"""A volunteer; None: what pots and notes hold, which is nobody's."""


@dataclass(slots=True)
class Touched:
    """People with the months in which something of theirs changed, venues with days, and records that are no longer anybody's."""

    hours: set[tuple[UUID, date]] = field(default_factory=set)
    credits: set[tuple[Whose, date]] = field(default_factory=set)
    uses: set[tuple[Whose, date]] = field(default_factory=set)
    days: set[tuple[UUID, date]] = field(default_factory=set)
    gone: set[UUID] = field(default_factory=set)

    @property
    def people(self) -> set[UUID]:
        """Everybody named."""
        named: set[UUID] = {who for who, _month in self.hours}
        return named | {who for pairs in (self.credits, self.uses) for who, _month in pairs if who is not None}


def in_groups(ids: Sequence[Any], size: int = GROUP) -> Iterator[Sequence[Any]]:
    """A few hundred at a time, for one question."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def find_touched(session: Session, programme_id: UUID, begins: datetime, ends: datetime) -> Touched:
    """What was recorded, corrected, moved or merged from `begins` until before `ends` touches. Merged records are put as one."""
    touched = Touched()
    _add_hours(session, programme_id, touched, begins, ends)
    accounts: defaultdict[UUID, set[date]] = defaultdict(set)
    _add_transfers(session, programme_id, touched, accounts, begins, ends)
    _add_gifts(session, programme_id, touched, begins, ends)
    for group in in_groups(sorted(accounts), 10 * GROUP):
        owners = session.execute(
            select(Volunteer.account_id, Volunteer.id).where(
                Volunteer.programme_id == programme_id, Volunteer.account_id.in_(group)
            )
        )
        touched.credits |= {(who, month) for account_id, who in owners for month in accounts[account_id]}
    _add_merged(session, programme_id, touched, begins, ends)
    _put_as_one(session, programme_id, touched)
    return touched


def _add_hours(session: Session, programme_id: UUID, touched: Touched, begins: datetime, ends: datetime) -> None:
    recorded = select(HourEntry.volunteer_id, HourEntry.done_on).where(
        HourEntry.programme_id == programme_id, HourEntry.recorded_at >= begins, HourEntry.recorded_at < ends
    )
    corrected = (
        select(HourEntry.volunteer_id, HourEntry.done_on)
        .join(
            HourCorrection,
            (HourCorrection.programme_id == HourEntry.programme_id) & (HourCorrection.entry_id == HourEntry.id),
        )
        .where(
            HourEntry.programme_id == programme_id,
            HourCorrection.programme_id == programme_id,
            HourCorrection.corrected_at >= begins,
            HourCorrection.corrected_at < ends,
        )
    )
    for question in (recorded, corrected):
        touched.hours |= {(who, month_of(day)) for who, day in session.execute(question.distinct())}


def _add_transfers(
    session: Session,
    programme_id: UUID,
    touched: Touched,
    accounts: dict[UUID, set[date]],
    begins: datetime,
    ends: datetime,
) -> None:
    """Find the transfers that move an account which is not a volunteer's; `accounts` takes the months of those that are."""
    not_theirs = [kind for kind in AccountKind if kind is not AccountKind.VOLUNTEER]
    of_others = select(Account.id, Account.kind).where(Account.programme_id == programme_id, Account.kind.in_(not_theirs))
    others = dict(session.execute(of_others).all())
    causes: set[UUID] = set()
    for side in (_transfer.c.debit_account, _transfer.c.credit_account):
        for group in in_groups(sorted(others)):
            rows = session.execute(
                select(
                    _transfer.c.debit_account,
                    _transfer.c.credit_account,
                    _transfer.c.recorded_at,
                    _transfer.c.id,
                    _transfer.c.reverses,
                ).where(
                    _transfer.c.programme_id == programme_id,
                    side.in_(group),
                    _transfer.c.recorded_at >= begins,
                    _transfer.c.recorded_at < ends,
                )
            )
            for debit, credit, recorded_at, transfer_id, reverses in rows:
                month = local_month(recorded_at)
                for account_id in (debit, credit):
                    kind = others.get(account_id)
                    if kind is None:
                        accounts[account_id].add(month)
                    elif kind in _HELD_IN_COMMON:
                        touched.credits.add((None, month))
                    elif kind is AccountKind.VENUE:
                        causes.add(reverses or transfer_id)
    for group in in_groups(sorted(causes)):
        uses = session.execute(
            select(Redemption.volunteer_id, Redemption.venue_id, Redemption.used_at).where(
                Redemption.programme_id == programme_id, Redemption.id.in_(group)
            )
        )
        for who, venue_id, used_at in uses:
            touched.uses.add((who, local_month(used_at)))
            touched.days.add((venue_id, local_day(used_at)))


def _add_gifts(session: Session, programme_id: UUID, touched: Touched, begins: datetime, ends: datetime) -> None:
    for when in (Gift.given_at, Gift.undone_at):
        rows = session.execute(
            select(Gift.from_volunteer_id, Gift.to_volunteer_id, when).where(
                Gift.programme_id == programme_id,
                when >= begins - _SLACK,
                when < ends,
            )
        )
        for giver, receiver, at in rows:
            if at is None:
                continue
            months = {local_month(at), local_month(at + _SLACK)}
            touched.credits |= {(who, month) for who in (giver, receiver) if who is not None for month in months}


def _add_merged(session: Session, programme_id: UUID, touched: Touched, begins: datetime, ends: datetime) -> None:
    """Everything that was counted for two records that became one, or were taken apart again."""
    rows = session.execute(
        select(_merge.c.kept_id, _merge.c.gone_id, _merge.c.merged_at, _merge.c.undone_at).where(
            _merge.c.programme_id == programme_id, _merged_within(begins, ends)
        )
    )
    for kept_id, gone_id, *moments in rows.all():
        pair = {kept_id, gone_id}
        became = select(Volunteer.merged_into).where(Volunteer.programme_id == programme_id, Volunteer.id.in_(pair))
        theirs = pair | {who for who in session.scalars(became) if who is not None}
        for counted, pairs in ((PersonMonth, touched.hours), (PersonCredit, touched.credits), (PersonUse, touched.uses)):
            months = session.scalars(
                select(counted.month).where(counted.programme_id == programme_id, counted.volunteer_id.in_(theirs)).distinct()
            ).all()
            pairs |= {(who, month) for who in theirs for month in months}
        # What moved between the two was nothing while they were one: no sum tells of that month.
        touched.credits |= {(who, local_month(at)) for who in theirs for at in moments if at is not None}


def _merged_within(begins: datetime, ends: datetime) -> ColumnElement[bool]:
    moments = _merge.c.merged_at, _merge.c.undone_at
    found: ColumnElement[bool] = or_(*((when >= begins) & (when < ends) for when in moments))
    return found


def is_merged_between(session: Session, programme_id: UUID, begins: datetime, ends: datetime) -> bool:
    """Whether two records became one, or were taken apart again, from `begins` until before `ends`."""
    merged = select(_merge.c.kept_id).where(_merge.c.programme_id == programme_id, _merged_within(begins, ends)).limit(1)
    return session.scalar(merged) is not None


def _put_as_one(session: Session, programme_id: UUID, touched: Touched) -> None:
    """Put the record that stays in the place of each that became it; nothing is counted for the other."""
    became: dict[UUID, UUID] = {}
    ask = sorted(touched.people)
    while ask:
        found: dict[UUID, UUID] = {}
        for group in in_groups(ask):
            rows = session.execute(
                select(Volunteer.id, Volunteer.merged_into).where(
                    Volunteer.programme_id == programme_id, Volunteer.id.in_(group), Volunteer.merged_into.is_not(None)
                )
            )
            found |= {gone: kept for gone, kept in rows if kept is not None}
        became |= found
        ask = sorted(set(found.values()) - set(became))  # one that became another that became a third
    if not became:
        return

    def kept(who: Whose) -> Whose:
        while who in became:
            who = became[who]
        return who

    touched.gone = set(became)
    touched.hours = {(kept(who) or who, month) for who, month in touched.hours}
    touched.credits = {(kept(who), month) for who, month in touched.credits}
    touched.uses = {(kept(who), month) for who, month in touched.uses}
