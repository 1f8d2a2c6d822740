"""Who is in a group: joining, asking, being asked in, being let in, and leaving, of which nobody is told.

A row is held before a session is (docs/adr/0014), so whoever signs up while somebody takes them out either stays out or is
taken off the session too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.community.group_models import GroupMember, MemberState, PeerGroup
from timecredits.community.groups.group_facts import JOINS_AT_ONCE
from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError
from timecredits.hours.activity_models import ActivitySession, SignUp, SignUpStatus
from timecredits.hours.planning.sessions import find_kept_sessions
from timecredits.hours.planning.signing_up import cancel_sign_up
from timecredits.network.blocks import apart_from, kept_apart_within
from timecredits.network.duties import end_duty
from timecredits.network.models import Duty, DutyKind, Volunteer
from timecredits.network.scope import find
from timecredits.network.standing import need_open

__all__ = [
    "ListedMember",
    "add_member",
    "answer_request",
    "held_member",
    "invite",
    "join",
    "leave",
    "list_members",
    "remove_member",
]

_INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


@dataclass(frozen=True, slots=True)
class ListedMember:
    """Somebody in a group, or on the way in, as a facilitator sees them. `apart`: somebody listed is kept apart from them."""

    volunteer_id: UUID
    name: str
    state: MemberState
    since: datetime
    apart: bool


def add_member(
    session: Session, programme_id: UUID, organisation_id: UUID, group_id: UUID, volunteer_id: UUID, *, actor_id: UUID | None
) -> bool:
    """Let somebody be a member at once, whoever they were to the group. False if they were one.

    Raises NotFoundError for another organisation's group, one that ended, or somebody whom the programme doesn't know.
    """
    _running(session, programme_id, group_id, organisation_id=organisation_id)
    find(session, Volunteer, programme_id, volunteer_id)
    row, is_new = _row(session, programme_id, group_id, volunteer_id, MemberState.MEMBER)
    if not is_new and row.state is MemberState.MEMBER:
        return False
    _become(session, row, MemberState.MEMBER)
    audit.record(
        session, programme_id, "group member added", actor_id=actor_id, subject_id=row.id, organisation_id=organisation_id
    )
    return True


def invite(
    session: Session, programme_id: UUID, organisation_id: UUID, group_id: UUID, volunteer_id: UUID, *, actor_id: UUID | None
) -> MemberState:
    """Ask somebody in; they say yes or not. Whoever asked to come themselves is let in by it. Raises as `add_member`."""
    _running(session, programme_id, group_id, organisation_id=organisation_id)
    find(session, Volunteer, programme_id, volunteer_id)
    row, is_new = _row(session, programme_id, group_id, volunteer_id, MemberState.INVITED)
    if row.state is MemberState.ASKED:
        _become(session, row, MemberState.MEMBER)
    elif not is_new:
        return row.state
    audit.record(
        session, programme_id, "group member invited", actor_id=actor_id, subject_id=row.id, organisation_id=organisation_id
    )
    return row.state


def join(session: Session, programme_id: UUID, group_id: UUID, volunteer_id: UUID) -> MemberState:
    """Join an open group, say yes to an invitation, or ask to come. Twice is once; answers where they stand now.

    Raises NotFoundError for a group that ended, or that is on no list and didn't ask them in.
    """
    group = _running(session, programme_id, group_id)
    if not group.is_listed and _known(session, programme_id, group_id, volunteer_id) is None:
        raise NotFoundError
    at_once = group.kind in JOINS_AT_ONCE
    row, is_new = _row(session, programme_id, group_id, volunteer_id, MemberState.MEMBER if at_once else MemberState.ASKED)
    if not is_new and (row.state is MemberState.INVITED or (row.state is MemberState.ASKED and at_once)):
        _become(session, row, MemberState.MEMBER)
    return row.state


def answer_request(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    group_id: UUID,
    volunteer_id: UUID,
    *,
    says_yes: bool,
    actor_id: UUID | None,
) -> None:
    """Let somebody in who asked to come, or not. Raises NotFoundError for who didn't ask, or asked no more."""
    _running(session, programme_id, group_id, organisation_id=organisation_id)
    row = held_member(session, programme_id, group_id, volunteer_id, MemberState.ASKED)
    row_id = row.id
    if says_yes:
        _become(session, row, MemberState.MEMBER)
    else:
        session.delete(row)
        session.flush()
    action = "group member let in" if says_yes else "group member turned away"
    audit.record(session, programme_id, action, actor_id=actor_id, subject_id=row_id, organisation_id=organisation_id)


def leave(session: Session, programme_id: UUID, group_id: UUID, volunteer_id: UUID) -> bool:
    """Leave, or take back having asked, or say no to an invitation. Nobody is told and nothing says that it happened.

    They are taken off the group's sessions to come, and look after it no more. False for who wasn't there: twice is once.
    """
    group = find(session, PeerGroup, programme_id, group_id)
    row = _known(session, programme_id, group_id, volunteer_id)
    _look_after_no_more(session, group, volunteer_id)
    if row is None:
        return False
    _take_out(session, group, row)
    return True


def remove_member(
    session: Session, programme_id: UUID, organisation_id: UUID, group_id: UUID, volunteer_id: UUID, *, actor_id: UUID | None
) -> bool:
    """Take somebody out of a group and off its sessions to come; they look after it no more. False for who isn't in it."""
    group = find(session, PeerGroup, programme_id, group_id, organisation_id=organisation_id)
    row = _known(session, programme_id, group_id, volunteer_id)
    _look_after_no_more(session, group, volunteer_id)
    if row is None:
        return False
    row_id = row.id
    _take_out(session, group, row)
    audit.record(
        session, programme_id, "group member removed", actor_id=actor_id, subject_id=row_id, organisation_id=organisation_id
    )
    return True


def list_members(
    session: Session, programme_id: UUID, organisation_id: UUID, group_id: UUID, *, reader_id: UUID | None = None
) -> Sequence[ListedMember]:
    """Who is in a group, who asked and who was asked in, by name. Only for facilitators: it names people.

    `reader_id` is a facilitator who is a volunteer: people kept apart from them are left out.
    """
    find(session, PeerGroup, programme_id, group_id, organisation_id=organisation_id)
    query = (
        select(GroupMember, Volunteer)
        .join(Volunteer, (Volunteer.programme_id == GroupMember.programme_id) & (Volunteer.id == GroupMember.volunteer_id))
        .where(GroupMember.programme_id == programme_id, GroupMember.group_id == group_id)
        .order_by(Volunteer.folded_name, Volunteer.id)
    )
    if reader_id is not None:
        query = query.where(apart_from(programme_id, reader_id, GroupMember.volunteer_id))
    rows = session.execute(query).all()
    # Only staff learn that a room holds two who are kept apart: it would tell a fellow volunteer of somebody's wish.
    pairs = kept_apart_within(session, programme_id, [person.id for _, person in rows]) if reader_id is None else set()
    apart = {each for pair in pairs for each in pair}
    return [ListedMember(person.id, person.name, row.state, row.since, person.id in apart) for row, person in rows]


def held_member(
    session: Session, programme_id: UUID, group_id: UUID, volunteer_id: UUID, state: MemberState = MemberState.MEMBER
) -> GroupMember:
    """Somebody's row, held until the transaction ends, or NotFoundError where they don't stand so."""
    row = _known(session, programme_id, group_id, volunteer_id)
    if row is None or row.state is not state:
        raise NotFoundError
    return row


def _running(session: Session, programme_id: UUID, group_id: UUID, **owner: UUID) -> PeerGroup:
    group = find(session, PeerGroup, programme_id, group_id, **owner)
    if group.ended_at is not None:
        raise NotFoundError
    need_open(session, programme_id, group.organisation_id)
    return group


def _known(session: Session, programme_id: UUID, group_id: UUID, volunteer_id: UUID) -> GroupMember | None:
    return session.scalars(
        select(GroupMember)
        .where(
            GroupMember.programme_id == programme_id,
            GroupMember.group_id == group_id,
            GroupMember.volunteer_id == volunteer_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _row(
    session: Session, programme_id: UUID, group_id: UUID, volunteer_id: UUID, state: MemberState
) -> tuple[GroupMember, bool]:
    """Somebody's row, and whether it was made just now, in this state. Two at once make one."""
    connection, table = session.connection(), GroupMember.__table__
    made = connection.execute(
        _INSERTS[connection.dialect.name](table)
        .values(
            programme_id=programme_id,
            id=new_id(),
            group_id=group_id,
            volunteer_id=volunteer_id,
            state=state,
            since=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["programme_id", "group_id", "volunteer_id"])
        .returning(table.c.id)
    ).scalar()
    row = _known(session, programme_id, group_id, volunteer_id)
    if row is None:  # taken out by somebody else between the two
        raise NotFoundError
    return row, made is not None


def _become(session: Session, row: GroupMember, state: MemberState) -> None:
    row.state, row.since = state, clock.now()
    session.flush()


def _take_out(session: Session, group: PeerGroup, row: GroupMember) -> None:
    volunteer_id = row.volunteer_id
    session.delete(row)
    session.flush()
    for session_id in _to_come(session, group, volunteer_id):
        cancel_sign_up(session, group.programme_id, volunteer_id, session_id, actor_id=None)


def _look_after_no_more(session: Session, group: PeerGroup, volunteer_id: UUID) -> None:
    """End a volunteer's duty: who is out reads no names of who is in."""
    at = {"organisation_id": group.organisation_id, "group_id": group.id, "volunteer_id": volunteer_id}
    held = select(Duty.id).filter_by(programme_id=group.programme_id, kind=DutyKind.FACILITATOR, ended_at=None, **at)
    for duty_id in session.scalars(held).all():
        end_duty(session, group.programme_id, duty_id, actor_id=None, organisation_id=group.organisation_id)


def _to_come(session: Session, group: PeerGroup, volunteer_id: UUID) -> Sequence[UUID]:
    """The group's sessions that somebody signed up for and that haven't begun, in one order for everybody who holds them."""
    ids = session.scalars(
        select(SignUp.session_id)
        .join(
            ActivitySession,
            (ActivitySession.programme_id == SignUp.programme_id) & (ActivitySession.id == SignUp.session_id),
        )
        .where(
            SignUp.programme_id == group.programme_id,
            SignUp.volunteer_id == volunteer_id,
            SignUp.status != SignUpStatus.CANCELLED,
            ActivitySession.activity_id == group.activity_id,
            ActivitySession.held_on >= clock.today() - timedelta(days=1),
        )
    ).all()
    dated, now = find_kept_sessions(session, group.programme_id, ids), clock.now()
    return sorted(each for each in ids if each in dated and dated[each].begins > now)
