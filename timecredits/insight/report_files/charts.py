"""Where the bars and points of a chart stand, as plain numbers: the page draws them as SVG, the funder pack on paper.

Across, everything is a share of the width from 0 to 100, so that a chart fits a phone and its words keep their size. Down, a
point is a share of the height from 0 (top) to 100. Whoever draws from right to left takes 100 minus the share. A hidden value
has no bar and no point, only its words.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from babel.dates import format_date

from timecredits.foundation.wording import Sentence
from timecredits.insight.report_files.words import HIDDEN, UNITS
from timecredits.insight.report_files.written import ENGLISH, Voice, Written, WrittenCell, WrittenRow, write_table
from timecredits.insight.reports.shapes import Table, TableName, Unit

__all__ = ["Bar", "BarChart", "Chart", "LineChart", "Point", "Segment", "Series", "Tick", "chart_of"]

MOST_BARS: Final = 12
_LABEL_LETTERS: Final = 30
_WIDEST_BAR: Final = 60.0
"""What the longest bar takes of the width; the rest is for its number."""
_FIRST_POINT, _LAST_POINT = 12.0, 95.0
_FEWEST_POINTS: Final = 4
_TICK_STEPS: Final = 3
_NICE: Final = (1, 2, 3, 4, 5, 10)
_MOST_TICK_WORDS: Final = 6

_PLOTTED: Final[dict[TableName, tuple[str, ...]]] = {
    TableName.CREDITS_BY_MONTH: ("earned", "used"),
    TableName.USES_BY_VENUE: ("times", "minutes"),
    TableName.USES_BY_DISTANCE: ("times", "minutes"),
}
"""What is drawn of a table, by column: all that are there for a line of time, else the first. Others: hours, else people."""
_OVER_TIME: Final = frozenset({TableName.HOURS_BY_MONTH, TableName.HOURS_OF_ORGANISATION, TableName.CREDITS_BY_MONTH})
_USUAL: Final = ("minutes", "people", "began")


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its name and its number beside it. `share` of the width, or None where it is hidden: then `text` says so."""

    label: str
    text: str
    share: float | None


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars under one another, each named. `left_out` says how many lines stand only in the table."""

    title: str
    description: str
    bars: tuple[Bar, ...]
    left_out: int = 0
    kind: str = "bars"


@dataclass(frozen=True, slots=True)
class Point:
    """A value in time: `across` and `down` are shares of the plot; `text` stands beside it where it has one."""

    across: float
    down: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight piece between two neighbours that are both shown."""

    across: float
    down: float
    to_across: float
    to_down: float


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart; `shape` is which marker and which dashes it has, so that no colour is needed to tell it."""

    name: str
    shape: int
    points: tuple[Point, ...]
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis, at a share of it, with its words; a mark with none is only a mark."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class LineChart:
    """Values over time. `gaps` are the places across where something is hidden, with the words that say so."""

    title: str
    description: str
    series: tuple[Series, ...]
    across: tuple[Tick, ...]
    down: tuple[Tick, ...]
    gaps: tuple[Tick, ...]
    kind: str = "line"


Chart = BarChart | LineChart


def chart_of(table: Table, voice: Voice = ENGLISH, *, written: Written | None = None) -> Chart | None:
    """The chart of a table; None where there is nothing to draw (no line, one line, or every value hidden)."""
    written = written or write_table(table, voice)
    wanted = _columns(table)
    if written.state != "shown" or len(written.rows) < 2 or not wanted:  # noqa: PLR2004  one bar says less than its number
        return None
    if not any(row.cells[column].number is not None for row in written.rows for column in wanted):
        return None
    if table.name in _OVER_TIME and len(written.rows) >= _FEWEST_POINTS:
        return _line_chart(table, written, wanted, voice)
    return _bar_chart(table, written, wanted[0], voice)


def _columns(table: Table) -> list[int]:
    names = [column.name for column in table.columns]
    if table.name is TableName.CREDITS_BY_MONTH:
        return [names.index(name) for name in _PLOTTED[table.name] if name in names]
    return [names.index(name) for name in _PLOTTED.get(table.name, _USUAL) if name in names][:1]


def _bar_chart(table: Table, written: Written, column: int, voice: Voice) -> BarChart:
    rows, left_out = written.rows[:MOST_BARS], max(0, len(written.rows) - MOST_BARS)
    most = max((row.cells[column].number or 0 for row in rows), default=0)
    unit = table.columns[column].unit
    bars = tuple(Bar(_short(row.label), row.cells[column].text, _share(row.cells[column], most)) for row in rows)
    return BarChart(written.title, _description(written, column, unit, voice), bars, left_out)


def _share(cell: WrittenCell, most: float) -> float | None:
    if cell.number is None:
        return None
    return round(max(cell.number, 0) / most * _WIDEST_BAR, 2) if most > 0 else 0.0


def _line_chart(table: Table, written: Written, wanted: list[int], voice: Voice) -> LineChart:
    rows = written.rows
    numbers = [row.cells[column].number or 0 for row in rows for column in wanted]
    highest, ticks = _scale(max(numbers))
    places = [_FIRST_POINT + index * (_LAST_POINT - _FIRST_POINT) / (len(rows) - 1) for index in range(len(rows))]
    series = tuple(_series(written, column, shape, places, highest, says=len(wanted) == 1) for shape, column in enumerate(wanted))
    every = -(-len(rows) // _MOST_TICK_WORDS)
    across = tuple(
        Tick(round(place, 2), _tick_words(table, index, voice) if index % every == 0 else "")
        for index, place in enumerate(places)
    )
    gaps = tuple(
        Tick(round(place, 2), voice.say(HIDDEN))
        for place, row in zip(places, rows, strict=True)
        if any(row.cells[column].is_hidden for column in wanted)
    )
    unit = table.columns[wanted[0]].unit
    description = " ".join(_description(written, column, unit, voice) for column in wanted)
    return LineChart(written.title, description, series, across, ticks, gaps)


def _series(written: Written, column: int, shape: int, places: list[float], highest: float, *, says: bool) -> Series:
    """The points of one column; where it stands alone, its highest one says its number."""
    cells = [row.cells[column] for row in written.rows]
    most = max((cell.number for cell in cells if cell.number is not None), default=None)
    points: list[Point | None] = []
    said = not says
    for place, cell in zip(places, cells, strict=True):
        if cell.number is None:
            points.append(None)
            continue
        is_most = not said and cell.number == most
        said = said or is_most
        down = 100 - max(cell.number, 0) / highest * 100
        points.append(Point(round(place, 2), round(down, 2), cell.text if is_most else ""))
    segments = tuple(Segment(one.across, one.down, other.across, other.down) for one, other in pairwise(points) if one and other)
    return Series(written.columns[column], shape, tuple(point for point in points if point), segments)


def _scale(most: float) -> tuple[float, tuple[Tick, ...]]:
    """A round number that is at least `most`, and the marks up to it, from the top."""
    step = _round_up(max(most, 1) / _TICK_STEPS)
    highest = step * _TICK_STEPS
    return highest, tuple(
        Tick(round(100 - index * 100 / _TICK_STEPS, 2), f"{step * index:,.0f}") for index in range(_TICK_STEPS, -1, -1)
    )


def _round_up(number: float) -> int:
    power = 1
    while power * 10 < number:
        power *= 10
    return next(nice * power for nice in _NICE if nice * power >= number)


def _tick_words(table: Table, index: int, voice: Voice) -> str:
    starts_on = table.lines[index].starts_on
    return format_date(starts_on, "LLL", locale=voice.locale).rstrip(".") if starts_on else ""


def _description(written: Written, column: int, unit: Unit, voice: Voice) -> str:
    """What the chart shows in a sentence, for those who hear it: the highest and the lowest, and where the numbers stand."""
    shown = [row for row in written.rows if row.cells[column].number is not None]
    if not shown:
        return voice.say(Sentence("%(column)s: %(hidden)s.", column=written.columns[column], hidden=voice.say(HIDDEN)))

    def number(row: WrittenRow) -> float:
        return row.cells[column].number or 0

    highest, lowest = max(shown, key=number), min(shown, key=number)
    return voice.say(
        Sentence(
            "%(column)s, in %(unit)s: from %(least)s (%(where_least)s) to %(most)s (%(where_most)s). The table has every number.",
            column=written.columns[column],
            unit=voice.say(UNITS[unit]),
            least=lowest.cells[column].text,
            where_least=lowest.label,
            most=highest.cells[column].text,
            where_most=highest.label,
        )
    )


def _short(label: str) -> str:
    return label if len(label) <= _LABEL_LETTERS else f"{label[: _LABEL_LETTERS - 1].rstrip()}…"
