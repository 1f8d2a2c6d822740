"""Who may sign up for what, and the sentences for those who may not (yet)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NoReturn
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Activity, OpenTo
from timecredits.hours.planning.eligibility import Missing, missing_for
from timecredits.hours.planning.sessions import DatedSession
from timecredits.network.models import Enrolment, Organisation, Volunteer
from timecredits.network.standing import need_open
from timecredits.network.volunteers import enrol_at_another


@dataclass(frozen=True, slots=True)
class _Said:
    """The same refusal to the person themselves, and to staff who do it for them."""

    to_them: Sentence
    to_staff: Sentence

    def refuse(self, *, by_staff: bool) -> NoReturn:
        """Raise it."""
        raise RuleError(self.to_staff if by_staff else self.to_them) from None


GONE = _Said(
    Sentence("This session is not on any more. You are not signed up. Choose another day."),
    Sentence("This session is not on any more. They are not signed up. Choose another day."),
)
STARTED = _Said(
    Sentence("This session has started. Nothing was changed. Ask your coordinator if you can't come."),
    Sentence("This session has started. Nothing was changed. Say in the register who came."),
)
CAME = _Said(
    Sentence("You have signed in for this. Nothing was changed. Ask the people there if you have to go."),
    Sentence("They have signed in for this. Nothing was changed. Take that back first."),
)
_OVER = _Said(
    Sentence("This session is over. You are not signed up. Choose another day."),
    Sentence("This session is over. They are not signed up. Choose another day."),
)
_CANCELLED = _Said(
    Sentence("This session was cancelled. You are not signed up. Choose another day."),
    Sentence("This session was cancelled. They are not signed up. Put it back on first."),
)
_CLOSED = _Said(
    Sentence("This is closed just now. You are not signed up. Look for something else."),
    Sentence("This activity is closed. They are not signed up. Open it first."),
)


class NotYetError(RuleError):
    """Something is missing before this person may sign up: one sentence each; to them, with how to get it."""

    def __init__(self, missing: Sequence[Missing], *, by_staff: bool) -> None:
        if by_staff:
            super().__init__(Sentence("They are not signed up yet. Something is still needed."))
            self.missing = tuple(Sentence("Missing: %(what)s.", what=each.what) for each in missing)
        else:
            super().__init__(Sentence("You are not signed up yet. Something is still needed."))
            self.missing = tuple(each.sentence for each in missing)


def check_open(session: Session, programme_id: UUID, dated: DatedSession, *, today: date, by_staff: bool) -> None:
    """Raise RuleError for a session that is over or cancelled, whose activity is closed, or whose organisation is on hold."""
    need_open(session, programme_id, dated.organisation_id)
    if dated.day < today or (dated.day == today and clock.now() >= dated.ends):
        _OVER.refuse(by_staff=by_staff)
    if not dated.is_on:
        _CANCELLED.refuse(by_staff=by_staff)
    is_open = select(Activity.is_open).where(Activity.programme_id == programme_id, Activity.id == dated.activity_id)
    if not session.scalar(is_open):
        _CLOSED.refuse(by_staff=by_staff)


def check_person(
    session: Session, volunteer: Volunteer, dated: DatedSession, *, today: date, by_staff: bool, let_in: bool = False
) -> bool:
    """Raise RuleError unless this person may come; answers whether they were enrolled at the organisation for it just now.

    Somebody who left the organisation isn't taken back by a tap: its coordinator does that.
    """
    programme_id = volunteer.programme_id
    # Held, so that one person's two taps at two sessions of an organisation enrol them once.
    session.execute(
        select(Volunteer.id)
        .where(Volunteer.programme_id == programme_id, Volunteer.id == volunteer.id)
        .with_for_update(key_share=True)
    )
    enrolment = session.scalars(
        select(Enrolment).where(
            Enrolment.programme_id == programme_id,
            Enrolment.organisation_id == dated.organisation_id,
            Enrolment.volunteer_id == volunteer.id,
        )
    ).one_or_none()
    is_here = enrolment is not None and enrolment.left_on is None
    if by_staff and not is_here:
        raise NotFoundError
    activity = session.get_one(Activity, (programme_id, dated.activity_id))
    if activity.open_to is OpenTo.LET_IN and not (let_in or by_staff):
        raise NotFoundError
    if not is_here and not let_in and (enrolment is not None or activity.open_to is not OpenTo.EVERYBODY):
        organisation = session.get_one(Organisation, (programme_id, dated.organisation_id))
        raise RuleError(Sentence("You are not signed up. Ask %(organisation)s to add you first.", organisation=organisation.name))
    if missing := missing_for(session, programme_id, volunteer.id, activity.id, today=today):
        raise NotYetError(missing, by_staff=by_staff)
    if not is_here:
        enrol_at_another(session, volunteer, dated.organisation_id, enrolled_on=today)
    return not is_here
