"""Hours as people write them: 2, 2.5, 2,5, 2½, 2h, 2h30, 2:30, 150 min, 10:00-12:30, 10am to 12.30pm; and times of day.

A finish before the start is a night if it began in the evening and is no longer than a night's work; else it is sent back, being
far more often a slip of the pen (or "9 to 5"). 22:00 to 00:00 is read as the two hours before midnight.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from timecredits.foundation.wording import Sentence
from timecredits.hours.imports.cells import Cell, Moment, Unclear, Unfinished, plain, quoted, text_of

__all__ = ["Clock", "Length", "read_break", "read_clock", "read_length", "read_span"]

_DAY = 24 * 60
_NOON = 12 * 60
_EVENING = 17 * 60
_LONGEST_NIGHT = 13 * 60

_NUMBER = r"(\d{1,6}(?:[.,]\d{1,20})?|[.,]\d{1,20})"
_HOUR_WORD = r"(?:hours|hour|hrs|hr|h)\.?"
_MINUTE_WORD = r"(?:minutes|minute|mins|min|m)\.?"
_PLAIN = re.compile(rf"\+?{_NUMBER}")
_LESS_THAN_NOTHING = re.compile(rf"-\s*{_NUMBER}\s*(?:{_HOUR_WORD}|{_MINUTE_WORD})?|-\s*\d{{1,3}}:\d\d")
_HOURS = re.compile(rf"{_NUMBER}\s*{_HOUR_WORD}")
_HOURS_MINUTES = re.compile(rf"(\d{{1,3}})\s*{_HOUR_WORD}\s*(?:and\s*)?(\d{{1,2}})\s*(?:{_MINUTE_WORD})?")
_MINUTES = re.compile(rf"{_NUMBER}\s*{_MINUTE_WORD}")
_COLON = re.compile(rf"(\d{{1,3}}):([0-5]\d)(?::([0-5]\d))?\s*(?:{_HOUR_WORD})?")
_THOUSANDS = re.compile(r"\d{1,3},\d{3}")
_CLOCKISH = re.compile(r"\d{1,2}[.,](?:15|30|45)")
_RANGE = re.compile(r"(?:from\s+)?(.{1,20}?)\s*(?:-|\bto\b|\buntil\b|\btill\b|\btil\b)\s*(.{1,20})")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h]([0-5]\d))?(?::[0-5]\d)?\s*(?:([ap])\.?m?\.?)?")
_FOUR_FIGURES = re.compile(r"([01]\d|2[0-4])([0-5]\d)(?:\s*(?:h|hrs))?")
_BARE = re.compile(r"\d{1,2}")
_REMARK = re.compile(r"(.*\S)\s*\(([^()]*)\)")
_NO_BREAK = frozenset({"no", "none", "nil", "n/a", "na", "0:00", "00:00", "0h", "0 min", "0 mins", "dim"})
_MOST_HOURS_OF_BREAK = 4
_FRACTIONS = {"½": "5", "¼": "25", "¾": "75", "1/2": "5", "1/4": "25", "3/4": "75"}
_MIXED = re.compile(r"(\d{0,3})\s*(½|¼|¾)|(?:(\d{1,3})\s+)?\b(1/2|1/4|3/4)\b")
_LONGEST = 80  # letters in a cell of hours, a remark in brackets apart


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day: minutes after midnight (24:00 is 1440), and whether am or pm stood by it."""

    minutes: int
    half: Literal["a", "p"] | None = None


_NAMED_CLOCKS = {
    "noon": Clock(_NOON, "p"),
    "midday": Clock(_NOON, "p"),
    "12 noon": Clock(_NOON, "p"),
    "midnight": Clock(0),
    "12 midnight": Clock(0),
}


@dataclass(frozen=True, slots=True)
class Length:
    """How long somebody gave: whole minutes, 1 to 1440; from and to where written; `remark` what stood in brackets.

    `ends` is not after `starts` where it is on the next day. `doubtful` is True
    for "2.30", which is read as a decimal (138 minutes) but may have been meant as 2:30.
    """

    minutes: int
    starts: int | None = None
    ends: int | None = None
    remark: str = ""
    doubtful: bool = False

    @property
    def overnight(self) -> bool:
        """Tell whether it ends on the day after it began."""
        return self.starts is not None and self.ends is not None and self.ends <= self.starts


def read_length(cell: Cell, *, unit: Literal["hours", "minutes", "clock"] = "hours") -> Length:
    """Return the length a cell names; bare numbers are in `unit`, with "clock" only a from-to or a named unit will do."""
    if isinstance(cell, Unfinished):
        raise Unclear(Sentence("The hours are a sum without its answer. Type the hours and load this row again."))
    if isinstance(cell, Moment):
        if cell.day is not None or cell.seconds is None or unit == "clock":
            raise _unclear(cell)
        return Length(_checked(Decimal(cell.seconds) / 60, cell))
    if isinstance(cell, float):
        if unit == "clock":
            raise _unclear(cell)
        return Length(_checked(Decimal(repr(cell)) * (60 if unit == "hours" else 1), cell))
    text, remark = _normal(cell)
    return _from_text(text, remark, cell, unit)


def _from_text(text: str, remark: str, cell: str, unit: Literal["hours", "minutes", "clock"]) -> Length:
    if not text:
        raise Unclear(Sentence("The hours are missing. Add them and load this row again."))
    if _LESS_THAN_NOTHING.fullmatch(text):
        raise _nothing(cell)
    minutes = _minutes(text, unit)
    if minutes is not None:
        doubtful = unit == "hours" and _CLOCKISH.fullmatch(text) is not None
        return Length(_checked(minutes, cell), remark=remark, doubtful=doubtful)
    ends_of_range = _RANGE.fullmatch(text)
    # "2-3" may be a guess at a length, so figures alone make no range: one side must show minutes, am or pm.
    if ends_of_range and not all(_BARE.fullmatch(side) for side in ends_of_range.groups()):
        starts, ends = (_clock_from_text(side) for side in ends_of_range.groups())
        if starts is not None and ends is not None:
            spanned = read_span(starts, ends)
            return Length(spanned.minutes, spanned.starts, spanned.ends, remark)
    raise _unclear(cell)


def _minutes(text: str, unit: Literal["hours", "minutes", "clock"]) -> Decimal | None:
    """Return the minutes in every spelling but a range, or None."""
    if (match := _PLAIN.fullmatch(text)) and unit != "clock" and not _THOUSANDS.fullmatch(text):
        return _decimal(match[1]) * (60 if unit == "hours" else 1)
    if match := _HOURS.fullmatch(text):
        return _decimal(match[1]) * 60
    if match := _MINUTES.fullmatch(text):
        return _decimal(match[1])
    if (match := _HOURS_MINUTES.fullmatch(text)) and int(match[2]) < 60:  # noqa: PLR2004 - minutes of an hour
        return Decimal(int(match[1]) * 60 + int(match[2]))
    if (match := _COLON.fullmatch(text)) and unit != "clock":
        return Decimal(int(match[1]) * 60 + int(match[2])) + Decimal(int(match[3] or 0)) / 60
    return None


def read_break(cell: Cell, *, unit: Literal["hours", "minutes"] | None = None) -> int:
    """Return the minutes of a break, 0 for none. A bare number up to 4 means hours and a greater one minutes, but for `unit`."""
    text = plain(text_of(cell))
    if isinstance(cell, Unfinished):
        raise Unclear(Sentence("The break is a sum without its answer. Type it and load this row again."))
    if text in _NO_BREAK or not any(map(str.isalnum, text)):
        return 0
    bare = text.replace(",", ".") if _PLAIN.fullmatch(text) else None
    try:
        if bare is not None and float(bare) == 0:
            return 0
        short = bare is not None and float(bare) <= _MOST_HOURS_OF_BREAK
        return read_length(cell, unit=unit or ("hours" if bare is None or short else "minutes")).minutes
    except Unclear:
        raise Unclear(Sentence("“%(read)s” is not a break we can read. Write it like 30 min.", read=quoted(cell))) from None


def read_clock(cell: Cell) -> Clock:
    """Return the time of day a cell names: 10:00, 10.00, 10am, 1000, 10h30, noon, a time cell."""
    clock: Clock | None = None
    if isinstance(cell, Moment):
        clock = None if cell.seconds is None else Clock(round(cell.seconds / 60) % _DAY)
    elif isinstance(cell, float):
        if 0 <= cell < 1:  # a spreadsheet keeps a time of day as a part of a day
            clock = Clock(round(cell * _DAY) % _DAY)
        elif cell.is_integer():
            clock = _clock_from_text(f"{cell:.0f}")
    elif isinstance(cell, str):
        clock = _clock_from_text(_normal(cell)[0])
    if clock is None:
        raise Unclear(Sentence("“%(read)s” is not a time we can read. Write it like 10:30.", read=quoted(cell)))
    return clock


def read_span(starts: Clock, ends: Clock) -> Length:
    """Return the length from `starts` to `ends` by the clock on the wall; am or pm at one end serves the other where it fits."""
    begin, finish = starts.minutes, ends.minutes
    if ends.half == "p" and starts.half is None and begin < _NOON and begin + _NOON < finish:
        begin += _NOON
    if starts.half is not None and ends.half is None and finish <= begin and finish + _NOON <= _DAY:
        finish += _NOON
    if finish == 0:
        finish = _DAY
    if finish <= begin and begin >= _EVENING and finish + _DAY - begin <= _LONGEST_NIGHT:
        return Length(finish + _DAY - begin, begin, finish)
    if finish <= begin:
        raise Unclear(
            Sentence(
                "The finish %(ends)s is not after the start %(starts)s. Mend the times, like 09:00 and 17:00.",
                starts=_shown(begin),
                ends=_shown(finish),
            )
        )
    return Length(finish - begin, begin, finish)


def _clock_from_text(text: str) -> Clock | None:
    if text in _NAMED_CLOCKS:
        return _NAMED_CLOCKS[text]
    if match := _FOUR_FIGURES.fullmatch(text):
        minutes = int(match[1]) * 60 + int(match[2])
        return Clock(minutes) if minutes <= _DAY else None
    match = _CLOCK.fullmatch(text)
    return None if match is None else _clock_from_parts(int(match[1]), int(match[2] or 0), match[3])


def _clock_from_parts(hour: int, minute: int, letter: str | None) -> Clock | None:
    if letter is None:
        return Clock(hour * 60 + minute) if hour * 60 + minute <= _DAY else None
    if not 1 <= hour <= 12 and not (letter == "p" and 12 < hour < 24):  # noqa: PLR2004 - "14:00pm" says the same twice
        return None
    half: Literal["a", "p"] = "a" if letter == "a" else "p"
    return Clock((hour % 12 + (12 if half == "p" else 0)) * 60 + minute, half)


def _normal(text: str) -> tuple[str, str]:
    """Return the text in small letters with plain figures and dashes, and the remark that stood in brackets after it."""
    text = text_of(text)
    remark = ""
    if text.endswith(")") and (match := _REMARK.fullmatch(text)):
        text, remark = match[1], match[2].strip()
    if len(text) > _LONGEST:
        return "\ufffd", remark  # a tale, not a length
    text = _MIXED.sub(_mixed_number, text)
    return plain(text), remark


def _mixed_number(match: re.Match[str]) -> str:
    return f"{match[1] or match[3] or 0}.{_FRACTIONS[match[2] or match[4]]}"


def _decimal(figures: str) -> Decimal:
    return Decimal(figures.replace(",", "."))


def _checked(minutes: Decimal, cell: Cell) -> int:
    if minutes > _DAY:
        raise Unclear(Sentence("“%(read)s” is more than 24 hours. Check the hours and load this row again.", read=quoted(cell)))
    whole = int(minutes.quantize(Decimal(1), ROUND_HALF_UP)) if minutes > -_DAY else 0
    if whole <= 0:
        raise _nothing(cell)
    return whole


def _nothing(cell: Cell) -> Unclear:
    return Unclear(Sentence("“%(read)s” is no time given. Check the hours and load this row again.", read=quoted(cell)))


def _unclear(cell: Cell) -> Unclear:
    return Unclear(Sentence("“%(read)s” is not a number of hours we can read. Write it like 2.5 or 2:30.", read=quoted(cell)))


def _shown(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
