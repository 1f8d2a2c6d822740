"""Passes: at most five out, their credits put aside, and back by themselves; what a person has put aside is one look."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.spending.notes.sheaf import faults, float_of, notes_in, printed, text_of, use_by_hand
from tests.spending.shop import KEYRING, NOON, counted_statements, credits_of, earn, scan, till_of
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.settings import change_setting
from timecredits.spending.answers import Outcome
from timecredits.spending.codes import NoteParts, decode
from timecredits.spending.freezing import freeze_person
from timecredits.spending.note_models import CreditNote
from timecredits.spending.notes.ending import expire_notes
from timecredits.spending.notes.passes import (
    PutAside,
    count_room,
    find_put_aside,
    give_back,
    list_paper_notes,
    list_passes,
    make_passes,
    pass_values,
)
from timecredits.spending.redemption import redeem


def passes_of(session: Session, world: World, *, count: int = 1, minutes: int = 60) -> None:
    make_passes(session, world.programme_id, world.volunteer_id, batch_id=new_id(), minutes=minutes, count=count, user_id=None)


def test_a_pass_carries_a_signed_note_for_its_week(session: Session, world: World) -> None:
    earn(session, world, 120)
    passes_of(session, world, minutes=90)
    [each] = list_passes(session, KEYRING, world.programme_id, world.volunteer_id)
    parts = decode(KEYRING, each.qr_text)
    assert isinstance(parts, NoteParts)
    assert (parts.minutes, parts.expires_on) == (90, date(2026, 11, 28))
    note = session.get_one(CreditNote, (world.programme_id, each.id))
    assert each.qr_text == text_of(session, world, note)
    assert each.back_on == date(2026, 12, 3)


def test_what_is_put_aside_is_said_with_the_day_it_is_back(session: Session, world: World) -> None:
    me = world.programme_id, world.volunteer_id
    assert find_put_aside(session, *me) == PutAside()
    earn(session, world, 600)
    passes_of(session, world, count=2)
    printed(session, world, count=3, minutes=30)
    with counted_statements(session) as sent:
        assert find_put_aside(session, *me) == PutAside(120, date(2026, 12, 3), 90, date(2027, 11, 26))
    assert len(sent) == 2
    [paper] = list_paper_notes(session, *me)
    assert (paper.count, paper.minutes, paper.expires_on) == (3, 30, date(2027, 11, 21))


def test_a_pass_of_somebody_whose_credits_are_on_hold_takes_nothing(session: Session, world: World) -> None:
    """A note on paper may be anybody's by now, and goes on."""
    earn(session, world, 120)
    passes_of(session, world)
    paper = notes_in(session, world, printed(session, world, count=1).id)[0]
    [each] = list_passes(session, KEYRING, world.programme_id, world.volunteer_id)
    freeze_person(session, world.programme_id, world.organisation_id, world.volunteer_id, reason="Lost phone.", actor_id=None)
    outcomes = [
        redeem(session, KEYRING, till_of(world), scan(world, text)).outcome
        for text in (each.qr_text, text_of(session, world, paper))
    ]
    assert outcomes == [Outcome.FROZEN, Outcome.TAKEN]


def test_the_day_said_is_the_day_they_come_back(session: Session, world: World) -> None:
    earn(session, world, 60)
    passes_of(session, world)
    back = find_put_aside(session, world.programme_id, world.volunteer_id).passes_back_by
    assert back is not None
    begins = datetime(back.year, back.month, back.day, tzinfo=UTC)
    assert expire_notes(session, world.programme_id, now=begins - timedelta(minutes=1)) == 0
    assert expire_notes(session, world.programme_id, now=begins) == 1
    assert (credits_of(session, world), float_of(session, world), faults(session, world)) == (60, 0, [])


def test_a_pass_is_not_shown_after_its_last_day(session: Session, world: World) -> None:
    earn(session, world, 600)
    passes_of(session, world, count=5)
    with clock.standing_at(NOON + timedelta(days=8)):
        assert list_passes(session, KEYRING, world.programme_id, world.volunteer_id) == []
        assert count_room(session, world.programme_id, world.volunteer_id) == 5
        assert find_put_aside(session, world.programme_id, world.volunteer_id).passes == 300


def test_at_most_five_are_out(session: Session, world: World) -> None:
    earn(session, world, 6000)
    passes_of(session, world, count=4)
    with pytest.raises(RuleError, match="1 more"):
        passes_of(session, world, count=2)
    passes_of(session, world)
    with pytest.raises(RuleError, match="Give one back first"):
        passes_of(session, world)
    first = list_passes(session, KEYRING, world.programme_id, world.volunteer_id)[0]
    assert give_back(session, world.programme_id, world.volunteer_id, first.id, user_id=None)
    passes_of(session, world)
    assert float_of(session, world) == 300


def test_a_pass_holds_no_more_than_a_till_takes_with_no_signal(session: Session, world: World) -> None:
    earn(session, world, 6000)
    change_setting(session, world.programme_id, "offline_most_once", 120, actor_id=None)
    with pytest.raises(RuleError, match="Choose less"):
        passes_of(session, world, minutes=150)
    assert pass_values(6000, 120) == [15, 30, 45, 60, 90, 120]
    assert pass_values(50, 240) == [15, 30, 45]
    assert pass_values(0, 240) == []


def test_only_ones_own_pass_can_be_given_back(session: Session, world: World) -> None:
    earn(session, world, 60)
    passes_of(session, world)
    [each] = list_passes(session, KEYRING, world.programme_id, world.volunteer_id)
    with pytest.raises(NotFoundError):
        give_back(session, world.programme_id, world.other_volunteer_id, each.id, user_id=None)
    assert give_back(session, world.programme_id, world.volunteer_id, each.id, user_id=None)
    assert not give_back(session, world.programme_id, world.volunteer_id, each.id, user_id=None)
    assert not use_by_hand(session, world, each.id, 60)
    assert faults(session, world) == []


def test_the_rest_of_a_pass_comes_back(session: Session, world: World) -> None:
    earn(session, world, 120)
    passes_of(session, world, minutes=120)
    [each] = list_passes(session, KEYRING, world.programme_id, world.volunteer_id)
    assert use_by_hand(session, world, each.id, 45)
    assert (credits_of(session, world), float_of(session, world), faults(session, world)) == (75, 0, [])
