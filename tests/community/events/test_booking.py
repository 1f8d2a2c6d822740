"""Booking an event: guests, places, the waiting list, needs, drafts. Each test on both kinds of database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.community.events.happening import BEGINS, DAY, ENDS, FAIR, NOW, Fair, make_fair
from tests.hours.conftest import Place
from tests.spending.shop import KEYRING
from timecredits.community.event_models import Event, EventNeeds
from timecredits.community.events.booking import Booker, book, my_bookings
from timecredits.community.events.keeping import edit_event, find_event, list_events, make_event, show_event
from timecredits.community.events.needs import LONGEST_NEEDS, forget_needs, read_needs
from timecredits.community.events.whats_on import choices, dates_of, find_shown, whats_on
from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.planning.plans import PlanFacts, make_plan
from timecredits.hours.planning.session_keeping import NewTerms, move_session
from timecredits.hours.planning.sessions import find_dated_session
from timecredits.hours.planning.signing_up import SignUpOutcome

COMING, WAITING = SignUpOutcome.COMING, SignUpOutcome.WAITING
Enrol = Callable[[str], UUID]


def test_guests_take_places_and_the_first_who_fits_moves_up(fair: Fair, enrol: Enrol) -> None:
    ann, bo, cy, di = (enrol(name) for name in ("Ann", "Bo", "Cy", "Di"))
    assert fair.book(ann, guests=2).outcome is COMING
    assert fair.book(bo, guests=1).outcome is WAITING
    assert fair.book(cy, guests=3).outcome is WAITING
    assert fair.book(di).outcome is COMING  # a place that the two before could not use
    assert fair.taken() == 4
    assert fair.change(ann, 0).outcome is SignUpOutcome.ALREADY_COMING
    assert fair.sign_up(bo).status == "coming"
    assert fair.sign_up(cy).status == "waiting"
    assert fair.cancel(ann) == ()
    assert fair.cancel(bo) == ()
    assert fair.cancel(di) == (cy,)


def test_a_party_grows_only_into_free_places(fair: Fair, enrol: Enrol) -> None:
    ann, bo = enrol("Ann"), enrol("Bo")
    fair.book(ann, guests=1)
    fair.book(bo)
    with pytest.raises(RuleError, match="There is room for 1 more person"):
        fair.change(ann, 3)
    assert fair.sign_up(ann).party == 2
    assert fair.book(ann, guests=2).outcome is SignUpOutcome.ALREADY_COMING  # booking again is changing
    assert (fair.sign_up(ann).party, fair.taken()) == (3, 4)


def test_who_waits_may_wait_for_another_number_and_keeps_their_place(fair: Fair, enrol: Enrol) -> None:
    ann, bo, cy = (enrol(name) for name in ("Ann", "Bo", "Cy"))
    fair.book(ann, guests=2)
    fair.book(bo, guests=3)
    fair.book(cy, guests=1)
    assert fair.change(bo, 2).line == 1
    assert fair.change(bo, 0).outcome is SignUpOutcome.ALREADY_COMING  # now there is room for them
    assert fair.sign_up(cy).status == "waiting"


@pytest.mark.parametrize("guests", [-1, 4])
def test_no_more_guests_than_the_event_lets_in(fair: Fair, guests: int) -> None:
    with pytest.raises(RuleError, match="You can bring up to 3 people"):
        fair.book(fair.place.sian, guests=guests)
    assert fair.taken() == 0


def test_an_event_for_one_at_a_time_says_so(place: Place) -> None:
    with clock.standing_at(NOW):
        alone = make_fair(place, most_guests=0)
        with pytest.raises(RuleError, match="one person at a time"):
            alone.book(place.sian, guests=1)


def test_nobody_waits_for_more_places_than_there_are(fair: Fair) -> None:
    terms = NewTerms(DAY, 14 * 60, 120, place="The long hall", capacity=2)
    move_session(fair.session, fair.programme_id, fair.place.organisation_id, fair.plan_id, DAY, terms, actor_id=None)
    with pytest.raises(RuleError, match="There are only 2 places"):
        fair.book(fair.place.sian, guests=2)


def test_a_draft_is_nowhere(place: Place) -> None:
    with clock.standing_at(NOW):
        draft = make_fair(place, shown=False)
        here = (place.session, place.programme_id)
        event = place.session.get_one(Event, (place.programme_id, draft.event_id))
        assert event.shown_at is None
        assert whats_on(*here, first=DAY, last=DAY, public_only=False) == []
        for act in (
            lambda: find_shown(*here, draft.event_id, public_only=False),
            lambda: draft.book(place.sian),
        ):
            with pytest.raises(NotFoundError):
                act()
        with pytest.raises(RuleError, match="This activity is closed"):
            draft.book(place.sian, by_staff=True)
        assert choices(*here, public_only=False) == ([], [])


def test_what_is_not_public_is_for_volunteers(place: Place) -> None:
    with clock.standing_at(NOW):
        quiet = make_fair(place, is_public=False)
        here = (place.session, place.programme_id)
        assert whats_on(*here, first=DAY, last=DAY, public_only=True) == []
        with pytest.raises(NotFoundError):
            find_shown(*here, quiet.event_id, public_only=True)
        assert find_shown(*here, quiet.event_id, public_only=False).name == "Winter fair"


def test_whats_on_can_be_searched_and_forgets_what_is_over(fair: Fair) -> None:
    here = (fair.session, fair.programme_id)
    days = {"first": DAY, "last": DAY, "public_only": True}
    assert [each.free for each in whats_on(*here, **days, search="SOUP hall")] == [4]
    assert whats_on(*here, **days, search="swimming") == []
    assert whats_on(*here, **days, town="Nowhere") == []
    assert whats_on(*here, **days, access="Step-free") == []
    assert len(whats_on(*here, **days, free_entry=True)) == 1
    shown = find_shown(*here, fair.event_id, public_only=True)
    assert [each.dated.day for each in dates_of(*here, shown)] == [DAY]
    with clock.standing_at(ENDS):
        assert whats_on(*here, **days) == []
        assert dates_of(*here, shown) == []


def test_an_event_is_made_once_changed_and_taken_off(fair: Fair) -> None:
    here = (fair.session, fair.programme_id, fair.place.organisation_id)
    again = make_event(*here, FAIR, PlanFacts(DAY, 14 * 60, 120), event_id=fair.event_id, actor_id=None)
    assert again.id == fair.event_id
    assert fair.session.scalar(select(func.count()).select_from(Event)) == 1
    edit_event(*here, fair.event_id, replace(FAIR, name="Spring fair", entry_minutes=60), actor_id=None)
    assert find_event(*here, fair.event_id).activity.name == "Spring fair"
    listed = list_events(*here)
    assert [(each.event.id, each.coming_up is not None) for each in listed] == [(fair.event_id, True)]
    show_event(*here, fair.event_id, shown=False, actor_id=None)
    assert fair.session.get_one(Event, (fair.programme_id, fair.event_id)).shown_at is None
    show_event(*here, fair.event_id, shown=True, actor_id=None)
    fair.book(fair.place.sian)
    with pytest.raises(RuleError, match="People have booked"):
        show_event(*here, fair.event_id, shown=False, actor_id=None)
    with pytest.raises(NotFoundError):
        find_event(fair.session, fair.programme_id, fair.place.other_organisation_id, fair.event_id)


def test_more_room_takes_in_who_waits_and_less_is_refused(fair: Fair, enrol: Enrol) -> None:
    ann, bo = enrol("Ann"), enrol("Bo")
    fair.book(ann, guests=3)
    fair.book(bo)
    here = (fair.session, fair.programme_id, fair.place.organisation_id)
    edit_event(*here, fair.event_id, replace(FAIR, capacity=5), actor_id=None)
    assert fair.sign_up(bo).status == "coming"
    with pytest.raises(RuleError, match="More people are coming than that"):
        edit_event(*here, fair.event_id, replace(FAIR, capacity=4), actor_id=None)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"words": "x" * 1001}, "words"),
        ({"most_guests": 21}, "most_guests"),
        ({"capacity": 3}, "most_guests"),
        ({"entry_minutes": 20}, "entry"),
        ({"entry_minutes": 660}, "entry"),
        ({"capacity": 1001}, "capacity"),
    ],
)
def test_what_cant_be_said(place: Place, said: dict[str, object], field: str) -> None:
    with clock.standing_at(NOW), pytest.raises(RuleError) as refused:
        make_fair(place, **said)
    assert refused.value.field == field


def test_turning_marks_are_left_out(place: Place) -> None:
    with clock.standing_at(NOW):
        odd = make_fair(place, name="Fair \u202eexe.gpj")
        assert find_event(place.session, place.programme_id, place.organisation_id, odd.event_id).activity.name == "Fair exe.gpj"


def test_needs_are_sealed_and_gone_at_the_end(fair: Fair) -> None:
    sian, words = fair.place.sian, "A seat near the door, and no nuts"
    fair.book(sian, needs=words)
    row = fair.session.scalars(select(EventNeeds)).one()
    assert words.encode() not in row.sealed
    assert row.kept_until == ENDS
    assert [each.needs for each in fair.door()] == [words]
    with clock.standing_at(ENDS - timedelta(seconds=1)):
        assert forget_needs(fair.session, fair.programme_id, now=clock.now()) == 0
        assert read_needs(fair.session, KEYRING, fair.programme_id, [row.sign_up_id]) == {row.sign_up_id: words}
    with clock.standing_at(ENDS):
        assert read_needs(fair.session, KEYRING, fair.programme_id, [row.sign_up_id]) == {}
        assert [each.needs for each in fair.door()] == [""]
        assert forget_needs(fair.session, fair.programme_id, now=clock.now()) == 1
        assert forget_needs(fair.session, fair.programme_id, now=clock.now()) == 0
    assert fair.session.scalar(select(func.count()).select_from(EventNeeds)) == 0


def test_needs_follow_a_session_that_moves(fair: Fair) -> None:
    fair.book(fair.place.sian, needs="A ramp")
    terms = NewTerms(DAY + timedelta(days=7), 14 * 60, 120, place="The long hall", capacity=4)
    move_session(fair.session, fair.programme_id, fair.place.organisation_id, fair.plan_id, DAY, terms, actor_id=None)
    assert forget_needs(fair.session, fair.programme_id, now=ENDS) == 0
    assert forget_needs(fair.session, fair.programme_id, now=ENDS + timedelta(days=7)) == 1


def test_who_cancels_leaves_no_needs(fair: Fair) -> None:
    sian = fair.place.sian
    fair.book(sian, needs="A ramp")
    fair.cancel(sian)
    assert fair.session.scalar(select(func.count()).select_from(EventNeeds)) == 0
    fair.book(sian)
    assert [each.needs for each in fair.door()] == [""]


def test_needs_can_be_said_otherwise_and_not_at_any_length(fair: Fair) -> None:
    sian = fair.place.sian
    fair.book(sian, needs="A ramp")
    fair.book(sian, needs="A ramp and a loop")
    assert [each.needs for each in fair.door()] == ["A ramp and a loop"]
    with pytest.raises(RuleError, match="too long"):
        fair.book(sian, needs="x" * (LONGEST_NEEDS + 1))
    fair.book(sian, needs="")
    assert fair.session.scalar(select(func.count()).select_from(EventNeeds)) == 0


def test_my_bookings_are_events_only(fair: Fair) -> None:
    sian = fair.place.sian
    fair.book(sian, guests=1)
    [mine] = my_bookings(fair.session, fair.programme_id, sian)
    assert (mine.event.id, mine.mine.sign_up.party) == (fair.event_id, 2)
    with clock.standing_at(ENDS):
        assert my_bookings(fair.session, fair.programme_id, sian) == []


def test_nothing_is_booked_or_changed_once_it_began_or_is_over(fair: Fair) -> None:
    sian = fair.place.sian
    fair.book(sian)
    with clock.standing_at(BEGINS):
        with pytest.raises(RuleError, match="has started"):
            fair.change(sian, 1)
        with pytest.raises(RuleError, match="has started"):
            fair.cancel(sian)
    with clock.standing_at(ENDS), pytest.raises(RuleError, match="is over"):
        fair.book(fair.place.lukasz)


def test_another_activity_s_session_is_no_event(fair: Fair) -> None:
    from_garden = PlanFacts(DAY, 600, 60)
    here = (fair.session, fair.programme_id, fair.place.organisation_id)
    plan = make_plan(*here, fair.place.garden_id, from_garden, actor_id=None)
    dated = find_dated_session(fair.session, fair.programme_id, plan.id, DAY)
    with pytest.raises(NotFoundError):
        book(fair.session, KEYRING, fair.programme_id, dated, Booker(fair.place.sian, None))
