from collections.abc import Callable
from uuid import UUID

import pytest

from tests.hours.conftest import TODAY, Place
from tests.hours.test_correcting import use
from timecredits.foundation.errors import NotFoundError
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.people import find_person, list_people, list_unspent, month_numbers


def names(place: Place, search: str) -> list[str]:
    found = list_people(place.session, place.programme_id, place.organisation_id, search=search)
    return [person.name for person in found.people]


def test_people_are_found_however_their_name_is_typed(place: Place) -> None:
    assert names(place, "sian oneill") == ["Siân O'Neill-Wyn"]
    assert names(place, "ZAK lukasz") == ["Łukasz Żak"]
    assert names(place, "%") == names(place, "_") == names(place, "fatima") == []
    assert names(place, "") == ["Łukasz Żak", "Siân O'Neill-Wyn"]


def test_a_long_list_has_pages(place: Place, enrol: Callable[[str], UUID]) -> None:
    for number in range(28):
        enrol(f"Person {number:02}")
    page = list_people(place.session, place.programme_id, place.organisation_id, page=2)
    assert (page.page, page.pages, page.found, len(page.people)) == (2, 2, 30, 5)
    assert list_people(place.session, place.programme_id, place.organisation_id, page=99).page == 2


def test_a_person_comes_with_hours_and_credits(place: Place) -> None:
    place.record(place.new(place.sian, 180))
    use(place, place.sian, 60)
    page = list_people(place.session, place.programme_id, place.organisation_id, search="sian")
    assert (page.people[0].totals.earned, page.people[0].totals.minutes) == (180, 180)
    assert find_person(place.session, place.programme_id, place.organisation_id, place.sian)[1] == 180
    with pytest.raises(NotFoundError):
        find_person(place.session, place.programme_id, place.organisation_id, place.stranger)


def test_staff_learn_nothing_of_credits_earned_elsewhere(place: Place) -> None:
    place.enrol_elsewhere(place.sian)
    activity = create_activity(
        place.session, place.programme_id, place.other_organisation_id, ActivityFacts("Choir"), actor_id=None
    )
    place.record(place.new(place.sian, 240, activity_id=activity.id), organisation_id=place.other_organisation_id)
    page = list_people(place.session, place.programme_id, place.organisation_id, search="sian")
    assert (page.people[0].totals.earned, page.people[0].totals.minutes) == (0, 0)
    assert find_person(place.session, place.programme_id, place.organisation_id, place.sian)[1] == 0
    assert list_unspent(place.session, place.programme_id, place.organisation_id) == ([], 0)
    assert list_unspent(place.session, place.programme_id, place.other_organisation_id)[1] == 1


def test_who_never_used_a_credit_is_named(place: Place) -> None:
    place.record(place.new(place.sian, 180), place.new(place.lukasz, 240))
    use(place, place.sian, 60)
    people, found = list_unspent(place.session, place.programme_id, place.organisation_id)
    assert (people, found) == ([(place.lukasz, "Łukasz Żak", 240)], 1)


def test_the_month_so_far(place: Place) -> None:
    place.record(place.new(place.sian, 180), place.new(place.sian, 60, TODAY.replace(day=1)))
    place.record(place.new(place.lukasz, 60, TODAY.replace(month=10)))
    numbers = month_numbers(place.session, place.programme_id, place.organisation_id, today=TODAY)
    assert (numbers.minutes, numbers.people) == (240, 1)
