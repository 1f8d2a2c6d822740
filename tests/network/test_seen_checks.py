from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, inspect, select

from tests.hours.conftest import TODAY, Place, make_place
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.dbs import DbsLevel, Workforce, covers, dbs_text
from timecredits.network.models import CheckKind, SeenCheck
from timecredits.network.seen_checks import (
    CheckFacts,
    ListedCheck,
    check_text,
    end_check,
    expiring,
    find_check,
    list_checks,
    note_birth_month,
    note_check,
)
from timecredits.network.volunteers import find_enrolled

LAST_YEAR = date(2025, 11, 1)
FIRST_AID = CheckFacts(CheckKind.TRAINING, name="First aid", issued_on=LAST_YEAR)
Note = Callable[..., UUID]


@pytest.fixture
def place(session: Any) -> Place:
    return make_place(session)


@pytest.fixture
def note(place: Place) -> Note:
    def noted(facts: CheckFacts, volunteer_id: UUID | None = None, check_id: UUID | None = None) -> UUID:
        key = check_id or new_id()
        here = place.session, place.programme_id, place.organisation_id
        note_check(*here, volunteer_id or place.sian, facts, check_id=key, actor_id=None, today=TODAY)
        return key

    return noted


def ending(place: Place) -> list[tuple[str, str]]:
    found = expiring(place.session, place.programme_id, place.organisation_id, today=TODAY)
    return [(check.person.split()[0], str(check_text(check.facts))) for check in found]


def checks(place: Place) -> list[ListedCheck]:
    return list_checks(place.session, place.programme_id, place.organisation_id, place.sian)


def until(days: int) -> CheckFacts:
    return CheckFacts(CheckKind.TRAINING, name="First aid", issued_on=LAST_YEAR, expires_on=TODAY + timedelta(days=days))


def test_only_that_it_was_seen_is_kept() -> None:
    """Nothing of what a certificate says has a column: not its number, not a name on it, not a result."""
    assert set(inspect(SeenCheck).columns.keys()) == {
        *("programme_id", "id", "organisation_id", "volunteer_id", "kind", "level", "workforce", "name", "number"),
        *("issued_on", "expires_on", "update_service", "seen_by", "seen_at", "ended_at"),
    }


def test_the_same_note_twice_is_kept_once(place: Place, note: Note) -> None:
    key = note(FIRST_AID)
    note(FIRST_AID, check_id=key)
    assert place.session.scalar(select(func.count()).select_from(SeenCheck)) == 1
    with pytest.raises(NotFoundError):
        note(FIRST_AID, place.lukasz, check_id=key)


def test_what_belongs_to_another_kind_is_left_out(place: Place, note: Note) -> None:
    note(CheckFacts(CheckKind.DBS, level="basic", workforce="child", name="x", number=4, issued_on=LAST_YEAR))
    [check] = checks(place)
    assert check.facts == CheckFacts(CheckKind.DBS, level="basic", issued_on=LAST_YEAR, update_service=False)


def test_ended_checks_come_last_and_are_kept(place: Place, note: Note) -> None:
    first, _second = note(FIRST_AID), note(until(90))
    here = place.session, place.programme_id, place.organisation_id
    for _ in range(2):
        assert end_check(*here, first, actor_id=None).ended_at is not None
    assert [check.counts(TODAY) for check in checks(place)] == [True, False]
    assert find_check(*here, first).person == "Siân O'Neill-Wyn"


@pytest.mark.parametrize(("days", "shows"), [(-400, True), (-1, True), (0, True), (60, True), (61, False)])
def test_what_ends_within_60_days_is_named(place: Place, note: Note, days: int, *, shows: bool) -> None:
    note(CheckFacts(CheckKind.TRAINING, name="First aid", issued_on=date(2020, 1, 1), expires_on=TODAY + timedelta(days=days)))
    assert ending(place) == ([("Siân", "First aid")] if shows else [])


def test_a_newer_one_takes_its_place_and_an_end_or_leaving_silences_it(place: Place, note: Note) -> None:
    note(until(5))
    other = note(until(3), place.lukasz)
    assert ending(place) == [("Łukasz", "First aid"), ("Siân", "First aid")]
    note(FIRST_AID)
    assert ending(place) == [("Łukasz", "First aid")]
    end_check(place.session, place.programme_id, place.organisation_id, other, actor_id=None)
    assert ending(place) == []
    note(until(4), place.lukasz)
    find_enrolled(place.session, place.programme_id, place.organisation_id, place.lukasz).enrolment.left_on = TODAY
    place.session.flush()
    assert ending(place) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": CheckKind.DBS}, "level"),
        ({"kind": CheckKind.DBS, "level": "golden"}, "level"),
        ({"kind": CheckKind.DBS, "level": "enhanced"}, "workforce"),
        ({"kind": CheckKind.DBS, "level": "basic", "issued_on": None}, "issued_on"),
        ({"kind": CheckKind.TRAINING, "name": " "}, "name"),
        ({"kind": CheckKind.TRAINING, "name": "x" * 121}, "name"),
        ({"kind": CheckKind.REFERENCES, "number": 0}, "number"),
        ({"kind": CheckKind.REFERENCES, "number": 11}, "number"),
        ({"kind": CheckKind.GUARDIAN, "issued_on": TODAY + timedelta(days=1)}, "issued_on"),
        ({"kind": CheckKind.GUARDIAN, "issued_on": date(1989, 1, 1)}, "issued_on"),
        ({"kind": CheckKind.GUARDIAN, "expires_on": LAST_YEAR - timedelta(days=1)}, "expires_on"),
    ],
)
def test_what_cannot_be_is_not_kept(place: Place, note: Note, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleError) as fault:
        note(CheckFacts(**({"issued_on": LAST_YEAR} | changes)))
    assert fault.value.field == field
    assert checks(place) == []


def test_what_one_organisation_saw_is_its_own(place: Place, note: Note) -> None:
    key = note(FIRST_AID)
    place.enrol_elsewhere(place.sian)
    there = place.session, place.programme_id, place.other_organisation_id
    assert list_checks(*there, place.sian) == []
    for wanted in (key, new_id()):
        with pytest.raises(NotFoundError):
            end_check(*there, wanted, actor_id=None)
    with pytest.raises(NotFoundError):
        note(FIRST_AID, place.stranger)


def test_the_month_of_birth_is_kept_as_a_month(place: Place) -> None:
    here = place.session, place.programme_id, place.organisation_id
    note_birth_month(*here, place.sian, date(2009, 3, 17), actor_id=None, today=TODAY)
    assert find_enrolled(*here, place.sian).volunteer.born_month == date(2009, 3, 1)
    for wrong in (date(1900, 1, 1), TODAY + timedelta(days=40)):
        with pytest.raises(RuleError):
            note_birth_month(*here, place.sian, wrong, actor_id=None, today=TODAY)
    note_birth_month(*here, place.sian, None, actor_id=None, today=TODAY)
    assert find_enrolled(*here, place.sian).volunteer.born_month is None
    with pytest.raises(NotFoundError):
        note_birth_month(*here, place.stranger, None, actor_id=None, today=TODAY)


def test_a_deeper_check_answers_for_a_shallower_one() -> None:
    levels = list(DbsLevel)
    for seen in levels:
        for asked in levels:
            assert covers(seen, "child_adult", asked) == (levels.index(seen) >= levels.index(asked))


@pytest.mark.parametrize(
    ("seen", "asked", "answers"),
    [
        ("child", "child", True),
        ("adult", "child", False),
        ("child_adult", "child", True),
        ("child_adult", "adult", True),
        ("child", "child_adult", False),
        ("child_adult", "other", False),
        ("other", "other", True),
        ("other", "", True),
    ],
)
def test_an_enhanced_check_is_for_its_workforce(seen: str, asked: str, *, answers: bool) -> None:
    assert covers("enhanced", seen, "enhanced", asked) is answers
    assert covers("enhanced_barred", seen, "standard", asked)


def test_checks_in_words() -> None:
    assert str(dbs_text(DbsLevel.BARRED, Workforce.ADULT)) == "enhanced DBS check with barred lists for work with adults"
    assert str(dbs_text(DbsLevel.BASIC, Workforce.ADULT)) == "basic DBS check"
