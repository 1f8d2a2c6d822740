"""An open group of Riverside's that meets every Tuesday at six, and the shortest ways to do things with it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.spending.shop import KEYRING
from timecredits.community.comments.commenting import SentComment
from timecredits.community.comments.reading import ShownComment, list_comments
from timecredits.community.group_models import GroupKind, GroupMember, MemberState, PeerGroup
from timecredits.community.groups.coming import come
from timecredits.community.groups.group_facts import GroupFacts
from timecredits.community.groups.groups import make_group
from timecredits.community.groups.members import add_member, list_members
from timecredits.community.groups.posts import post
from timecredits.foundation.db import new_id
from timecredits.hours.activity_models import SignUpStatus
from timecredits.hours.planning.plans import PlanFacts, make_plan
from timecredits.hours.planning.repeating import Repeats
from timecredits.hours.planning.sessions import DatedSession, find_dated_session
from timecredits.hours.planning.signing_up import SignUpAnswer, list_sign_ups
from timecredits.network.models import RoleKind
from timecredits.network.programmes import create_organisation, create_programme
from timecredits.network.users import create_user, give_role
from timecredits.network.volunteers import enrol_volunteer

NOW = datetime(2026, 11, 21, 9, 7, tzinfo=UTC)
TUESDAY = date(2026, 11, 24)
NAME = "Quiet minds after loss"
FACTS = GroupFacts(NAME, GroupKind.OPEN, "Tuesday evenings", summary="For people who miss somebody.", place="2 Quay Lane")


@dataclass
class Gathered:
    """A group, and the staff who keep it."""

    session: Session
    programme_id: UUID
    organisation_id: UUID
    other_id: UUID
    staff_id: UUID
    group_id: UUID
    plan_id: UUID

    @property
    def here(self) -> tuple[Session, UUID, UUID]:
        return self.session, self.programme_id, self.organisation_id

    @property
    def group(self) -> PeerGroup:
        return self.session.get_one(PeerGroup, (self.programme_id, self.group_id))

    def person(self, name: str = "Ann", *, with_email: bool = False, organisation_id: UUID | None = None) -> UUID:
        user = create_user(self.session, email=f"{new_id()}@example.org", name=name).id if with_email else None
        at = organisation_id or self.organisation_id
        return enrol_volunteer(self.session, self.programme_id, at, first_name=name, user_id=user).volunteer.id

    def member(self, name: str = "Ann", **more: bool) -> UUID:
        volunteer_id = self.person(name, **more)
        add_member(*self.here, self.group_id, volunteer_id, actor_id=None)
        return volunteer_id

    def make(self, facts: GroupFacts, *, organisation_id: UUID | None = None, **changes: object) -> PeerGroup:
        said = replace(facts, **changes)  # type: ignore[arg-type]
        at = organisation_id or self.organisation_id
        return make_group(self.session, KEYRING, self.programme_id, at, said, group_id=new_id(), actor_id=self.staff_id)

    def become(self, kind: GroupKind, **columns: object) -> None:
        """Let the group be of another kind."""
        for column, value in {"kind": kind, **columns}.items():
            setattr(self.group, column, value)
        self.session.flush()

    def state(self, volunteer_id: UUID) -> MemberState | None:
        return self.session.scalar(
            select(GroupMember.state).where(GroupMember.group_id == self.group_id, GroupMember.volunteer_id == volunteer_id)
        )

    def names(self, reader_id: UUID | None = None) -> list[str]:
        return [each.name for each in list_members(*self.here, self.group_id, reader_id=reader_id)]

    def on(self, week: int = 0) -> DatedSession:
        return find_dated_session(self.session, self.programme_id, self.plan_id, TUESDAY + timedelta(weeks=week))

    def come(self, volunteer_id: UUID, week: int = 0) -> SignUpAnswer:
        day = TUESDAY + timedelta(weeks=week)
        return come(self.session, self.programme_id, self.group_id, volunteer_id, self.plan_id, day, actor_id=None)

    def coming(self, week: int = 0) -> list[tuple[UUID, SignUpStatus]]:
        session_id = self.on(week).id
        listed = list_sign_ups(self.session, self.programme_id, [session_id]).get(session_id, [])
        return [(each.volunteer_id, each.status) for each in listed]

    def post(self, volunteer_id: UUID, words: str = "It was a good day.", name: str = "Moss", **more: UUID) -> SentComment:
        more = {"comment_id": new_id(), **more}
        return post(self.session, KEYRING, self.programme_id, self.group_id, volunteer_id, words, name=name, **more)  # type: ignore[arg-type]

    def board(self, reader_id: UUID | None = None) -> tuple[ShownComment, ...]:
        return list_comments(self.session, KEYRING, self.programme_id, group_id=self.group_id, reader_id=reader_id).comments

    def count(self, model: type) -> int:
        return self.session.scalar(select(func.count()).select_from(model)) or 0


def gather(session: Session) -> Gathered:
    """Make it within the caller's transaction."""
    programme = create_programme(session, name="Fenland", slug="fenland", is_demo=True)
    here = create_organisation(session, programme.id, name="Riverside", slug="riverside", town="Ely")
    there = create_organisation(session, programme.id, name="Lantern", slug="lantern", town="March")
    staff = create_user(session, email="jo@example.org", name="Jo Reed")
    give_role(session, programme.id, staff.id, RoleKind.COORDINATOR, organisation_id=here.id)
    place = (session, programme.id, here.id)
    group = make_group(session, KEYRING, programme.id, here.id, FACTS, group_id=new_id(), actor_id=staff.id)
    weekly = PlanFacts(TUESDAY, 18 * 60, 60, Repeats.WEEKLY, (TUESDAY.weekday(),))
    plan = make_plan(*place, group.activity_id, weekly, actor_id=staff.id)
    return Gathered(session, programme.id, here.id, there.id, staff.id, group.id, plan.id)
