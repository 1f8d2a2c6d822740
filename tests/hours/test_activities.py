from dataclasses import replace
from datetime import date

import pytest

from tests.hours.conftest import TODAY, Place
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.activities import (
    ActivityFacts,
    close_activity,
    create_activity,
    edit_activity,
    find_activity,
    find_or_create_activities,
    list_activities,
)


def test_a_name_is_one_activity_however_it_is_spelled(place: Place) -> None:
    with pytest.raises(RuleError, match="already"):
        create_activity(place.session, place.programme_id, place.organisation_id, ActivityFacts(" GARDEN  gróup "), actor_id=None)
    elsewhere = create_activity(
        place.session, place.programme_id, place.other_organisation_id, ActivityFacts("Garden group"), actor_id=None
    )
    assert elsewhere.id != place.garden_id


def test_the_same_id_twice_is_one_activity(place: Place) -> None:
    wanted = new_id()
    for _ in range(2):
        made = create_activity(
            place.session, place.programme_id, place.organisation_id, ActivityFacts("Café"), actor_id=None, activity_id=wanted
        )
        assert made.id == wanted
    with pytest.raises(NotFoundError):
        create_activity(
            place.session, place.programme_id, place.other_organisation_id, ActivityFacts("X"), actor_id=None, activity_id=wanted
        )


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (ActivityFacts(" "), "name"),
        (ActivityFacts("—"), "name"),
        (ActivityFacts("x" * 121), "name"),
        (ActivityFacts("Café", place="x" * 1001), "place"),
        (ActivityFacts("Café", usual_minutes=0), "usual"),
        (ActivityFacts("Café", usual_minutes=1441), "usual"),
    ],
)
def test_what_cannot_be_saved_says_where(place: Place, facts: ActivityFacts, field: str) -> None:
    with pytest.raises(RuleError) as caught:
        create_activity(place.session, place.programme_id, place.organisation_id, facts, actor_id=None)
    assert caught.value.field == field


def test_names_in_a_file_are_found_or_made(place: Place) -> None:
    found = find_or_create_activities(
        place.session, place.programme_id, place.organisation_id, ["GARDEN GROUP", "Lunch  club", "lunch club"]
    )
    assert found.ids["garden group"] == place.garden_id
    assert len(found.created) == 1
    again = find_or_create_activities(place.session, place.programme_id, place.organisation_id, ["Lunch club"])
    assert (again.ids["lunch club"], again.created) == (found.ids["lunch club"], ())


def test_what_took_place_last_comes_first(place: Place) -> None:
    create_activity(place.session, place.programme_id, place.organisation_id, ActivityFacts("Art"), actor_id=None)
    place.record(place.new(place.sian), place.new(place.lukasz, 60, date(2026, 11, 1)))
    listed = list_activities(place.session, place.programme_id, place.organisation_id, today=TODAY)
    assert [(each.activity.name, each.last_day, each.people) for each in listed] == [
        ("Garden group", TODAY, 2),
        ("Art", None, 0),
        ("Committee", None, 0),
    ]


def test_a_closed_activity_leaves_the_list_and_can_come_back(place: Place) -> None:
    session, programme_id, organisation_id = place.session, place.programme_id, place.organisation_id
    close_activity(session, programme_id, organisation_id, place.garden_id, actor_id=None)
    names = [each.activity.name for each in list_activities(session, programme_id, organisation_id, today=TODAY, only_open=True)]
    assert names == ["Committee"]
    close_activity(session, programme_id, organisation_id, place.garden_id, actor_id=None, is_open=True)
    assert len(list_activities(session, programme_id, organisation_id, today=TODAY, only_open=True)) == 2


def test_an_activity_can_be_changed_by_its_own_organisation_only(place: Place) -> None:
    facts = ActivityFacts("Garden and paths", usual_minutes=90)
    changed = edit_activity(place.session, place.programme_id, place.organisation_id, place.garden_id, facts, actor_id=None)
    assert (changed.name, changed.usual_minutes) == ("Garden and paths", 90)
    with pytest.raises(RuleError):
        edit_activity(
            place.session,
            place.programme_id,
            place.organisation_id,
            place.garden_id,
            replace(facts, name="committee"),
            actor_id=None,
        )
    for activity_id in (place.garden_id, new_id()):
        with pytest.raises(NotFoundError):
            find_activity(place.session, place.programme_id, place.other_organisation_id, activity_id)
