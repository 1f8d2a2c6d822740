"""What a statement for a work coach holds, as JSON: hours by week and by assessment period, and nothing about where or why.

It says how much time was given and when. It names no organisation, no role and no benefit; what the figures mean is for the
work coach to decide, so nothing is taken off, averaged or compared.
"""

from typing import Literal, TypedDict

__all__ = ["StatementDisplay", "StatementFacts", "StatementSpan", "StatementTable", "WorkCoachRecord"]


class StatementSpan(TypedDict):
    """A week or a period: first and last day, both included (YYYY-MM-DD), and the minutes given within them.

    `whole` is false where it reaches beyond the days asked for: then only the days within are counted, and named.
    """

    first_day: str
    last_day: str
    minutes: int
    whole: bool


class StatementTable(TypedDict):
    """A table as printed: its heading, its column names, its lines of three texts, the last one a remark."""

    heading: str
    columns: list[str]
    lines: list[list[str]]


class StatementDisplay(TypedDict):
    """The words on the page, in the order in which they stand there."""

    title: str
    running_title: str
    page: str
    programme: str
    date: str
    summary: list[list[str]]
    decides: str
    tables: list[StatementTable]
    total_label: str
    total: str
    closing: list[str]


class StatementFacts(TypedDict):
    """The facts. `periods` is empty where no day of the month was given. Minutes are those in the register on `issued_on`."""

    kind: Literal["work_coach_statement"]
    version: Literal[1]
    language: str
    issued_on: str
    programme: str
    holder_name: str
    first_day: str
    last_day: str
    weeks: list[StatementSpan]
    periods: list[StatementSpan]
    total_minutes: int
    unchecked_minutes: int


class WorkCoachRecord(StatementFacts):
    """A statement, whole: its facts and the words that say them."""

    display: StatementDisplay
