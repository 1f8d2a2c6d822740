"""A venue of two programmes: it joins by its own yes, and what the programmes share is kept by whoever ran it first."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.insight.venue_totals import all_programmes
from timecredits.network.invitations import Invited, invite, link_of, list_invitations, withdraw
from timecredits.network.models import ProgrammeVenue, RoleKind, User, Venue
from timecredits.network.programmes import create_programme
from timecredits.network.roles import Workplace, roles_of, take_role_away
from timecredits.network.shared_venues import first_programme, programmes_served, speaks_for, takes_part
from timecredits.network.taking_up import Newcomer, TakenUp, WhoComes, read_invitation, take_up
from timecredits.network.users import create_user, give_role
from timecredits.network.venue_facts import VenueFacts, describe_venue
from timecredits.network.venue_inviting import invite_venue
from timecredits.spending.posters.keeping import end_poster, make_poster
from timecredits.spending.tills.till_keeping import invite_till, remove_till

KEYRING = Keyring.from_secret("a-secret-for-tests-0123456789abcdef")
NEW = Newcomer("Jo", "quiet river seven lamps")


@dataclass
class Shared:
    """The world's venue, and a second programme whose manager would like to have it too."""

    session: Session
    world: World
    other: UUID
    manager: UUID

    @property
    def venue(self) -> UUID:
        return self.world.venue_id

    @property
    def keeper(self) -> UUID:
        return self.world.users["venue_manager"]

    def ask(self, email: str = "their.manager@example.org") -> Invited:
        return invite_venue(
            self.session,
            KEYRING,
            self.other,
            invitation_id=new_id(),
            typed="Parkside Pool, Cambridge",
            email=email,
            same_as=self.venue,
            actor_id=self.manager,
            base_url="https://here.example",
            today=clock.today(),
        )

    def invite(self, email: str = "", name: str = "") -> Invited:
        return invite(
            self.session,
            KEYRING,
            self.other,
            Workplace(venue_id=self.venue),
            invitation_id=new_id(),
            kind=RoleKind.VENUE_MANAGER,
            email=email,
            name=name,
            actor_id=self.manager,
            base_url="https://here.example",
            today=clock.today(),
        )

    def yes(self, invited: Invited, user_id: UUID | None, new: Newcomer | None = None) -> TakenUp:
        code = link_of(self.session, KEYRING, invited.invitation)
        return take_up(self.session, KEYRING, code, user_id=user_id, new=new, today=clock.today())


@pytest.fixture
def shared(session: Session) -> Shared:
    world = build_world(session)
    other = create_programme(session, name="Coast Time Credits", slug="coast").id
    manager = create_user(session, email="their.manager@example.org", name="Their Manager", password="quiet river seven lamps").id
    give_role(session, other, manager, RoleKind.PROGRAMME_MANAGER)
    for row in session.scalars(select(ProgrammeVenue)):
        row.joined_on = clock.today() - timedelta(days=100)
    session.flush()
    return Shared(session, world, other, manager)


def test_a_manager_who_invites_themselves_to_a_venue_of_others_gets_nothing(shared: Shared) -> None:
    asked = shared.ask()
    assert not takes_part(shared.session, shared.other, shared.venue)
    opened = read_invitation(shared.session, KEYRING, link_of(shared.session, KEYRING, asked.invitation))
    assert opened is not None
    assert opened.joins
    with pytest.raises(RuleError, match="Only somebody who runs this venue now"):
        shared.yes(asked, shared.manager)
    assert asked.invitation.used_at is None
    assert not takes_part(shared.session, shared.other, shared.venue)
    assert programmes_served(shared.session, shared.venue, shared.manager, today=clock.today()) == frozenset()


def test_somebody_new_can_not_say_it_either_and_no_sign_in_is_left_behind(shared: Shared) -> None:
    asked = shared.ask("nobody@example.org")
    opened = read_invitation(shared.session, KEYRING, link_of(shared.session, KEYRING, asked.invitation))
    assert opened is not None
    assert opened.who is WhoComes.SIGN_IN
    before = shared.session.scalar(select(func.count()).select_from(User))
    with pytest.raises(RuleError, match="Only somebody who runs this venue now"):
        shared.yes(asked, None, NEW)
    assert shared.session.scalar(select(func.count()).select_from(User)) == before


def test_whoever_runs_it_says_yes_whoever_the_mail_went_to(shared: Shared) -> None:
    shared.yes(shared.ask(), shared.keeper)
    today = clock.today()
    assert takes_part(shared.session, shared.other, shared.venue)
    assert first_programme(shared.session, shared.venue) == shared.world.programme_id
    both = frozenset({shared.world.programme_id, shared.other})
    assert programmes_served(shared.session, shared.venue, shared.keeper, today=today) == both
    assert speaks_for(shared.session, shared.venue, shared.keeper, today=today)
    assert shared.ask("somebody@example.org").is_new  # it takes part by now: an invitation like any other
    assert shared.yes(shared.invite(name="Jo"), shared.manager).user_id == shared.manager


def test_an_invitation_to_a_venue_of_others_is_listed_and_can_be_taken_back(shared: Shared) -> None:
    place = Workplace(venue_id=shared.venue)
    with pytest.raises(NotFoundError):  # before the venue was asked it is no place of this programme
        shared.invite(name="Jo")
    asked = shared.ask()
    assert not shared.ask().is_new
    assert [each.id for each in list_invitations(shared.session, shared.other, place)] == [asked.invitation.id]
    assert list_invitations(shared.session, shared.world.programme_id, place) == []
    slip = shared.invite(name="Jo")  # on paper too the rule is the same
    with pytest.raises(RuleError, match="Only somebody who runs this venue now"):
        shared.yes(slip, shared.manager)
    assert withdraw(shared.session, shared.other, place, asked.invitation.id, actor_id=shared.manager)
    with pytest.raises(NotFoundError):
        shared.yes(asked, shared.keeper)


def test_what_programmes_share_is_kept_by_those_who_run_it_in_the_first(shared: Shared) -> None:
    shared.yes(shared.ask(), shared.keeper)
    late = shared.yes(shared.invite(email="their.manager@example.org"), shared.manager).user_id
    assert programmes_served(shared.session, shared.venue, late, today=clock.today()) == {shared.other}
    here, facts = (shared.session, shared.other, shared.venue), VenueFacts("Mine now.", (), "", ())
    with pytest.raises(RuleError, match="first programme"):
        invite_till(*here, name="Mine", actor_id=late)
    with pytest.raises(RuleError, match="first programme"):
        remove_till(*here, shared.world.till_id, actor_id=late)
    with pytest.raises(RuleError, match="first programme"):
        describe_venue(*here, facts, actor_id=late)
    with pytest.raises(RuleError, match="first programme"):
        make_poster(shared.session, KEYRING, *here[1:], poster_id=new_id(), name="Mine", actor_id=late)
    made = make_poster(shared.session, KEYRING, *here[1:], poster_id=new_id(), name="Door", actor_id=shared.keeper)
    with pytest.raises(RuleError, match="first programme"):
        end_poster(*here, made.id, actor_id=late)
    assert invite_till(*here, name="Ours", actor_id=shared.keeper)


def test_a_role_that_ended_speaks_for_nothing(shared: Shared) -> None:
    asked = shared.ask()
    place = Workplace(venue_id=shared.venue)
    [held] = roles_of(shared.session, shared.world.programme_id, place, shared.keeper, today=clock.today())
    take_role_away(shared.session, shared.world.programme_id, place, held.id, actor_id=None, today=clock.today())
    with pytest.raises(RuleError, match="Only somebody who runs this venue now"):
        shared.yes(asked, shared.keeper)


def test_totals_are_of_programmes_in_which_the_reader_runs_the_venue(shared: Shared) -> None:
    shared.yes(shared.ask(), shared.keeper)
    late = shared.yes(shared.invite(name="Jo"), shared.manager).user_id
    shared.session.get_one(Venue, shared.venue).is_national = True
    first, today = shared.world.programme_id, clock.today()

    def seen_by(user_id: UUID, acting_in: UUID) -> set[UUID]:
        served = programmes_served(shared.session, shared.venue, user_id, today=today)
        found = all_programmes(shared.session, acting_in, shared.venue, today=today, served=served)
        return {programme_id for programme_id, _name in found.programmes}

    assert seen_by(late, shared.other) == {shared.other}
    assert seen_by(shared.keeper, first) == seen_by(shared.keeper, shared.other) == {first, shared.other}
