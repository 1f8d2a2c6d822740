"""Files of reports: the same numbers in each, numbers as numbers, nothing taken for a formula, and what is hidden in none."""

import csv
import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from pypdf import PdfReader

from tests.foundation.signing_samples import MOMENT, a_signer
from tests.insight.report_files.sample_tables import LONG_NAME, RUNS_AS_FORMULA, YEAR, sample_tables
from tests.journey.letters.sample_letters import assert_conforms, pages_of
from timecredits.foundation.signed_documents import SignatureVerdict, judge_signature, read_attached_record
from timecredits.insight.report_files.charts import chart_of
from timecredits.insight.report_files.csv_files import Head, archive_of_csv, table_csv
from timecredits.insight.report_files.funder_pack import Drawn, Paper, funder_pack_pdf, report_pdf
from timecredits.insight.report_files.words import HIDDEN, HIDDEN_MEANS
from timecredits.insight.report_files.workbook import workbook_of
from timecredits.insight.report_files.written import Written, write_table, year_text
from timecredits.insight.reports.shapes import Table, TableName

HEAD = Head("Fenland Time Credits", year_text(YEAR))
PAPER = Paper(HEAD.owner, HEAD.year, "Counted up to 21 November 2026, 14:05.", date(2026, 11, 21), (("41", "people"),))
TABLES = sample_tables()


def written(name: TableName) -> Written:
    return write_table(TABLES[name])


def drawn(table: Table) -> Drawn:
    return Drawn(write_table(table), chart_of(table))


def values(found: Written) -> list[list[object]]:
    """What a file must hold of a table: label, then numbers, or the words for what is hidden."""
    rows = [*found.rows, *((found.total,) if found.total else ())]
    return [[row.label, *(cell.text if cell.number is None else cell.number for cell in row.cells)] for row in rows]


@pytest.mark.parametrize("name", [name for name, each in TABLES.items() if each.lines])
def test_every_file_has_the_same_numbers(name: TableName) -> None:
    found = written(name)
    wanted = values(found)
    lines = list(csv.reader(io.StringIO(table_csv(found, HEAD).removeprefix("\ufeff"))))
    start = next(index for index, each in enumerate(lines) if each and each[0] == found.first_column)
    assert lines[start][1:] == list(found.columns)
    as_csv = [[row[0], *(cell if cell == str(HIDDEN) else float(cell) for cell in row[1:])] for row in lines[start + 1 :] if row]
    assert [row[1:] for row in as_csv] == [row[1:] for row in wanted]
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_of([found], HEAD))).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(index for index, each in enumerate(rows) if each[0] == found.first_column)
    assert rows[start + 1 : start + 1 + len(wanted)] == wanted
    record = read_attached_record(report_pdf(drawn(TABLES[name]), PAPER))
    assert record is not None
    printed = record["tables"][0]["lines"] + [each for each in [record["tables"][0]["total"]] if each]
    numbers = [[None if isinstance(cell, str) else cell for cell in row[1:]] for row in wanted]
    assert [each["values"] for each in printed] == numbers


def test_each_file_says_up_to_when_and_what_hidden_means() -> None:
    found = written(TableName.HOURS_BY_MONTH)
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_of([found], HEAD))).worksheets[0]
    on_sheet = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    on_paper = " ".join(" ".join(pages_of(report_pdf(drawn(TABLES[TableName.HOURS_BY_MONTH]), PAPER))).split())
    for sentence in (found.as_of, str(HIDDEN_MEANS)):
        assert sentence in table_csv(found, HEAD)
        assert sentence in on_sheet
        assert sentence in on_paper


def test_no_name_runs_as_a_formula() -> None:
    found = written(TableName.HOURS_BY_ORGANISATION)
    assert f"'{RUNS_AS_FORMULA}" in {row[0] for row in csv.reader(io.StringIO(table_csv(found, HEAD))) if row}
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_of([found], Head("=1+1", "@SUM(A1)", "-2")))).worksheets[0]
    cells = {cell.value: cell.data_type for row in sheet.iter_rows() for cell in row}
    for text in (RUNS_AS_FORMULA, "=1+1", "@SUM(A1)", "-2"):
        assert cells[text] == "s"
    assert "f" not in cells.values()


def test_all_tables_stand_in_one_workbook_and_one_archive() -> None:
    tables = [write_table(each) for each in TABLES.values()]
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(tables, HEAD)))
    assert len(book.sheetnames) == len(tables)
    assert all(len(name) <= 31 for name in book.sheetnames)
    assert isinstance(book.properties.created, datetime)
    archive = archive_of_csv(tables, HEAD)
    assert archive == archive_of_csv(tables, HEAD)
    names = zipfile.ZipFile(io.BytesIO(archive)).namelist()
    assert names == [f"{name.value}.csv" for name in TABLES]
    same = [written(TableName.OUTCOMES)] * 3
    assert len(set(openpyxl.load_workbook(io.BytesIO(workbook_of(same, HEAD))).sheetnames)) == 3


def test_the_funder_pack_conforms_signed_too_and_is_the_same_for_the_same_tables() -> None:
    pdf = funder_pack_pdf([drawn(each) for each in TABLES.values()], PAPER)
    assert pdf == funder_pack_pdf([drawn(each) for each in TABLES.values()], PAPER)
    assert_conforms(pdf)
    signed = a_signer().sign(pdf, moment=MOMENT)
    assert_conforms(signed)
    assert judge_signature(signed, [a_signer().keys.chain]) is SignatureVerdict.VALID
    record = read_attached_record(signed)
    assert record is not None
    assert record["kind"] == "funder_pack"
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    for table in TABLES.values():
        assert write_table(table).title in text
    for words in ("Too few people to show", "Nothing in this year", "not shown", "All others"):
        assert words in text
    assert_conforms(report_pdf(drawn(TABLES[TableName.HOURS_BY_ORGANISATION]), PAPER))


def test_a_table_of_a_large_programme_runs_over_pages() -> None:
    table = TABLES[TableName.HOURS_BY_ORGANISATION]
    many = tuple(table.lines[0] for _each in range(300))
    pdf = report_pdf(drawn(Table(table.name, table.columns, many, table.total, table.year, table.as_of)), PAPER)
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert len(pages) > 5
    assert sum(page.extract_text().count(LONG_NAME.split()[-1]) for page in pages) == 300
