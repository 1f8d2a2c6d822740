"""Somebody has left an organisation, or is back: the last day on their enrolment there, and nothing else.

Hours, credits and letters stay, and so does the number that the organisation gave. What ends with it in the layers above,
sign-ups for one, is ended before, in the same transaction (community/leaving).
"""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from timecredits.foundation import audit
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Enrolment, Volunteer
from timecredits.network.volunteers import Enrolled, find_enrolled

__all__ = ["LeftPage", "check_last_day", "end_enrolment", "find_here_or_left", "find_left", "list_left", "take_up_again"]

_SIZE: Final = 25


@dataclass(frozen=True, slots=True)
class LeftPage:
    """One page of those who left, the latest first: `page` counts from 1; `found` is how many there are in all."""

    people: tuple[Enrolled, ...]
    page: int
    pages: int
    found: int


def check_last_day(enrolment: Enrolment, left_on: date, *, today: date) -> None:
    """Raise RuleError at `left_on` for a day to come, or one before they joined."""
    if left_on > today:
        sentence = Sentence("That day has not come yet. Nothing was saved. Note it on their last day, or after.")
        raise RuleError(sentence, field="left_on")
    if left_on < enrolment.enrolled_on:
        raise RuleError(Sentence("They joined after that day. Nothing was saved. Check the day."), field="left_on")


def end_enrolment(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    volunteer_id: UUID,
    left_on: date,
    *,
    today: date,
    actor_id: UUID | None,
) -> bool:
    """Note somebody's last day here. False if they had left: the day noted first stays.

    Raises RuleError at `left_on` (`check_last_day`); NotFoundError for somebody who was never enrolled here.
    """
    enrolment = _held(session, programme_id, organisation_id, volunteer_id)
    if enrolment.left_on is not None:
        return False
    check_last_day(enrolment, left_on, today=today)
    enrolment.left_on = left_on
    session.flush()
    _note(session, enrolment, "enrolment ended", actor_id)
    return True


def take_up_again(
    session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID, *, actor_id: UUID | None
) -> bool:
    """Let somebody who left be here again, as if they had not left. False if they are here. Raises NotFoundError."""
    enrolment = _held(session, programme_id, organisation_id, volunteer_id)
    if enrolment.left_on is None:
        return False
    enrolment.left_on = None
    session.flush()
    _note(session, enrolment, "enrolment taken up again", actor_id)
    return True


def find_left(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> Enrolled:
    """Somebody who has left an organisation. Raises NotFoundError, also for somebody who is there."""
    query = _left(programme_id, organisation_id).where(Volunteer.id == volunteer_id)
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFoundError
    return Enrolled(row[0], row[1])


def find_here_or_left(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> Enrolled:
    """Somebody who is at an organisation, or has left it: for what stays theirs. Raises NotFoundError."""
    try:
        return find_enrolled(session, programme_id, organisation_id, volunteer_id)
    except NotFoundError:
        return find_left(session, programme_id, organisation_id, volunteer_id)


def list_left(session: Session, programme_id: UUID, organisation_id: UUID, *, search: str = "", page: int = 1) -> LeftPage:
    """Who has left, the latest first; every word of `search` stands in their name or number."""
    query = _left(programme_id, organisation_id)
    for word in fold(search).split():
        query = query.where(
            or_(Volunteer.folded_name.contains(word, autoescape=True), Enrolment.number.icontains(word, autoescape=True))
        )
    found = session.scalar(select(func.count()).select_from(query.with_only_columns(Enrolment.id).subquery())) or 0
    pages = max(1, -(-found // _SIZE))
    page = min(max(page, 1), pages)
    ordered = query.order_by(Enrolment.left_on.desc(), Volunteer.folded_name, Volunteer.id)
    rows = session.execute(ordered.limit(_SIZE).offset((page - 1) * _SIZE)).all()
    return LeftPage(tuple(Enrolled(volunteer, enrolment) for volunteer, enrolment in rows), page, pages, found)


def _left(programme_id: UUID, organisation_id: UUID) -> Select[Volunteer, Enrolment]:
    return (
        select(Volunteer, Enrolment)
        .join(Enrolment, (Enrolment.programme_id == Volunteer.programme_id) & (Enrolment.volunteer_id == Volunteer.id))
        .where(
            Volunteer.programme_id == programme_id,
            Enrolment.programme_id == programme_id,
            Enrolment.organisation_id == organisation_id,
            Enrolment.left_on.is_not(None),
            Volunteer.merged_into.is_(None),
            Volunteer.erased_at.is_(None),
        )
    )


def _held(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> Enrolment:
    row = session.scalars(
        select(Enrolment)
        .where(
            Enrolment.programme_id == programme_id,
            Enrolment.organisation_id == organisation_id,
            Enrolment.volunteer_id == volunteer_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return row


def _note(session: Session, row: Enrolment, action: str, actor_id: UUID | None) -> None:
    audit.record(
        session, row.programme_id, action, actor_id=actor_id, subject_id=row.volunteer_id, organisation_id=row.organisation_id
    )
