from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hours.conftest import TODAY, Place
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.activities import close_activity
from timecredits.hours.activity_models import RequirementKind
from timecredits.hours.planning.eligibility import is_under, missing_for, missing_for_many, missing_in_activities
from timecredits.hours.planning.requirements import Asked, asked_here, asked_text, list_requirements, set_requirements
from timecredits.network.models import CheckKind
from timecredits.network.seen_checks import CheckFacts, end_check, note_birth_month, note_check

LAST_YEAR = date(2025, 11, 1)
DBS = Asked(RequirementKind.DBS, level="standard")
CHILD = Asked(RequirementKind.DBS, level="enhanced", workforce="child")
FIRST_AID = Asked(RequirementKind.TRAINING, name="First aid")
UNDER_18 = Asked(RequirementKind.GUARDIAN, number=18)
TWO = Asked(RequirementKind.REFERENCES, number=2)
Ask = Callable[..., None]
Saw = Callable[..., None]


@pytest.fixture
def ask(place: Place) -> Ask:
    def asks(*asked: Asked) -> None:
        set_requirements(place.session, place.programme_id, place.organisation_id, place.garden_id, asked, actor_id=None)

    return asks


@pytest.fixture
def saw(place: Place) -> Saw:
    def seen(kind: CheckKind, **values: object) -> None:
        facts = CheckFacts(kind, **({"issued_on": LAST_YEAR} | values))  # type: ignore[arg-type]
        here = place.session, place.programme_id, place.organisation_id
        note_check(*here, place.sian, facts, check_id=new_id(), actor_id=None, today=TODAY)

    return seen


def missing(place: Place) -> list[str]:
    found = missing_for(place.session, place.programme_id, place.sian, place.garden_id, today=TODAY)
    return [str(each.sentence) for each in found]


def born(place: Place, month: date) -> None:
    here = place.session, place.programme_id, place.organisation_id
    note_birth_month(*here, place.sian, month, actor_id=None, today=TODAY)


def test_nothing_is_missing_where_nothing_is_asked(place: Place) -> None:
    assert missing(place) == []


def test_a_dbs_check_of_that_level_or_deeper_is_needed(place: Place, ask: Ask, saw: Saw) -> None:
    ask(DBS)
    wanted = ["You need this first: standard DBS check. Ask your coordinator how to get it."]
    assert missing(place) == wanted
    saw(CheckKind.DBS, level="basic")
    assert missing(place) == wanted
    saw(CheckKind.DBS, level="enhanced_barred", workforce="other")
    assert missing(place) == []


def test_an_enhanced_check_is_for_the_workforce_asked(place: Place, ask: Ask, saw: Saw) -> None:
    ask(CHILD)
    saw(CheckKind.DBS, level="enhanced", workforce="adult")
    assert missing(place) == [
        "You need this first: enhanced DBS check for work with children. Ask your coordinator how to get it."
    ]
    saw(CheckKind.DBS, level="enhanced", workforce="child_adult")
    assert missing(place) == []


@pytest.mark.parametrize(("days", "counts"), [(0, True), (1, True), (-1, False)])
def test_a_check_counts_on_its_last_day_and_then_says_when_it_ended(
    place: Place, ask: Ask, saw: Saw, days: int, *, counts: bool
) -> None:
    ask(FIRST_AID)
    saw(CheckKind.TRAINING, name="first  AID", expires_on=TODAY + timedelta(days=days))
    said = ["Your training in First aid ended on 20 November 2026. Ask your coordinator for a new one."]
    assert missing(place) == ([] if counts else said)


def test_an_ended_check_counts_no_more(place: Place, ask: Ask) -> None:
    ask(FIRST_AID)
    here = place.session, place.programme_id, place.organisation_id
    key = new_id()
    facts = CheckFacts(CheckKind.TRAINING, name="First aid", issued_on=LAST_YEAR)
    note_check(*here, place.sian, facts, check_id=key, actor_id=None, today=TODAY)
    end_check(*here, key, actor_id=None)
    assert missing(place) == ["You need this training first: First aid. Ask your coordinator how to do it."]


def test_a_guardians_yes_is_needed_under_an_age_and_the_age_must_be_known(place: Place, ask: Ask, saw: Saw) -> None:
    ask(UNDER_18)
    assert missing(place) == ["Tell your coordinator the month and year you were born. Under 18 you need a parent’s yes."]
    born(place, date(2008, 11, 1))
    assert missing(place) == ["You need a yes from a parent or guardian first. Ask your coordinator for the form."]
    born(place, date(2008, 10, 1))
    assert missing(place) == []
    born(place, date(2012, 1, 1))
    saw(CheckKind.GUARDIAN, expires_on=TODAY - timedelta(days=1))
    assert missing(place) == ["Your parent’s or guardian’s yes ended on 20 November 2026. Please bring a new one."]
    saw(CheckKind.GUARDIAN)
    assert missing(place) == []


@given(st.dates(date(1950, 1, 1), date(2020, 12, 31)), st.integers(1, 25), st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_whoever_may_still_be_under_the_age_is_taken_as_under_it(birthday: date, age: int, today: date) -> None:
    """Nobody under it slips through, and nobody waits longer than the month of their birthday."""
    years = today.year - birthday.year - ((today.month, today.day) < (birthday.month, birthday.day))
    under = is_under(birthday.replace(day=1), age, today)
    assert under or years >= age
    assert not under or years < age or (years == age and today.month == birthday.month)


def test_references_seen_are_counted(place: Place, ask: Ask, saw: Saw) -> None:
    ask(TWO)
    for said in (
        "We need 2 more references about you first. Ask your coordinator who could write them.",
        "We need 1 more reference about you first. Ask your coordinator who could write it.",
    ):
        assert missing(place) == [said]
        saw(CheckKind.REFERENCES, number=1)
    assert missing(place) == []


def test_a_roster_is_looked_at_at_once(place: Place, ask: Ask, saw: Saw) -> None:
    ask(FIRST_AID, TWO)
    saw(CheckKind.TRAINING, name="First aid")
    found = missing_for_many(place.session, place.programme_id, [place.sian, place.lukasz], place.garden_id, today=TODAY)
    assert {each: len(missing) for each, missing in found.items()} == {place.sian: 1, place.lukasz: 2}
    here = place.session, place.programme_id, place.organisation_id
    several = missing_in_activities(*here, place.sian, [place.garden_id, place.meeting_id], today=TODAY)
    assert [(each, [str(one.what) for one in found]) for each, found in several.items()] == [
        (place.garden_id, ["0 of 2 references seen"])
    ]


def test_unknown_activities_and_people_are_not_found(place: Place, ask: Ask) -> None:
    ask(TWO)
    for volunteer_id, activity_id in ((new_id(), place.garden_id), (place.sian, new_id())):
        with pytest.raises(NotFoundError):
            missing_for(place.session, place.programme_id, volunteer_id, activity_id, today=TODAY)


def test_what_is_asked_is_replaced_whole(place: Place, ask: Ask) -> None:
    ask(TWO, FIRST_AID, Asked(RequirementKind.TRAINING, name="first aid"), DBS)
    ask(CHILD, UNDER_18, FIRST_AID)
    found = list_requirements(place.session, place.programme_id, [place.garden_id, place.meeting_id])
    assert found == {place.garden_id: (CHILD, FIRST_AID, UNDER_18)}
    assert [str(asked_text(each)) for each in found[place.garden_id]] == [
        "enhanced DBS check for work with children",
        "training: First aid",
        "a parent or guardian’s yes, if you are under 18",
    ]
    ask()
    assert list_requirements(place.session, place.programme_id, [place.garden_id]) == {}


def test_what_an_organisation_asks_is_that_of_its_open_activities(place: Place, ask: Ask) -> None:
    here = place.session, place.programme_id, place.organisation_id
    ask(FIRST_AID, DBS)
    asked = asked_here(*here)
    assert (asked.kinds, asked.trainings) == ({RequirementKind.TRAINING, RequirementKind.DBS}, ("First aid",))
    close_activity(*here, place.garden_id, actor_id=None)
    assert asked_here(*here).kinds == frozenset()
    assert asked_here(place.session, place.programme_id, place.other_organisation_id).trainings == ()


@pytest.mark.parametrize(
    "wrong",
    [
        Asked(RequirementKind.DBS, level="golden"),
        Asked(RequirementKind.TRAINING, name="?"),
        Asked(RequirementKind.TRAINING, name="x" * 121),
        Asked(RequirementKind.GUARDIAN, number=0),
        Asked(RequirementKind.GUARDIAN, number=26),
        Asked(RequirementKind.REFERENCES),
        Asked(RequirementKind.REFERENCES, number=11),
    ],
)
def test_what_cannot_be_asked_changes_nothing(place: Place, ask: Ask, wrong: Asked) -> None:
    ask(TWO)
    with pytest.raises(RuleError):
        ask(FIRST_AID, wrong)
    assert list_requirements(place.session, place.programme_id, [place.garden_id]) == {place.garden_id: (TWO,)}
    with pytest.raises(NotFoundError):
        set_requirements(place.session, place.programme_id, place.other_organisation_id, place.garden_id, [TWO], actor_id=None)
