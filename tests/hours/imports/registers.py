"""What the tests of reading share: the sample people, and small files made on the spot."""

import csv
import io
import uuid
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from timecredits.hours.imports import KnownPerson, Reading, read_register

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


def zip_with(content: bytes, changes: dict[str, bytes]) -> bytes:
    """Rewrite parts of a workbook."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *changes}:
            new.writestr(name, changes[name] if name in changes else old.read(name))
    return made.getvalue()


def read(content: bytes, people: Sequence[KnownPerson] | None = None, *, activity: str | None = None) -> Reading:
    return read_register(content, "register.csv", sample_people() if people is None else people, today=TODAY, activity=activity)


def one(hours: str = "2", *, day: str = "4/3/2026", name: str = "Tony Butler", **more: str) -> Reading:
    """Read a register of one row."""
    headings = ["Date", "Name", "Hours", "Activity", *more]
    return read(csv_bytes([headings, [day, name, hours, "Garden", *more.values()]]))
