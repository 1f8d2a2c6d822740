"""Days as people write them: 21/11/2026, 2026-11-21, 21 Nov 26, Saturday 21st November 2026, a date cell, a serial number.

English and Welsh names. Mawrth is Tuesday as well as March: where both stand side by side, the first is the weekday.
Day comes before month. Two figures of a year mean 20xx. A weekday that does not fit the day is sent back, not guessed.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from timecredits.foundation.wording import Sentence
from timecredits.hours.imports.cells import Cell, Moment, Unclear, Unfinished, plain, quoted, text_of

__all__ = ["looks_like_a_day", "read_day", "read_month", "read_weekday"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan ionawr ion",
            "february feb chwefror chwef chwe",
            "march mar mawrth",
            "april apr ebrill ebr",
            "may mai",
            "june jun mehefin meh",
            "july jul gorffennaf gorff gor",
            "august aug awst",
            "september sep sept medi med",
            "october oct hydref hyd",
            "november nov tachwedd tach",
            "december dec rhagfyr rhag",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mon llun",
            "tuesday tue tues maw",
            "wednesday wed weds mercher mer",
            "thursday thu thur thurs iau",
            "friday fri gwener gwe",
            "saturday sat sadwrn sad",
            "sunday sun sul",
        )
    )
    for name in names.split()
}
_TRAILING_TIME = re.compile(r"(?<=\d)[t ]+\d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?(z|[+-]\d{2}:?\d{2})?$")
_ORDINAL = re.compile(r"(?<=\d)(st|nd|rd|th|af|il|ydd|fed|ed|eg|ain)\b")
_SMALL_WORDS = frozenset({"the", "of", "dydd", "o", "y"})
_ALLOWED = re.compile(r"[\w\s/.,\-]+")
_WORDS = re.compile(r"\d+|[^\W\d_]+")
_LONGEST = 60  # letters; "Wednesday the 23rd of September 2026 00:00:00" has 45

_MONTH_IN_FIGURES = re.compile(r"(?<![\d/.-])(?:(20\d\d)[-/.](0?[1-9]|1[0-2])|(0?[1-9]|1[0-2])[-/.](20\d\d))(?![\d/.-])")
_YEAR = re.compile(r"20\d\d")
_SHORT_MONTHS = frozenset("jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mai|ion".split("|"))  # noqa: SIM905 - as the other words

_SERIALS = range(36526, 73051)  # how spreadsheets count the days of 2000 to 2099
_SERIAL_ZERO = date(1899, 12, 30)
_COMPACT = range(19500101, 21000000)  # 20261121
EARLIEST_YEAR = 1950
"""Hours are never older than this; an earlier year is a slip of the finger."""


# By how many figures each part has ("m" for a month's name): which part is the year, the month, the day.
_SHAPES = tuple(
    (re.compile(pattern), order)
    for pattern, order in (
        (r"4[m12][12]", "ymd"),
        (r"[12][m12][24]", "dmy"),
        (r"m[12][24]", "mdy"),
        (r"[12][m12]", "dm"),
        (r"m[12]", "md"),
    )
)


@dataclass(frozen=True, slots=True)
class _Written:
    """The parts of a day as they stand in a cell; not yet known to exist in the calendar."""

    year: int | None
    month: int
    day: int
    weekday: int | None = None


def looks_like_a_day(cell: Cell) -> bool:
    """Tell whether the cell is written like a day, be it one in the calendar or not; a missing year is no matter."""
    return _written(cell) is not None


def read_day(cell: Cell, *, today: date, year: int | None = None) -> date:
    """Return the day a cell names; `year` is used where the cell has none. Unclear if it is none, or after `today`."""
    if isinstance(cell, Unfinished):
        raise Unclear(Sentence("The date is a sum without its answer. Type the date and load this row again."))
    if text_of(cell) == "":
        raise Unclear(Sentence("The date is missing. Add it and load this row again."))
    written = _written(cell)
    if written is None:
        raise Unclear(Sentence("“%(read)s” is not a date we can read. Write it like 21/11/2026.", read=quoted(cell)))
    day = _in_calendar(written, cell, year)
    if day > today:
        raise Unclear(Sentence("“%(read)s” has not come yet. Check the date and load this row again.", read=quoted(cell)))
    return day


def read_weekday(cell: Cell) -> int | None:
    """Return 0 (Monday) to 6 for a cell that holds a weekday's name and nothing else."""
    if not isinstance(cell, str) or len(cell) > _LONGEST:
        return None
    words = [word for word in _WORDS.findall(plain(text_of(cell))) if word != "dydd"]
    if words == ["mawrth"]:
        return 1
    return _WEEKDAYS.get(words[0]) if len(words) == 1 else None


def read_month(cell: Cell) -> tuple[int | None, int] | None:
    """Return (year or None, month) where a cell names one month and no day, whatever other words stand around it."""
    if isinstance(cell, Moment):
        return (cell.day.year, cell.day.month) if cell.day is not None and cell.day.day == 1 else None
    if not isinstance(cell, str) or len(cell) > 4 * _LONGEST or looks_like_a_day(cell):
        return None
    text = plain(text_of(cell))
    if match := _MONTH_IN_FIGURES.search(text):
        year, month = (match[1], match[2]) if match[1] else (match[4], match[3])
        return int(year), int(month)
    words = _WORDS.findall(text)
    places = [place for place, word in enumerate(words) if word in _MONTHS and (len(word) > len("ion") or word in _SHORT_MONTHS)]
    if len({words[place] for place in places}) != 1:
        return None
    after = words[places[0] + 1 : places[0] + 2]
    years = {int(word) for word in words if _YEAR.fullmatch(word)}
    if after and len(after[0]) == len("26") and after[0].isdecimal():
        years.add(2000 + int(after[0]))
    return (years.pop() if len(years) == 1 else None, _MONTHS[words[places[0]]])


def _in_calendar(written: _Written, cell: Cell, year: int | None) -> date:
    year = written.year if written.year is not None else year
    if year is None:
        raise Unclear(Sentence("“%(read)s” has no year. Write it like 21/11/2026.", read=quoted(cell)))
    if written.month > 12 >= written.day:  # noqa: PLR2004 - months of a year
        raise Unclear(Sentence("“%(read)s” is not a day in the calendar. Write the day before the month.", read=quoted(cell)))
    try:
        day = date(year, written.month, written.day)
    except ValueError:
        raise Unclear(
            Sentence("“%(read)s” is not a day in the calendar. Mend the date and load this row again.", read=quoted(cell))
        ) from None
    if year < EARLIEST_YEAR:
        raise Unclear(Sentence("“%(read)s” is too long ago. Check the year and load this row again.", read=quoted(cell)))
    if written.weekday is not None and written.weekday != day.weekday():
        raise Unclear(Sentence("In “%(read)s” the weekday and the date do not fit. Check which one is right.", read=quoted(cell)))
    return day


def _written(cell: Cell) -> _Written | None:
    if isinstance(cell, Moment):
        return None if cell.day is None else _Written(cell.day.year, cell.day.month, cell.day.day)
    if isinstance(cell, float):
        return _from_number(int(cell)) if cell.is_integer() and abs(cell) < _COMPACT.stop else _from_serial(cell)
    return _from_text(cell) if isinstance(cell, str) else None


def _from_serial(serial: float) -> _Written | None:
    return _from_number(int(serial)) if _SERIALS.start <= serial < _SERIALS.stop else None


def _from_number(number: int) -> _Written | None:
    if number in _SERIALS:
        day = _SERIAL_ZERO + timedelta(days=number)
        return _Written(day.year, day.month, day.day)
    if number in _COMPACT:
        return _Written(number // 10000, number // 100 % 100, number % 100)
    return None


def _from_text(text: str) -> _Written | None:
    if len(text) > 4 * _LONGEST:
        return None
    text = _ORDINAL.sub(" ", _TRAILING_TIME.sub("", plain(text_of(text))))
    if len(text) > _LONGEST or not _ALLOWED.fullmatch(text) or text.startswith("-"):
        return None
    words = [word for word in _WORDS.findall(text) if word not in _SMALL_WORDS]
    if "mawrth" in words and sum(word in _MONTHS for word in words) > 1:
        words[words.index("mawrth")] = "maw"
    weekdays = [_WEEKDAYS[word] for word in words if word in _WEEKDAYS]
    words = [word for word in words if word not in _WEEKDAYS]
    if len(weekdays) > 1 or any(not word.isdecimal() and word not in _MONTHS for word in words):
        return None
    written = _from_words(words, without_year="/" in text or "-" in text)
    if written is None or not weekdays:
        return written
    return _Written(written.year, written.month, written.day, weekdays[0])


def _from_words(words: list[str], *, without_year: bool) -> _Written | None:
    """Put the figures and the month's name in their places by their kind and length."""
    shape = "".join("m" if word in _MONTHS else str(min(len(word), 9)) for word in words)
    values = [_MONTHS.get(word) or int(word[:9]) for word in words]
    if shape in {"5", "8"}:
        return _from_number(values[0])
    if shape in {"11", "12", "21", "22"} and not without_year:
        return None
    for pattern, order in _SHAPES:
        if pattern.fullmatch(shape):
            parts = dict(zip(order, values, strict=True))
            return _Written(_full_year(parts.get("y")), parts["m"], parts["d"])
    return None


def _full_year(year: int | None) -> int | None:
    return year + 2000 if year is not None and year < 100 else year  # noqa: PLR2004 - two figures
