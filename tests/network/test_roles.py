"""Roles: a last day, ending with a way back, and who can't be ended."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.models import RoleKind, StaffRole, User
from timecredits.network.roles import (
    RoleState,
    Workplace,
    change_role,
    find_line,
    free_owner_seat,
    give_role_back,
    list_lines,
    organisations_without_owner,
    take_role_away,
)
from timecredits.network.sign_ins import find_actor, list_capacities, start_sign_in
from timecredits.network.users import create_user, give_role


@pytest.fixture
def world(session: Session) -> World:
    return build_world(session)


def role_of(session: Session, world: World, who: str) -> StaffRole:
    return session.scalars(select(StaffRole).where(StaffRole.user_id == world.users[who])).one()


def here(world: World) -> Workplace:
    return Workplace(organisation_id=world.organisation_id)


def change(session: Session, world: World, who: str, place: Workplace, **values: object) -> bool:
    role = role_of(session, world, who)
    given = {"title": role.title, "ends_on": None, "actor_id": None, "today": clock.today(), **values}
    return change_role(session, world.programme_id, place, role.id, **given)  # type: ignore[arg-type]


def end(session: Session, world: World, who: str, place: Workplace, *, by: str) -> bool:
    role = role_of(session, world, who)
    return take_role_away(session, world.programme_id, place, role.id, actor_id=world.users[by], today=clock.today())


def back(session: Session, world: World, who: str, place: Workplace) -> bool:
    role = role_of(session, world, who)
    return give_role_back(session, world.programme_id, place, role.id, actor_id=None, today=clock.today())


def test_a_role_ends_at_the_next_request_after_its_last_day(session: Session, world: World) -> None:
    coordinator = world.users["coordinator"]
    midnight = clock.first_moment(clock.today() + timedelta(days=1))
    # Signed in late on the last day: a sign-in of staff lasts for hours and still stands when the day is over.
    with clock.standing_at(midnight - timedelta(hours=1)):
        secret = start_sign_in(session, coordinator, list_capacities(session, coordinator)[0])
        assert change(session, world, "coordinator", here(world), ends_on=clock.today())
        assert not change(session, world, "coordinator", here(world), ends_on=clock.today())
        assert find_actor(session, secret) is not None
    with clock.standing_at(midnight):
        assert find_actor(session, secret) is None
        assert list_capacities(session, coordinator) == []
        line = find_line(session, world.programme_id, here(world), role_of(session, world, "coordinator").id, today=clock.today())
        assert line.state is RoleState.RAN_OUT
        assert back(session, world, "coordinator", here(world))
        assert find_actor(session, secret) is not None
    assert role_of(session, world, "coordinator").ends_on is None


def test_ending_a_role_ends_its_sign_ins_and_no_others_and_can_be_taken_back(session: Session, world: World) -> None:
    coordinator = world.users["coordinator"]
    give_role(session, world.programme_id, coordinator, RoleKind.VENUE_MANAGER, venue_id=world.venue_id)
    mine, other = list_capacities(session, coordinator)
    secret, secret_elsewhere = start_sign_in(session, coordinator, mine), start_sign_in(session, coordinator, other)
    role = session.get_one(StaffRole, (world.programme_id, mine.role_id))
    ending = {"actor_id": world.users["owner"], "today": clock.today()}
    assert take_role_away(session, world.programme_id, here(world), role.id, **ending)  # type: ignore[arg-type]
    assert not take_role_away(session, world.programme_id, here(world), role.id, **ending)  # type: ignore[arg-type]
    assert (find_actor(session, secret), find_actor(session, secret_elsewhere) is not None) == (None, True)
    assert [each.state for each in list_lines(session, world.programme_id, here(world), today=clock.today())] == [
        RoleState.COUNTS,
        RoleState.ENDED,
    ]
    assert give_role_back(session, world.programme_id, here(world), role.id, **ending)  # type: ignore[arg-type]
    assert not give_role_back(session, world.programme_id, here(world), role.id, **ending)  # type: ignore[arg-type]
    assert find_actor(session, secret) is None, "they sign in anew"
    session.flush()
    acts = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == role.id)).all()
    assert sorted(acts) == ["role ended", "role given back"]


def test_a_role_that_ended_long_ago_is_neither_listed_nor_given_back(session: Session, world: World) -> None:
    end(session, world, "coordinator", here(world), by="owner")
    with clock.standing_at(clock.now() + timedelta(days=31)):
        assert len(list_lines(session, world.programme_id, here(world), today=clock.today())) == 1
        with pytest.raises(RuleError, match="too long ago"):
            back(session, world, "coordinator", here(world))


def test_an_owner_can_neither_end_nor_limit_themselves_but_a_manager_can(session: Session, world: World) -> None:
    with pytest.raises(RuleError, match="You are the owner"):
        end(session, world, "owner", here(world), by="owner")
    with pytest.raises(RuleError, match="You are the owner"):
        change(session, world, "owner", here(world), ends_on=clock.today(), actor_id=world.users["owner"])
    assert change(session, world, "owner", here(world), title="Head", actor_id=world.users["owner"])
    assert (world.organisation_id, "Riverside Trust") not in organisations_without_owner(
        session, world.programme_id, today=clock.today()
    )
    assert end(session, world, "owner", here(world), by="manager")
    assert (world.organisation_id, "Riverside Trust") in organisations_without_owner(
        session, world.programme_id, today=clock.today()
    )


def test_the_last_programme_manager_who_stays_can_not_be_ended(session: Session, world: World) -> None:
    place = Workplace()
    for attempt in (
        lambda: end(session, world, "manager", place, by="manager"),
        lambda: change(session, world, "manager", place, ends_on=clock.today()),
    ):
        with pytest.raises(RuleError, match="Somebody must stay"):
            attempt()
    second = create_user(session, email="second@example.org", name="Second")
    role = give_role(session, world.programme_id, second.id, RoleKind.PROGRAMME_MANAGER)
    role.ends_on = clock.today() + timedelta(days=3)
    session.flush()
    with pytest.raises(RuleError, match="Somebody must stay"):
        end(session, world, "manager", place, by="manager")
    role.ends_on, second.disabled_at = None, clock.now()
    session.flush()
    with pytest.raises(RuleError, match="Somebody must stay"):
        end(session, world, "manager", place, by="manager")
    second.disabled_at = None
    session.flush()
    assert end(session, world, "manager", place, by="manager")


def test_a_last_day_that_is_over_and_a_title_that_is_too_long_are_refused(session: Session, world: World) -> None:
    with pytest.raises(RuleError, match="today or a later day"):
        change(session, world, "coordinator", here(world), ends_on=clock.today() - timedelta(days=1))
    with pytest.raises(RuleError, match="at most 100"):
        change(session, world, "coordinator", here(world), title="x" * 101)


@pytest.mark.parametrize("who", ["other_coordinator", "manager", "venue_manager"])
def test_a_role_of_elsewhere_is_not_there(session: Session, world: World, who: str) -> None:
    with pytest.raises(NotFoundError):
        end(session, world, who, here(world), by="owner")
    with pytest.raises(NotFoundError):
        change(session, world, who, here(world), title="Boss")
    with pytest.raises(NotFoundError):
        back(session, world, who, here(world))


def test_nobody_gets_two_roles_at_one_place_back_and_no_second_owner(session: Session, world: World) -> None:
    end(session, world, "owner", here(world), by="manager")
    other = create_user(session, email="new.owner@example.org", name="New Owner")
    give_role(session, world.programme_id, other.id, RoleKind.ORGANISATION_OWNER, organisation_id=world.organisation_id)
    with pytest.raises(RuleError, match="an owner here already"):
        back(session, world, "owner", here(world))
    end(session, world, "coordinator", here(world), by="owner")
    given = give_role(
        session, world.programme_id, world.users["coordinator"], RoleKind.COORDINATOR, organisation_id=world.organisation_id
    )
    first = session.scalars(
        select(StaffRole).where(StaffRole.user_id == world.users["coordinator"], StaffRole.id != given.id)
    ).one()
    with pytest.raises(RuleError, match="work here already"):
        give_role_back(session, world.programme_id, here(world), first.id, actor_id=None, today=clock.today())
    listed = list_lines(session, world.programme_id, here(world), today=clock.today())
    assert [each.role_id for each in listed if each.user_id == world.users["coordinator"]] == [given.id]


@pytest.mark.parametrize("gone", ["last day over", "disabled"])
def test_the_seat_of_an_owner_who_is_as_good_as_gone_is_free(session: Session, world: World, gone: str) -> None:
    role = role_of(session, world, "owner")
    if gone == "disabled":
        session.get_one(User, world.users["owner"]).disabled_at = clock.now()
    else:
        role.ends_on = clock.today() - timedelta(days=1)
    session.flush()
    assert world.organisation_id in dict(organisations_without_owner(session, world.programme_id, today=clock.today()))
    free_owner_seat(session, world.programme_id, here(world), today=clock.today())
    other = create_user(session, email="new.owner@example.org", name="New Owner")
    give_role(session, world.programme_id, other.id, RoleKind.ORGANISATION_OWNER, organisation_id=world.organisation_id)
    assert world.organisation_id not in dict(organisations_without_owner(session, world.programme_id, today=clock.today()))
