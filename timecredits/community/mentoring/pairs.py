"""An organisation's mentorings as its project workers see them: lists by how they stand, and one with all there is to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from timecredits.community.mentoring.goals import SharedGoal, list_goals
from timecredits.community.mentoring.meetings import Meetings, list_meetings
from timecredits.community.mentoring.parties import OPEN, find_mentoring, worker
from timecredits.community.mentoring.reviews import ListedReview, list_reviews
from timecredits.community.mentoring.words import opened
from timecredits.community.mentoring_models import Mentoring, MentoringState
from timecredits.community.referral_models import Referral
from timecredits.foundation import clock
from timecredits.foundation.keys import Keyring
from timecredits.hours.activity_models import Activity
from timecredits.hours.planning.eligibility import Missing, missing_for
from timecredits.network.blocks import is_kept_apart
from timecredits.network.models import Volunteer

__all__ = ["PAGE", "ListedPair", "PairPage", "Show", "StaffPair", "count_pairs", "list_pairs", "read_pair"]

PAGE: Final = 25


class Show(StrEnum):
    """Which of them a list shows."""

    OPEN = "open"  # all that haven't ended
    ASKED = "asked"  # somebody's yes is missing
    REVIEW = "review"  # it is time to look back
    GOING_ON = "going_on"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class ListedPair:
    """One in a list. `review_due`: its day has come."""

    id: UUID
    mentor: str
    mentee: str
    state: MentoringState
    since: date
    mentor_agreed: bool
    mentee_agreed: bool
    review_on: date | None
    review_due: bool
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class PairPage:
    """One page of a list; `page` counts from 1."""

    rows: Sequence[ListedPair]
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class StaffPair:
    """One with everything a project worker may read. `agreement` is None where its key is gone.

    `missing` is what the mentor lacks for the activity today; `apart`: the two are kept apart now, so it should end.
    """

    pair: ListedPair
    mentor_id: UUID
    mentee_id: UUID
    activity: str
    agreement: str | None
    referred_on: date | None
    goals: Sequence[SharedGoal]
    meetings: Meetings
    reviews: Sequence[ListedReview]
    missing: tuple[Missing, ...]
    apart: bool


def count_pairs(session: Session, programme_id: UUID, organisation_id: UUID, *, today: date) -> dict[Show, int]:
    """How many there are of each kind. One question."""
    columns = [func.coalesce(func.sum(case((_shown(show, today), 1), else_=0)), 0) for show in Show]
    here = Mentoring.programme_id == programme_id, Mentoring.organisation_id == organisation_id
    return dict(zip(Show, session.execute(select(*columns).where(*here)).one(), strict=True))


def list_pairs(
    session: Session, programme_id: UUID, organisation_id: UUID, *, show: Show, today: date, page: int = 1
) -> PairPage:
    """25 a page: reviews that are due first, then what waits for a yes, then the newest."""
    chosen = (Mentoring.programme_id == programme_id, Mentoring.organisation_id == organisation_id, _shown(show, today))
    total = session.scalar(select(func.count()).select_from(Mentoring).where(*chosen)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    first = case((_shown(Show.REVIEW, today), 0), (_shown(Show.ASKED, today), 1), else_=2)
    query = (
        _pairs()
        .where(*chosen)
        .order_by(first, func.coalesce(Mentoring.ended_at, Mentoring.matched_at).desc(), Mentoring.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    rows = [_listed(row, mentor, mentee, today) for row, mentor, mentee in session.execute(query)]
    return PairPage(rows, page, pages, total)


def read_pair(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID,
    mentoring_id: UUID,
    *,
    today: date,
    page: int = 1,
) -> StaffPair:
    """One of an organisation's, whatever its state. Raises NotFoundError."""
    row = find_mentoring(session, programme_id, mentoring_id, worker(organisation_id, None))
    mentor, mentee = (session.get_one(Volunteer, (programme_id, each)) for each in (row.mentor_id, row.mentee_id))
    referral = session.get(Referral, (programme_id, row.referral_id)) if row.referral_id is not None else None
    standing = row.state in OPEN
    return StaffPair(
        pair=_listed(row, mentor, mentee, today),
        mentor_id=mentor.id,
        mentee_id=mentee.id,
        activity=session.get_one(Activity, (programme_id, row.activity_id)).name,
        agreement=opened(keyring, row.id, row.sealed_agreement),
        referred_on=clock.local_day(referral.sent_at or referral.started_at) if referral is not None else None,
        goals=list_goals(session, keyring, row),
        meetings=list_meetings(session, keyring, row, page=page),
        reviews=list_reviews(session, keyring, row),
        missing=missing_for(session, programme_id, mentor.id, row.activity_id, today=today) if standing else (),
        apart=standing and is_kept_apart(session, programme_id, mentor.id, mentee.id),
    )


def _shown(show: Show, today: date) -> Any:
    match show:
        case Show.OPEN:
            return Mentoring.state.in_(OPEN)
        case Show.ASKED:
            return Mentoring.state == MentoringState.PROPOSED
        case Show.REVIEW:
            return (Mentoring.state == MentoringState.AGREED) & (Mentoring.review_on <= today)
        case Show.GOING_ON:
            return Mentoring.state == MentoringState.AGREED
        case Show.ENDED:
            return Mentoring.state == MentoringState.ENDED


def _pairs() -> Any:
    mentor, mentee = aliased(Volunteer), aliased(Volunteer)
    return (
        select(Mentoring, mentor, mentee)
        .join(mentor, (mentor.programme_id == Mentoring.programme_id) & (mentor.id == Mentoring.mentor_id))
        .join(mentee, (mentee.programme_id == Mentoring.programme_id) & (mentee.id == Mentoring.mentee_id))
    )


def _listed(row: Mentoring, mentor: Volunteer, mentee: Volunteer, today: date) -> ListedPair:
    return ListedPair(
        row.id,
        mentor.name,
        mentee.name,
        row.state,
        clock.local_day(row.matched_at),
        row.mentor_agreed_at is not None,
        row.mentee_agreed_at is not None,
        row.review_on,
        row.state is MentoringState.AGREED and row.review_on is not None and row.review_on <= today,
        clock.local_day(row.ended_at) if row.ended_at is not None else None,
    )
