"""The rules of hours: which stop, which only say so, and that they hold when two save at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.hours.conftest import JOINED, TODAY, Place, make_place
from timecredits.foundation.db import new_id, transaction
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.books import check_hours as check_books_of_hours
from timecredits.hours.correcting import correct_hours
from timecredits.hours.hour_rules import HourRule, HoursRuleError, NewHours, check_hours
from timecredits.hours.models import HourEntry, HourSource
from timecredits.hours.recording import record_hours, write_entries
from timecredits.ledger.books import check_ledger
from timecredits.network.settings import Severity, change_setting

EARLY = date(2019, 12, 31)
SPRING, AUTUMN = date(2026, 3, 29), date(2025, 10, 26)
"""The nights on which the clocks change: a day of 23 hours and one of 25."""


def settle(place: Place, **settings: object) -> None:
    for name, value in settings.items():
        change_setting(place.session, place.programme_id, name, value, actor_id=None)


def rules_of(place: Place, *entries: NewHours) -> list[HourRule]:
    return [remark.rule for remark in place.record(*entries).warnings]


def breaking(place: Place, rule: HourRule) -> NewHours:
    """Hours that break just this rule."""
    place.record(place.new(place.sian, 120, starts=600))
    other = create_activity(place.session, place.programme_id, place.organisation_id, ActivityFacts("Lunch club"), actor_id=None)
    return {
        HourRule.OVERLAP: place.new(place.sian, 60, starts=660, activity_id=other.id),
        HourRule.SAME_TWICE: place.new(place.sian, 120),
        HourRule.OVER_DAILY_LIMIT: place.new(place.sian, 601, activity_id=other.id),
        HourRule.BEFORE_JOINING: place.new(place.sian, 60, EARLY),
    }[rule]


SET_BY_PROGRAMME = [HourRule.OVERLAP, HourRule.SAME_TWICE, HourRule.OVER_DAILY_LIMIT, HourRule.BEFORE_JOINING]


@pytest.mark.parametrize("rule", SET_BY_PROGRAMME)
def test_a_rule_warns_or_stops_as_the_programme_sets(place: Place, rule: HourRule) -> None:
    hours = breaking(place, rule)
    settle(place, **{rule.value: Severity.STOP})
    with pytest.raises(HoursRuleError, match="Nothing was saved") as caught:
        place.record(hours)
    assert (caught.value.rule, caught.value.entry_id) == (rule, hours.id)
    settle(place, **{rule.value: Severity.WARN})
    assert rules_of(place, hours) == [rule]


@pytest.mark.parametrize("source", HourSource)
def test_the_same_rules_for_every_way_to_record(place: Place, source: HourSource) -> None:
    settle(place, same_twice=Severity.STOP)
    place.record(place.new(place.sian))
    with pytest.raises(HoursRuleError, match="already"):
        record_hours(
            place.session,
            place.programme_id,
            place.organisation_id,
            [place.new(place.sian)],
            source=source,
            actor_id=None,
            today=TODAY,
        )


def test_the_same_length_at_another_time_of_day_is_not_the_same_twice(place: Place) -> None:
    place.record(place.new(place.sian, 120, starts=600))
    assert rules_of(place, place.new(place.sian, 120, starts=840)) == []
    assert rules_of(place, place.new(place.sian, 120)) == [HourRule.SAME_TWICE]


def test_a_stop_within_one_batch_sorts_out_only_the_second(place: Place) -> None:
    settle(place, same_twice=Severity.STOP)
    first, second = place.new(place.sian), place.new(place.sian)
    checked = check_hours(place.session, place.programme_id, place.organisation_id, [first, second], today=TODAY)
    assert set(checked.problems) == {second.id}


def test_days_before_joining_are_said_once_a_person(place: Place) -> None:
    days = [date(2019, 12, day) for day in (3, 10, 17)]
    batch = [place.new(who, 60, day) for who in (place.sian, place.lukasz) for day in days]
    assert rules_of(place, *batch, place.new(place.sian, 60, JOINED)) == [HourRule.BEFORE_JOINING] * 2


def test_hours_elsewhere_that_day_are_told_to_nobody(place: Place) -> None:
    settle(place, overlap=Severity.STOP, over_daily_limit=Severity.STOP)
    place.enrol_elsewhere(place.sian)
    lunch = create_activity(
        place.session, place.programme_id, place.other_organisation_id, ActivityFacts("Lunch club"), actor_id=None
    )
    there = place.new(place.sian, 600, starts=480, activity_id=lunch.id)
    place.record(there, organisation_id=place.other_organisation_id)
    assert rules_of(place, place.new(place.sian, 240, starts=600)) == []


@pytest.mark.parametrize(
    ("day", "starts", "minutes", "fits"),
    [
        (TODAY, 1380, 60, True),
        (TODAY, 1380, 61, False),
        (TODAY, 0, 1440, True),
        (TODAY, 1440, 1, False),
        (TODAY, -1, 1, False),
        (SPRING, 0, 1380, True),  # midnight to midnight is 23 hours
        (SPRING, 0, 1381, False),
        (SPRING, 30, 60, True),  # half past twelve to half past two
        (AUTUMN, 0, 1440, True),
        (AUTUMN, 60, 1440, True),  # from one, for 24 hours
        (AUTUMN, 61, 1440, False),
    ],
)
def test_midnight_is_the_one_on_the_wall(place: Place, day: date, starts: int, minutes: int, *, fits: bool) -> None:
    hours = place.new(place.sian, minutes, day, starts=starts)
    checked = check_hours(place.session, place.programme_id, place.organisation_id, [hours], today=TODAY)
    assert (checked.problems == {}) is fits
    assert fits or checked.problems[hours.id].rule is HourRule.MIDNIGHT


def test_overlap_is_right_to_the_minute_when_the_clocks_change(place: Place) -> None:
    # Two hours from half past midnight: in October they end at half past one the second time, in March at half past three.
    place.record(place.new(place.sian, 120, AUTUMN, starts=30), place.new(place.sian, 120, SPRING, starts=30))
    assert rules_of(place, place.new(place.sian, 30, AUTUMN, starts=120)) == []
    assert rules_of(place, place.new(place.sian, 15, AUTUMN, starts=60)) == [HourRule.OVERLAP]
    assert rules_of(place, place.new(place.sian, 15, SPRING, starts=195)) == [HourRule.OVERLAP]
    assert rules_of(place, place.new(place.sian, 16, SPRING, starts=210)) == []


@pytest.mark.parametrize(("day", "most"), [(TODAY, 1440), (SPRING, 1380), (AUTUMN, 1500), (date(2024, 2, 29), 1440)])
def test_a_day_holds_as_many_hours_as_it_has(place: Place, day: date, most: int) -> None:
    settle(place, daily_limit=1440)
    place.record(place.new(place.sian, 700, day), place.new(place.sian, most - 700, day))
    with pytest.raises(HoursRuleError, match="would have more than") as caught:
        place.record(place.new(place.sian, 1, day))
    assert caught.value.rule is HourRule.FULL_DAY


@pytest.mark.parametrize("day", [date.min, date.max, date(9999, 12, 31)])
def test_days_at_the_ends_of_the_calendar_are_refused_in_words(place: Place, day: date) -> None:
    with pytest.raises(HoursRuleError):
        place.record(place.new(place.sian, 60, day, starts=0))


def test_a_correction_to_less_is_not_stopped_by_what_the_programme_sets(place: Place) -> None:
    long = place.record(place.new(place.sian, 840), place.new(place.sian, 60, EARLY)).entries
    settle(place, over_daily_limit=Severity.STOP, before_joining=Severity.STOP)
    correct(place, long[0], 800)
    correct(place, long[1], 90)
    with pytest.raises(HoursRuleError):
        correct(place, place.record(place.new(place.lukasz, 60)).entries[0], 721)


def correct(place: Place, entry_id: UUID, minutes: int) -> None:
    correct_hours(
        place.session,
        place.programme_id,
        place.organisation_id,
        entry_id,
        minutes=minutes,
        reason="A slip",
        actor_id=None,
        today=TODAY,
    )


def at_once(engine: Engine, saves: int, *, look_first: bool) -> tuple[Place, list[int]]:
    """So many saves of 10 hours for two people each, in opposite order; answers the place and the minutes that each added."""
    with transaction(engine) as session:
        place = make_place(session)
    start = Barrier(saves)

    def save(number: int) -> int:
        people = [place.sian, place.lukasz] if number % 2 else [place.lukasz, place.sian]
        entries = [NewHours(new_id(), who, place.garden_id, None, TODAY, 600) for who in people]
        try:
            with transaction(engine) as session:
                if not look_first:
                    start.wait()
                    return record(session, place, entries)
                checked = check_hours(session, place.programme_id, place.organisation_id, entries, today=TODAY)
                if engine.dialect.name == "postgresql":
                    start.wait()  # all have looked, nobody has written
                written = write_entries(
                    session,
                    place.programme_id,
                    place.organisation_id,
                    [entry for entry in entries if entry.id not in checked.problems],
                    checked,
                    source=HourSource.IMPORT,
                    actor_id=None,
                )
                return len(written) * 600
        except HoursRuleError:
            return 0

    with ThreadPoolExecutor(saves) as threads:
        return place, list(threads.map(save, range(saves)))


def record(session: Session, place: Place, entries: list[NewHours]) -> int:
    recorded = record_hours(
        session,
        place.programme_id,
        place.organisation_id,
        entries,
        source=HourSource.REGISTER,
        actor_id=None,
        today=TODAY,
    )
    return recorded.minutes


@pytest.mark.parametrize("look_first", [False, True])
def test_the_24_hours_hold_when_four_save_at_once(engine: Engine, *, look_first: bool) -> None:
    place, added = at_once(engine, 4, look_first=look_first)
    assert sorted(added) == [0, 0, 1200, 1200]
    with transaction(engine) as session:
        totals = session.execute(select(func.sum(HourEntry.minutes)).group_by(HourEntry.volunteer_id)).scalars().all()
        assert list(totals) == [1200, 1200]
        assert check_ledger(session, place.programme_id) == check_books_of_hours(session, place.programme_id) == []


def test_what_is_put_by_is_used_once_when_four_save_at_once(engine: Engine) -> None:
    with transaction(engine) as session:
        place = make_place(session)
        change_setting(session, place.programme_id, "credit_step", 60, actor_id=None)
    start = Barrier(4)

    def save(minutes: int) -> None:
        start.wait()
        with transaction(engine) as session:
            record(session, place, [NewHours(new_id(), place.sian, place.garden_id, None, TODAY, minutes)])

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(save, (25, 35, 45, 30)))
    with transaction(engine) as session:
        earned, carried = session.execute(select(func.sum(HourEntry.earned), func.sum(HourEntry.carried))).one()
        assert (earned, carried) == (120, 15)
        assert check_books_of_hours(session, place.programme_id) == []
