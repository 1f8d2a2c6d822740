from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from tests.hours.conftest import Place, make_place
from tests.hours.planning.coming import TEN, TUESDAY, TWO_HOURS, come, letters, weekly, with_email
from timecredits.foundation.clock import standing_at
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.activity_models import ActivityPlan, SessionMessage, SignUp, SignUpStatus
from timecredits.hours.planning.plan_changes import change_plan, end_plan, look_at_change, match_days
from timecredits.hours.planning.plans import PlanFacts, list_plans
from timecredits.hours.planning.repeating import Repeats
from timecredits.hours.planning.session_keeping import NewTerms, cancel_session, move_session
from timecredits.hours.planning.sessions import DatedSession, find_dated_session, find_kept_sessions, list_sessions
from timecredits.hours.planning.signing_up import list_sign_ups, sign_up
from timecredits.hours.register.registers import save_register

WEEK = timedelta(weeks=1)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def standing() -> Iterator[None]:
    with standing_at(NOW):
        yield


def december(place: Place) -> list[DatedSession]:
    return list_sessions(place.session, place.programme_id, first=date(2026, 12, 1), last=date(2026, 12, 31))


def names(place: Place, dated: DatedSession) -> list[str]:
    people = list_sign_ups(place.session, place.programme_id, [dated.id]).get(dated.id, [])
    return [f"{each.name} {each.status}" for each in people]


def on_wednesdays(first: date = TUESDAY + WEEK, **more: object) -> PlanFacts:
    values: dict[str, object] = {"starts": 840, "minutes": 90, "repeats": Repeats.WEEKLY, "weekdays": (2,)} | more
    return PlanFacts(first, **values)  # type: ignore[arg-type]


def test_from_a_day_on_everybody_moves_along_and_reads_why(place: Place) -> None:
    sian = with_email(place, place.sian)
    plan = weekly(place, capacity=1)
    for week in range(3):
        come(place, plan.id, TUESDAY + week * WEEK, place.sian, place.lukasz)
    here = (place.session, place.programme_id, place.organisation_id)
    new, steps = look_at_change(*here, plan.id, on_wednesdays())
    assert [(step.dated.day.day, step.to_day and step.to_day.day, len(step.people)) for step in steps] == [(8, 9, 2), (15, 16, 2)]
    assert place.session.get(ActivityPlan, (place.programme_id, new.id)) is None
    new_plan_id = new_id()
    changed = change_plan(*here, plan.id, on_wednesdays(capacity=1), actor_id=None, new_plan_id=new_plan_id)
    assert (changed.told.sent_to, changed.told.without_email, changed.left) == (1, ("Łukasz Żak",), ())
    found = december(place)
    assert [(each.day.day, each.starts, each.is_on) for each in found] == [
        (1, 600, True), (9, 840, True), (16, 840, True), (23, 840, True), (30, 840, True),
    ]  # fmt: skip
    assert [names(place, each) for each in found[:4]] == [["Siân O'Neill-Wyn coming", "Łukasz Żak waiting"]] * 3 + [[]]
    (letter,) = letters(place)
    assert (letter.recipient, letter.subject) == (sian, "Fenland: a change to your session")
    assert "has moved. It is now on Wednesday 9 December 2026, 2pm to 3:30pm." in letter.body
    assert "Wednesday 16 December" in letter.body
    assert "Garden" not in letter.body
    kept = place.session.scalars(select(SessionMessage)).all()
    assert [(each.sent_to, each.without_email) for each in kept] == [(1, 1), (1, 1)]
    again = change_plan(*here, plan.id, on_wednesdays(), actor_id=None, new_plan_id=new_plan_id)
    assert again.told.again
    assert len(letters(place)) == 1
    listed = list_plans(place.session, place.programme_id, [place.garden_id], today=date(2026, 12, 9))[place.garden_id]
    assert [str(each.words) for each in listed] == [
        "Every week on Wednesday",
        "Every week on Tuesday, until 7 December 2026",
    ]


def test_more_places_let_those_who_wait_come(place: Place) -> None:
    plan = weekly(place, capacity=1)
    come(place, plan.id, TUESDAY + WEEK, place.sian, place.lukasz)
    facts = PlanFacts(TUESDAY + WEEK, TEN, TWO_HOURS, Repeats.WEEKLY, capacity=5)
    here = (place.session, place.programme_id, place.organisation_id)
    changed = change_plan(*here, plan.id, facts, actor_id=None, new_plan_id=new_id())
    assert changed.told.sent_to == 0
    assert names(place, december(place)[1]) == ["Siân O'Neill-Wyn coming", "Łukasz Żak coming"]


def test_where_no_day_is_left_nobody_is_lost(place: Place) -> None:
    with_email(place, place.sian)
    plan = weekly(place)
    come(place, plan.id, TUESDAY + WEEK, place.sian)
    come(place, plan.id, TUESDAY + 2 * WEEK, place.lukasz)
    facts = PlanFacts(TUESDAY + WEEK, TEN, TWO_HOURS, Repeats.FORTNIGHTLY, weekdays=(3,))
    here = (place.session, place.programme_id, place.organisation_id)
    changed = change_plan(*here, plan.id, facts, actor_id=None, new_plan_id=new_id())
    assert [[each.name for each in step.people] for step in changed.left] == [["Łukasz Żak"]]
    days = [(each.day.day, each.is_on, names(place, each)) for each in december(place)]
    assert days == [
        (1, True, []),
        (10, True, ["Siân O'Neill-Wyn coming"]),
        (15, False, ["Łukasz Żak coming"]),
        (24, True, []),
    ]


def test_what_was_cancelled_or_moved_by_hand_stays_so(place: Place) -> None:
    plan = weekly(place)
    here = (place.session, place.programme_id, place.organisation_id)
    cancel_session(*here, plan.id, TUESDAY + WEEK, because="The boiler is broken.", actor_id=None)
    terms = NewTerms(TUESDAY + 2 * WEEK + timedelta(days=3), 660, TWO_HOURS, place="Hall")
    move_session(*here, plan.id, TUESDAY + 2 * WEEK, terms, actor_id=None)
    change_plan(
        *here,
        plan.id,
        PlanFacts(TUESDAY + WEEK, 630, TWO_HOURS, Repeats.WEEKLY),
        actor_id=None,
        new_plan_id=new_id(),
    )
    assert [(each.day.day, each.starts, each.cancelled_because, each.place) for each in december(place)] == [
        (1, 600, None, ""),
        (8, 630, "The boiler is broken.", ""),
        (18, 660, None, "Hall"),
        (22, 630, None, ""),
        (29, 630, None, ""),
    ]


def test_ending_cancels_what_comes_after_and_says_so_once(place: Place) -> None:
    sian = with_email(place, place.sian)
    plan = weekly(place)
    for week in (1, 2, 3):
        come(place, plan.id, TUESDAY + week * WEEK, place.sian)
    here = (place.session, place.programme_id, place.organisation_id)
    ended = end_plan(*here, plan.id, TUESDAY + WEEK, actor_id=None)
    assert (ended.told.sent_to, len(ended.left)) == (1, 2)
    assert [(each.day.day, each.is_on) for each in december(place)] == [(1, True), (8, True), (15, False), (22, False)]
    assert {each.status for each in place.session.scalars(select(SignUp))} == {SignUpStatus.COMING}
    (letter,) = letters(place, [sian])
    assert letter.body.count("will not take place") == 2
    assert end_plan(*here, plan.id, TUESDAY + WEEK, actor_id=None).told.again


def test_what_cannot_be_changed(place: Place) -> None:
    plan = weekly(place, last_day=TUESDAY + 4 * WEEK)
    here = (place.session, place.programme_id, place.organisation_id)
    for first, words in ((date(2026, 11, 21), "Choose tomorrow or later"), (TUESDAY + 6 * WEEK, "has ended before that day")):
        with pytest.raises(RuleError, match=words):
            change_plan(*here, plan.id, on_wednesdays(first), actor_id=None, new_plan_id=new_id())
    with pytest.raises(RuleError, match="gone by"):
        end_plan(*here, plan.id, date(2026, 11, 20), actor_id=None)
    there = (place.session, place.programme_id, place.other_organisation_id)
    with pytest.raises(NotFoundError):
        end_plan(*there, plan.id, TUESDAY, actor_id=None)
    with pytest.raises(NotFoundError):
        change_plan(*there, plan.id, on_wednesdays(), actor_id=None, new_plan_id=new_id())
    with pytest.raises(NotFoundError):
        look_at_change(*there, plan.id, on_wednesdays())


DAYS = st.sets(st.dates(date(2026, 1, 1), date(2026, 4, 30)), max_size=20)


@given(old=DAYS, new=DAYS, by_month=st.booleans())
def test_no_day_is_given_twice_and_the_same_day_stays(*, old: set[date], new: set[date], by_month: bool) -> None:
    found = match_days(sorted(old), sorted(new), by_month=by_month)
    assert set(found) <= old
    assert set(found.values()) <= new
    assert len(set(found.values())) == len(found)
    assert all(found[day] == day for day in old & new)
    for day, to_day in found.items():
        spans = [(each.year, each.month) if by_month else each.isocalendar()[:2] for each in (day, to_day)]
        assert spans[0] == spans[1]


def test_a_plan_changed_while_somebody_signs_up_loses_nobody(engine: Engine) -> None:
    with transaction(engine) as session:
        place = make_place(session)
        plan_id = weekly(place).id
    start, day = Barrier(2), TUESDAY + WEEK

    def change() -> int:
        start.wait()
        with standing_at(NOW), transaction(engine) as session:
            here = (session, place.programme_id, place.organisation_id)
            return len(change_plan(*here, plan_id, on_wednesdays(), actor_id=None, new_plan_id=new_id()).steps)

    def come_along() -> bool:
        start.wait()
        try:
            with standing_at(NOW), transaction(engine) as session:
                found = find_dated_session(session, place.programme_id, plan_id, day)
                sign_up(session, place.programme_id, place.sian, found, actor_id=None, today=date(2026, 11, 21))
        except (RuleError, NotFoundError):
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        changed, came = both.submit(change), both.submit(come_along)
        steps, is_signed_up = changed.result(), came.result()
    with transaction(engine) as session:
        sessions = list_sessions(session, place.programme_id, first=day, last=day + timedelta(days=1))
        people = list_sign_ups(session, place.programme_id, [each.id for each in sessions])
    assert [each.day for each in sessions] == [day + timedelta(days=1)]
    assert steps == is_signed_up
    assert [len(each) for each in people.values()] == ([1] if is_signed_up else [])


def test_a_session_with_hours_in_it_stays_where_they_are(place: Place) -> None:
    """One that was held early, and then put back to its day: hours refer to it."""
    plan, later = weekly(place), TUESDAY + WEEK
    here = (place.session, place.programme_id, place.organisation_id)
    with standing_at(datetime(2026, 12, 1, 10, 30, tzinfo=UTC)):
        move_session(*here, plan.id, later, NewTerms(TUESDAY, 600, 120), actor_id=None)
        held = find_dated_session(place.session, place.programme_id, plan.id, later)
        save_register(
            *here,
            session_id=held.id,
            activity_id=held.activity_id,
            day=TUESDAY,
            minutes={place.sian: 60},
            actor_id=None,
            today=TUESDAY,
            planned=held,
        )
        move_session(*here, plan.id, later, NewTerms(later, 600, 120), actor_id=None)
        facts = PlanFacts(TUESDAY + timedelta(days=1), 660, 120, Repeats.WEEKLY, (2,))
        assert change_plan(*here, plan.id, facts, actor_id=None, new_plan_id=new_id()).steps == ()
    assert find_kept_sessions(place.session, place.programme_id, [held.id])[held.id].is_on
