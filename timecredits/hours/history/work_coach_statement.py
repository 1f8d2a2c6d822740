"""A statement for a work coach: hours a week, Monday to Sunday, and hours in each assessment period.

The day on which a period begins tells that somebody has Universal Credit. It is handed in each time and kept nowhere:
no verb here writes, and the pages send it in the body of a request, never in an address.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from timecredits.foundation.amounts import hours_text
from timecredits.foundation.csv_text import csv_text
from timecredits.foundation.display import display_day, display_hours_short
from timecredits.foundation.documents import Attachment, compile_document
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.history.assessment_periods import LAST_DAY_OF_MONTH, Span, assessment_periods, weeks
from timecredits.hours.history.hour_history import HistoryLine
from timecredits.hours.history.work_coach_record import (
    StatementDisplay,
    StatementFacts,
    StatementSpan,
    StatementTable,
    WorkCoachRecord,
)

__all__ = ["DECIDES", "MOST_DAYS", "Counted", "Statement", "print_statement", "work_coach_statement", "write_statement_record"]

MOST_DAYS = 3 * 366
"""How many days a statement may cover."""

DECIDES = Sentence("Your work coach decides how this counts.")


@dataclass(frozen=True, slots=True)
class Counted:
    """A week or period with the minutes given in it."""

    span: Span
    minutes: int


@dataclass(frozen=True, slots=True)
class Statement:
    """The figures from `first` to `last`, oldest first. `periods` is empty without a day on which they begin."""

    first: date
    last: date
    weeks: tuple[Counted, ...]
    periods: tuple[Counted, ...]
    minutes: int
    unchecked_minutes: int


def work_coach_statement(lines: Iterable[HistoryLine], *, first: date, last: date, begins: int | None, today: date) -> Statement:
    """Count the hours of these lines. `begins` is the day of the month (1 to 31) on which assessment periods begin, or None.

    Raises RuleError, with the field, for days the wrong way round, in the future, or too many, and for a day that no month has.
    """
    if last > today:
        raise RuleError(Sentence("Choose days up to today. Nothing was made."), field="last")
    if first > last:
        raise RuleError(Sentence("The last day is before the first. Nothing was made. Change one of them."), field="last")
    if (last - first).days >= MOST_DAYS:
        raise RuleError(Sentence("Choose at most 3 years. Nothing was made."), field="first")
    if begins is not None and not 1 <= begins <= LAST_DAY_OF_MONTH:
        raise RuleError(Sentence("Type a day from 1 to 31. Nothing was made."), field="begins")
    within = [line for line in lines if first <= line.day <= last]
    return Statement(
        first=first,
        last=last,
        weeks=_counted(weeks(first, last), within),
        periods=() if begins is None else _counted(assessment_periods(begins, first, last), within),
        minutes=sum(line.minutes for line in within),
        unchecked_minutes=sum(line.minutes for line in within if line.unchecked),
    )


def write_statement_record(
    statement: Statement, *, issued_on: date, programme: str, holder_name: str, language: str = "en"
) -> WorkCoachRecord:
    """Put the statement into words. Raises RuleError when it would name nobody."""
    if not any(character.isalnum() for character in holder_name):
        raise RuleError(Sentence("The page has no name on it. Nothing was made. Please add the name."), field="holder_name")
    facts: StatementFacts = {
        "kind": "work_coach_statement",
        "version": 1,
        "language": language,
        "issued_on": issued_on.isoformat(),
        "programme": programme,
        "holder_name": holder_name,
        "first_day": statement.first.isoformat(),
        "last_day": statement.last.isoformat(),
        "weeks": [_as_span(each) for each in statement.weeks],
        "periods": [_as_span(each) for each in statement.periods],
        "total_minutes": statement.minutes,
        "unchecked_minutes": statement.unchecked_minutes,
    }
    return {**facts, "display": _words(facts)}


def print_statement(record: WorkCoachRecord) -> bytes:
    """Print it as PDF/A-3a and PDF/UA-1, with the record as JSON and the figures as CSV inside. Same record, same bytes.

    Raises UnprintableCharacter (with the field at fault) or DocumentError.
    """
    spans = [("period", each) for each in record["periods"]] + [("week", each) for each in record["weeks"]]
    table = csv_text(
        ("Kind", "First day", "Last day", "Minutes", "Whole"),
        [(kind, each["first_day"], each["last_day"], each["minutes"], "yes" if each["whole"] else "no") for kind, each in spans],
    )
    attached = Attachment("work_coach_statement.csv", table, "text/csv", record["display"]["title"], "alternative")
    return compile_document("work_coach_statement", record, attachments=[attached])


def _counted(spans: Iterable[Span], lines: Sequence[HistoryLine]) -> tuple[Counted, ...]:
    return tuple(Counted(span, sum(line.minutes for line in lines if span.first <= line.day <= span.last)) for span in spans)


def _as_span(counted: Counted) -> StatementSpan:
    span = counted.span
    return {
        "first_day": span.first.isoformat(),
        "last_day": span.last.isoformat(),
        "minutes": counted.minutes,
        "whole": span.whole,
    }


def _words(facts: StatementFacts) -> StatementDisplay:
    language, name = facts["language"], facts["holder_name"]
    first, last, issued = (
        display_day(date.fromisoformat(facts[key]), language) for key in ("first_day", "last_day", "issued_on")
    )
    total = str(hours_text(facts["total_minutes"]))
    summary = [
        [str(Sentence("Hours given")), total],
        [str(Sentence("From")), first],
        [str(Sentence("To")), last],
    ]
    if facts["unchecked_minutes"]:
        summary.insert(1, [str(Sentence("Of this not checked")), str(hours_text(facts["unchecked_minutes"]))])
    return {
        "title": str(Sentence("Hours given by %(name)s", name=name)),
        "running_title": str(Sentence("%(day)s, hours given by %(name)s", name=name, day=issued)),
        "page": str(Sentence("Page {page} of {pages}")),
        "programme": facts["programme"],
        "date": issued,
        "summary": summary,
        "decides": str(DECIDES),
        "tables": [
            *([_table(Sentence("Each assessment period"), facts["periods"], language)] if facts["periods"] else []),
            _table(Sentence("Each week, Monday to Sunday"), facts["weeks"], language),
        ],
        "total_label": str(Sentence("Total")),
        "total": display_hours_short(facts["total_minutes"]),
        "closing": _closing(facts),
    }


def _table(heading: Sentence, spans: Sequence[StatementSpan], language: str) -> StatementTable:
    part = str(Sentence("Part of it"))
    return {
        "heading": str(heading),
        "columns": [str(Sentence(column)) for column in ("From", "To", "Hours", "Remark")],
        "lines": [
            [
                display_day(date.fromisoformat(span["first_day"]), language),
                display_day(date.fromisoformat(span["last_day"]), language),
                display_hours_short(span["minutes"]),
                "" if span["whole"] else part,
            ]
            for span in spans
        ],
    }


def _closing(facts: StatementFacts) -> list[str]:
    lines = [
        str(Sentence("Hours are shown as hours and minutes: 1:30 is one hour and a half.")),
        str(Sentence("This is time given for no pay, as written down by the groups. Nothing was taken off or added.")),
    ]
    if not all(span["whole"] for span in (*facts["weeks"], *facts["periods"])):
        lines.append(str(Sentence("“Part of it” means that only the days shown are counted.")))
    if facts["unchecked_minutes"]:
        lines.append(str(Sentence("Time not checked was logged by the volunteer. Nobody else confirmed it.")))
    return lines
