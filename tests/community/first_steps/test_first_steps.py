"""Small steps: in order of talking, a list of one's own, and a note only on the day that was asked for."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.community.directory_models import FirstStep
from timecredits.community.first_steps.offered import ORDER, StepKind, offered_steps
from timecredits.community.first_steps.step_list import (
    MOST_STEPS,
    add_own_words,
    list_steps,
    mark_step,
    put_on_list,
    remind_on,
    take_off,
)
from timecredits.community.first_steps.step_reminders import send_step_reminders
from timecredits.community.group_models import GroupKind
from timecredits.community.groups.group_facts import GroupFacts
from timecredits.community.groups.groups import make_group
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.mail import MailMessage
from timecredits.hours.activities import close_activity, create_activity
from timecredits.hours.activity_facts import ActivityFacts
from timecredits.hours.activity_models import OpenTo, Talking
from timecredits.network.programmes import create_organisation, create_programme, create_venue, join_programme
from timecredits.network.users import create_user
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending.offers.offer_keeping import OfferFacts, create_offer

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEYRING = Keyring.from_secret("for tests")


@dataclass
class Town:
    session: Session
    programme_id: UUID
    organisation_id: UUID
    other_id: UUID
    venue_id: UUID
    me: UUID
    other: UUID

    def activity(self, name: str, talking: Talking | None = None, *, first: bool = True, at: UUID | None = None) -> UUID:
        facts = ActivityFacts(name=name, good_first_step=first, talking=talking)
        at = at or self.organisation_id
        return create_activity(self.session, self.programme_id, at, facts, actor_id=None).id

    def offer(self, name: str, talking: Talking | None = None, *, alone: bool = False) -> UUID:
        facts = OfferFacts(name=name, adult_minutes=60, good_first_step=True, talking=talking, alone_is_fine=alone)
        return create_offer(self.session, self.programme_id, self.venue_id, facts).id

    def offered(self) -> dict[Talking, list[str]]:
        found = offered_steps(self.session, self.programme_id, self.me)
        return {talking: [step.name for step in steps] for talking, steps in found.items() if steps}

    def mine(self, who: UUID | None = None) -> list[str | None]:
        return [each.words for each in list_steps(self.session, KEYRING, self.programme_id, who or self.me)]

    def write(self, words: str, who: UUID | None = None) -> UUID:
        key = new_id()
        assert add_own_words(self.session, KEYRING, self.programme_id, who or self.me, words, step_id=key)
        return key


@pytest.fixture
def town(session: Session) -> Town:
    programme = create_programme(session, name="Fenland", slug="fenland")
    here = create_organisation(session, programme.id, name="Riverside", slug="riverside", town="Ely")
    there = create_organisation(session, programme.id, name="Lantern", slug="lantern", town="March")
    venue = create_venue(session, name="Pool", slug="pool", town="Ely")
    join_programme(session, programme.id, venue.id)
    user = create_user(session, email="sian@example.org", name="Siân")
    me = enrol_volunteer(session, programme.id, here.id, first_name="Siân", user_id=user.id).volunteer.id
    other = enrol_volunteer(session, programme.id, there.id, first_name="Łukasz").volunteer.id
    return Town(session, programme.id, here.id, there.id, venue.id, me, other)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*Talking, None]), max_size=6), st.lists(st.sampled_from([*Talking, None]), max_size=6))
def test_every_step_stands_under_its_word_and_none_is_lost(
    town: Town, activities: list[Talking | None], offers: list[Talking | None]
) -> None:
    with town.session.begin_nested() as undo:
        known = {str(town.activity(f"Role {number}", each)): each or Talking.SOME for number, each in enumerate(activities)}
        known |= {str(town.offer(f"Swim {number}", each)): each or Talking.LITTLE for number, each in enumerate(offers)}
        found = offered_steps(town.session, town.programme_id, town.me)
        assert list(found) == list(ORDER)
        assert {str(step.place.id): talking for talking, steps in found.items() for step in steps} == known
        undo.rollback()


def test_where_nothing_was_said_it_stands_where_most_would_look(town: Town) -> None:
    town.activity("Pot up seedlings")
    town.offer("Film")
    town.offer("Swim", alone=True)
    make_group(
        town.session,
        KEYRING,
        town.programme_id,
        town.organisation_id,
        GroupFacts("After a loss", GroupKind.OPEN, "Group session", good_first_step=True),
        group_id=new_id(),
        actor_id=None,
    )
    assert town.offered() == {
        Talking.NONE: ["Swim"],
        Talking.LITTLE: ["Film"],
        Talking.SOME: ["Pot up seedlings"],
        Talking.MORE: ["After a loss"],
    }


def test_what_somebody_could_not_join_is_not_offered(town: Town) -> None:
    town.activity("Not marked", first=False)
    closed = town.activity("Closed")
    close_activity(town.session, town.programme_id, town.organisation_id, closed, actor_id=None)
    facts = ActivityFacts(name="Only their own", good_first_step=True, open_to=OpenTo.ENROLLED)
    elsewhere = create_activity(town.session, town.programme_id, town.other_id, facts, actor_id=None)
    assert town.offered() == {}
    for key in (closed, elsewhere.id, new_id()):
        with pytest.raises(NotFoundError):
            put_on_list(town.session, town.programme_id, town.me, key, step_id=new_id())


def test_a_list_from_the_first_step_to_none(town: Town) -> None:
    role, swim = town.activity("Tea"), town.offer("Swim")
    for key in (role, swim):
        assert put_on_list(town.session, town.programme_id, town.me, key, step_id=new_id())
        assert not put_on_list(town.session, town.programme_id, town.me, key, step_id=new_id())
    own = town.write("  Walk   round the block ")
    assert town.mine() == ["Tea", "Swim", "Walk round the block"]
    kinds = [each.kind for each in list_steps(town.session, KEYRING, town.programme_id, town.me)]
    assert kinds == [StepKind.ACTIVITY, StepKind.OFFER, None]
    today = clock.today()
    tea = list_steps(town.session, KEYRING, town.programme_id, town.me)[0].id
    mark_step(town.session, town.programme_id, town.me, tea, done_on=today)
    mark_step(town.session, town.programme_id, town.me, tea, done_on=today + timedelta(days=1))
    last = list_steps(town.session, KEYRING, town.programme_id, town.me)[-1]
    assert (last.words, last.done_on) == ("Tea", today)
    assert put_on_list(town.session, town.programme_id, town.me, role, step_id=new_id())  # to try it once more
    mark_step(town.session, town.programme_id, town.me, tea, done_on=None)
    for each in list_steps(town.session, KEYRING, town.programme_id, town.me):
        take_off(town.session, town.programme_id, town.me, each.id)
    assert town.session.scalar(select(func.count()).select_from(FirstStep)) == 0
    with pytest.raises(NotFoundError):
        take_off(town.session, town.programme_id, town.me, own)


def test_nobody_else_finds_a_step_and_no_row_holds_its_words(town: Town) -> None:
    own = town.write("Say hello to Morwenna")
    assert town.mine(town.other) == []
    for act in (
        lambda: mark_step(town.session, town.programme_id, town.other, own, done_on=clock.today()),
        lambda: take_off(town.session, town.programme_id, town.other, own),
        lambda: remind_on(town.session, town.programme_id, town.other, own, None, today=clock.today()),
        lambda: add_own_words(town.session, KEYRING, town.programme_id, town.other, "Mine now", step_id=own),
    ):
        with pytest.raises(NotFoundError):
            act()
    sealed = town.session.scalars(select(FirstStep.sealed)).one()
    assert sealed is not None
    assert b"Morwenna" not in sealed


def test_the_same_form_sent_twice_adds_one_step(town: Town) -> None:
    key = new_id()
    assert add_own_words(town.session, KEYRING, town.programme_id, town.me, "Walk", step_id=key)
    assert not add_own_words(town.session, KEYRING, town.programme_id, town.me, "Walk", step_id=key)
    assert town.mine() == ["Walk"]


@pytest.mark.parametrize("words", ["", "  ", "...", "x" * 201])
def test_no_words_or_too_many_are_refused(town: Town, words: str) -> None:
    with pytest.raises(RuleError):
        add_own_words(town.session, KEYRING, town.programme_id, town.me, words, step_id=new_id())
    assert town.mine() == []


def test_a_full_list_says_so(town: Town) -> None:
    for number in range(MOST_STEPS):
        town.write(f"Step {number}")
    with pytest.raises(RuleError, match="Take one off first"):
        add_own_words(town.session, KEYRING, town.programme_id, town.me, "One more", step_id=new_id())
    assert len(town.mine()) == MOST_STEPS


def test_a_note_comes_once_on_its_day_and_says_nothing(town: Town) -> None:
    with clock.standing_at(NOON):
        own, quiet = town.write("Ring Morwenna"), town.write("No note for this")
        remind_on(town.session, town.programme_id, town.me, own, clock.today() + timedelta(days=2), today=clock.today())
        assert send_step_reminders(town.session, town.programme_id, now=NOON + timedelta(days=1)) == 0
        assert send_step_reminders(town.session, town.programme_id, now=NOON + timedelta(days=2)) == 1
        assert send_step_reminders(town.session, town.programme_id, now=NOON + timedelta(days=3)) == 0
    mail = town.session.scalars(select(MailMessage)).one()
    assert mail.recipient == "sian@example.org"
    assert "Morwenna" not in f"{mail.subject} {mail.body}"
    assert quiet != own


def test_what_is_ticked_off_sends_no_note(town: Town) -> None:
    with clock.standing_at(NOON):
        own = town.write("Walk")
        remind_on(town.session, town.programme_id, town.me, own, clock.today() + timedelta(days=1), today=clock.today())
        mark_step(town.session, town.programme_id, town.me, own, done_on=clock.today())
        assert send_step_reminders(town.session, town.programme_id, now=NOON + timedelta(days=1)) == 0


def test_somebody_without_an_email_gets_no_note_and_nobody_waits_for_it(town: Town) -> None:
    with clock.standing_at(NOON):
        own = town.write("Walk", town.other)
        remind_on(town.session, town.programme_id, town.other, own, clock.today() + timedelta(days=1), today=clock.today())
        assert send_step_reminders(town.session, town.programme_id, now=NOON + timedelta(days=1)) == 0
        assert town.session.scalar(select(func.count()).select_from(MailMessage)) == 0


@pytest.mark.parametrize("days", [0, -1, 400])
def test_a_day_gone_by_or_far_off_is_refused(town: Town, days: int) -> None:
    own = town.write("Walk")
    with pytest.raises(RuleError):
        remind_on(town.session, town.programme_id, town.me, own, clock.today() + timedelta(days=days), today=clock.today())
