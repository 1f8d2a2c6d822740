"""Milestones: full on the day the hours are, whatever order they were written down in."""

from datetime import date, timedelta

from hypothesis import given

from tests.hours.conftest import TODAY, Place
from tests.hours.history.history_lines import LINES, a_line
from timecredits.hours.correcting import correct_hours
from timecredits.hours.history.hour_history import HistoryLine, hour_history
from timecredits.hours.history.milestones import MILESTONES, milestones

BEGAN = date(2026, 1, 5)


def test_the_day_on_which_the_hours_were_full() -> None:
    lines = [a_line(BEGAN + timedelta(weeks=week), 120) for week in range(13)]
    found = milestones(lines)
    assert [(each.hours, each.day) for each in found.reached] == [
        (10, BEGAN + timedelta(weeks=4)),
        (25, BEGAN + timedelta(weeks=12)),
    ]
    assert (found.next_hours, found.missing) == (50, 24 * 60)


def test_two_milestones_in_one_day() -> None:
    found = milestones([a_line(BEGAN, 590), a_line(BEGAN + timedelta(days=1), 920)])
    assert [(each.hours, each.day.day) for each in found.reached] == [(10, 6), (25, 6)]


def test_a_minute_short_is_not_there_and_nothing_comes_after_the_last() -> None:
    assert milestones([a_line(BEGAN, 599)]).reached == ()
    assert milestones([a_line(BEGAN, 599)]).missing == 1
    everything = milestones([a_line(BEGAN + timedelta(days=day), 600) for day in range(50)])
    assert tuple(each.hours for each in everything.reached) == MILESTONES
    assert (everything.next_hours, everything.missing) == (None, 0)
    assert milestones([]).next_hours == 10


@given(LINES)
def test_what_is_reached_follows_from_the_total_alone(lines: list[HistoryLine]) -> None:
    found = milestones(lines)
    total = sum(line.minutes for line in lines)
    assert [each.hours for each in found.reached] == [hours for hours in MILESTONES if hours * 60 <= total]
    assert milestones(list(reversed(lines))) == found
    days = [each.day for each in found.reached]
    assert days == sorted(days)
    for each in found.reached:
        assert sum(line.minutes for line in lines if line.day <= each.day) >= each.hours * 60
        assert sum(line.minutes for line in lines if line.day < each.day) < each.hours * 60


def test_a_correction_takes_a_milestone_back_and_gives_another_day(place: Place) -> None:
    first, second = place.new(place.sian, 480, date(2026, 11, 2)), place.new(place.sian, 180, date(2026, 11, 9))
    later = place.new(place.sian, 60, date(2026, 11, 16))
    place.record(first, second, later)

    def now() -> list[tuple[int, date]]:
        history = hour_history(place.session, place.programme_id, place.sian, as_of=TODAY)
        return [(each.hours, each.day) for each in milestones(history.lines).reached]

    def correct(minutes: int | None) -> None:
        newest = next(
            line
            for line in hour_history(place.session, place.programme_id, place.sian, as_of=TODAY).lines
            if line.day == date(2026, 11, 9)
        )
        correct_hours(
            place.session,
            place.programme_id,
            place.organisation_id,
            newest.entry_id,
            minutes=minutes,
            reason="Slip",
            actor_id=None,
            today=TODAY,
        )

    assert now() == [(10, date(2026, 11, 9))]
    correct(90)
    assert now() == [(10, date(2026, 11, 16))]
    correct(None)
    assert now() == []
