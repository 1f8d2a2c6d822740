"""Approve hours that volunteers logged: as many as were seen at once, or one with other hours than were logged.

What is approved is what was seen: each approval names the mark of the line as it stood on the page, and a line that changed
meanwhile stays where it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.amounts import hours_text
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.budgets import BudgetError
from timecredits.hours.hour_rules import HoursRuleError, NewHours, check_hours
from timecredits.hours.models import HourSource, LoggedHours, LoggedStatus
from timecredits.hours.recording import Recorded, record_hours
from timecredits.hours.rule_words import stop_in_queue
from timecredits.hours.self_logged.logged_decisions import CHANGED, check_open, hold, mark_of, own_hours, settle, words
from timecredits.hours.self_logged.logged_entries import entry_ids
from timecredits.hours.self_logged.logged_hours import OPEN, as_new
from timecredits.network.models import Volunteer

__all__ = ["Approved", "approve", "approve_changed", "mark_of"]


@dataclass(frozen=True, slots=True)
class Approved:
    """What came of it: ids approved now, ids approved before, why others were kept back (they wait on), and what was recorded."""

    approved: tuple[UUID, ...]
    already: tuple[UUID, ...]
    kept_back: Mapping[UUID, Sentence]
    recorded: Recorded

    @property
    def minutes(self) -> int:
        """The time added now."""
        return self.recorded.minutes


def approve(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    seen: Mapping[UUID, str],
    *,
    actor_id: UUID | None,
    today: date,
) -> Approved:
    """Let logged hours count, each id with its mark as seen. What a rule stops waits on; the others go in. Twice is once.

    Raises NotFoundError when one of them is another organisation's.
    """
    logs = hold(session, programme_id, organisation_id, seen)
    own = own_hours(session, programme_id, logs, actor_id)
    already = tuple(log.id for log in logs if log.status is LoggedStatus.APPROVED)
    stopped: dict[UUID, Sentence] = {}
    ready: dict[UUID, LoggedHours] = {}
    for log in logs:
        sentence = _not_now(log, seen[log.id], is_own=log.volunteer_id in own)
        if log.id in already:
            continue
        if sentence is None:
            ready[log.id] = log
        else:
            stopped[log.id] = sentence
    entry_of = entry_ids(session, programme_id, list(ready))
    entries = {log_id: as_new(log, entry_id=entry_of[log_id]) for log_id, log in ready.items()}
    recorded = _record(session, programme_id, organisation_id, entries, stopped, actor_id, today)
    moment = clock.now()
    for log_id in entries:
        settle(session, ready[log_id], LoggedStatus.APPROVED, "logged hours approved", actor_id, moment=moment)
    return Approved(
        approved=tuple(entries),
        already=already,
        kept_back=_with_names(session, programme_id, logs, stopped),
        recorded=recorded,
    )


def approve_changed(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    log_id: UUID,
    *,
    minutes: int,
    reason: str,
    actor_id: UUID | None,
    today: date,
    seen: str | None = None,
) -> Recorded | None:
    """Let other hours count than were logged, with a reason that the volunteer reads. None when just this was done before.

    `seen` is the mark of the line as it stood. Raises NotFoundError; RuleError (nothing is then saved) without a reason, for the
    same hours, for what a rule forbids, when it changed since it was seen, or when something else was decided before.
    """
    [log] = hold(session, programme_id, organisation_id, [log_id])
    reason = words(reason, "reason", Sentence("Say why, in a few words. Nothing was saved."))
    if log.status is LoggedStatus.APPROVED and log.reason == reason:
        return None
    check_open(session, log, actor_id, seen)
    if minutes == log.minutes:
        raise RuleError(
            Sentence("It says %(hours)s already. Nothing was saved. Type other hours, or approve it.", hours=hours_text(minutes)),
            field="hours",
        )
    entry_id = entry_ids(session, programme_id, [log_id])[log_id]
    with session.begin_nested():
        recorded = record_hours(
            session,
            programme_id,
            organisation_id,
            [as_new(log, entry_id=entry_id, minutes=minutes)],
            source=HourSource.SELF_LOGGED,
            actor_id=actor_id,
            today=today,
        )
    log.reason = reason
    settle(session, log, LoggedStatus.APPROVED, "logged hours changed and approved", actor_id)
    return recorded


def _record(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    entries: dict[UUID, NewHours],
    stopped: dict[UUID, Sentence],
    actor_id: UUID | None,
    today: date,
) -> Recorded:
    """Record what the rules let through; what they stop moves from `entries` to `stopped`."""
    problems = check_hours(session, programme_id, organisation_id, list(entries.values()), today=today).problems
    for log_id in [key for key, entry in entries.items() if entry.id in problems]:
        stopped[log_id] = stop_in_queue(problems[entries.pop(log_id).id])
    while True:  # somebody else may save hours of the same days between the look and the save
        try:
            with session.begin_nested():
                return record_hours(
                    session,
                    programme_id,
                    organisation_id,
                    list(entries.values()),
                    source=HourSource.SELF_LOGGED,
                    actor_id=actor_id,
                    today=today,
                )
        except HoursRuleError as fault:
            at_fault = set(fault.entry_ids) if isinstance(fault, BudgetError) else {fault.entry_id}
            for log_id in [key for key, entry in entries.items() if entry.id in at_fault]:
                del entries[log_id]
                stopped[log_id] = stop_in_queue(fault)


def _not_now(log: LoggedHours, mark: str, *, is_own: bool) -> Sentence | None:
    """Why a line can't be approved before any rule is asked."""
    if log.status is LoggedStatus.WITHDRAWN:
        return Sentence("They took these hours back.")
    if log.status not in OPEN:
        return Sentence("This was decided before.")
    if is_own:
        return Sentence("These are your own hours. Ask a colleague to look at them.")
    if mark_of(log) != mark:
        return CHANGED
    return None


def _with_names(
    session: Session, programme_id: UUID, logs: list[LoggedHours], stopped: Mapping[UUID, Sentence]
) -> dict[UUID, Sentence]:
    """Each reason with whom it is about, because a page shows several people."""
    whose = {log.id: log.volunteer_id for log in logs if log.id in stopped}
    people = session.scalars(
        select(Volunteer).where(Volunteer.programme_id == programme_id, Volunteer.id.in_(set(whose.values())))
    )
    names = {person.id: person.name for person in people}
    return {
        log_id: Sentence("Not approved for %(name)s. %(why)s", name=names[whose[log_id]], why=why)
        for log_id, why in stopped.items()
    }
