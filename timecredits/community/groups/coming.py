"""Signing up for a group's sessions. It is the one sign-up there is, with its waiting list and check-in: the group lets in."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.community.group_models import PeerGroup
from timecredits.community.groups.members import held_member
from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError
from timecredits.hours.planning.sessions import DatedSession, find_dated_session
from timecredits.hours.planning.signing_up import SignUpAnswer, cancel_sign_up, sign_up
from timecredits.network.scope import find

__all__ = ["cancel_coming", "come", "find_session"]


def find_session(session: Session, group: PeerGroup, plan_id: UUID, planned_on: date) -> DatedSession:
    """One of a group's sessions, or NotFoundError."""
    dated = find_dated_session(session, group.programme_id, plan_id, planned_on, organisation_id=group.organisation_id)
    if dated.activity_id != group.activity_id:
        raise NotFoundError
    return dated


def come(
    session: Session,
    programme_id: UUID,
    group_id: UUID,
    volunteer_id: UUID,
    plan_id: UUID,
    planned_on: date,
    *,
    actor_id: UUID | None,
) -> SignUpAnswer:
    """Sign a member up for a session. Raises NotFoundError for anybody else, and what signing up raises."""
    group = find(session, PeerGroup, programme_id, group_id)
    held_member(session, programme_id, group_id, volunteer_id)
    dated = find_session(session, group, plan_id, planned_on)
    return sign_up(session, programme_id, volunteer_id, dated, actor_id=actor_id, today=clock.today(), let_in=True)


def cancel_coming(
    session: Session,
    programme_id: UUID,
    group_id: UUID,
    volunteer_id: UUID,
    plan_id: UUID,
    planned_on: date,
    *,
    actor_id: UUID | None,
) -> None:
    """Take somebody off one of the group's sessions; also somebody who left since. Raises what cancelling raises."""
    group = find(session, PeerGroup, programme_id, group_id)
    dated = find_session(session, group, plan_id, planned_on)
    cancel_sign_up(session, programme_id, volunteer_id, dated.id, actor_id=actor_id)
