"""What a printed hour history holds, as JSON. `hour_history_writing` puts one together and prints it.

Facts are dates and integer minutes; `display` beside them holds the words and figures as printed. Confirmed time counts; time
that a person told us themselves is listed as such and never mixed into a total of confirmed time.
"""

from typing import Literal, NotRequired, TypedDict

__all__ = [
    "HistoryDisplay",
    "HistoryEntry",
    "HistoryRow",
    "HistorySubtotal",
    "HistoryTable",
    "HourHistoryFacts",
    "HourHistoryRecord",
    "Regularity",
]


class HistoryEntry(TypedDict):
    """One day's time in one role. Days are YYYY-MM-DD; `minutes` is what counts today, 0 when a correction took it away.

    `confirmed_by` and `confirmed_on` are empty for self-declared time. `corrected_from` (minutes) and `corrected_on` are there
    only when the entry was corrected.
    """

    day: str
    role: str
    organisation: str
    minutes: int
    confirmed_by: str
    confirmed_on: str
    self_declared: NotRequired[bool]
    corrected_from: NotRequired[int]
    corrected_on: NotRequired[str]


class HistorySubtotal(TypedDict):
    """Confirmed minutes of one year, or of one role at one organisation (then `name` says both)."""

    name: str
    minutes: int


class Regularity(TypedDict):
    """In how many of the last `weeks` weeks (Monday to Sunday, the current one included) there was confirmed time."""

    weeks_with_time: int
    weeks: int


class HistoryRow(TypedDict):
    """One line of the table, as printed. `remark` says a correction or that it was self-declared."""

    day: str
    role: str
    organisation: str
    hours: str
    confirmed: str
    remark: str


class HistoryTable(TypedDict):
    """A small table of subtotals: its heading, its two column names, its lines."""

    heading: str
    columns: list[str]
    lines: list[list[str]]


class HistoryDisplay(TypedDict):
    """The words on the page, in the order in which they stand there."""

    title: str
    running_title: str
    page: str
    programme: str
    date: str
    name: str
    summary: list[list[str]]
    regularity: str
    subtotals: list[HistoryTable]
    entries_heading: str
    columns: list[str]
    rows: list[HistoryRow]
    nothing_yet: str
    total_label: str
    total: str
    closing: list[str]


class HourHistoryFacts(TypedDict):
    """The facts of an hour history. Totals are confirmed minutes; without entries `first_day` and `last_day` are empty."""

    kind: Literal["hour_history"]
    version: Literal[1]
    language: str
    issued_on: str
    programme: str
    holder_name: str
    first_day: str
    last_day: str
    entries: list[HistoryEntry]
    by_year: list[HistorySubtotal]
    by_role: list[HistorySubtotal]
    total_minutes: int
    self_declared_minutes: int
    regularity: Regularity | None


class HourHistoryRecord(HourHistoryFacts):
    """An hour history, whole: its facts and the words that say them."""

    display: HistoryDisplay
