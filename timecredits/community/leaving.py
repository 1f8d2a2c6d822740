"""Somebody leaves an organisation: what ends by it, said first, and then ended with it in one transaction.

Rows are taken in the order of docs/adr/0014: a group's member and sessions, then the person, the mentor, the mentoring, and at
last the enrolment. Whoever signs them up in between is found by a second look, and then nothing is saved. Sign-ups, groups and
mentoring that ended don't come back by themselves when somebody is back: places may be gone, and the others were told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from timecredits.community.event_models import Event
from timecredits.community.events.booking import Booker, cancel_booking
from timecredits.community.group_models import GroupMember, PeerGroup
from timecredits.community.groups.members import remove_member
from timecredits.community.mentoring.ending import end_mentoring
from timecredits.community.mentoring.mentors import end_mentor
from timecredits.community.mentoring.parties import OPEN, worker
from timecredits.community.mentoring_models import Mentor, Mentoring
from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence, counted
from timecredits.hours.activity_models import ActivitySession, SignUpStatus
from timecredits.hours.hour_facts import lock_people
from timecredits.hours.planning.leaving import cancel_ahead, check_gone, sign_ups_ahead
from timecredits.network.enrolments import check_last_day, end_enrolment
from timecredits.network.models import Duty, DutyKind, SelfLog
from timecredits.network.volunteers import find_enrolled
from timecredits.spending.giving.helping import end_as_staff
from timecredits.spending.giving_models import Helping
from timecredits.spending.helper_limits import standing

__all__ = ["WhatEnds", "leave_organisation", "what_ends"]


@dataclass(frozen=True, slots=True)
class WhatEnds:
    """What ends when somebody leaves now, by how many. `self_logs`: they could log their own hours."""

    coming: int
    waiting: int
    groups: int
    duties: int
    mentoring: int
    helping: int
    self_logs: bool

    @property
    def said(self) -> Sequence[Sentence]:
        """A sentence for each that is not nothing."""
        each = (
            (self.coming, counted("%(num)s session they signed up for", "%(num)s sessions they signed up for", self.coming)),
            (self.waiting, counted("%(num)s place on a waiting list", "%(num)s places on waiting lists", self.waiting)),
            (self.groups, counted("%(num)s group they are in", "%(num)s groups they are in", self.groups)),
            (self.duties, counted("%(num)s group they look after", "%(num)s groups they look after", self.duties)),
            (self.mentoring, Sentence("Mentoring with you")),
            (self.helping, counted("%(num)s agreement to help", "%(num)s agreements to help", self.helping)),
            (self.self_logs, Sentence("Logging their own hours with you")),
        )
        return [sentence for number, sentence in each if number]


def what_ends(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> WhatEnds:
    """What ends by it. Raises NotFoundError for somebody who isn't enrolled here now."""
    enrolment = find_enrolled(session, programme_id, organisation_id, volunteer_id).enrolment
    here = (session, programme_id, organisation_id, volunteer_id)
    ahead = [status for _session_id, status in sign_ups_ahead(*here)]
    return WhatEnds(
        coming=ahead.count(SignUpStatus.COMING),
        waiting=ahead.count(SignUpStatus.WAITING),
        groups=len(_groups(*here)),
        duties=len(_looked_after(*here)),
        mentoring=len(_mentors(*here)) + len(_mentorings(*here)),
        helping=len(_helping(*here)),
        self_logs=enrolment.self_log is not SelfLog.NO,
    )


def leave_organisation(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    volunteer_id: UUID,
    left_on: date,
    *,
    actor_id: UUID | None,
    base_url: str,
) -> bool:
    """Note somebody's last day at an organisation, and end what they are down for there. Twice is once: False.

    Their hours, credits and letters stay, and hours up to that day can still be recorded. `base_url` is for the mail to the two
    of a mentoring. Raises RuleError at `left_on` for a day to come, before they joined, or before hours they gave here, and for
    somebody who is signed in now; nothing is ended then. NotFoundError for somebody who isn't enrolled here now.
    """
    today = clock.today()
    here = (session, programme_id, organisation_id, volunteer_id)
    enrolment = find_enrolled(*here).enrolment
    check_last_day(enrolment, left_on, today=today)
    check_gone(*here, left_on)
    for group_id in sorted({*_groups(*here), *_looked_after(*here)}):
        remove_member(session, programme_id, organisation_id, group_id, volunteer_id, actor_id=actor_id)
    for session_id in _booked(*here):
        cancel_booking(session, programme_id, session_id, Booker(volunteer_id, actor_id, staff_of=organisation_id))
    cancel_ahead(*here, actor_id=actor_id)
    lock_people(session, programme_id, [volunteer_id])
    for mentor_id in _mentors(*here):
        end_mentor(session, programme_id, organisation_id, mentor_id, actor_id=actor_id)
    for mentoring_id in _mentorings(*here):
        end_mentoring(session, programme_id, mentoring_id, worker(organisation_id, actor_id), base_url=base_url)
    for helping_id in _helping(*here):
        end_as_staff(session, programme_id, organisation_id, helping_id, actor_id=actor_id)
    if not end_enrolment(*here, left_on, today=today, actor_id=actor_id):
        return False
    check_gone(*here, left_on)
    if sign_ups_ahead(*here) or _groups(*here):
        raise RuleError(Sentence("They signed up for something just now. Nothing was saved. Look again."), field="left_on")
    return True


def _groups(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> Sequence[UUID]:
    """Groups of the organisation that they are in, asked to come to, or were asked into."""
    return session.scalars(
        select(PeerGroup.id)
        .join(GroupMember, (GroupMember.programme_id == PeerGroup.programme_id) & (GroupMember.group_id == PeerGroup.id))
        .where(
            PeerGroup.programme_id == programme_id,
            PeerGroup.organisation_id == organisation_id,
            GroupMember.volunteer_id == volunteer_id,
        )
        .order_by(PeerGroup.id)
    ).all()


def _looked_after(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> Sequence[UUID]:
    """Groups of the organisation that they are a facilitator of."""
    ids = session.scalars(
        select(Duty.group_id).where(
            Duty.programme_id == programme_id,
            Duty.organisation_id == organisation_id,
            Duty.volunteer_id == volunteer_id,
            Duty.kind == DutyKind.FACILITATOR,
            Duty.ended_at.is_(None),
        )
    )
    return sorted({each for each in ids if each is not None})


def _booked(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> Sequence[UUID]:
    """Sessions to come of the organisation's events that they booked: what they said they need goes with the booking."""
    ahead = [session_id for session_id, _status in sign_ups_ahead(session, programme_id, organisation_id, volunteer_id)]
    return session.scalars(
        select(ActivitySession.id)
        .join(Event, (Event.programme_id == ActivitySession.programme_id) & (Event.activity_id == ActivitySession.activity_id))
        .where(ActivitySession.programme_id == programme_id, ActivitySession.id.in_(ahead))
        .order_by(ActivitySession.id)
    ).all()


def _mentors(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> Sequence[UUID]:
    return session.scalars(
        select(Mentor.id).where(
            Mentor.programme_id == programme_id,
            Mentor.organisation_id == organisation_id,
            Mentor.volunteer_id == volunteer_id,
            Mentor.ended_at.is_(None),
        )
    ).all()


def _mentorings(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> Sequence[UUID]:
    return session.scalars(
        select(Mentoring.id)
        .where(
            Mentoring.programme_id == programme_id,
            Mentoring.organisation_id == organisation_id,
            _either(Mentoring.mentor_id == volunteer_id, Mentoring.mentee_id == volunteer_id),
            Mentoring.state.in_(OPEN),
        )
        .order_by(Mentoring.id)
    ).all()


def _helping(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> Sequence[UUID]:
    return session.scalars(
        select(Helping.id)
        .where(
            Helping.programme_id == programme_id,
            Helping.organisation_id == organisation_id,
            _either(Helping.volunteer_id == volunteer_id, Helping.helper_id == volunteer_id),
            standing(clock.now()),
        )
        .order_by(Helping.id)
    ).all()


def _either(one: ColumnElement[bool], other: ColumnElement[bool]) -> ColumnElement[bool]:
    return or_(one, other)
