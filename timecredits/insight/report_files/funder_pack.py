"""The funder pack: a programme's year on paper, with every table, its chart, what it means and how it was counted.

The record holds only what may be shown: a hidden value is null there too. Typst draws the charts from the same plain numbers as
the page does.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from timecredits.foundation.documents import compile_document
from timecredits.foundation.wording import Sentence
from timecredits.insight.report_files.charts import Chart
from timecredits.insight.report_files.words import GROUPS, HIDDEN_MEANS, STATES, TOTAL
from timecredits.insight.report_files.written import ENGLISH, Voice, Written, WrittenRow
from timecredits.insight.reports.shapes import TableName

__all__ = ["Drawn", "Paper", "funder_pack_pdf", "report_pdf"]

_ABOUT: Final = (
    Sentence("People give time. For each hour they give, they get one credit. A credit opens an hour of something enjoyed."),
    Sentence("We count hours on the day they were given, and credits on the day we noted them."),
    HIDDEN_MEANS,
    Sentence("We also leave out what would tell such a number if you took one from another."),
    Sentence("A correction changes the past. So a later report can say something else about the same month."),
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A table in words with its chart, if it has one."""

    written: Written
    chart: Chart | None


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands at the head of the paper. `figures` are the few numbers that matter most, each with its words."""

    owner: str
    year: str
    as_of: str
    issued_on: date
    figures: tuple[tuple[str, str], ...] = ()
    warning: str = ""


def funder_pack_pdf(tables: Sequence[Drawn], paper: Paper, voice: Voice = ENGLISH) -> bytes:
    """All tables of a year as one PDF/A-3a and PDF/UA-1 file. The same tables give the same bytes.

    A programme of 300 organisations takes under half a second. Raises UnprintableCharacter (a RuleError) for a name with a letter
    that no font has.
    """
    return compile_document("funder_pack", _record("funder_pack", tables, paper, voice))


def report_pdf(table: Drawn, paper: Paper, voice: Voice = ENGLISH) -> bytes:
    """One table as a PDF of the same kind. Raises UnprintableCharacter."""
    return compile_document("report", _record("report", [table], paper, voice))


def _record(kind: str, tables: Sequence[Drawn], paper: Paper, voice: Voice) -> dict[str, Any]:
    say = voice.say
    title = say(Sentence("What happened")) if kind == "funder_pack" else tables[0].written.title
    by_name = {each.written.name: each for each in tables}
    groups = (
        [(say(heading), [by_name[name] for name in names if name in by_name]) for heading, names in GROUPS]
        if kind == "funder_pack"
        else [("", list(tables))]
    )
    return {
        "kind": kind,
        "version": 1,
        "language": voice.language,
        "issued_on": paper.issued_on.isoformat(),
        "owner": paper.owner,
        "year": paper.year,
        "tables": [_facts(each.written) for each in tables],
        "display": {
            "title": title,
            "running_title": say(Sentence("%(owner)s, %(year)s", owner=paper.owner, year=paper.year)),
            "owner": paper.owner,
            "year": paper.year,
            "as_of": paper.as_of,
            "warning": paper.warning,
            "figures": [list(figure) for figure in paper.figures],
            "about_heading": say(Sentence("How to read this")),
            "about": [say(sentence) for sentence in _ABOUT],
            "page": say(Sentence("Page {page} of {pages}")),
            "groups": [
                {"heading": heading, "tables": [_display(each, voice) for each in parts]} for heading, parts in groups if parts
            ],
        },
    }


def _facts(written: Written) -> dict[str, Any]:
    """A table for programs: numbers, null where hidden."""
    return {
        "name": written.name.value,
        "state": written.state,
        "columns": list(written.columns),
        "lines": [_fact_line(row) for row in written.rows],
        "total": _fact_line(written.total) if written.total else None,
    }


def _fact_line(row: WrittenRow) -> dict[str, Any]:
    return {"label": row.label, "values": [cell.number for cell in row.cells]}


def _display(drawn: Drawn, voice: Voice) -> dict[str, Any]:
    written = drawn.written
    state = "" if written.state == "shown" else " ".join(voice.say(sentence) for sentence in STATES[written.state][:1])
    return {
        "title": written.title,
        "means": written.means,
        "state": state,
        "chart": asdict(drawn.chart) if drawn.chart else None,
        "has_names": written.name in {TableName.HOURS_BY_ORGANISATION, TableName.USES_BY_VENUE},
        "columns": [written.first_column, *written.columns],
        "rows": [[row.label, *(cell.text for cell in row.cells)] for row in written.rows],
        "total": [voice.say(TOTAL), *(cell.text for cell in written.total.cells)] if written.total else [],
        "notes": list(written.notes),
    }
