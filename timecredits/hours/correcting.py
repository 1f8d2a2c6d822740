"""Correct hours that were saved wrong. The old entry stays as it was; a correction beside it says what counts instead.

The right amount is earned first and the wrong one reversed after it: the other order would hit the floor when some of the
credits were used (design/ledger.md, Rules on top). The right hours earn by the policy that the wrong ones were recorded by,
because the person gave their time under it. What was used already, goodwill makes up for (taking_back.py, shortfalls.py).
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import audit
from timecredits.foundation.amounts import hours_text
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Activity
from timecredits.hours.broken_rules import HourRule, ends_that_day
from timecredits.hours.budgets import return_loan
from timecredits.hours.correction_words import check_agreed
from timecredits.hours.corrections import (
    LONGEST_REASON,
    Corrected,
    CreditsUsedError,
    corrected_before,
    find_correction,
    keep_corrections,
    tidy_reason,
)
from timecredits.hours.hour_facts import lock_people
from timecredits.hours.hour_rules import Checked, NewHours, check_hours
from timecredits.hours.models import HourEntry
from timecredits.hours.recording import Added, add_entries, pay_back
from timecredits.hours.shortfalls import owed_by
from timecredits.hours.taking_away import take_away_hours
from timecredits.hours.taking_back import take_back
from timecredits.ledger.transfers import balance
from timecredits.network.models import Volunteer
from timecredits.network.scope import find
from timecredits.network.settings import read_settings

__all__ = [
    "LONGEST_REASON",
    "Corrected",
    "CreditsUsedError",
    "EntryToCorrect",
    "correct_hours",
    "find_entry",
    "take_away_hours",
]

_WHEN_MORE = frozenset({HourRule.BEFORE_JOINING})
_WHEN_LESS = _WHEN_MORE | {HourRule.OVERLAP, HourRule.SAME_TWICE, HourRule.OVER_DAILY_LIMIT}
"""Rules of the programme's that must not stop a correction: it makes nothing worse."""


@dataclass(frozen=True, slots=True)
class EntryToCorrect:
    """An entry as the page about it shows it. `corrected`: it no longer counts, so there is nothing to correct."""

    entry: HourEntry
    activity: str
    name: str
    corrected: bool


@dataclass(frozen=True, slots=True)
class _Replacement:
    """The right hours, and what writing them brought."""

    new: NewHours
    checked: Checked
    added: Added


def find_entry(session: Session, programme_id: UUID, organisation_id: UUID, entry_id: UUID) -> EntryToCorrect:
    """One entry of an organisation, or NotFoundError."""
    entry = find(session, HourEntry, programme_id, entry_id, organisation_id=organisation_id)
    return EntryToCorrect(
        entry=entry,
        activity=find(session, Activity, programme_id, entry.activity_id).name,
        name=find(session, Volunteer, programme_id, entry.volunteer_id).name,
        corrected=find_correction(session, entry) is not None,
    )


def correct_hours(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    entry_id: UUID,
    *,
    minutes: int | None,
    reason: str,
    actor_id: UUID | None,
    today: date,
    replacement_id: UUID | None = None,
    agreed_to: int | None = None,
) -> Corrected:
    """Let `minutes` count instead of what the entry says, or nothing (None). The same correction twice is done once.

    `agreed_to` is how many minutes of used credit the coordinator has been told of; None: do it whatever it is. Raises
    CreditsUsedError when there are more; NotFoundError for an entry of another organisation; RuleError (nothing is then changed)
    without a reason, for the same hours, for hours a rule forbids and for an entry corrected before.
    """
    entry = find(session, HourEntry, programme_id, entry_id, organisation_id=organisation_id)
    reason = tidy_reason(reason)
    lock_people(session, programme_id, [entry.volunteer_id])
    done = find_correction(session, entry)
    if done is not None:
        if (done.replacement_id is None and minutes is None) or (
            done.replacement_id is not None and done.replacement_id == replacement_id
        ):
            return done
        raise corrected_before()
    if minutes == entry.minutes:
        raise RuleError(
            Sentence("It says %(hours)s already. Nothing was changed.", hours=hours_text(entry.minutes)), field="hours"
        )
    rule = read_settings(session, programme_id).spent_correction
    with session.begin_nested():  # a refusal leaves nothing behind, though the request goes on to show it
        right = None if minutes is None else _write(session, entry, replacement_id or new_id(), minutes, actor_id, today)
        lent = take_back(session, programme_id, [entry], rule=rule, reason=reason, actor_id=actor_id, today=today)
        if right is not None:
            if right.added.loan_id is not None:
                return_loan(session, programme_id, right.added.loan_id, actor_id=actor_id, day=today)
            _pay_back(session, right, entry, actor_id)
        keep_corrections(session, [entry], {} if right is None else {entry.id: right.new.id}, reason=reason, actor_id=actor_id)
        audit.record(
            session,
            programme_id,
            "hours corrected" if minutes is not None else "hours taken away",
            actor_id=actor_id,
            subject_id=entry_id,
            organisation_id=organisation_id,
        )
        corrected = Corrected(
            entry_id,
            None if right is None else right.new.id,
            entry.minutes,
            minutes or 0,
            earned_before=entry.earned,
            earned_after=0 if right is None else right.added.earnings[right.new.id].earned,
            lent=lent.get(entry_id, 0),
            owed=owed_by(session, programme_id, [entry.volunteer_id]).get(entry.volunteer_id, 0),
            rule=rule,
            volunteer_id=entry.volunteer_id,
        )
        check_agreed(session, programme_id, [corrected], agreed_to)
    return corrected


def _write(
    session: Session, entry: HourEntry, replacement_id: UUID, minutes: int, actor_id: UUID | None, today: date
) -> _Replacement:
    keeps_time = entry.starts is not None and ends_that_day(entry.done_on, entry.starts, minutes)
    new = NewHours(
        id=replacement_id,
        volunteer_id=entry.volunteer_id,
        activity_id=entry.activity_id,
        session_id=entry.activity_session_id,
        day=entry.done_on,
        minutes=minutes,
        starts=entry.starts if keeps_time else None,
        note=entry.note,
    )
    checked = check_hours(
        session,
        entry.programme_id,
        entry.organisation_id,
        [new],
        today=today,
        without=frozenset({entry.id}),
        only_remarks=_WHEN_LESS if minutes < entry.minutes else _WHEN_MORE,
        lock=True,
    )
    for fault in checked.problems.values():
        raise fault
    added = add_entries(
        session,
        entry.programme_id,
        entry.organisation_id,
        [new],
        checked,
        source=entry.source,
        actor_id=actor_id,
        instead_of=entry,
    )
    if not added.ids:
        raise corrected_before()
    return _Replacement(new, checked, added)


def _pay_back(session: Session, right: _Replacement, entry: HourEntry, actor_id: UUID | None) -> None:
    """Only now, and only from what the person has left: until the wrong hours were taken back nobody knew how much that is."""
    account_id = right.checked.people[entry.volunteer_id].account_id
    pay_back(
        session,
        entry.programme_id,
        [right.new],
        right.checked,
        right.added.earnings,
        actor_id=actor_id,
        most=balance(session, entry.programme_id, account_id),
    )
