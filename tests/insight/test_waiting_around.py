"""What waits around the credits: each number is of one's own desk, and whoever looks after nothing is told of nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.house.full_referrals import SAID, ask_somebody
from tests.web.safe import write_comments
from tests.web.support_entries import FOOD_BANK
from tests.web.world import World, build_world
from timecredits.community.directory.keeping import add_entry
from timecredits.community.directory.reports import say_wrong
from timecredits.community.directory_models import SupportFault
from timecredits.community.mentoring_models import Mentoring, MentoringState
from timecredits.community.referral_models import ReferralState
from timecredits.community.referrals.settings import set_takes_requests
from timecredits.community.referrals.stages import StepWords, find_sent, move
from timecredits.community.safety.concerns import Worry, raise_concern
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.insight.waiting_around import waiting_at, waiting_in_programme
from timecredits.network.actors import Actor
from timecredits.network.duties import give_duty
from timecredits.network.models import DutyKind
from timecredits.network.permissions import ActorKind

KEYRING = Keyring.from_secret("a secret for tests of what waits")
LEAD, MODERATOR, WORKER = DutyKind.SAFEGUARDING_LEAD, DutyKind.MODERATOR, DutyKind.PROJECT_WORKER
MOST_QUESTIONS = 7
FEW = st.integers(0, 2)


@pytest.fixture
def world(session: Session) -> World:
    made = build_world(session)
    for each in (made.organisation_id, made.other_organisation_id):
        set_takes_requests(session, made.programme_id, each, takes=True, actor_id=None)
    return made


def staff(world: World, who: str = "coordinator") -> Actor:
    kind = {"owner": ActorKind.ORGANISATION_OWNER, "manager": ActorKind.PROGRAMME_MANAGER}.get(who, ActorKind.COORDINATOR)
    at = {"manager": None, "other_coordinator": world.other_organisation_id}.get(who, world.organisation_id)
    return Actor(kind, user_id=world.users[who], programme_id=world.programme_id, organisation_id=at)


def name(session: Session, world: World, kind: DutyKind, who: str, at: UUID | None) -> None:
    give_duty(session, world.programme_id, kind, actor_id=None, organisation_id=at, user_id=world.users[who])


def ask(session: Session, world: World, at: UUID | None, number: int) -> UUID:
    said = replace(SAID, name=f"Person {number}", phone=f"01632 9604{number:02}", email="")
    return ask_somebody(session, KEYRING, world.programme_id, at, said)


def answer(session: Session, world: World, referral_id: UUID) -> None:
    row = find_sent(session, world.programme_id, world.organisation_id, referral_id)
    move(session, KEYRING, row, ReferralState.IN_TOUCH, StepWords(), actor_id=None)


def worry(session: Session, world: World, at: UUID | None) -> None:
    said = Worry("I worry.")
    raise_concern(session, KEYRING, world.programme_id, said, concern_id=new_id(), organisation_id=at, base_url="http://here")


def keep_old_entry(session: Session, world: World, at: UUID | None) -> UUID:
    with clock.standing_at(clock.now() - timedelta(days=800)):
        return add_entry(session, world.programme_id, at, FOOD_BANK, entry_id=new_id(), actor_id=None).id


def pair_up(session: Session, world: World, at: UUID, review_in: int) -> None:
    now = clock.now()
    activity = create_activity(session, world.programme_id, at, ActivityFacts(f"Meeting {review_in}"), actor_id=None)
    session.add(
        Mentoring(
            programme_id=world.programme_id,
            id=new_id(),
            organisation_id=at,
            activity_id=activity.id,
            mentor_id=world.volunteer_id,
            mentee_id=world.other_volunteer_id,
            state=MentoringState.AGREED,
            matched_at=now,
            review_on=clock.today() + timedelta(days=review_in),
        )
    )
    session.flush()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(duties=st.sets(st.sampled_from([LEAD, MODERATOR, WORKER])), here=FEW, answered=FEW, there=FEW, old=FEW, worries=FEW)
def test_each_number_is_of_ones_own_desk(
    session: Session,
    world: World,
    *,
    duties: set[DutyKind],
    here: int,
    answered: int,
    there: int,
    old: int,
    worries: int,
) -> None:
    begun = session.begin_nested()
    own, other = world.organisation_id, world.other_organisation_id
    name(session, world, LEAD, "owner", own)  # somebody is, so that concerns go to the organisation
    for kind in duties:
        name(session, world, kind, "coordinator", own)
    asked = [ask(session, world, own, number) for number in range(here + answered)]
    for each in asked[:answered]:
        answer(session, world, each)
    for number in range(there):
        ask(session, world, other, 50 + number)
        keep_old_entry(session, world, other)
    for _each in range(old):
        keep_old_entry(session, world, own)
    for _each in range(worries):
        worry(session, world, own)
    found = waiting_at(session, staff(world), today=clock.today())
    assert found.requests == (here if WORKER in duties else None)
    assert found.reviews == (0 if WORKER in duties else None)
    assert found.comments == (0 if MODERATOR in duties else None)
    assert found.concerns == (worries if LEAD in duties else None)
    assert found.entries == old
    assert found.total == old + here * (WORKER in duties) + worries * (LEAD in duties)
    begun.rollback()


def test_an_owner_moderates_and_answers_but_is_no_lead_by_that(session: Session, world: World) -> None:
    name(session, world, LEAD, "coordinator", world.organisation_id)
    worry(session, world, world.organisation_id)
    write_comments(session, world)
    pair_up(session, world, world.organisation_id, review_in=0)
    pair_up(session, world, world.organisation_id, review_in=30)
    pair_up(session, world, world.other_organisation_id, review_in=0)
    found = waiting_at(session, staff(world, "owner"), today=clock.today())
    assert (found.requests, found.comments, found.reviews, found.concerns) == (0, 1, 1, None)
    elsewhere = waiting_at(session, staff(world, "other_coordinator"), today=clock.today())
    assert (elsewhere.requests, elsewhere.comments, elsewhere.reviews, elsewhere.concerns) == (None, None, None, None)
    assert elsewhere.total == 0


def test_a_manager_is_told_of_requests_to_nobody_and_of_who_has_no_lead(session: Session, world: World) -> None:
    manager = staff(world, "manager")
    before = waiting_in_programme(session, manager, today=clock.today())
    assert (before.requests, before.entries, before.without_lead, before.concerns, before.total) == (0, 0, 2, None, 0)
    name(session, world, LEAD, "manager", None)
    name(session, world, LEAD, "coordinator", world.organisation_id)
    ask(session, world, None, 1)
    ask(session, world, world.organisation_id, 2)
    keep_old_entry(session, world, None)
    worry(session, world, None)
    after = waiting_in_programme(session, manager, today=clock.today())
    assert (after.requests, after.entries, after.without_lead, after.concerns, after.total) == (1, 1, 1, 1, 3)


def test_what_a_reader_calls_wrong_waits_too(session: Session, world: World) -> None:
    entry = add_entry(session, world.programme_id, world.organisation_id, FOOD_BANK, entry_id=new_id(), actor_id=None)
    assert waiting_at(session, staff(world), today=clock.today()).total == 0
    say_wrong(session, world.programme_id, entry.id, SupportFault.PHONE, said_from="192.0.2.1")
    assert waiting_at(session, staff(world), today=clock.today()).entries == 1


def test_the_first_page_asks_few_questions_however_much_waits(session: Session, world: World) -> None:
    for kind in (LEAD, MODERATOR, WORKER):
        name(session, world, kind, "coordinator", world.organisation_id)
    for number in range(5):
        ask(session, world, world.organisation_id, number)
        worry(session, world, world.organisation_id)
    session.flush()
    asked: list[str] = []

    def note(*args: Any) -> None:
        asked.append(args[2])

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert waiting_at(session, staff(world), today=clock.today()).total == 10
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert 0 < len(asked) <= MOST_QUESTIONS, asked
