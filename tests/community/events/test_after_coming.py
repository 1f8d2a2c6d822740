"""What stands once somebody has come, and what is left when staff change an event that is booked. Both databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid5

import pytest

from tests.community.events.happening import BEGINS, FAIR, NOW, Fair, make_fair
from tests.hours.conftest import Place
from tests.spending.shop import counted_statements
from tests.spending.test_order_of_locks import on_postgresql, places_of
from timecredits.community.event_models import Event
from timecredits.community.events.booking import Booker, cancel_booking, check_guests
from timecredits.community.events.door import CheckedIn
from timecredits.community.events.keeping import edit_event, show_event
from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.hours.activities import close_activity
from timecredits.hours.activity_models import AttendanceWay
from timecredits.hours.attendances.attendance import sign_in_or_out
from timecredits.network.blocks import keep_apart

EARLY = BEGINS - timedelta(minutes=30)


@pytest.fixture
def paid(place: Place) -> Fair:
    """A fair with entry of a credit a person; Siân has two and a half."""
    with clock.standing_at(NOW):
        place.record(place.new(place.sian, 150))
        fair = make_fair(place, entry_minutes=60)
        fair.ask_for_credits()
        fair.book(place.sian)
    return fair


def say_otherwise(fair: Fair, **said: object) -> None:
    here = (fair.session, fair.programme_id, fair.place.organisation_id, fair.event_id)
    edit_event(*here, replace(FAIR, **said), actor_id=None)  # type: ignore[arg-type]


def test_who_has_paid_and_come_keeps_the_booking_until_the_door_undoes_it(paid: Fair) -> None:
    sian = paid.place.sian
    with clock.standing_at(EARLY):
        assert paid.come(sian).taken == 60
        for act in (
            lambda: paid.cancel(sian),
            lambda: paid.change(sian, 2),
            lambda: paid.book(sian, guests=2),
            lambda: cancel_booking(paid.session, paid.programme_id, paid.on().id, Booker(sian, None, paid.place.organisation_id)),
        ):
            with pytest.raises(RuleError, match=r"signed in .*\. Nothing was changed\."):
                act()
        assert [(each.guests, each.paid) for each in paid.door()] == [(0, 60)]
        assert paid.undo(sian) == 60
        paid.cancel(sian)
    assert paid.place.credits(sian) == 150


def test_who_came_may_still_say_what_they_need(paid: Fair) -> None:
    sian = paid.place.sian
    with clock.standing_at(EARLY):
        paid.come(sian)
        paid.book(sian, needs="A seat")
        assert [each.needs for each in paid.door()] == ["A seat"]


def test_too_few_credits_leave_everything_as_it_was(paid: Fair) -> None:
    sian = paid.place.sian
    with clock.standing_at(BEGINS):
        assert paid.come(sian, 3).outcome is CheckedIn.NOT_TAKEN
    assert paid.sign_up(sian).party == 1


def test_guests_who_were_booked_stay_booked_when_fewer_may_be_brought(fair: Fair) -> None:
    sian = fair.place.sian
    fair.book(sian, guests=2)
    say_otherwise(fair, most_guests=0)
    fair.book(sian, guests=2, needs="A ramp")
    with pytest.raises(RuleError, match="one person at a time"):
        fair.book(fair.place.lukasz, guests=1)
    with clock.standing_at(BEGINS):
        assert fair.come(sian, 2).outcome is CheckedIn.CAME
    assert fair.taken() == 3


@pytest.mark.parametrize(("most", "words"), [(1, "up to 1 person"), (2, "up to 2 people")])
def test_too_many_guests_are_refused_in_whole_words(most: int, words: str) -> None:
    with pytest.raises(RuleError) as refused:
        check_guests(Event(most_guests=most), 9)
    assert words in str(refused.value.sentence)


def test_a_stay_too_short_to_count_can_be_undone_with_its_entry(place: Place) -> None:
    with clock.standing_at(NOW):
        place.record(place.new(place.sian, 150))
        fair = make_fair(place, entry_minutes=60, counts_hours=True)
        fair.ask_for_credits()
        fair.book(place.sian)
    with clock.standing_at(BEGINS):
        assert fair.come(place.sian).taken == 60
    leaves = BEGINS + timedelta(minutes=2)
    with clock.standing_at(leaves):
        here = (fair.session, fair.programme_id, place.organisation_id, place.sian)
        sign_in_or_out(*here, way=AttendanceWay.CARD, now=leaves)
        assert [each.came is not None for each in fair.door()] == [True]
        assert fair.undo(place.sian) == 60
        assert [each.came for each in fair.door()] == [None]
    assert place.credits(place.sian) == 150


def test_the_door_lets_nobody_in_beside_somebody_they_are_kept_apart_from(fair: Fair, enrol: Callable[[str], UUID]) -> None:
    ann, bo = enrol("Ann"), enrol("Bo")
    keep_apart(fair.session, fair.programme_id, ann, bo, shown_as="", actor_id=None)
    fair.book(ann)
    assert not fair.book(bo).is_coming
    with clock.standing_at(BEGINS):
        with pytest.raises(RuleError, match="There is no place for them now"):
            fair.come(bo)
        fair.session.expire_all()
        assert [each.came for each in fair.door()] == [None, None]


@pytest.mark.parametrize("is_open", [True, False])
def test_an_event_is_shown_and_taken_off_as_an_event_only(place: Place, *, is_open: bool) -> None:
    with clock.standing_at(NOW):
        fair = make_fair(place, shown=not is_open)
        here = (fair.session, fair.programme_id, place.organisation_id, uuid5(fair.event_id, "activity"))
        with pytest.raises(RuleError, match="Nothing was changed"):
            close_activity(*here, actor_id=None, is_open=is_open)


def test_the_stay_at_the_door_is_there_before_people_are_held_for_entry(paid: Fair) -> None:
    """As a scan at a kiosk has it (docs/adr/0014): the other way round, the two lock each other out now and then."""
    with clock.standing_at(BEGINS), counted_statements(paid.session) as sent:
        assert paid.come(paid.place.sian).taken == 60
    stay, gift = places_of(sent, "INSERT INTO attendance", "INSERT INTO gift")
    assert stay < gift


@on_postgresql
def test_who_books_just_now_is_waited_for_before_an_event_becomes_a_draft(fair: Fair) -> None:
    here = (fair.session, fair.programme_id, fair.place.organisation_id, fair.event_id)
    with counted_statements(fair.session) as sent:
        show_event(*here, shown=False, actor_id=None)
    plans, bookings = places_of(sent, "FOR UPDATE", "FROM sign_up")
    assert plans < bookings


@on_postgresql
def test_who_books_the_first_place_just_now_is_waited_for_before_there_are_fewer(fair: Fair) -> None:
    with counted_statements(fair.session) as sent:
        say_otherwise(fair, capacity=5)
    plans, change = places_of(sent, "FOR UPDATE", "UPDATE activity")
    assert plans < change
