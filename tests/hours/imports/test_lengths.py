import pytest
from hypothesis import given
from hypothesis import strategies as st

from timecredits.hours.imports.cells import Cell, Moment, Unclear, Unfinished
from timecredits.hours.imports.lengths import Length, read_clock, read_length, read_span


def _spellings(minutes: int) -> list[Cell]:
    hours, rest = divmod(minutes, 60)
    decimal = f"{minutes / 60:.2f}"
    spellings: list[Cell] = [
        decimal,
        decimal.replace(".", ","),
        f"{decimal}h",
        f"{decimal} hours",
        f"{minutes / 60!r}",
        f"{hours}:{rest:02}",
        f"{hours:02}:{rest:02}:00",
        f"{hours}h{rest:02}",
        f"{hours}h{rest}m",
        f"{hours} hrs {rest} mins",
        f"{hours} hours and {rest} minutes",
        f"{minutes} min",
        f"{minutes}m",
        f"{minutes} minutes (late bus)",
        f"  {minutes}\u00a0MINS. ",
        minutes / 60,
        Moment(None, minutes * 60),
    ]
    if rest == 0:
        spellings += [str(hours), f"{hours}h", f"{hours} Hours", float(hours)]
    if rest in {15, 30, 45}:
        spellings.append(f"{hours or ''}{ {15: '¼', 30: '½', 45: '¾'}[rest] }")
    return spellings


@given(st.integers(1, 1440))
def test_every_number_of_minutes_reads_back_from_every_spelling(minutes: int) -> None:
    for spelling in _spellings(minutes):
        assert read_length(spelling).minutes == minutes, spelling


@given(st.integers(0, 1438), st.integers(1, 1439))
def test_every_from_to_reads_back_from_every_spelling(starts: int, length: int) -> None:
    ends = min(starts + length, 1439)

    def clock(minutes: int, between: str = ":") -> str:
        return f"{minutes // 60:02}{between}{minutes % 60:02}"

    def half(minutes: int) -> str:
        return f"{minutes // 60 % 12 or 12}:{minutes % 60:02}{'am' if minutes < 720 else 'pm'}"

    expected = Length(ends - starts, starts, ends)
    for one, other in [
        (clock(starts), clock(ends)),
        (clock(starts, "."), clock(ends, ".")),
        (clock(starts, ""), clock(ends, "")),
        (clock(starts, "h"), clock(ends, "h")),
        (half(starts), half(ends)),
        (half(starts).replace("m", ".m."), half(ends).upper()),
    ]:
        assert read_span(read_clock(one), read_clock(other)) == expected, (one, other)
        for between in ("-", " - ", " \u2013 ", " to ", " until "):
            assert read_length(f"{one}{between}{other}", unit="clock") == expected, (one, between, other)
    assert read_span(read_clock(Moment(None, starts * 60)), read_clock(ends / 1440)) == expected


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("2½", 150),
        ("2 1/2 hours", 150),
        ("½", 30),
        (".5", 30),
        ("+2", 120),
        ("1.67", 100),
        ("0.33", 20),
        ("from 10am to 12.30pm", 150),
        ("10-1pm", 180),
        ("1-3pm", 120),
        ("9-5pm", 480),
        ("10am-2", 240),
        ("22:00-00:00", 120),
        ("10:00-noon", 120),
        ("24", 1440),
        ("٢", 120),
    ],
)
def test_lengths_as_people_write_them(written: str, minutes: int) -> None:
    assert read_length(written).minutes == minutes


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("", "missing"),
        ("two", "not a number of hours"),
        ("2-3", "not a number of hours"),
        ("10-12", "not a number of hours"),
        ("1,000", "not a number of hours"),
        ("2:75", "not a number of hours"),
        ("2h75", "not a number of hours"),
        ("2" + " " * 5000 + "x", "not a number of hours"),
        ("1/2/3", "not a number of hours"),
        ("£2", "not a number of hours"),
        ("#REF!", "not a number of hours"),
        ("TRUE", "not a number of hours"),
        ("0", "no time given"),
        ("-2", "no time given"),
        ("-1:30", "no time given"),
        ("-30 min", "no time given"),
        (-2.0, "no time given"),
        (0.001, "no time given"),
        ("26", "more than 24 hours"),
        ("24.01", "more than 24 hours"),
        ("1441 min", "more than 24 hours"),
        (1e300, "more than 24 hours"),
        (-1e300, "no time given"),
        (Moment(None, 86460), "more than 24 hours"),
        ("17:00-09:00", "The finish 09:00 is not after the start 17:00"),
        ("9:00-5:00", "is not after the start"),
        ("10:00-10:00", "is not after the start"),
        (Unfinished(), "a sum without its answer"),
    ],
)
def test_what_is_no_length_is_sent_back_with_words(written: Cell, words: str) -> None:
    with pytest.raises(Unclear, match=words):
        read_length(written)


@pytest.mark.parametrize("written", ["", "25:00", "10:60", "13am", "soon", "10.5", 10.5, -1.0, "0pm"])
def test_what_is_no_time_of_day_is_sent_back(written: Cell) -> None:
    with pytest.raises(Unclear, match="not a time we can read"):
        read_clock(written)


def test_a_decimal_that_looks_like_a_time_is_read_as_a_decimal_and_doubted() -> None:
    assert read_length("2.30") == Length(138, doubtful=True)
    assert not read_length("2.3").doubtful
    assert not read_length("2.50").doubtful


def test_a_remark_in_brackets_is_kept() -> None:
    assert read_length("2h (left early)") == Length(120, remark="left early")
