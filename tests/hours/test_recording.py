from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event, func, select

from tests.hours.conftest import TODAY, Place
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.books import check_hours as check_books_of_hours
from timecredits.hours.models import HourEntry
from timecredits.hours.recording import HoursRuleError, check_hours
from timecredits.ledger.books import check_ledger
from timecredits.network.models import Volunteer
from timecredits.network.volunteers import enrol_volunteer


def stored(place: Place) -> int:
    return place.session.scalar(select(func.count()).select_from(HourEntry)) or 0


def test_two_hours_given_are_two_credits(place: Place) -> None:
    recorded = place.record(place.new(place.sian, 120), place.new(place.lukasz, 90))
    assert (recorded.minutes, recorded.people, recorded.warnings) == (210, 2, ())
    assert place.credits(place.sian) == 120
    assert place.credits(place.lukasz) == 90
    assert check_ledger(place.session, place.programme_id) == []
    assert check_books_of_hours(place.session, place.programme_id) == []


def test_the_same_id_again_adds_nothing(place: Place) -> None:
    entry = place.new(place.sian)
    first = place.record(entry)
    again = place.record(entry)
    assert first.entries == (entry.id,)
    assert (again.entries, again.already, again.minutes, again.warnings) == ((), (entry.id,), 0, ())
    assert place.credits(place.sian) == 120


def test_the_same_id_twice_in_one_batch_counts_once(place: Place) -> None:
    entry = place.new(place.sian)
    assert place.record(entry, entry).minutes == 120
    assert place.credits(place.sian) == 120


def test_the_same_id_with_other_hours_says_so_and_changes_nothing(place: Place) -> None:
    entry = place.new(place.sian)
    place.record(entry)
    again = place.record(replace(entry, minutes=60))
    assert "Nothing was changed" in str(again.warnings[0].sentence)
    assert place.credits(place.sian) == 120


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"minutes": 0}, "minutes", "more than 0 hours"),
        ({"minutes": -60}, "minutes", "more than 0 hours"),
        ({"minutes": 1441}, "minutes", "24 hours or less"),
        ({"day": date(2026, 11, 22)}, "day", "22 November 2026 has not come yet"),
        ({"day": date(206, 11, 2)}, "day", "too long ago"),
        ({"minutes": 120, "starts": 1380}, "minutes", "past midnight"),
        ({"note": "x" * 501}, "note", "too long"),
    ],
)
def test_a_rule_says_no_and_nothing_is_saved(place: Place, changes: dict[str, object], field: str, words: str) -> None:
    good = place.new(place.lukasz)
    bad = replace(place.new(place.sian), **changes)  # type: ignore[arg-type]
    with pytest.raises(HoursRuleError, match=words) as caught:
        place.record(good, bad)
    assert (caught.value.field, caught.value.entry_id) == (field, bad.id)
    assert stored(place) == 0
    assert place.credits(place.lukasz) == 0


def test_people_of_elsewhere_and_people_who_do_not_exist_are_answered_alike(place: Place) -> None:
    sentences = set()
    for volunteer_id in (place.stranger, new_id()):
        with pytest.raises(HoursRuleError) as caught:
            place.record(place.new(volunteer_id))
        sentences.add(str(caught.value))
    assert len(sentences) == 1


def test_an_activity_of_another_organisation_is_not_found(place: Place) -> None:
    elsewhere = create_activity(
        place.session, place.programme_id, place.other_organisation_id, ActivityFacts("Lunch club"), actor_id=None
    )
    for activity_id in (elsewhere.id, new_id()):
        with pytest.raises(NotFoundError):
            place.record(place.new(place.sian, activity_id=activity_id))


def test_nobody_gives_more_than_24_hours_on_one_day(place: Place) -> None:
    place.record(place.new(place.sian, 1000))
    place.record(place.new(place.sian, 440))
    with pytest.raises(HoursRuleError, match="Siân O'Neill-Wyn would have more than 24 hours on 21 November 2026"):
        place.record(place.new(place.sian, 1))
    place.record(place.new(place.sian, 60, date(2026, 11, 20)))


def test_24_hours_count_within_one_batch_and_over_all_organisations(place: Place) -> None:
    with pytest.raises(HoursRuleError):
        place.record(place.new(place.sian, 800), place.new(place.sian, 800))
    place.enrol_elsewhere(place.sian)
    lunch = create_activity(
        place.session, place.programme_id, place.other_organisation_id, ActivityFacts("Lunch club"), actor_id=None
    )
    place.record(place.new(place.sian, 800, activity_id=lunch.id), organisation_id=place.other_organisation_id)
    with pytest.raises(HoursRuleError) as caught:
        place.record(place.new(place.sian, 800))
    assert "Lantern" not in str(caught.value)


def test_the_same_hours_twice_on_a_day_are_saved_with_a_remark(place: Place) -> None:
    place.record(place.new(place.sian))
    again = place.record(place.new(place.sian))
    assert str(again.warnings[0].sentence) == (
        "Siân O'Neill-Wyn now has 2 hours twice on 21 November 2026 for the same activity. Check it."
    )
    assert place.credits(place.sian) == 240


def test_overlapping_times_are_saved_with_a_remark(place: Place) -> None:
    place.record(place.new(place.sian, 120, starts=600))
    touching = place.record(place.new(place.sian, 60, starts=720))
    overlapping = place.record(place.new(place.sian, 45, starts=700))
    assert touching.warnings == ()
    assert "same time" in str(overlapping.warnings[0].sentence)


def test_hours_without_credits_keep_their_reason(place: Place) -> None:
    place.session.get_one(Volunteer, (place.programme_id, place.lukasz)).wants_credits = False
    place.record(place.new(place.sian, activity_id=place.meeting_id), place.new(place.lukasz))
    reasons = {tuple(row) for row in place.session.execute(select(HourEntry.volunteer_id, HourEntry.without_credits))}
    assert reasons == {(place.sian, "activity"), (place.lukasz, "volunteer")}
    assert place.credits(place.sian) == place.credits(place.lukasz) == 0
    assert check_books_of_hours(place.session, place.programme_id) == []


def test_who_has_left_gets_hours_only_up_to_that_day(place: Place) -> None:
    left = enrol_volunteer(place.session, place.programme_id, place.organisation_id, first_name="Ann", last_name="Old")
    left.enrolment.left_on = date(2026, 11, 10)
    place.session.flush()
    place.record(place.new(left.volunteer.id, 60, date(2026, 11, 10)))
    with pytest.raises(HoursRuleError, match="Ann Old had left by then"):
        place.record(place.new(left.volunteer.id, 60, date(2026, 11, 11)))


def test_a_look_first_sorts_good_from_bad_and_writes_nothing(place: Place) -> None:
    known = place.new(place.sian)
    place.record(known)
    good, bad = place.new(place.lukasz), place.new(place.lukasz, 2000)
    checked = check_hours(place.session, place.programme_id, place.organisation_id, [known, good, bad], today=TODAY)
    assert checked.already == {known.id}
    assert set(checked.problems) == {bad.id}
    assert stored(place) == 1


def test_a_thousand_rows_ask_as_many_questions_as_ten(place: Place) -> None:
    people = [
        enrol_volunteer(place.session, place.programme_id, place.organisation_id, first_name=f"Person {number}").volunteer.id
        for number in range(10)
    ]
    place.session.flush()
    selects: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            selects.append(statement)

    event.listen(place.session.get_bind(), "before_cursor_execute", count)
    place.record(*(place.new(person) for person in people))
    few = len(selects)
    selects.clear()
    entries = [place.new(person, 60, date(2026, 1 + number // 25, 1 + number % 25)) for person in people for number in range(30)]
    assert place.record(*entries).minutes == 300 * 60
    assert len(selects) == few
