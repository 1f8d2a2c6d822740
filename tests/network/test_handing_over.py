"""Handing over: there is one owner before and after, both are told, and nobody else changes."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.mail import MailMessage
from timecredits.network.handing_over import hand_over, who_can_take_over
from timecredits.network.models import RoleKind, StaffRole, User
from timecredits.network.roles import StaffLine, Workplace, take_role_away
from timecredits.network.users import create_user, give_role


@pytest.fixture
def world(session: Session) -> World:
    return build_world(session)


def role_id(session: Session, world: World, who: str) -> UUID:
    return session.scalars(select(StaffRole.id).where(StaffRole.user_id == world.users[who])).one()


def kinds(session: Session, world: World) -> dict[UUID, RoleKind]:
    rows = session.execute(
        select(StaffRole.user_id, StaffRole.kind).where(
            StaffRole.organisation_id == world.organisation_id, StaffRole.ended_at.is_(None)
        )
    )
    return {row.user_id: row.kind for row in rows}


def over(session: Session, world: World, role: UUID) -> StaffLine:
    return hand_over(
        session,
        world.programme_id,
        world.organisation_id,
        role,
        actor_id=world.users["owner"],
        base_url="https://here.example",
        today=clock.today(),
    )


def test_they_change_places_are_told_and_can_change_back(session: Session, world: World) -> None:
    owner, coordinator = world.users["owner"], world.users["coordinator"]
    since = session.scalars(select(StaffRole.started_at).where(StaffRole.user_id == coordinator)).one()
    chosen = role_id(session, world, "coordinator")
    for _twice in range(2):
        line = over(session, world, chosen)
        assert (line.kind, line.user_id) == (RoleKind.ORGANISATION_OWNER, coordinator)
    assert kinds(session, world) == {owner: RoleKind.COORDINATOR, coordinator: RoleKind.ORGANISATION_OWNER}
    assert line.since == since, "letters go on to know since when they have worked there"
    mails = dict(session.execute(select(MailMessage.recipient, MailMessage.body)).all())
    assert set(mails) == {world.emails["owner"], world.emails["coordinator"]}
    assert "You are the owner now." in mails[world.emails["coordinator"]]
    assert "Riverside" not in "".join(mails.values())
    over(session, world, role_id(session, world, "owner"))
    assert kinds(session, world) == {owner: RoleKind.ORGANISATION_OWNER, coordinator: RoleKind.COORDINATOR}


@pytest.mark.parametrize("why", ["ended", "ran out", "disabled", "has a last day"])
def test_nobody_takes_over_who_has_gone_or_is_going(session: Session, world: World, why: str) -> None:
    chosen = role_id(session, world, "coordinator")
    role = session.get_one(StaffRole, (world.programme_id, chosen))
    if why == "ended":
        take_role_away(session, world.programme_id, Workplace(world.organisation_id), chosen, actor_id=None, today=clock.today())
    elif why == "disabled":
        session.get_one(User, world.users["coordinator"]).disabled_at = clock.now()
    else:
        role.ends_on = clock.today() + timedelta(days=-1 if why == "ran out" else 5)
    session.flush()
    before = kinds(session, world)
    assert who_can_take_over(session, world.programme_id, world.organisation_id, today=clock.today()) == []
    with pytest.raises(RuleError, match="Nothing was changed"):
        over(session, world, chosen)
    assert kinds(session, world) == before


@pytest.mark.parametrize("who", ["other_coordinator", "manager", "venue_manager"])
def test_somebody_of_elsewhere_is_not_there(session: Session, world: World, who: str) -> None:
    with pytest.raises(NotFoundError):
        over(session, world, role_id(session, world, who))


def test_somebody_who_is_owner_elsewhere_can_be_owner_here_too(session: Session, world: World) -> None:
    user = create_user(session, email="two.hats@example.org", name="Two Hats")
    give_role(session, world.programme_id, user.id, RoleKind.ORGANISATION_OWNER, organisation_id=world.other_organisation_id)
    role = give_role(session, world.programme_id, user.id, RoleKind.COORDINATOR, organisation_id=world.organisation_id)
    over(session, world, role.id)
    held = session.scalars(select(StaffRole.kind).where(StaffRole.user_id == user.id)).all()
    assert held == [RoleKind.ORGANISATION_OWNER, RoleKind.ORGANISATION_OWNER]


@pytest.mark.parametrize("gone", ["nobody", "ran out"])
def test_an_organisation_without_an_owner_gets_one(session: Session, world: World, gone: str) -> None:
    role = session.get_one(StaffRole, (world.programme_id, role_id(session, world, "owner")))
    if gone == "nobody":
        role.ended_at = clock.now()
    else:
        role.ends_on = clock.today() - timedelta(days=1)
    session.flush()
    over(session, world, role_id(session, world, "coordinator"))
    assert kinds(session, world) == {world.users["coordinator"]: RoleKind.ORGANISATION_OWNER}
