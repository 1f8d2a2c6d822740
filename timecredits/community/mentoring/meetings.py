"""That the two met: the day, how long, and what they want to remember. A mentor's time counts as hours, once.

A pair has one meeting a day, so that what mentor, mentee and staff each note of it is noted once. The id of its hours follows
from the meeting's. Staff add them as from a list; the mentor logs them, and a coordinator approves them unless the mentor is
trusted with it; what the mentee notes counts nothing until the mentor or staff add it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.community.mentoring.parties import Party, Side, find_mentoring, find_part, hold_going_on
from timecredits.community.mentoring.words import LONGEST_NOTE, opened, sealed_words
from timecredits.community.mentoring_models import Mentoring, MentoringMeeting
from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.typed_words import tidy_text
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Activity
from timecredits.hours.hour_facts import NewHours, lock_people
from timecredits.hours.hour_rules import LONGEST_DAY
from timecredits.hours.models import HourCorrection, HourEntry, HourSource, LoggedHours
from timecredits.hours.recording import record_hours
from timecredits.hours.self_logged.given_time import DayPart
from timecredits.hours.self_logged.logged_entries import entry_ids
from timecredits.hours.self_logged.logged_hours import OPEN as UNDECIDED
from timecredits.hours.self_logged.logged_hours import log_hours, withdraw
from timecredits.network.models import Enrolment, SelfLog, Volunteer

__all__ = ["PAGE", "HoursOf", "ListedMeeting", "Meetings", "count_meeting", "list_meetings", "note_meeting", "remove_meeting"]

PAGE: Final = 20


class HoursOf(StrEnum):
    """What became of the mentor's hours of a meeting."""

    NONE = "none"  # not added yet
    WAITING = "waiting"  # for a coordinator
    COUNTED = "counted"
    GONE = "gone"  # taken back, declined or corrected away


@dataclass(frozen=True, slots=True)
class ListedMeeting:
    """A meeting as the three read it. `words` is None where their key is gone; `noted_by` the volunteer or user."""

    id: UUID
    held_on: date
    minutes: int
    words: str | None
    noted_by: UUID | None
    hours: HoursOf
    entry_id: UUID | None


@dataclass(frozen=True, slots=True)
class Meetings:
    """One page of meetings, the last first; `total` and `minutes` are of all."""

    rows: Sequence[ListedMeeting]
    page: int
    pages: int
    total: int
    minutes: int


def note_meeting(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    mentoring_id: UUID,
    party: Party,
    *,
    meeting_id: UUID,
    held_on: date,
    minutes: int,
    words: str,
    today: date,
) -> HoursOf:
    """Note that they met, and add the mentor's hours unless it is the mentee who notes it. The same `meeting_id` twice is once.

    Raises NotFoundError; RuleError (nothing is then saved) for a day to come or before they were a pair, a second meeting on a
    day, no time or more than a day, too many letters, hours that a rule forbids, and once it has ended.
    """
    words = tidy_text(words, LONGEST_NOTE, field="words")
    lock_people(session, programme_id, [find_mentoring(session, programme_id, mentoring_id, party).mentor_id])
    row = hold_going_on(session, programme_id, mentoring_id, party)
    known = session.get(MentoringMeeting, (programme_id, meeting_id))
    if known is not None:
        find_part(session, MentoringMeeting, row, meeting_id)
        return _states(session, programme_id, [known])[meeting_id]
    _check(session, row, held_on, minutes, today)
    meeting = MentoringMeeting(
        programme_id=programme_id,
        id=meeting_id,
        mentoring_id=mentoring_id,
        held_on=held_on,
        minutes=minutes,
        sealed=sealed_words(keyring, meeting_id, words),
        noted_by=party.actor_id,
        noted_at=clock.now(),
    )
    with session.begin_nested():
        session.add(meeting)
        session.flush()
        if party.side is not Side.MENTEE:
            _add_hours(session, row, meeting, party, today)
    return _states(session, programme_id, [meeting])[meeting_id]


def count_meeting(
    session: Session, programme_id: UUID, mentoring_id: UUID, party: Party, meeting_id: UUID, *, today: date
) -> HoursOf:
    """Add the mentor's hours of a meeting for which none were added: by the mentor, or by staff. Twice is once.

    Raises NotFoundError, also for a mentee; RuleError as `note_meeting`, and where the mentor can't log hours themselves.
    """
    if party.side is Side.MENTEE:
        raise NotFoundError
    lock_people(session, programme_id, [find_mentoring(session, programme_id, mentoring_id, party).mentor_id])
    row = hold_going_on(session, programme_id, mentoring_id, party)
    meeting = find_part(session, MentoringMeeting, row, meeting_id)
    if meeting.entry_id is None:
        with session.begin_nested():
            _add_hours(session, row, meeting, party, today)
        if meeting.entry_id is None:
            raise RuleError(Sentence("You can not add hours here. Nothing was saved. Ask your coordinator to add them."))
    return _states(session, programme_id, [meeting])[meeting_id]


def remove_meeting(session: Session, programme_id: UUID, mentoring_id: UUID, party: Party, meeting_id: UUID) -> None:
    """Take away a meeting that was noted by mistake, by who noted it or by staff. Hours that wait are taken back with it.

    Raises NotFoundError; RuleError when its hours count already, for a mentee while the mentor's hours wait, and once it has
    ended.
    """
    lock_people(session, programme_id, [find_mentoring(session, programme_id, mentoring_id, party).mentor_id])
    row = hold_going_on(session, programme_id, mentoring_id, party)
    meeting = find_part(session, MentoringMeeting, row, meeting_id)
    if party.side is not Side.WORKER and meeting.noted_by != party.actor_id:
        raise NotFoundError
    state = _states(session, programme_id, [meeting])[meeting_id]
    if state is HoursOf.COUNTED:
        raise RuleError(Sentence("Its hours count already. Nothing was removed. Staff can correct the hours first."))
    if state is HoursOf.WAITING and party.side is Side.MENTEE:
        raise RuleError(Sentence("Its hours wait for a yes. Nothing was removed. Ask your coordinator if it is wrong."))
    if state is HoursOf.WAITING and meeting.entry_id is not None:
        withdraw(session, programme_id, row.mentor_id, meeting.entry_id)
    session.delete(meeting)
    session.flush()


def list_meetings(session: Session, keyring: Keyring, mentoring: Mentoring, *, page: int = 1) -> Meetings:
    """Meetings of a mentoring that the caller found for somebody who may read them; 20 a page. At most five questions."""
    here = {"programme_id": mentoring.programme_id, "mentoring_id": mentoring.id}
    total, minutes = session.execute(
        select(func.count(MentoringMeeting.id), func.coalesce(func.sum(MentoringMeeting.minutes), 0)).filter_by(**here)
    ).one()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    rows = session.scalars(
        select(MentoringMeeting)
        .filter_by(**here)
        .order_by(MentoringMeeting.held_on.desc(), MentoringMeeting.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    states = _states(session, mentoring.programme_id, rows)
    listed = [
        ListedMeeting(
            each.id,
            each.held_on,
            each.minutes,
            opened(keyring, each.id, each.sealed),
            each.noted_by,
            states[each.id],
            each.entry_id,
        )
        for each in rows
    ]
    return Meetings(listed, page, pages, total, minutes)


def _check(session: Session, row: Mentoring, held_on: date, minutes: int, today: date) -> None:
    if held_on > today:
        raise RuleError(Sentence("That day is still to come. Nothing was saved."), field="day")
    if held_on < clock.local_day(row.matched_at):
        raise RuleError(Sentence("You were not a pair yet on that day. Nothing was saved."), field="day")
    if not 0 < minutes <= LONGEST_DAY:
        raise RuleError(Sentence("Type hours like 1, 1.5 or 1:30. Nothing was saved."), field="hours")
    same_day = select(MentoringMeeting.id).filter_by(programme_id=row.programme_id, mentoring_id=row.id, held_on=held_on)
    if session.scalar(same_day.limit(1)) is not None:
        raise RuleError(
            Sentence("A meeting on that day is here already. Nothing was saved. Look at it in the list."), field="day"
        )


def _add_hours(session: Session, row: Mentoring, meeting: MentoringMeeting, party: Party, today: date) -> None:
    """Add the mentor's hours, where who asks may; else leave them to staff."""
    entry_id = uuid5(meeting.id, "hours")
    own_user = session.scalar(select(Volunteer.user_id).filter_by(programme_id=row.programme_id, id=row.mentor_id))
    by_mentor = party.side is Side.MENTOR or (own_user is not None and party.actor_id == own_user)
    if not by_mentor:
        new = NewHours(entry_id, row.mentor_id, row.activity_id, None, meeting.held_on, meeting.minutes)
        record_hours(
            session,
            row.programme_id,
            row.organisation_id,
            [new],
            source=HourSource.SINGLE,
            actor_id=party.actor_id,
            today=today,
        )
    elif _may_log(session, row):
        log_hours(
            session,
            row.programme_id,
            row.mentor_id,
            log_id=entry_id,
            activity_id=row.activity_id,
            parts=[DayPart(meeting.held_on, meeting.minutes)],
            user_id=own_user,
            today=today,
        )
    else:
        return
    meeting.entry_id = entry_id
    session.flush()


def _may_log(session: Session, row: Mentoring) -> bool:
    """Whether the mentor may log hours of their own there: if not, the meeting is noted, and staff add the hours."""
    found = session.execute(
        select(Enrolment.self_log, Activity.is_open)
        .join(
            Activity, (Activity.programme_id == Enrolment.programme_id) & (Activity.organisation_id == Enrolment.organisation_id)
        )
        .where(
            Enrolment.programme_id == row.programme_id,
            Enrolment.organisation_id == row.organisation_id,
            Enrolment.volunteer_id == row.mentor_id,
            Enrolment.left_on.is_(None),
            Activity.id == row.activity_id,
        )
    ).one_or_none()
    return found is not None and found.self_log is not SelfLog.NO and found.is_open


def _states(session: Session, programme_id: UUID, meetings: Sequence[MentoringMeeting]) -> dict[UUID, HoursOf]:
    """What became of the hours of each meeting, in a handful of questions."""
    ids = [each.entry_id for each in meetings if each.entry_id is not None]
    if not ids:
        return {each.id: HoursOf.NONE for each in meetings}
    logs = session.scalars(select(LoggedHours).where(LoggedHours.programme_id == programme_id, LoggedHours.id.in_(ids)))
    status = {log.id: log.status for log in logs}
    counted = _counted(session, programme_id, ids)

    def state(entry_id: UUID | None) -> HoursOf:
        if entry_id is None:
            return HoursOf.NONE
        if status.get(entry_id) in UNDECIDED:
            return HoursOf.WAITING
        return HoursOf.COUNTED if entry_id in counted else HoursOf.GONE

    return {each.id: state(each.entry_id) for each in meetings}


def _counted(session: Session, programme_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    """Those of these ids whose entry counts, or one that a correction put in its place."""
    now = entry_ids(session, programme_id, ids)
    while True:
        rows = session.execute(
            select(HourCorrection.entry_id, HourCorrection.replacement_id).where(
                HourCorrection.programme_id == programme_id, HourCorrection.entry_id.in_(now.values())
            )
        )
        instead = {row.entry_id: row.replacement_id for row in rows}
        if not instead:
            break
        now = {key: instead.get(entry, entry) for key, entry in now.items() if instead.get(entry, entry) is not None}
    there = set(
        session.scalars(select(HourEntry.id).where(HourEntry.programme_id == programme_id, HourEntry.id.in_(now.values())))
    )
    return {key for key, entry in now.items() if entry in there}
