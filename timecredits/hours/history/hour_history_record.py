"""What a printed hour history holds, as JSON. `hour_history_writing` puts one together and prints it.

Facts are dates and integer minutes; `display` beside them holds the words and figures as printed. The file that a volunteer
downloads is the facts alone (docs/hour-history.md): keys are added, never given another meaning without a new `version`.
Time that is in the register counts; time told of other places is listed as such and never mixed into its total. Time that a
trusted volunteer logged and nobody checked is in the register, and said as such.
"""

from typing import Literal, NotRequired, TypedDict

__all__ = [
    "HistoryDisplay",
    "HistoryEntry",
    "HistoryOnly",
    "HistoryRow",
    "HistorySpell",
    "HistorySubtotal",
    "HistoryTable",
    "HistoryTraining",
    "HourHistoryFacts",
    "HourHistoryRecord",
    "Regularity",
]


class HistoryEntry(TypedDict):
    """One day's time in one role. Days are YYYY-MM-DD; `minutes` is what counts today, 0 when a correction took it away.

    `confirmed_by` and `confirmed_on` are empty for `unchecked` time; `confirmed_by` alone where a device
    or a file confirmed it. `source` is register, single, import, self_logged or attendance. `corrected_from` (minutes) and
    `corrected_on` are there only when the entry was corrected.
    """

    day: str
    role: str
    organisation: str
    minutes: int
    confirmed_by: str
    confirmed_on: str
    source: NotRequired[str]
    unchecked: NotRequired[bool]
    corrected_from: NotRequired[int]
    corrected_on: NotRequired[str]


class HistorySubtotal(TypedDict):
    """Minutes of one year, of one organisation, or of one role at one organisation (then `name` says both)."""

    name: str
    minutes: int


class HistorySpell(TypedDict):
    """Time at a place outside the programme, as the person told it. Days are YYYY-MM-DD, `last_day` empty while it goes on.

    `minutes` is 0 where nobody said how much. `confirmed_by` is empty until a contact of theirs confirmed it.
    """

    organisation: str
    role: str
    first_day: str
    last_day: str
    minutes: int
    confirmed_by: str


class HistoryTraining(TypedDict):
    """Something learnt. Days are YYYY-MM-DD, `expires_on` empty for what doesn't run out; `confirmed_by` empty if nobody did."""

    title: str
    awarded_by: str
    completed_on: str
    expires_on: str
    confirmed_by: str


class HistoryOnly(TypedDict):
    """What a part of a history was limited to. A key that isn't there is no limit."""

    year: NotRequired[int]
    role: NotRequired[str]
    organisation: NotRequired[str]


class Regularity(TypedDict):
    """In how many of the last `weeks` weeks (Monday to Sunday, the current one included) there was confirmed time."""

    weeks_with_time: int
    weeks: int


class HistoryRow(TypedDict):
    """One line of the table, as printed. `remark` says a correction.

    `confirmed` says how, by whom and when, in parts: a name that runs from right to left must not take the day beside it along.
    """

    day: str
    role: str
    organisation: str
    hours: str
    confirmed: list[str]
    remark: str


class HistoryTable(TypedDict):
    """A small table: its heading, its column names, its lines."""

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
    only: str
    summary: list[list[str]]
    regularity: str
    subtotals: list[HistoryTable]
    entries_heading: str
    columns: list[str]
    rows: list[HistoryRow]
    nothing_yet: str
    total_label: str
    total: str
    beside: list[HistoryTable]
    closing: list[str]


class HourHistoryFacts(TypedDict):
    """The facts of an hour history. Totals are minutes in the register, `unchecked_minutes` being a part of `total_minutes`.

    `elsewhere` and `training` stand beside the register: no minute of theirs is in a total. `self_declared_minutes` are those of
    `elsewhere` that nobody confirmed. Without entries `first_day` and `last_day` are empty. `regularity` is None without time,
    and for a single year.
    """

    kind: Literal["hour_history"]
    version: Literal[1]
    language: str
    issued_on: str
    programme: str
    holder_name: str
    only: HistoryOnly
    first_day: str
    last_day: str
    entries: list[HistoryEntry]
    by_year: list[HistorySubtotal]
    by_role: list[HistorySubtotal]
    by_organisation: list[HistorySubtotal]
    total_minutes: int
    unchecked_minutes: int
    self_declared_minutes: int
    regularity: Regularity | None
    elsewhere: list[HistorySpell]
    training: list[HistoryTraining]


class HourHistoryRecord(HourHistoryFacts):
    """An hour history, whole: its facts and the words that say them."""

    display: HistoryDisplay
