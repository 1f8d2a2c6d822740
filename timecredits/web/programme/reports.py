"""Reports of the programme: every table with its chart, and the rows behind each number."""

from datetime import date
from uuid import UUID

from flask import Response as FlaskResponse
from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.foundation.errors import NotFoundError
from timecredits.insight.report_files.csv_files import Head
from timecredits.insight.report_files.words import GROUPS, TITLES
from timecredits.insight.report_files.written import write_cell
from timecredits.insight.reports.reading import read_table
from timecredits.insight.reports.shapes import Table, TableName
from timecredits.network.models import Organisation
from timecredits.network.permissions import SEE_REPORTS
from timecredits.network.scope import find
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.file_answers import csv_answer
from timecredits.web.filters import say
from timecredits.web.programme.blueprint import blueprint
from timecredits.web.report_views import TABLES, choose_year, draw, owner_of, rows_csv, show_rows, voice

__all__ = ["headline", "programme_table"]


@blueprint.get("/reports")
@allow(SEE_REPORTS)
def reports() -> str:
    """Show the year's few numbers that matter, and lead to all tables and files."""
    session, programme_id = db.session(), actor().programme
    chosen = choose_year(session, programme_id)
    hours = read_table(session, programme_id, TableName.HOURS_BY_MONTH, chosen.year)
    credit = read_table(session, programme_id, TableName.CREDITS_BY_MONTH, chosen.year)
    by_organisation = read_table(session, programme_id, TableName.HOURS_BY_ORGANISATION, chosen.year)
    groups = [(say(heading), [(name.value, say(TITLES[name])) for name in names]) for heading, names in GROUPS]
    return render_template(
        "programme/reports.html",
        chosen=chosen,
        drawn=draw(hours),
        figures=headline(hours, credit, by_organisation),
        groups=groups,
    )


@blueprint.get("/reports/<name>")
@allow(SEE_REPORTS)
def report(name: str) -> str:
    """One table of a year, with its chart."""
    session, programme_id = db.session(), actor().programme
    chosen = choose_year(session, programme_id)
    table = programme_table(name, chosen.year)
    return render_template(
        "programme/report.html", chosen=chosen, drawn=draw(table), name=name, is_by_organisation=_leads_on(table)
    )


@blueprint.get("/reports/organisations/<uuid:organisation_id>")
@allow(SEE_REPORTS)
def report_organisation(organisation_id: UUID) -> str:
    """One organisation's hours, as finely as may be shown."""
    session, programme_id = db.session(), actor().programme
    organisation = find(session, Organisation, programme_id, organisation_id)
    chosen = choose_year(session, programme_id)
    table = read_table(session, programme_id, TableName.HOURS_OF_ORGANISATION, chosen.year, organisation_id=organisation_id)
    return render_template("programme/report_organisation.html", chosen=chosen, drawn=draw(table), organisation=organisation)


@blueprint.get("/reports/rows/<opens>")
@allow(SEE_REPORTS)
def report_rows(opens: str) -> str:
    """The rows behind one number; they add up to it."""
    page = show_rows(db.session(), actor().programme, opens)
    return render_template("programme/report_rows.html", page=page, opens=opens, is_first=not request.args.get("after"))


@blueprint.get("/reports/rows/<opens>/rows.csv")
@allow(SEE_REPORTS)
def report_rows_csv(opens: str) -> FlaskResponse | Response:
    """All rows behind one number."""
    session, programme_id = db.session(), actor().programme
    owner = owner_of(session, programme_id)
    return csv_answer(rows_csv(session, programme_id, opens, lambda year: Head(owner, year)), "rows.csv")


def programme_table(name: str, year: date) -> Table:
    """A table of the actor's programme by the name in its address. Raises NotFoundError for a name that is none."""
    known = {each.value: each for each in TABLES}
    if name not in known:
        raise NotFoundError
    return read_table(db.session(), actor().programme, known[name], year)


def headline(hours: Table, credit: Table, by_organisation: Table | None = None) -> list[tuple[str, str, str]]:
    """The few numbers that matter: the number, what it is, and the key of the rows behind it. What is hidden says so.

    A month is too short to be regular in, so that number stands in the table by organisation.
    """
    names = {
        "minutes": _("hours given"),
        "people": _("people gave time"),
        "new_people": _("of them new"),
        "regular_people": _("gave time in 6 months or more"),
        "earned": _("credits earned"),
        "used": _("credits used"),
    }
    found = []
    for table in (hours, by_organisation, credit):
        if table is None or table.total is None:
            continue
        for column, value in zip(table.columns, table.total.values, strict=True):
            if column.name in names and (table is not by_organisation or column.name == "regular_people"):
                cell = write_cell(value.amount, column.unit, voice(), opens=value.opens)
                found.append((list(names).index(column.name), (cell.text, names[column.name], cell.opens)))
    return [figure for _place, figure in sorted(found)]


def _leads_on(table: Table) -> bool:
    return table.name is TableName.HOURS_BY_ORGANISATION
