"""Groups as a volunteer sees them: theirs, those to find, and one of them. Nothing here says who else is in one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from timecredits.community.group_models import GroupKind, GroupMember, MemberState, PeerGroup
from timecredits.community.groups.facilitators import looks_after
from timecredits.community.groups.group_facts import JOINS_AT_ONCE
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.folding import fold
from timecredits.hours.activity_models import Activity, Talking
from timecredits.hours.planning.open_activities import NextSession, next_sessions
from timecredits.network.models import Organisation

__all__ = ["FoundGroups", "SeenGroup", "find_seen", "list_mine", "list_to_find", "sessions_of"]

PAGE: Final = 20
NEXT_SHOWN: Final = 8
_BY_TALKING: Final[Mapping[Talking | None, int]] = {each: at for at, each in enumerate([*Talking, None])}


@dataclass(frozen=True, slots=True)
class SeenGroup:
    """A group, its activity and organisation, and where the reader stands: `state` None is outside."""

    group: PeerGroup
    activity: Activity
    organisation: Organisation
    state: MemberState | None
    looks_after: bool

    @property
    def is_mine(self) -> bool:
        """Whether the reader is in it."""
        return self.state is MemberState.MEMBER

    @property
    def joins_at_once(self) -> bool:
        """Whether joining needs nobody's yes."""
        return self.group.kind in JOINS_AT_ONCE or self.state is MemberState.INVITED


@dataclass(frozen=True, slots=True)
class FoundGroups:
    """One page of groups to find, and the next session of each that has one; `pages` is at least 1."""

    groups: Sequence[SeenGroup]
    next_sessions: Mapping[UUID, NextSession]
    page: int
    pages: int


def list_mine(session: Session, programme_id: UUID, volunteer_id: UUID) -> list[SeenGroup]:
    """The groups that somebody is in, asked to come to, was asked in to, or looks after; by name. Those that ended are gone."""
    found = _seen(session, programme_id, volunteer_id, PeerGroup.ended_at.is_(None))
    return [each for each in found if each.state is not None or each.looks_after]


def list_to_find(
    session: Session,
    programme_id: UUID,
    volunteer_id: UUID,
    *,
    talking: Talking | None = None,
    kind: GroupKind | None = None,
    weekday: int | None = None,
    page: int = 1,
) -> FoundGroups:
    """Listed groups that the reader has nothing to do with yet: least talking first, then by name, 20 to a page.

    `weekday` (0 is Monday) keeps those that meet on such a day within four weeks.
    """
    wanted: list[ColumnElement[bool]] = [PeerGroup.ended_at.is_(None), PeerGroup.is_listed.is_(True)]
    if talking is not None:
        wanted.append(Activity.talking == talking)
    if kind is not None:
        wanted.append(PeerGroup.kind == kind)
    every = [each for each in _seen(session, programme_id, volunteer_id, *wanted) if each.state is None and not each.looks_after]
    every.sort(key=lambda each: _BY_TALKING[each.activity.talking])  # stable: by name within
    if weekday is not None:
        met = next_sessions(session, programme_id, volunteer_id, _activities(every), most=28, with_cancelled=False)
        on_day = {key for key, dated in met.items() if any(each.dated.day.weekday() == weekday for each in dated)}
        every = [each for each in every if each.activity.id in on_day]
    pages = max(1, -(-len(every) // PAGE))
    page = min(max(page, 1), pages)
    shown = every[PAGE * (page - 1) : PAGE * page]
    met = next_sessions(session, programme_id, volunteer_id, _activities(shown), most=1, with_cancelled=False)
    return FoundGroups(shown, {key: dated[0] for key, dated in met.items() if dated}, page, pages)


def find_seen(session: Session, programme_id: UUID, volunteer_id: UUID, group_id: UUID) -> SeenGroup:
    """One group as the reader sees it.

    Raises NotFoundError for one that is on no list or ended, unless they are in it, were asked in or look after it.
    """
    found = _seen(session, programme_id, volunteer_id, PeerGroup.id == group_id)
    if not found:
        raise NotFoundError
    [seen] = found
    is_known = seen.state is not None or seen.looks_after
    if not is_known and (not seen.group.is_listed or seen.group.ended_at is not None):
        raise NotFoundError
    return seen


def sessions_of(session: Session, group: PeerGroup, volunteer_id: UUID) -> Sequence[NextSession]:
    """A group's next sessions, cancelled ones too, with the reader's own sign-ups."""
    met = next_sessions(session, group.programme_id, volunteer_id, [group.activity_id], most=NEXT_SHOWN)
    return met.get(group.activity_id, [])


def _seen(session: Session, programme_id: UUID, volunteer_id: UUID, *wanted: ColumnElement[bool]) -> list[SeenGroup]:
    run = looks_after(session, programme_id, volunteer_id)
    query: Select[PeerGroup, Activity, Organisation, GroupMember] = (
        select(PeerGroup, Activity, Organisation, GroupMember)
        .join(Activity, (Activity.programme_id == PeerGroup.programme_id) & (Activity.id == PeerGroup.activity_id))
        .join(
            Organisation,
            (Organisation.programme_id == PeerGroup.programme_id) & (Organisation.id == PeerGroup.organisation_id),
        )
        .outerjoin(
            GroupMember,
            (GroupMember.programme_id == PeerGroup.programme_id)
            & (GroupMember.group_id == PeerGroup.id)
            & (GroupMember.volunteer_id == volunteer_id),
        )
        .where(PeerGroup.programme_id == programme_id, *wanted)
    )
    found = [
        SeenGroup(group, activity, organisation, None if row is None else row.state, group.id in run)
        for group, activity, organisation, row in session.execute(query)
    ]
    return sorted(found, key=lambda each: (fold(each.group.name), each.group.id))


def _activities(seen: Sequence[SeenGroup]) -> list[UUID]:
    return [each.activity.id for each in seen]
