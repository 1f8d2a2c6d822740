"""Who holds a duty: nobody without an identity, and nobody any more once it ended, however often it was given."""

from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.network.actors import Actor
from timecredits.network.duties import end_duty, give_duty, has_duty, holders
from timecredits.network.models import Duty, DutyKind
from timecredits.network.permissions import ActorKind


@pytest.fixture
def world(session: Session) -> World:
    return build_world(session)


@pytest.mark.parametrize("kind", [ActorKind.VISITOR, ActorKind.TILL, ActorKind.KIOSK, ActorKind.PARTNER])
def test_whoever_is_nobody_holds_no_volunteer_s_duty(session: Session, world: World, kind: ActorKind) -> None:
    group_id = new_id()
    at = {"organisation_id": world.organisation_id, "group_id": group_id}
    give_duty(session, world.programme_id, DutyKind.FACILITATOR, actor_id=None, volunteer_id=world.volunteer_id, **at)
    nobody = Actor(kind, programme_id=world.programme_id)
    assert not has_duty(session, nobody, DutyKind.FACILITATOR, group_id=group_id)
    person = Actor(ActorKind.VOLUNTEER, programme_id=world.programme_id, volunteer_id=world.volunteer_id)
    assert has_duty(session, person, DutyKind.FACILITATOR, group_id=group_id)


def test_a_duty_given_twice_at_one_moment_ends_with_one_press(session: Session, world: World) -> None:
    lead, here = DutyKind.SAFEGUARDING_LEAD, world.organisation_id
    ids: list[UUID] = []
    for who in ("coordinator", "coordinator", "owner"):  # as two transactions at once leave it
        ids.append(new_id())
        duty = {"kind": lead, "organisation_id": here, "user_id": world.users[who], "given_at": clock.now()}
        session.add(Duty(programme_id=world.programme_id, id=ids[-1], **duty))
    session.flush()
    end_duty(session, world.programme_id, ids[0], actor_id=None, organisation_id=here)
    assert [each.user_id for each in holders(session, world.programme_id, lead, here)] == [world.users["owner"]]
