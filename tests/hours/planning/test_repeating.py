from datetime import date, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from timecredits.hours.planning.repeating import (
    MOST_TIMES,
    WEEKDAYS,
    Freq,
    Repeats,
    Repetition,
    UnknownRuleError,
    read_rule,
    rule_for,
    rule_words,
)

WEDNESDAY = date(2026, 3, 4)
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("repeats", "first", "weekdays", "starts_on", "rule", "words"),
    [
        (Repeats.ONCE, WEDNESDAY, (), WEDNESDAY, "", "Once, on 4 March 2026"),
        (Repeats.DAILY, WEDNESDAY, (), WEDNESDAY, "FREQ=DAILY", "Every day"),
        (
            Repeats.WORKING_DAYS,
            date(2026, 3, 7),
            (),
            date(2026, 3, 9),
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            "Every weekday, Monday to Friday",
        ),
        (Repeats.WEEKLY, WEDNESDAY, (), WEDNESDAY, "FREQ=WEEKLY;BYDAY=WE", "Every week on Wednesday"),
        (
            Repeats.WEEKLY,
            WEDNESDAY,
            (3, 1, 6),
            date(2026, 3, 5),
            "FREQ=WEEKLY;BYDAY=TU,TH,SU",
            "Every week on Tuesday, Thursday and Sunday",
        ),
        (
            Repeats.FORTNIGHTLY,
            WEDNESDAY,
            (1,),
            date(2026, 3, 10),
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
            "Every 2 weeks on Tuesday",
        ),
        (
            Repeats.MONTHLY,
            date(2026, 3, 24),
            (),
            date(2026, 3, 24),
            "FREQ=MONTHLY;BYDAY=4TU",
            "Every month on the fourth Tuesday",
        ),
        (
            Repeats.MONTHLY,
            date(2026, 3, 31),
            (),
            date(2026, 3, 31),
            "FREQ=MONTHLY;BYDAY=-1TU",
            "Every month on the last Tuesday",
        ),
        (
            Repeats.MONTHLY_LAST,
            WEDNESDAY,
            (),
            date(2026, 3, 25),
            "FREQ=MONTHLY;BYDAY=-1WE",
            "Every month on the last Wednesday",
        ),
    ],
)
def test_a_choice_becomes_a_rule_and_words(
    repeats: Repeats, first: date, weekdays: tuple[int, ...], starts_on: date, rule: str, words: str
) -> None:
    assert rule_for(repeats, first, weekdays) == (starts_on, rule)
    assert str(rule_words(rule, starts_on)) == words


@given(
    repeats=st.sampled_from([each for each in Repeats if each is not Repeats.ONCE]),
    first=DAYS,
    weekdays=st.sets(st.integers(0, 6)).map(tuple),
    count=st.none() | st.integers(1, MOST_TIMES),
)
def test_a_rule_begins_on_its_first_day_and_is_read_back_as_it_was_chosen(
    repeats: Repeats, first: date, weekdays: tuple[int, ...], count: int | None
) -> None:
    starts_on, rule = rule_for(repeats, first, weekdays, count)
    assert first <= starts_on <= first + timedelta(days=31)
    midnight = f"{starts_on:%Y%m%d}T000000"
    days = rrulestr(f"DTSTART:{midnight}\nRRULE:{rule}")
    assert days[0].date() == starts_on
    read = read_rule(rule)
    assert read.text == rule
    assert read.count == count
    said = {Repeats.MONTHLY_LAST} if repeats is Repeats.MONTHLY and read.nth == -1 else {repeats}
    if repeats is Repeats.WEEKLY and set(weekdays) == {0, 1, 2, 3, 4}:
        said = {Repeats.WORKING_DAYS}
    assert read.repeats in said
    assert str(rule_words(rule, starts_on))


@given(
    freq=st.sampled_from(Freq),
    interval=st.integers(1, 52),
    weekdays=st.sets(st.integers(0, 6)).map(lambda found: tuple(sorted(found))),
    count=st.none() | st.integers(1, MOST_TIMES),
)
def test_every_rule_we_keep_has_words(freq: Freq, interval: int, weekdays: tuple[int, ...], count: int | None) -> None:
    kept = Repetition(freq, interval, weekdays, None, count)
    assert read_rule(kept.text) == kept
    words = str(rule_words(kept.text, WEDNESDAY, WEDNESDAY))
    assert words.startswith("Every")
    assert words.endswith("until 4 March 2026")


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=HOURLY",
        "FREQ=SECONDLY;INTERVAL=1",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;INTERVAL=1000000",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=99999999",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=2TU",
        "FREQ=MONTHLY;BYDAY=1TU,2TU",
        "FREQ=MONTHLY;BYDAY=7TU",
        "FREQ=WEEKLY;BYHOUR=1,2,3",
        "FREQ=WEEKLY;UNTIL=20990101T000000Z",
        "FREQ=WEEKLY;INTERVAL=many",
        "DTSTART:20200101\nRRULE:FREQ=DAILY",
        "nonsense",
    ],
)
def test_what_is_outside_is_refused(rule: str) -> None:
    with pytest.raises(UnknownRuleError):
        read_rule(rule)


def test_times_and_an_end_are_said_too() -> None:
    assert str(rule_words("FREQ=WEEKLY;BYDAY=WE;COUNT=6", WEDNESDAY)) == "Every week on Wednesday, 6 times"
    assert str(rule_words("FREQ=WEEKLY;BYDAY=WE;COUNT=1", WEDNESDAY)) == "Every week on Wednesday, 1 time"
    assert [str(each)[:3] for each in WEEKDAYS] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
