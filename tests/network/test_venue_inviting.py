"""A venue in two fields: made once, with an address of its own; one that is known is offered, never taken without asking."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.network.invitations import Invited, link_of
from timecredits.network.models import ProgrammeVenue, RoleKind, StaffRole, Venue
from timecredits.network.programmes import create_venue
from timecredits.network.taking_up import Newcomer, take_up
from timecredits.network.venue_inviting import invite_venue, known_venues, split_town

KEYRING = Keyring.from_secret("a-secret-for-tests-0123456789abcdef")


@pytest.fixture
def world(session: Session) -> World:
    return build_world(session)


def ask(session: Session, world: World, typed: str, **values: Any) -> Invited:
    asked = {"invitation_id": new_id(), "email": "di@venue.example", "actor_id": None, "base_url": "https://here.example"}
    return invite_venue(session, KEYRING, world.programme_id, typed=typed, today=clock.today(), **{**asked, **values})


def test_a_venue_is_made_joins_and_its_manager_comes(session: Session, world: World) -> None:
    made = ask(session, world, "Corn Exchange, Ely")
    venue = session.get_one(Venue, made.invitation.venue_id)
    assert (venue.name, venue.town, venue.slug) == ("Corn Exchange", "Ely", "corn-exchange")
    assert session.scalar(select(ProgrammeVenue.id).where(ProgrammeVenue.venue_id == venue.id)) is not None
    again = ask(session, world, "Corn Exchange, Ely", invitation_id=made.invitation.id)
    assert (again.is_new, again.invitation.id) == (False, made.invitation.id)
    taken = take_up(
        session,
        KEYRING,
        link_of(session, KEYRING, made.invitation),
        new=Newcomer("Di", "quiet river seven lamps"),
        today=clock.today(),
    )
    role = session.get_one(StaffRole, (world.programme_id, taken.role_id))
    assert (role.kind, role.venue_id) == (RoleKind.VENUE_MANAGER, venue.id)


def test_one_that_takes_part_already_is_offered_and_not_made_again(session: Session, world: World) -> None:
    [known] = known_venues(session, world.programme_id, "parkside POOL")
    assert (known.id, known.is_here) == (world.venue_id, True)
    before = session.scalar(select(func.count()).select_from(Venue))
    invited = ask(session, world, "Parkside Pool", same_as=known.id)
    assert invited.invitation.venue_id == world.venue_id
    assert session.scalar(select(func.count()).select_from(Venue)) == before


def test_another_programme_s_venue_is_offered_only_where_it_is_national_or_its_town_was_typed(
    session: Session, world: World
) -> None:
    national = create_venue(session, name="Tower", slug="tower", town="London", is_national=True)
    create_venue(session, name="Corn Exchange", slug="corn-exchange", town="Ely")
    assert [each.id for each in known_venues(session, world.programme_id, "Tower")] == [national.id]
    assert known_venues(session, world.programme_id, "Corn Exchange") == []
    [same_town] = known_venues(session, world.programme_id, "Corn Exchange, ely")
    assert not same_town.is_here
    with pytest.raises(NotFoundError):
        ask(session, world, "Corn Exchange", same_as=same_town.id)
    another = ask(session, world, "Corn Exchange, March")
    assert session.get_one(Venue, another.invitation.venue_id).slug == "corn-exchange-march"
    third = ask(session, world, "Corn Exchange", email="mo@venue.example")
    assert session.get_one(Venue, third.invitation.venue_id).slug == "corn-exchange-2"


@pytest.mark.parametrize(
    ("typed", "email", "words"),
    [
        (" ", "di@venue.example", "Type the name"),
        ("x" * 101, "di@venue.example", "at most 100"),
        ("Corn Exchange", "nobody", "like name@example.org"),
        (" , ", "di@venue.example", "Type the name"),
    ],
)
def test_what_was_typed_badly_makes_nothing(session: Session, world: World, typed: str, email: str, words: str) -> None:
    before = session.scalar(select(func.count()).select_from(Venue))
    with pytest.raises(RuleError, match=words):
        ask(session, world, typed, email=email)
    assert session.scalar(select(func.count()).select_from(Venue)) == before


def test_who_runs_it_already_is_not_invited_and_nothing_is_made(session: Session, world: World) -> None:
    with pytest.raises(RuleError, match="work here already"):
        ask(session, world, "Parkside Pool", same_as=world.venue_id, email=world.emails["venue_manager"])


@given(st.text(max_size=60))
def test_a_name_and_a_town_lose_no_letter(typed: str) -> None:
    name, town = split_town(typed)
    letters = "".join(typed.split()).replace(",", "")
    assert "".join(f"{name}{town}".split()).replace(",", "") == letters
    assert not town or "," in typed
