"""Stopping the use of credits of a person or at a venue, and letting it go on."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.models import Enrolment, Volunteer
from timecredits.spending.freezing import (
    LONGEST_REASON,
    find_hold,
    find_venue_state,
    freeze_person,
    freeze_venue,
    list_venue_states,
    unfreeze_person,
    unfreeze_venue,
    whom_to_ask,
)


def acts(session: Session, world: World) -> list[str]:
    return list(session.scalars(select(AuditEntry.action).where(AuditEntry.programme_id == world.programme_id)))


def test_a_person_is_stopped_once_with_a_reason_and_goes_on(session: Session, world: World) -> None:
    here, actor = (world.programme_id, world.organisation_id), world.users["coordinator"]
    before = len(acts(session, world))
    assert freeze_person(session, *here, world.volunteer_id, reason="  A card was   lost. ", actor_id=actor)
    assert not freeze_person(session, *here, world.volunteer_id, reason="Again.", actor_id=actor)
    hold = find_hold(session, *here, world.volunteer_id)
    assert hold is not None
    assert (hold.reason, hold.is_ours, hold.since) == ("A card was lost.", True, clock.now())
    volunteer = session.get_one(Volunteer, (world.programme_id, world.volunteer_id))
    contact = whom_to_ask(session, world.programme_id, volunteer)
    assert contact is not None
    assert (contact.name, contact.phone) == ("Riverside Trust", "01353 000000")
    assert unfreeze_person(session, *here, world.volunteer_id, actor_id=actor)
    assert not unfreeze_person(session, *here, world.volunteer_id, actor_id=actor)
    assert find_hold(session, *here, world.volunteer_id) is None
    assert whom_to_ask(session, world.programme_id, volunteer) is None
    assert acts(session, world)[before:] == ["use of credits stopped", "use of credits let go on"]


@pytest.mark.parametrize("reason", ["", "   ", "a" * (LONGEST_REASON + 1)])
def test_a_reason_is_needed_and_not_too_long(session: Session, world: World, reason: str) -> None:
    with pytest.raises(RuleError):
        freeze_person(session, world.programme_id, world.organisation_id, world.volunteer_id, reason=reason, actor_id=None)
    with pytest.raises(RuleError):
        freeze_venue(session, world.programme_id, world.venue_id, reason=reason, actor_id=None)
    assert find_hold(session, world.programme_id, world.organisation_id, world.volunteer_id) is None


def test_somebody_of_another_organisation_is_nobody(session: Session, world: World) -> None:
    here = (world.programme_id, world.organisation_id)
    for who in (world.other_volunteer_id, new_id()):
        with pytest.raises(NotFoundError):
            freeze_person(session, *here, who, reason="No.", actor_id=None)
        with pytest.raises(NotFoundError):
            unfreeze_person(session, *here, who, actor_id=None)
        with pytest.raises(NotFoundError):
            find_hold(session, *here, who)


def test_another_organisation_reads_no_reason_and_lets_nothing_go_on(session: Session, world: World) -> None:
    session.add(
        Enrolment(
            programme_id=world.programme_id,
            id=new_id(),
            organisation_id=world.other_organisation_id,
            volunteer_id=world.volunteer_id,
            enrolled_on=clock.today(),
        )
    )
    session.flush()
    freeze_person(session, world.programme_id, world.organisation_id, world.volunteer_id, reason="Private.", actor_id=None)
    there = (world.programme_id, world.other_organisation_id, world.volunteer_id)
    hold = find_hold(session, *there)
    assert hold is not None
    assert (hold.reason, hold.is_ours) == ("", False)
    with pytest.raises(RuleError):
        unfreeze_person(session, *there, actor_id=None)
    assert find_hold(session, *there) is not None


def test_a_venue_is_stopped_and_goes_on(session: Session, world: World) -> None:
    assert freeze_venue(session, world.programme_id, world.venue_id, reason="The doors are shut.", actor_id=None)
    assert not freeze_venue(session, world.programme_id, world.venue_id, reason="Again.", actor_id=None)
    assert find_venue_state(session, world.programme_id, world.venue_id).reason == "The doors are shut."
    assert [each.stopped_at is not None for each in list_venue_states(session, world.programme_id)] == [True]
    assert unfreeze_venue(session, world.programme_id, world.venue_id, actor_id=None)
    assert not unfreeze_venue(session, world.programme_id, world.venue_id, actor_id=None)
    for missing in ((new_id(), world.venue_id), (world.programme_id, new_id())):
        with pytest.raises(NotFoundError):
            freeze_venue(session, *missing, reason="No.", actor_id=None)
