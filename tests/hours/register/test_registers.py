from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.hours.conftest import TODAY, Place
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.activity_models import ActivitySession
from timecredits.hours.books import check_hours
from timecredits.hours.correcting import correct_hours
from timecredits.hours.models import HourEntry
from timecredits.hours.register.occasions import find_occasion
from timecredits.hours.register.registers import SavedRegister, new_person_id, register_entry_id, save_register
from timecredits.hours.register.saved_registers import read_register, undo_save
from timecredits.ledger.books import check_ledger
from timecredits.network.models import Volunteer

LAST_WEEK = date(2026, 11, 14)
MORNING = datetime(2026, 11, 21, 9, tzinfo=UTC)
WHY: dict[str, Any] = {"reason": "Saved by mistake", "actor_id": None, "today": TODAY}
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
    here = place.session, place.programme_id, organisation_id or place.organisation_id, session_id
    return len(undo_save(*here, [row.entry_id for row in read_register(*here).rows], **WHY))


def test_twelve_people_saved_twice_are_twelve(place: Place, enrol: Enrol) -> None:
    people = [enrol(f"Person {number}") for number in range(12)]
    session_id = new_id()
    first = save(place, session_id, dict.fromkeys(people, 120))
    again = save(place, session_id, dict.fromkeys(people, 120))
    assert (first.recorded.minutes, first.recorded.people) == (24 * 60, 12)
    assert (again.recorded.minutes, len(again.stands), again.recorded.warnings) == (0, 12, ())
    assert not any(each.differs for each in again.stands)
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
            find_occasion(place.session, place.programme_id, place.organisation_id, activity_id, TODAY)


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


def test_after_an_undo_it_can_be_saved_anew(place: Place) -> None:
    session_id = new_id()
    for _round in range(3):
        assert save(place, session_id, {place.sian: 120}).recorded.minutes == 120
        assert save(place, session_id, {place.sian: 120}).recorded.minutes == 0
        assert undo(place, session_id) == 1
    assert save(place, session_id, {place.sian: 60}).recorded.minutes == 60
    assert place.credits(place.sian) == 60
    assert check_ledger(place.session, place.programme_id) == check_hours(place.session, place.programme_id) == []


def test_hours_that_stand_are_not_changed_by_a_second_save(place: Place) -> None:
    session_id = new_id()
    save(place, session_id, {place.sian: 120})
    again = save(place, session_id, {place.sian: 60, place.lukasz: 90})
    assert [(each.name, each.minutes, each.wanted, each.differs) for each in again.stands] == [
        ("Siân O'Neill-Wyn", 120, 60, True)
    ]
    assert again.recorded.minutes == 90
    assert place.credits(place.sian) == 120


def test_corrected_hours_stand_as_corrected(place: Place) -> None:
    session_id = new_id()
    save(place, session_id, {place.sian: 120})
    correct_hours(
        place.session,
        place.programme_id,
        place.organisation_id,
        register_entry_id(session_id, place.sian),
        minutes=90,
        reason="Left early",
        actor_id=None,
        today=TODAY,
    )
    [stands] = save(place, session_id, {place.sian: 120}).stands
    assert (stands.minutes, place.credits(place.sian)) == (90, 90)


def test_one_save_is_undone_alone(place: Place) -> None:
    session_id = new_id()
    with clock.standing_at(MORNING):
        save(place, session_id, {place.sian: 120})
    with clock.standing_at(MORNING + timedelta(minutes=5)):
        save(place, session_id, {place.sian: 120, place.lukasz: 60})
    here = place.session, place.programme_id, place.organisation_id
    newest, first = read_register(*here, session_id).saves
    assert ([row.name for row in newest.rows], first.minutes) == (["Łukasz Żak"], 120)
    entries = [row.entry_id for row in newest.rows]
    for times in (1, 0):
        undone = undo_save(*here, session_id, entries, **WHY)
        assert len(undone) == times
    sheet = read_register(*here, session_id)
    assert (sheet.people, sheet.minutes, place.credits(place.lukasz)) == (1, 120, 0)
    with pytest.raises(NotFoundError):
        undo_save(place.session, place.programme_id, place.other_organisation_id, session_id, entries, **WHY)


def test_entries_of_another_register_are_not_undone_with_it(place: Place) -> None:
    one, other = new_id(), new_id()
    save(place, one, {place.sian: 120})
    save(place, other, {place.lukasz: 60})
    here = place.session, place.programme_id, place.organisation_id
    assert undo_save(*here, one, [register_entry_id(other, place.lukasz)], **WHY) == []
    assert place.credits(place.lukasz) == 60
