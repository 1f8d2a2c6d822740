"""Letting credits run out at the beginning of a month, and telling people 30 days before, for a whole programme as jobs.

The worker asks at every round; a job has an id that follows from the programme and the day, so a month's is asked for once.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import mail
from timecredits.foundation.amounts import credits_text
from timecredits.foundation.jobs import Handler, Job, Work, enqueue
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Programme, User, Volunteer
from timecredits.spending.expiry import MOST_AT_ONCE, expire_people, horizon_of, run_day_of, run_days_ahead, running_out_soon

__all__ = ["HANDLERS", "ask_for_expiry"]

EXPIRE, WARN = "credits run out", "credits run out soon"


def ask_for_expiry(session: Session, programme_id: UUID, today: date) -> int:
    """Ask for the jobs that are due today; answers how many were not asked for before."""
    due = [(EXPIRE, run_day_of(today)), *((WARN, day) for day in run_days_ahead(today))]
    asked = 0
    for kind, day in due:
        job_id = uuid5(programme_id, f"{kind} {day}")
        if horizon_of(session, programme_id, day) is None or session.get(Job, (programme_id, job_id)) is not None:
            continue
        enqueue(session, programme_id, kind, {"day": day.isoformat(), "asked_on": today.isoformat()}, made_by=None, job_id=job_id)
        asked += 1
    return asked


def expire_all(work: Work) -> Mapping[str, Any]:
    """Let what is due run out, group by group. Begun again, it finds what is done and does the rest."""
    day, people, minutes = date.fromisoformat(work.wanted["day"]), 0, 0
    for session, group in _groups(work):
        gone = expire_people(session, work.programme_id, group, day)
        people, minutes = people + len(gone), minutes + sum(gone.values())
    return {"people": people, "minutes": minutes}


def warn_all(work: Work) -> Mapping[str, Any]:
    """Write to everybody with an address whose credits run out on that day. Begun again, it writes to nobody twice."""
    day, today = date.fromisoformat(work.wanted["day"]), date.fromisoformat(work.wanted["asked_on"])
    people = 0
    for session, group in _groups(work):
        found = running_out_soon(session, work.programme_id, group, today)
        losing = {who: each.minutes for who, lines in found.items() for each in lines if each.day == day}
        people += len(losing)
        _write(session, work.programme_id, losing, day)
    return {"people": people}


HANDLERS: Final[Mapping[str, Handler]] = {EXPIRE: expire_all, WARN: warn_all}
"""By kind of job; the application hands them to whoever runs jobs."""


def _groups(work: Work) -> Iterator[tuple[Session, Sequence[UUID]]]:
    """Everybody of the programme in order of id, some at a time, each group in a step of its own."""
    done, last = 0, UUID(int=0)
    while True:
        with work.step(done=done) as session:
            group = session.scalars(
                select(Volunteer.id)
                .where(Volunteer.programme_id == work.programme_id, Volunteer.id > last)
                .order_by(Volunteer.id)
                .limit(MOST_AT_ONCE)
            ).all()
            if not group:
                return
            done, last = done + len(group), group[-1]
            yield session, group


def _write(session: Session, programme_id: UUID, losing: Mapping[UUID, int], day: date) -> None:
    programme = session.get_one(Programme, programme_id)
    rows = session.execute(
        select(Volunteer.id, User.email)
        .join(User, User.id == Volunteer.user_id)
        .where(Volunteer.programme_id == programme_id, Volunteer.id.in_(losing), User.disabled_at.is_(None))
    )
    for volunteer_id, email in rows:
        if email is None:
            continue
        mail.queue(
            session,
            recipient=email,
            subject=str(Sentence("%(programme)s: a reminder", programme=programme.name)),
            body=str(
                Sentence(
                    "Hello,\n\nOn %(day)s, %(credits)s of yours will run out. "
                    "Until then you can use them, or give them to somebody.\n\n"
                    "Sign in and open Places to see where you can use them.\n",
                    day=f"{day.day} {day:%B %Y}",
                    credits=credits_text(losing[volunteer_id]),
                )
            ),
            message_id=uuid5(volunteer_id, f"credits run out {day}"),
        )
