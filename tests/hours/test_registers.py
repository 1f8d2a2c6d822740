from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.hours.conftest import TODAY, Place
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.activity_models import ActivitySession
from timecredits.hours.books import check_hours
from timecredits.hours.correcting import undo_register
from timecredits.hours.models import HourEntry
from timecredits.hours.registers import SavedRegister, new_person_id, open_register, save_register
from timecredits.ledger.books import check_ledger
from timecredits.network.models import Volunteer

LAST_WEEK = date(2026, 11, 14)
Enrol = Callable[[str], UUID]


def save(
    place: Place, session_id: UUID, minutes: Mapping[UUID, int], *new_people: tuple[str, int], day: date = TODAY, **more: UUID
) -> SavedRegister:
    return save_register(
        place.session,
        place.programme_id,
        more.get("organisation_id", place.organisation_id),
        session_id=session_id,
        activity_id=more.get("activity_id", place.garden_id),
        day=day,
        minutes=minutes,
        new_people=new_people,
        actor_id=None,
        today=TODAY,
    )


def undo(place: Place, session_id: UUID, organisation_id: UUID | None = None) -> int:
    corrected = undo_register(
        place.session,
        place.programme_id,
        organisation_id or place.organisation_id,
        session_id,
        reason="Saved by mistake",
        actor_id=None,
        today=TODAY,
    )
    return len(corrected)


def test_the_register_begins_with_who_came_last_time(place: Place, enrol: Enrol) -> None:
    long_ago, lately, never = enrol("Ann Abel"), enrol("Ben Cole"), enrol("Cat Dunn")
    place.record(
        place.new(long_ago, 60, date(2026, 1, 5)),
        place.new(lately, 60, date(2026, 11, 7)),
        place.new(place.sian, 60, LAST_WEEK),
        place.new(place.lukasz, 60, LAST_WEEK),
        place.new(never, 60, LAST_WEEK, activity_id=place.meeting_id),
    )
    register = open_register(place.session, place.programme_id, place.organisation_id, place.garden_id, TODAY)
    assert register.last_day == LAST_WEEK
    assert [(person.name, person.last_time) for person in register.people] == [
        ("Łukasz Żak", True),
        ("Siân O'Neill-Wyn", True),
        ("Ben Cole", False),
    ]


def test_who_has_hours_on_that_day_is_shown_with_them(place: Place) -> None:
    place.record(place.new(place.sian, 90))
    register = open_register(place.session, place.programme_id, place.organisation_id, place.garden_id, TODAY)
    assert [(person.name, person.has_minutes, person.last_time) for person in register.people] == [
        ("Siân O'Neill-Wyn", 90, False)
    ]


def test_twelve_people_saved_twice_are_twelve(place: Place, enrol: Enrol) -> None:
    people = [enrol(f"Person {number}") for number in range(12)]
    session_id = new_id()
    first = save(place, session_id, dict.fromkeys(people, 120))
    again = save(place, session_id, dict.fromkeys(people, 120))
    assert (first.recorded.minutes, first.recorded.people) == (24 * 60, 12)
    assert (again.recorded.minutes, len(again.recorded.already), again.recorded.warnings) == (0, 12, ())
    assert place.session.scalar(select(func.count()).select_from(HourEntry)) == 12
    assert place.session.scalar(select(func.count()).select_from(ActivitySession)) == 1


@pytest.mark.parametrize("name", ["Zoë O'Brien", "Ffion Llŷr", "Zażółć Gęślą", "محمد علي", "=cmd|' /C calc'!A0", "Prince"])
def test_a_new_person_is_enrolled_once_and_gets_the_hours(place: Place, name: str) -> None:
    session_id = new_id()
    for _ in range(2):
        save(place, session_id, {place.sian: 120}, (name, 90))
    person = new_person_id(session_id, name)
    assert place.session.get_one(Volunteer, (place.programme_id, person)).name == name
    assert place.credits(person) == 90


def test_a_refusal_leaves_nobody_enrolled_and_nothing_saved(place: Place) -> None:
    session_id = new_id()
    with pytest.raises(RuleError):
        save(place, session_id, {place.sian: 2000}, ("New Person", 90))
    assert place.session.get(Volunteer, (place.programme_id, new_person_id(session_id, "New Person"))) is None
    assert place.session.scalar(select(func.count()).select_from(ActivitySession)) == 0


def test_an_empty_register_is_not_saved(place: Place) -> None:
    with pytest.raises(RuleError, match="Nobody has hours yet"):
        save(place, new_id(), {place.sian: 0})


def test_one_register_is_for_one_day(place: Place) -> None:
    session_id = new_id()
    save(place, session_id, {place.sian: 60})
    with pytest.raises(RuleError, match="another day"):
        save(place, session_id, {place.sian: 60}, day=LAST_WEEK)


def test_another_organisations_activity_is_not_found(place: Place) -> None:
    lunch = create_activity(
        place.session, place.programme_id, place.other_organisation_id, ActivityFacts("Lunch club"), actor_id=None
    )
    for activity_id in (lunch.id, new_id()):
        with pytest.raises(NotFoundError):
            save(place, new_id(), {place.sian: 60}, activity_id=activity_id)
        with pytest.raises(NotFoundError):
            open_register(place.session, place.programme_id, place.organisation_id, activity_id, TODAY)


def test_a_register_can_be_undone_whole_and_once(place: Place) -> None:
    session_id = new_id()
    save(place, session_id, {place.sian: 120, place.lukasz: 60})
    assert undo(place, session_id) == 2
    assert undo(place, session_id) == 0
    assert place.credits(place.sian) == place.credits(place.lukasz) == 0
    assert check_ledger(place.session, place.programme_id) == check_hours(place.session, place.programme_id) == []


def test_another_organisation_cannot_undo_it(place: Place) -> None:
    session_id = new_id()
    save(place, session_id, {place.sian: 120})
    for wanted in (session_id, new_id()):
        with pytest.raises(NotFoundError):
            undo(place, wanted, place.other_organisation_id)
