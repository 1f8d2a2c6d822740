"""What the tests of reading share: the sample people, and small files made on the spot."""

import csv
import io
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, time
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from openpyxl import Workbook

from timecredits.hours.imports import Choices, KnownPerson, Reading, read_register

DATA = Path(__file__).parents[2] / "data" / "hours"
TODAY = date(2026, 11, 21)


def sample_people() -> list[KnownPerson]:
    with (DATA / "people.csv").open(encoding="utf-8", newline="") as file:
        return [
            KnownPerson(uuid.uuid5(uuid.NAMESPACE_OID, row["number"]), row["number"], row["first_name"], row["last_name"])
            for row in csv.DictReader(file)
        ]


def person(first: str, last: str, number: str | None = None) -> KnownPerson:
    return KnownPerson(uuid.uuid5(uuid.NAMESPACE_OID, f"{first}|{last}|{number}"), number, first, last)


def csv_bytes(rows: Sequence[Sequence[str]], *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_bytes(rows: Sequence[Sequence[object]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def book_bytes(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """A workbook of several sheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def ods_bytes(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """An OpenDocument spreadsheet, as a spreadsheet program writes one: typed cells, empty ones counted, millions below."""
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}><table:table-column/>"
        + "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
        + '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/>'
        + "</table:table-row></table:table>"
        for name, rows in sheets.items()
    )
    return ods_with(f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>")


def ods_with(inside: str, *, styles: str = "", manifest: str = "<manifest:manifest xmlns:manifest='m'/>") -> bytes:
    """An OpenDocument spreadsheet with this inside."""
    spaces = "".join(f" xmlns:{each}='urn:{each}'" for each in ("office", "table", "text", "style"))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", f"<office:document-content{spaces}>{styles}{inside}</office:document-content>")
        archive.writestr("META-INF/manifest.xml", manifest)
    return made.getvalue()


def _ods_cell(value: object) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, date):
        kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
    elif isinstance(value, time):
        kind = f'office:value-type="time" office:time-value="PT{value.hour:02}H{value.minute:02}M{value.second:02}S"'
    elif isinstance(value, int | float):
        kind = f'office:value-type="float" office:value="{value}"'
    else:
        kind = 'office:value-type="string"'
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
    return f"<table:table-cell {kind}>{paragraphs}</table:table-cell>"


def zip_with(content: bytes, changes: dict[str, bytes]) -> bytes:
    """Rewrite parts of a workbook."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *changes}:
            new.writestr(name, changes[name] if name in changes else old.read(name))
    return made.getvalue()


def read(
    content: bytes,
    people: Sequence[KnownPerson] | None = None,
    *,
    activity: str | None = None,
    choices: Choices | None = None,
    filename: str = "register.csv",
) -> Reading:
    known = sample_people() if people is None else people
    return read_register(content, filename, known, today=TODAY, activity=activity, choices=choices)


def entries(reading: Reading) -> list[tuple[str | None, str, int]]:
    """Who, which day, how many minutes, in order."""
    return sorted((row.person.number, row.day.isoformat(), row.minutes) for row in reading.ready)


def faults(reading: Reading) -> list[tuple[int, str]]:
    return [(problem.row, problem.column) for problem in reading.problems]


def one(hours: str = "2", *, day: str = "4/3/2026", name: str = "Tony Butler", **more: str) -> Reading:
    """Read a register of one row."""
    headings = ["Date", "Name", "Hours", "Activity", *more]
    return read(csv_bytes([headings, [day, name, hours, "Garden", *more.values()]]))
