"""Reports to take away: each table and all of them as CSV and as a workbook, and the funder pack as one PDF.

All of it is made while somebody waits: the tables are read as they stand, and a large programme's pack takes half a second.
"""

from uuid import UUID

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from timecredits.foundation.errors import RuleError
from timecredits.insight.report_files.csv_files import Head, archive_of_csv, table_csv
from timecredits.insight.report_files.funder_pack import funder_pack_pdf
from timecredits.insight.report_files.workbook import workbook_of
from timecredits.insight.report_files.written import Written, write_table
from timecredits.insight.reports.reading import read_table
from timecredits.insight.reports.shapes import Table, TableName
from timecredits.network.models import Organisation
from timecredits.network.permissions import SEE_REPORTS
from timecredits.network.scope import find
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.file_answers import csv_answer, file_answer
from timecredits.web.filters import say
from timecredits.web.pdf_answers import pdf_answer
from timecredits.web.programme.blueprint import blueprint
from timecredits.web.programme.reports import headline, programme_table
from timecredits.web.report_views import (
    TABLES,
    XLSX,
    Chosen,
    choose_year,
    draw,
    owner_of,
    paper_of,
    voice,
)


@blueprint.get("/reports/<name>/table.csv")
@allow(SEE_REPORTS)
def report_csv(name: str) -> Response:
    """One table as CSV."""
    chosen, head = _asked()
    return csv_answer(table_csv(write_table(programme_table(name, chosen.year), voice()), head, voice()), f"{name}.csv")


@blueprint.get("/reports/<name>/table.xlsx")
@allow(SEE_REPORTS)
def report_xlsx(name: str) -> Response:
    """One table as a workbook."""
    chosen, head = _asked()
    written = write_table(programme_table(name, chosen.year), voice())
    return file_answer(workbook_of([written], head, voice()), XLSX, f"{name}.xlsx")


@blueprint.get("/reports/organisations/<uuid:organisation_id>/table.csv")
@allow(SEE_REPORTS)
def report_organisation_csv(organisation_id: UUID) -> Response:
    """One organisation's table as CSV."""
    written, head = _of_organisation(organisation_id)
    return csv_answer(table_csv(written, head, voice()), "organisation.csv")


@blueprint.get("/reports/organisations/<uuid:organisation_id>/table.xlsx")
@allow(SEE_REPORTS)
def report_organisation_xlsx(organisation_id: UUID) -> Response:
    """One organisation's table as a workbook."""
    written, head = _of_organisation(organisation_id)
    return file_answer(workbook_of([written], head, voice()), XLSX, "organisation.xlsx")


@blueprint.get("/reports/all.zip")
@allow(SEE_REPORTS)
def reports_csv() -> Response:
    """All tables as CSV, in one archive."""
    chosen, head = _asked()
    tables = [write_table(table, voice()) for table in _all(chosen)]
    return file_answer(archive_of_csv(tables, head, voice()), "application/zip", "reports.zip")


@blueprint.get("/reports/all.xlsx")
@allow(SEE_REPORTS)
def reports_xlsx() -> Response:
    """All tables as a workbook, a sheet each."""
    chosen, head = _asked()
    tables = [write_table(table, voice()) for table in _all(chosen)]
    return file_answer(workbook_of(tables, head, voice()), XLSX, "reports.xlsx")


@blueprint.get("/reports/pack.pdf")
@allow(SEE_REPORTS)
def reports_pack() -> Response:
    """The funder pack. A name with a letter that no font has is said, and nothing is made."""
    chosen, head = _asked()
    tables = _all(chosen)
    by_name = {table.name: table for table in tables}
    of_figures = TableName.HOURS_BY_MONTH, TableName.CREDITS_BY_MONTH, TableName.HOURS_BY_ORGANISATION
    figures = headline(*(by_name[name] for name in of_figures))
    drawn = [draw(table) for table in tables]
    paper = paper_of(drawn, tables[0], head.owner, head.year, figures=[figure[:2] for figure in figures])
    try:
        pdf = funder_pack_pdf(drawn, paper, voice())
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
        return redirect(url_for("programme.reports", year=chosen.key))
    return pdf_answer(pdf, "funder-pack.pdf")


def _asked() -> tuple[Chosen, Head]:
    session, programme_id = db.session(), actor().programme
    chosen = choose_year(session, programme_id)
    return chosen, Head(owner_of(session, programme_id), chosen.text)


def _all(chosen: Chosen) -> list[Table]:
    return [read_table(db.session(), actor().programme, name, chosen.year) for name in TABLES]


def _of_organisation(organisation_id: UUID) -> tuple[Written, Head]:
    session, programme_id = db.session(), actor().programme
    organisation = find(session, Organisation, programme_id, organisation_id)
    chosen, head = _asked()
    table = read_table(session, programme_id, TableName.HOURS_OF_ORGANISATION, chosen.year, organisation_id=organisation_id)
    return write_table(table, voice()), Head(organisation.name, head.year)
