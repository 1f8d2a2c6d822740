"""Concerns, whatever happens to leads and in whichever order: each stands on one lead's desk at least, if anybody is a lead."""

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.world import World, build_world
from timecredits.community.safety.concerns import Danger, Worry, raise_concern, set_state
from timecredits.community.safety.leads import list_led
from timecredits.community.safety.reading import add_note, count_new, find_concern, list_concerns
from timecredits.community.safety_models import Concern, ConcernState
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.network.actors import Actor
from timecredits.network.duties import end_duty, give_duty, holders
from timecredits.network.models import DutyKind, StaffRole, User
from timecredits.network.permissions import ActorKind
from timecredits.network.users import end_role

KEYRING = Keyring({1: b"k" * 32})
LEAD = DutyKind.SAFEGUARDING_LEAD


@pytest.fixture
def world(session: Session) -> World:
    return build_world(session)


def raise_one(session: Session, world: World, at: UUID | None, words: str = "I worry.") -> UUID:
    concern_id = new_id()
    raise_concern(
        session, KEYRING, world.programme_id, Worry(words), concern_id=concern_id, organisation_id=at, base_url="http://here"
    )
    return concern_id


def switch_lead(session: Session, world: World, at: UUID | None, who: str) -> None:
    """Name somebody, or end it where they are named."""
    held = holders(session, world.programme_id, LEAD, at)
    if held:
        end_duty(session, world.programme_id, held[0].id, actor_id=None, organisation_id=at)
    else:
        give_duty(session, world.programme_id, LEAD, actor_id=None, organisation_id=at, user_id=world.users[who])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["lead here", "lead there", "lead of all", "here", "there", "unsure", "take"]), max_size=9))
def test_nothing_is_ever_without_a_reader_while_there_is_a_lead(session: Session, world: World, steps: list[str]) -> None:
    begun = session.begin_nested()
    here, there = world.organisation_id, world.other_organisation_id
    sent: list[UUID] = []
    for step in steps:
        match step:
            case "lead here":
                switch_lead(session, world, here, "coordinator")
            case "lead there":
                switch_lead(session, world, there, "other_coordinator")
            case "lead of all":
                switch_lead(session, world, None, "manager")
            case "take":
                for each in list_concerns(session, KEYRING, world.programme_id, None).concerns[:1]:
                    if holders(session, world.programme_id, LEAD, None):
                        set_state(session, world.programme_id, None, each.id, ConcernState.CLOSED, actor_id=None)
                        set_state(session, world.programme_id, None, each.id, ConcernState.IN_HAND, actor_id=None)
            case _:
                sent.append(raise_one(session, world, {"here": here, "there": there, "unsure": None}[step]))
        desks = [at for at in (here, there, None) if holders(session, world.programme_id, LEAD, at)]
        listed = {at: {each.id for each in list_concerns(session, KEYRING, world.programme_id, at).concerns} for at in desks}
        if None in listed:
            assert set(sent) == set().union(*listed.values())
        assert not (listed.get(here, set()) & listed.get(there, set())), "no organisation reads another's"
        for at in (here, there):
            assert not (listed.get(at, set()) & listed.get(None, set())), "one desk each while both have leads"
    begun.rollback()


def test_who_takes_it_from_the_programmes_desk_keeps_it(session: Session, world: World) -> None:
    concern = raise_one(session, world, world.organisation_id)
    switch_lead(session, world, None, "manager")
    noted = add_note(
        session, KEYRING, world.programme_id, None, concern, "Rang.", note_id=(note := new_id()), actor_id=world.users["manager"]
    )
    assert noted
    switch_lead(session, world, world.organisation_id, "coordinator")
    assert find_concern(session, KEYRING, world.programme_id, None, concern).state is ConcernState.IN_HAND
    with pytest.raises(NotFoundError):
        find_concern(session, KEYRING, world.programme_id, world.organisation_id, concern)
    assert not add_note(
        session, KEYRING, world.programme_id, None, concern, "Rang.", note_id=note, actor_id=world.users["manager"]
    )


@pytest.mark.parametrize("gone", ["role", "disabled"])
def test_a_lead_who_is_gone_is_no_lead(session: Session, world: World, gone: str) -> None:
    switch_lead(session, world, world.organisation_id, "coordinator")
    actor = Actor(
        ActorKind.COORDINATOR,
        user_id=world.users["coordinator"],
        programme_id=world.programme_id,
        organisation_id=world.organisation_id,
    )
    raise_one(session, world, world.organisation_id)
    assert count_new(session, actor) == 1
    if gone == "role":
        end_role(session.scalars(select(StaffRole).where(StaffRole.user_id == actor.user_id)).one())
    else:
        user = session.get_one(User, actor.user)
        user.disabled_at = user.created_at
    session.flush()
    assert count_new(session, actor) == 0
    assert not list_led(session, world.programme_id)[0].leads
    switch_lead(session, world, None, "manager")
    assert len(list_concerns(session, KEYRING, world.programme_id, None).concerns) == 1


def test_only_leads_are_given_a_count(session: Session, world: World) -> None:
    raise_one(session, world, world.organisation_id)
    for who, kind in (("owner", ActorKind.ORGANISATION_OWNER), ("coordinator", ActorKind.COORDINATOR)):
        there = {"programme_id": world.programme_id, "organisation_id": world.organisation_id}
        assert count_new(session, Actor(kind, user_id=world.users[who], **there)) == 0
    assert count_new(session, Actor(ActorKind.VISITOR)) == 0


def test_steps_that_are_none_are_refused(session: Session, world: World) -> None:
    concern = raise_one(session, world, None)
    here = (session, world.programme_id, None, concern)
    assert not set_state(*here, ConcernState.NEW, actor_id=None)
    assert set_state(*here, ConcernState.CLOSED, actor_id=None)
    with pytest.raises(RuleError):
        set_state(*here, ConcernState.NEW, actor_id=None)
    assert set_state(*here, ConcernState.IN_HAND, actor_id=None)
    assert session.scalars(select(Concern)).one().closed_at is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.text(min_size=1, max_size=60).filter(lambda text: any(map(str.isalnum, text))), st.sampled_from(list(Danger)))
def test_words_come_back_to_the_lead_and_stand_nowhere_open(session: Session, world: World, words: str, danger: Danger) -> None:
    begun = session.begin_nested()
    concern_id = new_id()
    raise_concern(
        session,
        KEYRING,
        world.programme_id,
        Worry(words, about="Ann", danger=danger),
        concern_id=concern_id,
        organisation_id=None,
        base_url="http://here",
    )
    shown = find_concern(session, KEYRING, world.programme_id, None, concern_id)
    assert shown.worry is not None
    assert (shown.worry.about, shown.worry.danger) == ("Ann", danger)
    assert shown.worry.worry
    sealed = session.scalars(select(Concern.sealed).where(Concern.id == concern_id)).one()
    assert b"Ann" not in sealed
    begun.rollback()


def test_a_lost_key_is_said_and_no_crash(session: Session, world: World) -> None:
    concern = raise_one(session, world, None)
    shown = find_concern(session, Keyring({2: b"x" * 32}), world.programme_id, None, concern)
    assert shown.worry is None
