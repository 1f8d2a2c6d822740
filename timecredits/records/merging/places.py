"""Places at sessions to come that both records had: a merge frees one of them, and who waits gets it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError
from timecredits.hours.activity_models import SignUp, SignUpStatus
from timecredits.hours.planning.signing_up import count_coming, fill_places, hold_session

__all__ = ["free_places_of", "give_places_back", "hold_shared", "hold_touched"]


def hold_shared(session: Session, programme_id: UUID, volunteer_ids: Iterable[UUID]) -> list[UUID]:
    """Hold the planned sessions that both are signed up for; answers their ids. Sessions come before people (docs/adr/0014)."""
    both = (
        select(SignUp.session_id)
        .where(
            SignUp.programme_id == programme_id,
            SignUp.volunteer_id.in_(list(volunteer_ids)),
            SignUp.status != SignUpStatus.CANCELLED,
        )
        .group_by(SignUp.session_id)
        .having(func.count() > 1)
    )
    return _held(session, programme_id, session.scalars(both))


def hold_touched(session: Session, programme_id: UUID, moved: Mapping[str, Any]) -> list[UUID]:
    """Hold the planned sessions whose sign-ups a merge changed; answers their ids."""
    rows = [UUID(hex=each["id"]) for each in moved["changed"] if each["table"] == "sign_up"]
    at = select(SignUp.session_id).where(SignUp.programme_id == programme_id, SignUp.id.in_(rows)).distinct()
    return _held(session, programme_id, session.scalars(at))


def free_places_of(session: Session, programme_id: UUID, session_ids: Iterable[UUID]) -> None:
    """Let those who wait have what became free; they are told by mail."""
    for each in session_ids:
        fill_places(session, programme_id, each)


def give_places_back(session: Session, programme_id: UUID, session_ids: Iterable[UUID], volunteer_id: UUID) -> None:
    """Where somebody got the place meanwhile it stays theirs: then the record that comes back waits, with its place in line."""
    for each in session_ids:
        dated = hold_session(session, programme_id, each)
        coming = count_coming(session, programme_id, [each]).get(each, 0)
        if dated.capacity is None or coming <= dated.capacity or clock.now() >= dated.begins:
            continue
        row = session.scalars(
            select(SignUp)
            .where(SignUp.programme_id == programme_id, SignUp.session_id == each, SignUp.volunteer_id == volunteer_id)
            .execution_options(populate_existing=True)
        ).one_or_none()
        if row is not None and row.status is SignUpStatus.COMING:
            row.status, row.changed_at = SignUpStatus.WAITING, clock.now()
            session.flush()


def _held(session: Session, programme_id: UUID, session_ids: Iterable[UUID]) -> list[UUID]:
    held = []
    for each in sorted(session_ids):
        try:
            hold_session(session, programme_id, each)
        except NotFoundError:  # nothing was planned for it, so nobody waits
            continue
        held.append(each)
    return held
