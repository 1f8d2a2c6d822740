"""What the addresses of report pages are filled with: a table, a number that can be opened, the organisation it is of."""

from uuid import UUID

from timecredits.insight.reports.shapes import TableName

REPORT_PAGES = {
    "programme.report": {"name": "report_table"},
    "programme.report_csv": {"name": "report_table"},
    "programme.report_xlsx": {"name": "report_table"},
    "programme.report_organisation": {"organisation_id": "report_organisation"},
    "programme.report_organisation_csv": {"organisation_id": "report_organisation"},
    "programme.report_organisation_xlsx": {"organisation_id": "report_organisation"},
}
"""What fills the addresses of these pages, for THINGS of addresses.py."""
COUNTED_PAGES = {
    "coordinator.report_rows": "needs a count; tests/web/programme/test_reports.py",
    "coordinator.report_rows_csv": "needs a count; tests/web/programme/test_reports.py",
    "programme.report_rows": "needs a count; tests/web/programme/test_reports.py",
    "programme.report_rows_csv": "needs a count; tests/web/programme/test_reports.py",
}
"""Pages about a number, which is there only once the job has counted, in transactions of its own: for PASSED_OVER."""


def report_things(organisation_id: UUID) -> dict[str, str]:
    """A table and an organisation of the programme."""
    return {"report_table": TableName.HOURS_BY_MONTH.value, "report_organisation": str(organisation_id)}


def no_such_report() -> dict[str, str]:
    """A table that is none, and an organisation of nobody's: a programme manager sees all of their own."""
    return {"report_table": "no_such_table", "report_organisation": "00000000-0000-7000-8000-000000000000"}
