"""At the door: coming, undoing it, entry with credits, events that count hours and events that don't. Both databases."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid5

import pytest
from sqlalchemy import func, select

from tests.community.events.happening import BEGINS, DAY, ENDS, NOW, Fair, make_fair
from tests.hours.conftest import Place
from timecredits.community.events.door import CheckedIn, CheckIn
from timecredits.community.events.entry import NOT_TODAY, TOO_FEW
from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.activities import list_activities
from timecredits.hours.activity_models import Attendance, AttendanceState, AttendanceWay
from timecredits.hours.attendances.attendance import Outcome, find_here, find_latest, sign_in, sign_in_or_out
from timecredits.hours.attendances.attendance_places import list_places
from timecredits.hours.attendances.forgotten import settle_forgotten
from timecredits.hours.attendances.who_is_here import count_attendance
from timecredits.hours.books import check_hours
from timecredits.hours.models import HourEntry
from timecredits.hours.recording import HoursRuleError
from timecredits.hours.self_logged.my_logged_hours import list_log_places
from timecredits.ledger.books import check_ledger
from timecredits.network.models import Volunteer
from timecredits.network.settings import change_setting
from timecredits.spending.giving.books import check_giving
from timecredits.spending.giving.funding import take_from_pot
from timecredits.spending.giving.pots import list_organisation_pots

CAME, ALREADY, NOT_TAKEN = CheckedIn.CAME, CheckedIn.ALREADY, CheckedIn.NOT_TAKEN


def hours_of(fair: Fair) -> int:
    return fair.session.scalar(select(func.count()).select_from(HourEntry)) or 0


def clean_books(fair: Fair) -> bool:
    checks = (check_ledger, check_hours, check_giving)
    return not [fault for check in checks for fault in check(fair.session, fair.programme_id)]


@pytest.fixture
def paid(place: Place) -> Fair:
    """A fair with entry of a credit a person; Siân has two and a half."""
    with clock.standing_at(NOW):
        place.record(place.new(place.sian, 150))
        fair = make_fair(place, entry_minutes=60)
        fair.ask_for_credits()
        fair.book(place.sian, guests=1)
    return fair


def test_coming_is_noted_and_undone_and_gives_no_hours(fair: Fair) -> None:
    sian = fair.place.sian
    fair.book(sian, guests=1)
    with clock.standing_at(BEGINS):
        assert fair.come(sian, 1) == CheckIn(CAME)
        assert fair.come(sian, 1) == CheckIn(ALREADY)
        assert [each.came is not None for each in fair.door()] == [True]
        assert fair.undo(sian) == fair.undo(sian) == 0
        assert [each.came for each in fair.door()] == [None]
        assert fair.come(sian, 1).outcome is CAME
    rows = fair.session.scalars(select(Attendance)).all()
    assert [(row.state, row.came_by, row.left_at) for row in rows] == [(AttendanceState.DONE, AttendanceWay.STAFF, None)]
    assert hours_of(fair) == 0
    later = ENDS + timedelta(hours=12)
    assert settle_forgotten(fair.session, fair.programme_id, later) == 0
    assert count_attendance(fair.session, fair.programme_id, fair.place.organisation_id).forgotten == 0


def test_who_helps_somewhere_goes_on_helping(fair: Fair) -> None:
    sian, here = fair.place.sian, (fair.session, fair.programme_id)
    fair.book(sian)
    with clock.standing_at(BEGINS):
        places = list_places(*here, fair.place.organisation_id, BEGINS)
        garden = next(each for each in places.unplanned if each.activity_id == fair.place.garden_id)
        sign_in(*here, garden, sian, way=AttendanceWay.CARD, at=BEGINS)
        fair.come(sian)
        stay = find_here(*here, sian)
        assert stay is not None
        assert stay.activity_id == fair.place.garden_id
        latest = find_latest(*here, sian)
        assert latest is not None
        assert latest.id == stay.id


def test_a_scan_at_the_kiosk_says_that_they_came(fair: Fair) -> None:
    here = (fair.session, fair.programme_id, fair.place.organisation_id, fair.place.sian)
    fair.book(fair.place.sian)
    with clock.standing_at(BEGINS):
        first = sign_in_or_out(*here, way=AttendanceWay.CARD, now=BEGINS)
        again = sign_in_or_out(*here, way=AttendanceWay.CARD, now=BEGINS + timedelta(minutes=30))
        assert [getattr(each, "outcome", None) for each in (first, again)] == [Outcome.CAME, Outcome.ALREADY_CAME]
        assert [each.came is not None for each in fair.door()] == [True]
    assert hours_of(fair) == 0


def test_no_list_of_hours_offers_it_and_no_hours_are_taken(fair: Fair) -> None:
    place, activity_id = fair.place, uuid5(fair.event_id, "activity")
    listed = list_activities(place.session, place.programme_id, place.organisation_id, today=DAY, only_open=True)
    assert activity_id not in {each.activity.id for each in listed}
    assert activity_id not in {each.activity_id for each in list_log_places(place.session, place.programme_id, place.sian)}
    with pytest.raises(HoursRuleError, match="Hours are not counted for this"):
        place.record(place.new(place.sian, activity_id=activity_id))
    assert hours_of(fair) == 0


def test_an_event_is_no_place_to_sign_in_on_other_days(fair: Fair) -> None:
    for moment, is_on in ((NOW, False), (BEGINS, True)):
        places = list_places(fair.session, fair.programme_id, fair.place.organisation_id, moment)
        assert ("Winter fair" in {each.activity for each in places.all}) is is_on


def test_a_door_opens_an_hour_before_and_lets_a_list_be_typed_in_later(fair: Fair) -> None:
    sian = fair.place.sian
    fair.book(sian)
    for moment in (BEGINS - timedelta(minutes=61), ENDS + timedelta(days=1)):
        with clock.standing_at(moment), pytest.raises(RuleError, match="from an hour before"):
            fair.come(sian)
    with clock.standing_at(ENDS + timedelta(hours=20)):
        assert fair.come(sian).outcome is CAME


def test_more_guests_come_only_where_there_is_room(fair: Fair, enrol: Callable[[str], UUID]) -> None:
    ann, bo = enrol("Ann"), enrol("Bo")
    fair.book(ann, guests=1)
    fair.book(bo)
    with clock.standing_at(BEGINS):
        with pytest.raises(RuleError, match="There is room for 1 more person"):
            fair.come(ann, 3)
        assert [each.came for each in fair.door()] == [None, None]
        assert fair.come(ann, 2).outcome is CAME
        assert fair.come(bo, 0).outcome is CAME
    assert fair.taken() == 4


def test_who_waits_comes_in_only_where_there_is_room(fair: Fair, enrol: Callable[[str], UUID]) -> None:
    ann, bo = enrol("Ann"), enrol("Bo")
    fair.book(ann, guests=2)
    fair.book(bo, guests=1)
    with clock.standing_at(BEGINS):
        with pytest.raises(RuleError, match="They are on the waiting list"):
            fair.come(bo, 1)
        assert fair.come(bo, 0).outcome is CAME  # alone there is room
    assert (fair.sign_up(bo).status, fair.taken()) == ("coming", 4)


def test_another_organisation_s_door_is_not_there(fair: Fair) -> None:
    fair.book(fair.place.sian)
    fair.place.organisation_id, real = fair.place.other_organisation_id, fair.place.organisation_id
    with clock.standing_at(BEGINS), pytest.raises(NotFoundError):
        fair.come(fair.place.sian)
    fair.place.organisation_id = real
    with clock.standing_at(BEGINS), pytest.raises(NotFoundError):
        fair.come(fair.place.lukasz)  # has not booked


def test_entry_is_taken_at_the_door_and_never_before(paid: Fair) -> None:
    sian = paid.place.sian
    assert paid.place.credits(sian) == 150
    with clock.standing_at(BEGINS):
        assert paid.come(sian, 1) == CheckIn(CAME, taken=120)
        assert paid.come(sian, 1) == CheckIn(ALREADY)
        assert [(each.paid, each.due) for each in paid.door()] == [(120, 120)]
    assert paid.place.credits(sian) == 30
    [pot] = list_organisation_pots(paid.session, paid.programme_id, paid.place.organisation_id)
    assert (pot.pot.name, pot.balance) == ("Entry to events", 120)
    assert clean_books(paid)


def test_an_undo_gives_entry_back_and_coming_again_takes_it_again(paid: Fair) -> None:
    sian = paid.place.sian
    with clock.standing_at(BEGINS):
        for _ in range(3):
            assert paid.come(sian, 1).taken == 120
            assert paid.undo(sian) == 120
            assert paid.place.credits(sian) == 150
        assert paid.come(sian, 0).taken == 60
    assert paid.place.credits(sian) == 90
    assert clean_books(paid)


def test_too_few_is_an_answer_and_the_door_decides(paid: Fair) -> None:
    sian = paid.place.sian
    with clock.standing_at(BEGINS):
        assert paid.come(sian, 2) == CheckIn(NOT_TAKEN, why=TOO_FEW)
        assert [each.came for each in paid.door()] == [None]
        assert paid.come(sian, 2, without_entry=True) == CheckIn(CAME)
        assert [(each.came is not None, each.paid) for each in paid.door()] == [(True, 0)]
    assert paid.place.credits(sian) == 150
    assert clean_books(paid)


def test_credits_on_hold_are_not_taken_and_nobody_is_told_why(paid: Fair) -> None:
    paid.session.get_one(Volunteer, (paid.programme_id, paid.place.sian)).frozen_at = NOW
    with clock.standing_at(BEGINS):
        assert paid.come(paid.place.sian) == CheckIn(NOT_TAKEN, why=NOT_TODAY)
    assert clean_books(paid)


def test_without_the_setting_nothing_is_asked_for(paid: Fair) -> None:
    change_setting(paid.session, paid.programme_id, "event_entry", value=False, actor_id=None)
    with clock.standing_at(BEGINS):
        assert paid.come(paid.place.sian) == CheckIn(CAME)
        assert [each.due for each in paid.door()] == [0]
    assert paid.place.credits(paid.place.sian) == 150


def test_who_came_by_the_kiosk_owes_entry_until_it_is_taken(paid: Fair) -> None:
    sian = paid.place.sian
    with clock.standing_at(BEGINS):
        here = (paid.session, paid.programme_id, paid.place.organisation_id, sian)
        sign_in_or_out(*here, way=AttendanceWay.CARD, now=BEGINS)
        assert [(each.came is not None, each.paid, each.due) for each in paid.door()] == [(True, 0, 120)]
        assert paid.come(sian, 1) == CheckIn(CAME, taken=120)
    assert paid.place.credits(sian) == 30


def test_used_entry_stays_and_the_check_in_with_it(paid: Fair) -> None:
    sian = paid.place.sian
    with clock.standing_at(BEGINS):
        paid.come(sian, 1)
        [pot] = list_organisation_pots(paid.session, paid.programme_id, paid.place.organisation_id)
        take_from_pot(paid.session, paid.programme_id, pot.pot.id, movement_id=uuid5(sian, "x"), minutes=60, actor_id=None)
        with pytest.raises(RuleError, match="Some of it was used already"), paid.session.begin_nested():
            paid.undo(sian)
        paid.session.expire_all()
        assert [each.came is not None for each in paid.door()] == [True]
    assert clean_books(paid)


def test_an_event_that_counts_hours_earns_like_others(place: Place) -> None:
    with clock.standing_at(NOW):
        fair = make_fair(place, counts_hours=True)
        fair.book(place.sian)
        fair.book(place.lukasz)
    with clock.standing_at(BEGINS):
        assert fair.come(place.sian).outcome is CAME
        assert fair.come(place.lukasz).outcome is CAME
        assert fair.undo(place.lukasz) == 0
    with clock.standing_at(ENDS + timedelta(hours=4)):
        assert settle_forgotten(fair.session, fair.programme_id, clock.now()) == 1
        with pytest.raises(RuleError, match="Hours were given for this"):
            fair.undo(place.sian)
    assert (place.credits(place.sian), place.credits(place.lukasz)) == (120, 0)
    assert clean_books(fair)
