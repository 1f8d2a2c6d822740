"""An organisation's own report, for its own staff: nothing is hidden from them, so it is not for passing on."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from timecredits.foundation.errors import RuleError
from timecredits.insight.report_files.csv_files import Head, table_csv
from timecredits.insight.report_files.funder_pack import report_pdf
from timecredits.insight.report_files.words import FEW_NAMED
from timecredits.insight.report_files.workbook import workbook_of
from timecredits.insight.report_files.written import write_table
from timecredits.insight.reports.reading import read_table
from timecredits.insight.reports.shapes import Table, TableName
from timecredits.network.permissions import SEE_OWN_REPORTS
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.file_answers import csv_answer, file_answer
from timecredits.web.filters import say
from timecredits.web.pdf_answers import pdf_answer
from timecredits.web.report_views import (
    XLSX,
    Chosen,
    choose_year,
    draw,
    paper_of,
    rows_csv,
    show_rows,
    voice,
)


@blueprint.get("/report")
@allow(SEE_OWN_REPORTS)
def report() -> str:
    """The organisation's hours and people by month."""
    chosen, table = _asked()
    return render_template("coordinator/report.html", chosen=chosen, drawn=draw(table), warning=say(FEW_NAMED))


@blueprint.get("/report/rows/<opens>")
@allow(SEE_OWN_REPORTS)
def report_rows(opens: str) -> str:
    """The rows behind one number; they add up to it."""
    page = show_rows(db.session(), actor().programme, opens, own=_own())
    return render_template("coordinator/report_rows.html", page=page, opens=opens, is_first=not request.args.get("after"))


@blueprint.get("/report/rows/<opens>/rows.csv")
@allow(SEE_OWN_REPORTS)
def report_rows_csv(opens: str) -> Response:
    """All rows behind one number."""
    owner = actor().organisation_name
    return csv_answer(rows_csv(db.session(), actor().programme, opens, lambda year: Head(owner, year), own=_own()), "rows.csv")


@blueprint.get("/report/table.csv")
@allow(SEE_OWN_REPORTS)
def report_csv() -> Response:
    """The table as CSV."""
    chosen, table = _asked()
    return csv_answer(table_csv(write_table(table, voice()), _head(chosen), voice()), "report.csv")


@blueprint.get("/report/table.xlsx")
@allow(SEE_OWN_REPORTS)
def report_xlsx() -> Response:
    """The table as a workbook."""
    chosen, table = _asked()
    return file_answer(workbook_of([write_table(table, voice())], _head(chosen), voice()), XLSX, "report.xlsx")


@blueprint.get("/report/report.pdf")
@allow(SEE_OWN_REPORTS)
def report_paper() -> Response:
    """The table with its chart on paper."""
    chosen, table = _asked()
    drawn = draw(table)
    paper = paper_of([drawn], table, actor().organisation_name, chosen.text, warning=say(FEW_NAMED))
    try:
        pdf = report_pdf(drawn, paper, voice())
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
        return redirect(url_for("coordinator.report", year=chosen.key))
    return pdf_answer(pdf, "report.pdf")


def _asked() -> tuple[Chosen, Table]:
    session, programme_id = db.session(), actor().programme
    chosen = choose_year(session, programme_id)
    table = read_table(session, programme_id, TableName.HOURS_OF_ORGANISATION, chosen.year, organisation_id=_own(), own=True)
    return chosen, table


def _own() -> UUID:
    return actor().organisation


def _head(chosen: Chosen) -> Head:
    return Head(actor().organisation_name, chosen.text, say(FEW_NAMED))
