"""Requests for letters as people see them: an organisation's that wait, and a volunteer's own with what came of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.journey.models import Reference, ReferenceRequest, ReferenceStatus
from timecredits.network.models import Organisation, Volunteer
from timecredits.network.scope import find

__all__ = [
    "AskedLetter",
    "LetterRequest",
    "RequestState",
    "count_open_requests",
    "find_open_request",
    "find_request",
    "find_request_of",
    "list_asked",
    "list_open_requests",
    "organisations_asked",
]

_SHOWN: Final = 20
_TOLD_FOR: Final = timedelta(days=90)


class RequestState(StrEnum):
    """How a request stands, as the person sees it."""

    WAITING = "waiting"
    BEING_WRITTEN = "being_written"
    ISSUED = "issued"
    DECLINED = "declined"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class AskedLetter:
    """A request as the person who asked sees it. `because` is what they read when it was declined."""

    request_id: UUID
    organisation_name: str
    asked_of_name: str
    asked_at: datetime
    state: RequestState
    because: str = ""


@dataclass(frozen=True)
class LetterRequest:
    """A request as the organisation sees it.

    `waits`: neither answered nor taken back. `reference_id`: the letter begun for it.
    """

    request_id: UUID
    volunteer_id: UUID
    volunteer_name: str
    asked_of: UUID | None
    asked_of_name: str
    asked_at: datetime
    holder_name: str
    language: str
    neutral_letterhead: bool
    with_elsewhere: bool
    words: str
    waits: bool
    reference_id: UUID | None


def find_request(session: Session, programme_id: UUID, organisation_id: UUID, request_id: UUID) -> LetterRequest:
    """A request of this organisation, also one that waits no more: somebody may be writing to it. Else NotFoundError."""
    request = find(session, ReferenceRequest, programme_id, request_id, organisation_id=organisation_id)
    return _as_asked(request, find(session, Volunteer, programme_id, request.volunteer_id))


def find_open_request(session: Session, programme_id: UUID, organisation_id: UUID, request_id: UUID) -> LetterRequest | None:
    """A request of this organisation, or None once it was answered or taken back. Raises NotFoundError for none of theirs."""
    request = find_request(session, programme_id, organisation_id, request_id)
    return request if request.waits else None


def find_request_of(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> UUID | None:
    """The request of this volunteer that waits here, if there is one."""
    query = select(ReferenceRequest.id).where(
        *_unanswered(programme_id, organisation_id), ReferenceRequest.volunteer_id == volunteer_id
    )
    return session.scalars(query.limit(1)).one_or_none()


def list_open_requests(session: Session, programme_id: UUID, organisation_id: UUID) -> list[LetterRequest]:
    """The requests that wait for an answer, the oldest first, at most 20."""
    rows = session.execute(
        select(ReferenceRequest, Volunteer)
        .join(
            Volunteer,
            (Volunteer.programme_id == ReferenceRequest.programme_id) & (Volunteer.id == ReferenceRequest.volunteer_id),
        )
        .where(*_unanswered(programme_id, organisation_id))
        .order_by(ReferenceRequest.asked_at, ReferenceRequest.id)
        .limit(_SHOWN)
    )
    return [_as_asked(request, volunteer) for request, volunteer in rows]


def count_open_requests(session: Session, programme_id: UUID, organisation_id: UUID) -> int:
    """How many requests wait for an answer."""
    query = select(func.count()).select_from(ReferenceRequest).where(*_unanswered(programme_id, organisation_id))
    return session.scalar(query) or 0


def list_asked(session: Session, programme_id: UUID, volunteer_id: UUID) -> list[AskedLetter]:
    """What a volunteer asked for and has not got, newest first: what waits, what is being written, and the declined.

    A no is told for 90 days, unless something else came of asking there since.
    """
    rows = session.execute(
        select(ReferenceRequest, Organisation.name, Reference.status)
        .join(
            Organisation,
            (Organisation.programme_id == ReferenceRequest.programme_id) & (Organisation.id == ReferenceRequest.organisation_id),
        )
        .outerjoin(Reference, _letter_of_request())
        .where(ReferenceRequest.programme_id == programme_id, ReferenceRequest.volunteer_id == volunteer_id)
        .order_by(ReferenceRequest.asked_at.desc(), ReferenceRequest.id.desc())
    )
    asked, answered, told_from = [], set(), clock.now() - _TOLD_FOR
    for request, organisation_name, status in rows:
        state = _state(request, status)
        is_news = request.organisation_id not in answered and (request.answered_at or request.asked_at) > told_from
        if state in {RequestState.WAITING, RequestState.BEING_WRITTEN} or (state is RequestState.DECLINED and is_news):
            because = request.declined_because or ""
            asked.append(AskedLetter(request.id, organisation_name, request.asked_of_name, request.asked_at, state, because))
        if state is not RequestState.CANCELLED:
            answered.add(request.organisation_id)
    return asked


def organisations_asked(session: Session, programme_id: UUID, volunteer_id: UUID) -> set[UUID]:
    """Where a letter for this person is on its way: asked for, and neither issued nor declined nor taken back."""
    query = (
        select(ReferenceRequest.organisation_id)
        .outerjoin(Reference, _letter_of_request())
        .where(
            ReferenceRequest.programme_id == programme_id,
            ReferenceRequest.volunteer_id == volunteer_id,
            ReferenceRequest.cancelled_at.is_(None),
            ReferenceRequest.declined_because.is_(None),
            or_(ReferenceRequest.reference_id.is_(None), Reference.status == ReferenceStatus.DRAFT),
        )
    )
    return set(session.scalars(query))


def _state(request: ReferenceRequest, status: ReferenceStatus | None) -> RequestState:
    if request.cancelled_at is not None:
        return RequestState.CANCELLED
    if request.declined_because is not None:
        return RequestState.DECLINED
    if status is None:
        return RequestState.WAITING
    return RequestState.BEING_WRITTEN if status is ReferenceStatus.DRAFT else RequestState.ISSUED


def _letter_of_request() -> ColumnElement[bool]:
    return and_(Reference.programme_id == ReferenceRequest.programme_id, Reference.id == ReferenceRequest.reference_id)


def _unanswered(programme_id: UUID, organisation_id: UUID) -> Sequence[ColumnElement[bool]]:
    return (
        ReferenceRequest.programme_id == programme_id,
        ReferenceRequest.organisation_id == organisation_id,
        ReferenceRequest.answered_at.is_(None),
        ReferenceRequest.cancelled_at.is_(None),
    )


def _as_asked(request: ReferenceRequest, volunteer: Volunteer) -> LetterRequest:
    return LetterRequest(
        request_id=request.id,
        volunteer_id=volunteer.id,
        volunteer_name=volunteer.name,
        asked_of=request.asked_of,
        asked_of_name=request.asked_of_name,
        asked_at=request.asked_at,
        holder_name=request.holder_name,
        language=request.language,
        neutral_letterhead=request.neutral_letterhead,
        with_elsewhere=request.with_elsewhere,
        words=request.words,
        waits=request.answered_at is None and request.cancelled_at is None,
        reference_id=request.reference_id,
    )
