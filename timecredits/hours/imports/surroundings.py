"""What stands around a table: a title, whose sheet it is, which month or week. Read from the lines above and the names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from timecredits.hours.imports.cells import Cell, Row, Unclear, text_of
from timecredits.hours.imports.days import looks_like_a_day, read_day, read_month
from timecredits.hours.imports.headings import label, outright_role

__all__ = ["Month", "Surroundings", "is_fact_row", "look_around"]

_Fact = Literal["name", "number", "activity", "week", "month", "date"]
_LABELS: Final[dict[str, _Fact]] = {
    **dict.fromkeys(("month", "mis", "for the month of", "month of"), "month"),
    **dict.fromkeys(("name of activity", "volunteering at", "volunteer role", "programme"), "activity"),
}
_FACTS: Final[dict[str, _Fact]] = {
    "name": "name",
    "number": "number",
    "activity": "activity",
    "week": "week",
    "date": "date",
}
_LABEL_WITHIN = re.compile(r"\s*([^:]{2,40}):\s*(\S.*)")
_WEEK_WITHIN = re.compile(r"\b(?:week\s+(?:commencing|beginning|starting|of)|w/?\s?[cb]\.?)\s*:?\s+(.{3,40})", re.IGNORECASE)
_BESIDE_A_MONTH = frozenset({"for", "the", "month", "of", "mis", "-", "\u2013", "\u2014", ""})
_FULL_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_YEAR = re.compile(r"(?:20)?\d\d")
_LONGEST = 240
_MOST_LINES, _MOST_CELLS = 30, 20  # what is said of a table stands near it, and to its left


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the calendar; `guessed` where no year was written and the last such month is taken."""

    year: int
    month: int
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was found: each "" or None where it wasn't. `activity` is the title without what else it says."""

    title: str = ""
    name: str = ""
    number: str = ""
    activity: str = ""
    month: Month | None = None
    week: date | None = None
    day: Cell = ""

    @property
    def year(self) -> int | None:
        """The one year that the title or the month names."""
        years = set(_FULL_YEAR.findall(self.title))
        if len(years) == 1:
            return int(years.pop())
        return self.month.year if self.month is not None and not self.month.guessed else None

    def or_else(self, other: "Surroundings") -> "Surroundings":
        """Return these facts, and for those that are missing the other's."""
        return Surroundings(
            title=self.title or other.title,
            name=self.name or ("" if self.number else other.name),
            number=self.number or ("" if self.name else other.number),
            activity=self.activity or other.activity,
            month=self.month or other.month,
            week=self.week or other.week,
            day=self.day or other.day,
        )


def look_around(above: Sequence[Row], sheet: str, filename: str, today: date) -> Surroundings:
    """Read the lines above a table, then the sheet's name, then the file's; what stands nearest to the table counts."""
    facts: dict[_Fact, Cell] = {}
    titles: list[Cell] = []
    for row in above[-_MOST_LINES:]:
        for fact, cell in _facts(row):
            if fact == "":
                titles.append(cell)
            else:
                facts[fact] = cell
    title = next((text for cell in titles if isinstance(cell, str) and (text := text_of(cell)) and _has_words(cell)), "")
    stem = re.sub(r"[_]+", " ", filename.rsplit(".", 1)[0])
    spoken: list[Cell] = [*(facts[fact] for fact in ("month", "date") if fact in facts), *reversed(titles), sheet, stem]
    month = next((found for cell in spoken if (found := _month(cell, today)) is not None), None)
    week = (
        _day(facts["week"], today)
        if "week" in facts
        else next(filter(None, (_week_within(cell, today) for cell in spoken)), None)
    )
    lone = next((cell for cell in reversed(titles) if looks_like_a_day(cell)), "")
    return Surroundings(
        title=title,
        name=text_of(facts.get("name", "")),
        number=text_of(facts.get("number", "")),
        activity=text_of(facts.get("activity", "")) or _without_month(title),
        month=month,
        week=week,
        day=facts.get("date", lone),
    )


def is_fact_row(row: Row) -> bool:
    """Tell whether a line among the rows says something about what comes below it, as "Name: Gail Steele" does."""
    first = next((cell for cell in row.cells if text_of(cell)), "")
    return isinstance(first, str) and ":" in first[:_LONGEST] and any(fact for fact, _ in _facts(row))


def _facts(row: Row) -> Iterator[tuple[_Fact | Literal[""], Cell]]:
    """Give each "Label: value" of a line, in one cell or in two side by side; other cells under ""."""
    cells = [cell for cell in row.cells[:_MOST_CELLS] if text_of(cell)]
    taken = False
    for place, cell in enumerate(cells):
        if taken:
            taken = False
            continue
        text = text_of(cell)[:_LONGEST]
        within = _LABEL_WITHIN.fullmatch(text)
        if within and (fact := _fact(within[1])) is not None:
            yield fact, within[2]
        elif isinstance(cell, str) and place + 1 < len(cells) and (fact := _fact(text)) is not None:
            yield fact, cells[place + 1]
            taken = True
        else:
            yield "", cell


def _fact(text: str) -> _Fact | None:
    return _LABELS.get(label(text)) or _FACTS.get(outright_role(text) or "")


def _has_words(cell: Cell) -> bool:
    return not looks_like_a_day(cell) and any(map(str.isalpha, text_of(cell))) and not _WEEK_WITHIN.match(text_of(cell))


def _month(cell: Cell, today: date) -> Month | None:
    found = read_month(cell)
    if found is None:
        return None
    year, month = found
    if year is not None:
        return Month(year, month)
    return Month(today.year if month <= today.month else today.year - 1, month, guessed=True)


def _week_within(cell: Cell, today: date) -> date | None:
    match = _WEEK_WITHIN.search(text_of(cell)[:_LONGEST]) if isinstance(cell, str) else None
    return None if match is None else _day(match[1], today)


def _day(cell: Cell, today: date) -> date | None:
    try:
        return read_day(cell, today=date.max, year=today.year)
    except Unclear:
        return None


def _without_month(title: str) -> str:
    """Return a title without the month at its end, so that each month's sheet is of one activity."""
    found = read_month(title)
    words = title.split()
    while found is not None and words and _is_of_a_month(words[-1]):
        words.pop()
    return " ".join(words).rstrip(" ,-\u2013\u2014:") or title


def _is_of_a_month(word: str) -> bool:
    word = word.strip(",.:()").casefold()
    return word in _BESIDE_A_MONTH or _YEAR.fullmatch(word) is not None or read_month(word) is not None
