"""Hours that volunteers log themselves: write them down, change them while they wait, answer a question, take them back.

They are held against the same rules as hours that staff save, together with what waits already, so that a slip shows at once.
They count when a coordinator approves them (approving.py), or at once for people the organisation trusts with it, unless a
register or signing in and out gave hours for the same activity and day: then a coordinator looks first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Activity
from timecredits.hours.budgets import BudgetError
from timecredits.hours.hour_facts import lock_people
from timecredits.hours.hour_rules import LONGEST_NOTE, NewHours, check_hours
from timecredits.hours.models import HourSource, LoggedHours, LoggedStatus
from timecredits.hours.recording import record_hours
from timecredits.hours.rule_words import remark_to_you, stop_to_you
from timecredits.hours.self_logged.given_time import DayPart
from timecredits.hours.self_logged.logged_beside import LOOKED_AT, TAKEN, is_recorded_otherwise, is_taken
from timecredits.ledger.errors import ConflictError
from timecredits.network.models import Enrolment, SelfLog

__all__ = ["OPEN", "Logged", "as_new", "change_logged", "find_logged", "log_hours", "withdraw"]

OPEN = (LoggedStatus.WAITING, LoggedStatus.RETURNED)
"""Nobody has decided about these yet."""

_logged: Any = LoggedHours.__table__
# Two taps on Save meet here: the second waits for the first, then finds its rows there.
_INSERT = {
    name: dialect.insert(_logged).on_conflict_do_nothing(index_elements=["programme_id", "id"]).returning(_logged.c.id)
    for name, dialect in {"postgresql": postgresql, "sqlite": sqlite}.items()
}


@dataclass(frozen=True, slots=True)
class Logged:
    """What was written down: ids in order of day, whether it was there `already`, whether it `counts` at once, and remarks."""

    ids: tuple[UUID, ...]
    already: bool
    counts: bool
    warnings: tuple[Sentence, ...] = ()


def log_hours(
    session: Session,
    programme_id: UUID,
    volunteer_id: UUID,
    *,
    log_id: UUID,
    activity_id: UUID,
    parts: Sequence[DayPart],
    note: str = "",
    user_id: UUID | None,
    today: date,
) -> Logged:
    """Write down time given, a row for each of its days. The same `log_id` twice is written once.

    `user_id` is the volunteer's own. Raises NotFoundError for an activity of an organisation where they aren't enrolled;
    RuleError when they may not log there, for an id that other hours have, and for hours that a rule forbids.
    """
    activity, self_log = _place(session, programme_id, volunteer_id, activity_id)
    lock_people(session, programme_id, [volunteer_id])  # two taps, or a register saved at the same instant, follow one another
    ids = [log_id, *(uuid5(log_id, part.day.isoformat()) for part in parts[1:])]
    if (known := _status(session, programme_id, volunteer_id, log_id)) is not None:
        return Logged(tuple(ids), already=True, counts=known is LoggedStatus.APPROVED)
    if self_log is SelfLog.NO:
        raise RuleError(Sentence("You can not log hours here. Nothing was saved. Ask your coordinator to add them."))
    if not activity.is_open:
        raise RuleError(
            Sentence("This activity is closed. Nothing was saved. Ask your coordinator to add the hours."), field="activity"
        )
    if is_taken(session, programme_id, ids):
        raise RuleError(TAKEN, field="hours")
    note = _tidy(note)
    new = [
        NewHours(key, volunteer_id, activity_id, None, part.day, part.minutes, part.starts, note)
        for key, part in zip(ids, parts, strict=True)
    ]
    warnings = _look(session, programme_id, activity.organisation_id, new, today)
    counts = self_log is SelfLog.TRUSTED
    if counts and is_recorded_otherwise(session, programme_id, volunteer_id, activity_id, [each.day for each in new]):
        counts, warnings = False, (*warnings, LOOKED_AT)
    here = (session, programme_id, activity.organisation_id)

    def write(*, counts: bool) -> set[UUID]:
        with session.begin_nested():
            added = _write(*here, new, decided_by=user_id if counts else None, counts=counts)
            fresh = [each for each in new if each.id in added]
            if counts and fresh:
                record_hours(*here, fresh, source=HourSource.SELF_LOGGED, actor_id=user_id, today=today)
        return added

    try:
        try:
            added = write(counts=counts)
        except BudgetError:  # the time was given all the same: a coordinator sees to the credits
            counts, warnings = False, (*warnings, LOOKED_AT)
            added = write(counts=False)
    except ConflictError as fault:  # the id was taken between the look and the save
        raise RuleError(TAKEN, field="hours") from fault
    return Logged(tuple(ids), already=not added, counts=counts, warnings=warnings)


def change_logged(
    session: Session,
    programme_id: UUID,
    volunteer_id: UUID,
    log_id: UUID,
    *,
    activity_id: UUID,
    part: DayPart,
    note: str = "",
    answer: str = "",
    today: date,
) -> tuple[Sentence, ...]:
    """Say something else while nobody has decided; hours that came back with a question wait again. Answers remarks.

    Raises NotFoundError for somebody else's; RuleError (nothing is then changed) once it is decided, or for what a rule forbids.
    """
    log = _find_open(session, programme_id, volunteer_id, log_id)
    if activity_id != log.activity_id:
        activity, self_log = _place(session, programme_id, volunteer_id, activity_id)
        if activity.organisation_id != log.organisation_id or not activity.is_open or self_log is SelfLog.NO:
            raise RuleError(
                Sentence("These hours can not move there. Nothing was changed. Take them back and log them anew."),
                field="activity",
            )
    note, answer = _tidy(note), _tidy(answer, field="answer")
    new = NewHours(log.id, volunteer_id, activity_id, None, part.day, part.minutes, part.starts, note)
    warnings = _look(session, programme_id, log.organisation_id, [new], today)
    log.activity_id, log.done_on, log.minutes, log.starts, log.note = activity_id, part.day, part.minutes, part.starts, note
    if log.status is LoggedStatus.RETURNED:
        log.answer, log.status = answer, LoggedStatus.WAITING
    session.flush()
    return warnings


def withdraw(session: Session, programme_id: UUID, volunteer_id: UUID, log_id: UUID) -> None:
    """Take logged hours back before anybody decides. Twice is once. Raises NotFoundError, and RuleError once it is decided."""
    if find_logged(session, programme_id, volunteer_id, log_id).status is LoggedStatus.WITHDRAWN:
        return
    _find_open(session, programme_id, volunteer_id, log_id).status = LoggedStatus.WITHDRAWN
    session.flush()


def find_logged(
    session: Session, programme_id: UUID, volunteer_id: UUID, log_id: UUID, *, to_change: bool = False
) -> LoggedHours:
    """One row of a volunteer's own, or NotFoundError. `to_change` holds it until the transaction ends."""
    query = select(LoggedHours).where(
        LoggedHours.programme_id == programme_id, LoggedHours.id == log_id, LoggedHours.volunteer_id == volunteer_id
    )
    if to_change:
        query = query.with_for_update().execution_options(populate_existing=True)
    log = session.scalars(query).one_or_none()
    if log is None:
        raise NotFoundError
    return log


def as_new(log: LoggedHours, *, entry_id: UUID | None = None, minutes: int | None = None) -> NewHours:
    """The entry that these hours would become, with other `minutes` if so decided."""
    return NewHours(
        entry_id or log.id,
        log.volunteer_id,
        log.activity_id,
        None,
        log.done_on,
        log.minutes if minutes is None else minutes,
        # Where a different length is decided the clock times say no longer when it was.
        log.starts if minutes in {None, log.minutes} else None,
        log.note,
    )


def _find_open(session: Session, programme_id: UUID, volunteer_id: UUID, log_id: UUID) -> LoggedHours:
    log = find_logged(session, programme_id, volunteer_id, log_id, to_change=True)
    if log.status not in OPEN:
        raise RuleError(Sentence("This has been decided. Nothing was changed. Ask your coordinator if it is wrong."))
    return log


def _place(session: Session, programme_id: UUID, volunteer_id: UUID, activity_id: UUID) -> tuple[Activity, SelfLog]:
    row = session.execute(
        select(Activity, Enrolment.self_log)
        .join(
            Enrolment,
            (Enrolment.programme_id == Activity.programme_id) & (Enrolment.organisation_id == Activity.organisation_id),
        )
        .where(
            Activity.programme_id == programme_id,
            Activity.id == activity_id,
            Enrolment.volunteer_id == volunteer_id,
            Enrolment.left_on.is_(None),
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return row[0], row[1]


def _status(session: Session, programme_id: UUID, volunteer_id: UUID, log_id: UUID) -> LoggedStatus | None:
    log = session.get(LoggedHours, (programme_id, log_id))
    if log is not None and log.volunteer_id != volunteer_id:
        raise NotFoundError
    return None if log is None else log.status


def _look(
    session: Session, programme_id: UUID, organisation_id: UUID, new: Sequence[NewHours], today: date
) -> tuple[Sentence, ...]:
    """Hold the hours against the rules as if all that waits were saved already."""
    ids = {each.id for each in new}
    waiting = session.scalars(
        select(LoggedHours)
        .where(
            LoggedHours.programme_id == programme_id,
            LoggedHours.organisation_id == organisation_id,
            LoggedHours.volunteer_id == new[0].volunteer_id,
            LoggedHours.done_on.in_({each.day for each in new}),
            LoggedHours.status.in_(OPEN),
            LoggedHours.id.not_in(ids),
        )
        .order_by(LoggedHours.logged_at)
    )
    checked = check_hours(session, programme_id, organisation_id, [*(as_new(each) for each in waiting), *new], today=today)
    for each in new:
        if each.id in checked.problems:
            raise stop_to_you(checked.problems[each.id])
    return tuple(remark_to_you(remark) for remark in checked.remarks if remark.entry_id in ids)


def _write(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    new: Sequence[NewHours],
    *,
    decided_by: UUID | None,
    counts: bool,
) -> set[UUID]:
    now = clock.now()
    rows = [
        {
            "programme_id": programme_id,
            "id": each.id,
            "organisation_id": organisation_id,
            "volunteer_id": each.volunteer_id,
            "activity_id": each.activity_id,
            "done_on": each.day,
            "minutes": each.minutes,
            "starts": each.starts,
            "note": each.note,
            "status": LoggedStatus.APPROVED if counts else LoggedStatus.WAITING,
            "question": "",
            "answer": "",
            "reason": "",
            "logged_at": now,
            "decided_by": decided_by,
            "decided_at": now if counts else None,
        }
        for each in new
    ]
    connection = session.connection()
    return set(connection.execute(_INSERT[connection.dialect.name], rows).scalars())


def _tidy(text: str, *, field: str = "note") -> str:
    text = " ".join(text.split())
    if len(text) > LONGEST_NOTE:
        raise RuleError(Sentence("That is too long. Use at most %(most)s letters.", most=LONGEST_NOTE), field=field)
    return text
