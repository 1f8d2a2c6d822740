"""Record hours, one or thousands at a time, with the credits they earn.

Set-based on purpose: a spreadsheet of 5,000 rows asks the database about as often as a register of 12.
An entry's id is also its transfer's and is chosen by the caller, so recording the same entries again adds nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.local_times import minutes_of
from timecredits.hours.budgets import find_payer, lend_until_reversed, within_budget
from timecredits.hours.earning import Earning, Given, Policy, earn_all, policy_for
from timecredits.hours.hour_facts import hours_of_days, lock_people, read_purses, stored_hours
from timecredits.hours.hour_rules import Checked, HoursRuleError, NewHours, Remark, check_hours, full_day_fault
from timecredits.hours.models import HourEntry, HourSource
from timecredits.hours.shortfalls import owed_by, paybacks
from timecredits.ledger.models import TransferKind
from timecredits.ledger.transfers import Movement, post_many

__all__ = [
    "Added",
    "Checked",
    "HoursRuleError",
    "NewHours",
    "Recorded",
    "Remark",
    "add_entries",
    "check_hours",
    "pay_back",
    "record_hours",
    "write_entries",
]

_entry: Any = HourEntry.__table__
# Two saves of one form at the same moment meet here: the second waits for the first, then finds its rows there.
_INSERT = {
    name: dialect.insert(_entry).on_conflict_do_nothing(index_elements=["programme_id", "id"]).returning(_entry.c.id)
    for name, dialect in {"postgresql": postgresql, "sqlite": sqlite}.items()
}


@dataclass(frozen=True, slots=True)
class Added:
    """What was written: ids of new entries, what each earned, and by person what they then have put by and have paid back."""

    ids: set[UUID] = field(default_factory=set)
    earnings: Mapping[UUID, Earning] = field(default_factory=dict)
    put_by: Mapping[UUID, int] = field(default_factory=dict)
    paid_back: Mapping[UUID, int] = field(default_factory=dict)
    loan_id: UUID | None = None
    """What was lent to the budget until the hours that these replace are reversed."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of it: ids of entries added now, ids that were there before, remarks (nothing was held back for them).

    `minutes` is the time added now, `people` the number of volunteers it was added for. `earnings` by entry added now; `put_by`
    and `paid_back` by volunteer: minutes that wait to fill a next step of credit, and what went back for an earlier shortfall.
    """

    entries: tuple[UUID, ...]
    already: tuple[UUID, ...]
    warnings: tuple[Remark, ...]
    minutes: int
    people: int
    earnings: Mapping[UUID, Earning] = field(default_factory=dict)
    put_by: Mapping[UUID, int] = field(default_factory=dict)
    paid_back: Mapping[UUID, int] = field(default_factory=dict)

    @property
    def earned(self) -> int:
        """Minutes of credit earned now."""
        return sum(each.earned for each in self.earnings.values())


def record_hours(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    entries: Sequence[NewHours],
    *,
    source: HourSource,
    actor_id: UUID | None,
    today: date,
) -> Recorded:
    """Add hour entries and post the credits they earn, all or nothing. The same id twice adds once.

    Raises HoursRuleError (a RuleError with the `entry_id` at fault) for the first entry that breaks a rule, its kind BudgetError
    when the organisation's budget holds too little, and NotFoundError for an activity of another organisation. To sort good
    entries from bad first, use `check_hours`, which writes nothing.
    """
    unique = list({entry.id: entry for entry in entries}.values())
    checked = check_hours(session, programme_id, organisation_id, unique, today=today, lock=True)
    for fault in checked.problems.values():
        raise fault
    fresh = [entry for entry in unique if entry.id not in checked.already]
    added = add_entries(session, programme_id, organisation_id, fresh, checked, source=source, actor_id=actor_id)
    new = [entry for entry in unique if entry.id in added.ids]
    return Recorded(
        entries=tuple(entry.id for entry in new),
        already=tuple(entry.id for entry in unique if entry.id not in added.ids),
        warnings=tuple(checked.remarks),
        minutes=sum(entry.minutes for entry in new),
        people=len({entry.volunteer_id for entry in new}),
        earnings=added.earnings,
        put_by=added.put_by,
        paid_back=added.paid_back,
    )


def write_entries(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    entries: Sequence[NewHours],
    checked: Checked,
    *,
    source: HourSource,
    actor_id: UUID | None,
) -> set[UUID]:
    """`add_entries`, for callers that need only the ids of the new entries."""
    return add_entries(session, programme_id, organisation_id, entries, checked, source=source, actor_id=actor_id).ids


def add_entries(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    entries: Sequence[NewHours],
    checked: Checked,
    *,
    source: HourSource,
    actor_id: UUID | None,
    instead_of: HourEntry | None = None,
) -> Added:
    """Write entries that `check_hours` found nothing against, and their transfers.

    When that look held no lock, the day's hours are counted again under one, and HoursRuleError is raised for what others have
    added meanwhile. The one entry `instead_of` another earns by the policy that the other was recorded by; paying back a
    shortfall is then left to the caller.
    """
    if not checked.locked:
        entries = _looked_at_again(session, programme_id, organisation_id, entries, checked)
    if not entries:
        return Added()
    payer = find_payer(session, programme_id, organisation_id, instead_of=instead_of)
    given = [_given(entry, checked, instead_of) for entry in entries]
    purses = read_purses(
        session,
        programme_id,
        organisation_id,
        entries,
        with_days=any(each.policy.a_day is not None or each.policy.a_week is not None for each in given),
        without=frozenset() if instead_of is None else frozenset({instead_of.id}),
    )
    earnings = earn_all(given, purses)
    stored = {each.entry_id: each.policy.stored() for each in given}
    recorded_at = clock.now()
    rows = [
        {
            "programme_id": programme_id,
            "id": entry.id,
            "organisation_id": organisation_id,
            "volunteer_id": entry.volunteer_id,
            "activity_id": entry.activity_id,
            "activity_session_id": entry.session_id,
            "done_on": entry.day,
            "minutes": entry.minutes,
            "starts": entry.starts,
            "note": entry.note,
            "source": source,
            "recorded_by": actor_id,
            "recorded_at": recorded_at,
            "without_credits": earnings[entry.id].without,
            "earned": earnings[entry.id].earned,
            "carried": earnings[entry.id].carried,
            "policy": stored[entry.id],
        }
        for entry in sorted(entries, key=lambda entry: entry.id)  # one order, so that two saves can't lock each other out
    ]
    movements = {
        entry.id: Movement(
            id=entry.id,
            debit=payer.account_id,
            credit=checked.people[entry.volunteer_id].account_id,
            amount=earnings[entry.id].earned,
            kind=TransferKind.EARNED,
            occurred_on=entry.day,
            actor=actor_id,
        )
        for entry in entries
        if earnings[entry.id].earned
    }

    def write() -> tuple[set[UUID], UUID | None]:
        loan_id = None
        if instead_of is not None:
            needed = sum(each.amount for each in movements.values())
            loan_id = lend_until_reversed(session, programme_id, payer, instead_of, needed, actor_id=actor_id, day=clock.today())
        connection = session.connection()
        added = set(connection.execute(_INSERT[connection.dialect.name], rows).scalars())
        post_many(session, programme_id, (movements[entry_id] for entry_id in added if entry_id in movements))
        return added, loan_id

    added, loan_id = within_budget(session, programme_id, payer, entries, earnings, write)
    new = [entry for entry in entries if entry.id in added]
    return Added(
        ids=added,
        loan_id=loan_id,
        earnings={entry.id: earnings[entry.id] for entry in new},
        put_by={volunteer_id: purse.put_by for volunteer_id, purse in purses.items() if purse.put_by > 0},
        paid_back=pay_back(session, programme_id, new, checked, earnings, actor_id=actor_id) if instead_of is None else {},
    )


def pay_back(
    session: Session,
    programme_id: UUID,
    entries: Iterable[NewHours],
    checked: Checked,
    earnings: Mapping[UUID, Earning],
    *,
    actor_id: UUID | None,
    most: int | None = None,
) -> dict[UUID, int]:
    """Let what these hours earned pay back what their people owe, at most `most` in all. Answers the minutes by volunteer."""
    earned = [
        (entry.id, entry.volunteer_id, checked.people[entry.volunteer_id].account_id, earnings[entry.id].earned)
        for entry in sorted(entries, key=lambda entry: (entry.day, entry.id))
        if earnings[entry.id].earned
    ]
    owed = owed_by(session, programme_id, list({volunteer_id for _, volunteer_id, _, _ in earned}))
    if most is not None:
        owed = {volunteer_id: min(minutes, most) for volunteer_id, minutes in owed.items()}
    if not owed:
        return {}
    movements = list(paybacks(programme_id, earned, owed, actor_id=actor_id, day=clock.today()))
    post_many(session, programme_id, movements)
    accounts = {account_id: volunteer_id for _, volunteer_id, account_id, _ in earned}
    paid: dict[UUID, int] = {}
    for movement in movements:
        volunteer_id = accounts[movement.debit]
        paid[volunteer_id] = paid.get(volunteer_id, 0) + movement.amount
    return paid


def _looked_at_again(
    session: Session, programme_id: UUID, organisation_id: UUID, entries: Sequence[NewHours], checked: Checked
) -> list[NewHours]:
    """What is still to be added once nobody else can; the hours of a day are counted again."""
    lock_people(session, programme_id, {entry.volunteer_id for entry in entries})
    stored = stored_hours(session, programme_id, organisation_id, [entry.id for entry in entries])
    left = [entry for entry in entries if entry.id not in stored]
    days = hours_of_days(session, programme_id, left, frozenset())
    totals = {key: sum(known.minutes for known in day) for key, day in days.items()}
    for entry in left:
        key = entry.volunteer_id, entry.day
        totals[key] = totals.get(key, 0) + entry.minutes
        if totals[key] > minutes_of(entry.day):
            raise full_day_fault(entry, checked.people[entry.volunteer_id].name)
    return left


def _given(entry: NewHours, checked: Checked, instead_of: HourEntry | None) -> Given:
    if instead_of is not None:
        without = instead_of.without_credits if instead_of.without_credits in {"activity", "volunteer"} else None
        policy = Policy.read(instead_of.policy)
    else:
        without = None if checked.people[entry.volunteer_id].wants_credits else "volunteer"
        without = without if checked.earning[entry.activity_id] else "activity"
        policy = checked.policies.get(entry.activity_id) or policy_for(checked.settings)
    return Given(entry.id, entry.volunteer_id, entry.day, entry.minutes, policy, without)
