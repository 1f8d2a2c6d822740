"""Other decisions on hours that volunteers logged than yes: a question, no, and taking an approval back.

A decision holds its rows in order of id until the transaction ends, so two coordinators decide once.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.corrections import Corrected, corrected_before
from timecredits.hours.models import LoggedHours, LoggedStatus
from timecredits.hours.self_logged.logged_entries import entry_ids
from timecredits.hours.self_logged.logged_hours import OPEN
from timecredits.hours.self_logged.logged_mail import has_email, tell_by_mail
from timecredits.hours.taking_away import take_away_hours
from timecredits.network.models import Volunteer

__all__ = [
    "CHANGED",
    "LONGEST_WORDS",
    "ask",
    "check_open",
    "decline",
    "hold",
    "mark_of",
    "own_hours",
    "settle",
    "take_back",
    "words",
]

LONGEST_WORDS = 300
CHANGED = Sentence("This changed a moment ago. Look at it again.")


def mark_of(log: LoggedHours) -> str:
    """A short mark of everything a coordinator reads before deciding; another one when any of it changes."""
    seen = (log.status, log.activity_id, log.done_on, log.minutes, log.starts, log.note, log.answer)
    return hashlib.blake2s(repr([str(each) for each in seen]).encode(), digest_size=6).hexdigest()


def ask(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    log_id: UUID,
    *,
    question: str,
    actor_id: UUID | None,
    base_url: str,
    seen: str | None = None,
) -> bool:
    """Send logged hours back with a question; answers whether a letter tells the volunteer. The same question twice is one.

    `seen` is the mark of the line as it stood. Raises NotFoundError; RuleError without a question, when it changed since it was
    seen, or when it is decided already.
    """
    [log] = hold(session, programme_id, organisation_id, [log_id])
    question = words(question, "words", Sentence("Type your question. Nothing was sent."))
    if log.status is LoggedStatus.RETURNED and log.question == question:
        return has_email(session, log)
    check_open(session, log, actor_id, seen)
    log.question, log.answer = question, ""
    settle(session, log, LoggedStatus.RETURNED, "logged hours returned", actor_id)
    return tell_by_mail(session, log, base_url=base_url)


def decline(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    log_id: UUID,
    *,
    reason: str,
    actor_id: UUID | None,
    base_url: str,
    seen: str | None = None,
) -> bool:
    """Say no, with a reason that the volunteer reads; answers whether a letter tells them. Twice is once.

    `seen` is the mark of the line as it stood. Raises NotFoundError; RuleError without a reason, when it changed since it was
    seen, or when it is decided already.
    """
    [log] = hold(session, programme_id, organisation_id, [log_id])
    reason = words(reason, "words", Sentence("Say why, in a few words. Nothing was sent."))
    if log.status is LoggedStatus.DECLINED and log.reason == reason:
        return has_email(session, log)
    check_open(session, log, actor_id, seen)
    log.reason = reason
    settle(session, log, LoggedStatus.DECLINED, "logged hours declined", actor_id)
    return tell_by_mail(session, log, base_url=base_url)


def take_back(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    log_ids: Iterable[UUID],
    *,
    reason: str,
    actor_id: UUID | None,
    today: date,
    agreed_to: int | None = None,
) -> list[Corrected]:
    """Undo approvals, all or nothing: the hours are taken away together, with a reason, and wait again. Twice is once.

    `agreed_to` is how many minutes of used credit the coordinator has been told of; None: whatever it is. Raises CreditsUsedError
    when there are more; NotFoundError; RuleError for hours corrected since, or what a correction refuses. Then nothing changes.
    """
    logs = [log for log in hold(session, programme_id, organisation_id, log_ids) if log.status not in OPEN]
    if not logs:
        return []
    if any(log.status is not LoggedStatus.APPROVED for log in logs):
        raise RuleError(Sentence("These hours are not approved. Nothing was changed."), field="reason")
    entries = entry_ids(session, programme_id, [log.id for log in logs])
    with session.begin_nested():
        try:
            done = take_away_hours(
                session,
                programme_id,
                organisation_id,
                [entries[log.id] for log in logs],
                reason=reason,
                actor_id=actor_id,
                today=today,
                agreed_to=agreed_to,
            )
        except NotFoundError as fault:
            raise RuleError(Sentence("These hours were taken away before. Nothing was changed."), field="reason") from fault
        if len(done) < len(logs):
            raise corrected_before()
        for log in logs:
            log.reason = ""
            settle(session, log, LoggedStatus.WAITING, "logged hours taken back", actor_id)
    return done


def hold(session: Session, programme_id: UUID, organisation_id: UUID, log_ids: Iterable[UUID]) -> list[LoggedHours]:
    """These rows, by day, for this transaction alone. Raises NotFoundError when one isn't this organisation's."""
    wanted = set(log_ids)
    logs = session.scalars(
        select(LoggedHours)
        .where(
            LoggedHours.programme_id == programme_id,
            LoggedHours.organisation_id == organisation_id,
            LoggedHours.id.in_(wanted),
        )
        .order_by(LoggedHours.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if len(logs) != len(wanted):
        raise NotFoundError
    return sorted(logs, key=lambda log: (log.done_on, log.logged_at, log.id))


def settle(
    session: Session,
    log: LoggedHours,
    status: LoggedStatus,
    action: str,
    actor_id: UUID | None,
    *,
    moment: datetime | None = None,
) -> None:
    """Let the row stand so from now on, and keep who did it. Rows settled by one tap share its `moment`."""
    log.status, log.decided_by, log.decided_at = status, actor_id, moment or clock.now()
    audit.record(session, log.programme_id, action, actor_id=actor_id, subject_id=log.id, organisation_id=log.organisation_id)
    session.flush()


def check_open(session: Session, log: LoggedHours, actor_id: UUID | None, seen: str | None = None) -> None:
    """Raise RuleError when it is decided already, not for this person to decide, or other than its mark as `seen` says."""
    if own_hours(session, log.programme_id, [log], actor_id):
        raise RuleError(Sentence("These are your own hours. Nothing was saved. Ask a colleague to look at them."))
    if log.status is LoggedStatus.WITHDRAWN:
        raise RuleError(Sentence("The volunteer took these hours back. Nothing was saved."))
    if log.status not in OPEN:
        raise RuleError(Sentence("This was decided before. Nothing was changed."))
    if seen is not None and seen != mark_of(log):
        raise RuleError(CHANGED)


def own_hours(session: Session, programme_id: UUID, logs: Sequence[LoggedHours], actor_id: UUID | None) -> set[UUID]:
    """The volunteers among these who are the acting person themselves: nobody decides on their own hours."""
    if actor_id is None:
        return set()
    mine = session.scalars(select(Volunteer.id).where(Volunteer.programme_id == programme_id, Volunteer.user_id == actor_id))
    return set(mine) & {log.volunteer_id for log in logs}


def words(text: str, field: str, missing: Sentence) -> str:
    """The text on one line. Raises RuleError for none, or too much of it."""
    text = " ".join(text.split())
    if not text:
        raise RuleError(missing, field=field)
    if len(text) > LONGEST_WORDS:
        raise RuleError(Sentence("That is too long. Use at most %(most)s letters.", most=LONGEST_WORDS), field=field)
    return text
