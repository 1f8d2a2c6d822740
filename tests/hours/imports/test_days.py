from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hours.imports.registers import TODAY
from timecredits.hours.imports.cells import Cell, Moment, Unclear, Unfinished
from timecredits.hours.imports.days import looks_like_a_day, read_day

SPELLINGS = [
    "%d/%m/%Y",
    "%d-%m-%y",
    "%d.%m.%Y",
    "%d %m %Y",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d %b %y",
    "%d-%b-%Y",
    "%d%b%y",
    "%d %B %Y",
    "%B %d, %Y",
    "%A %d %B %Y",
    "%a, %d %b %y",
    "%d/%m/%Y (%a)",
    "%a %d/%m/%y",
    "%Y-%m-%dT00:00:00Z",
    "%d/%m/%Y 10:30",
    "%Y%m%d",
    "  %d / %m / %Y ",
]


@given(st.dates(date(2000, 1, 1), TODAY), st.sampled_from([spelling for spelling in SPELLINGS if "(" not in spelling]))
def test_a_day_reads_back_from_every_spelling(day: date, spelling: str) -> None:
    assert read_day(day.strftime(spelling), today=TODAY) == day


@given(st.dates(date(2000, 1, 1), TODAY))
def test_a_day_reads_back_from_serial_numbers_and_date_cells(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    assert read_day(float(serial), today=TODAY) == day
    assert read_day(serial + 0.5, today=TODAY) == day
    assert read_day(str(serial), today=TODAY) == day
    assert read_day(Moment(day, 36000), today=TODAY) == day


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("4/3/2026", date(2026, 3, 4)),
        ("Wed 4th March 2026", date(2026, 3, 4)),
        ("Saturday the 21st of November 2026", date(2026, 11, 21)),
        ("29/2/24", date(2024, 2, 29)),
        ("4 Sept 26", date(2026, 9, 4)),
        ("٤/٣/٢٠٢٦", date(2026, 3, 4)),
        ("4\u20113\u20112026", date(2026, 3, 4)),
        ("\u200e4/3/2026", date(2026, 3, 4)),
    ],
)
def test_days_as_people_write_them(written: str, day: date) -> None:
    assert read_day(written, today=TODAY) == day


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("", "The date is missing"),
        ("31/02/2026", "not a day in the calendar. Mend"),
        ("29/2/2026", "not a day in the calendar. Mend"),
        ("03/25/2026", "Write the day before the month"),
        ("22/11/2026", "has not come yet"),
        ("14/05/2031", "has not come yet"),
        ("Monday 4 March 2026", "the weekday and the date do not fit"),
        ("4 March", "has no year"),
        ("4/3/1026", "too long ago"),
        ("4/3/226", "not a date we can read"),
        ("next week", "not a date we can read"),
        ("2.5", "not a date we can read"),
        ("-4/3/2026", "not a date we can read"),
        ("4/3/2026 5/3/2026", "not a date we can read"),
        ("March 2026", "not a date we can read"),
        (12.0, "not a date we can read"),
        (-46000.5, "not a date we can read"),
        (Moment(None, 3600), "not a date we can read"),
        (Unfinished(), "a sum without its answer"),
    ],
)
def test_what_is_no_day_is_sent_back_with_words(written: Cell, words: str) -> None:
    with pytest.raises(Unclear, match=words):
        read_day(written, today=TODAY)


def test_today_is_a_day_to_load_and_tomorrow_is_not() -> None:
    assert read_day(TODAY.isoformat(), today=TODAY) == TODAY
    with pytest.raises(Unclear):
        read_day((TODAY + timedelta(days=1)).isoformat(), today=TODAY)


def test_a_day_without_a_year_takes_the_one_it_is_given() -> None:
    assert read_day("Mon 2 Mar", today=TODAY, year=2026) == date(2026, 3, 2)
    assert looks_like_a_day("Mon 2 Mar")
    assert looks_like_a_day("31/02/2026")
    assert not looks_like_a_day("Total")
    assert not looks_like_a_day("2.5")
