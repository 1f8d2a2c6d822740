"""Reports of a programme and of an organisation: what is shown, what is hidden everywhere, and the rows behind each number."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import event

from tests.journey.letters.sample_letters import assert_conforms, pages_of
from tests.page_client import Page, PageClient
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.signed_documents import read_attached_record
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.activity_models import ActivityCategory
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.insight.counting.count_up import count_up
from timecredits.insight.report_files.words import FEW_NAMED, HIDDEN_MEANS
from timecredits.insight.reports.shapes import TableName
from timecredits.network.volunteers import enrol_volunteer
from timecredits.web.database import db
from timecredits.web.report_views import TABLES

MANY, FEW = 7, 3
_SOURCES = ("hour_entry", "transfer", "redemption", "hour_correction", "enrolment", "activity")


def give(app: Flask, world: World, organisation_id: UUID, people: int, minutes: int, category: ActivityCategory) -> None:
    """Let new people give this many minutes each, yesterday."""
    with app.app_context():
        session = db.session()
        here = session, world.programme_id, organisation_id
        activity = create_activity(*here, ActivityFacts(f"Group {category}", category=category), actor_id=None)
        yesterday = clock.today() - timedelta(days=1)
        for _each in range(people):
            person = enrol_volunteer(*here, first_name="Zuzanna", last_name="Quist").volunteer.id
            hours = NewHours(new_id(), person, activity.id, None, yesterday, minutes)
            record_hours(*here, [hours], source=HourSource.SINGLE, actor_id=None, today=clock.today())
        session.commit()


def count(app: Flask, world: World) -> None:
    """Count everything up to now."""
    with app.app_context():
        count_up(
            db.engine,
            world.programme_id,
            now=clock.now(),
            lag=timedelta(0),
            figures_every=timedelta(0),
        )


@pytest.fixture
def counted(app: Flask, world: World) -> World:
    """Seven people gave 2 hours at one organisation, three gave 1:37 at the other."""
    give(app, world, world.organisation_id, MANY, 120, ActivityCategory.FOOD)
    give(app, world, world.other_organisation_id, FEW, 97, ActivityCategory.ARTS)
    count(app, world)
    return world


def table_of(page: Page) -> dict[str, list[str]]:
    """The table on a page: the cells of each line by its name."""
    return {
        row.select_one("th").get_text(" ", strip=True): [
            cell.get_text(" ", strip=True) for cell in row.select(".tc-table__value")
        ]  # type: ignore[union-attr]
        for row in page.soup.select("tbody tr")
    }


def test_nothing_counted_yet_says_so_everywhere(client: PageClient, world: World) -> None:
    manager = world.sign_in(client, "manager")
    assert "Nothing is counted yet" in manager.get("/programme/reports").text
    for name in TABLES:
        assert "Nothing is counted yet" in manager.get(f"/programme/reports/{name.value}").text
        assert b"Nothing is counted yet" in manager.get(f"/programme/reports/{name.value}/table.csv").response.data
    assert_conforms(manager.get("/programme/reports/pack.pdf").response.data)
    assert "Nothing is counted yet" in world.sign_in(client, "coordinator").get("/coordinator/report").text


def test_the_year_in_numbers_and_each_opens_to_rows_that_add_up(client: PageClient, counted: World) -> None:
    manager = counted.sign_in(client, "manager")
    index = manager.get("/programme/reports")
    assert "Counted up to" in index.text
    assert "18.85 hours given" in index.text
    assert "10 people gave time" in index.text
    opened = 0
    for name in TABLES:
        page = manager.get(f"/programme/reports/{name.value}")
        assert page.text.count("Counted up to") == 1
        for link in page.soup.select("td a"):
            number = link.get_text(strip=True)
            rows = manager.get(str(link["href"]))
            lines = table_of(rows)
            assert lines["Total of all rows"][0] == number
            assert number in rows.text.split("in the column")[0]
            assert "Quist" not in rows.response.text
            lines_of_file = list(
                csv.reader(io.StringIO(manager.get(f"{link['href']}/rows.csv").response.text.removeprefix("\ufeff")))
            )
            start = next(index for index, each in enumerate(lines_of_file) if not each) + 2
            *told, (_total, amount) = lines_of_file[start:]
            assert sum(float(row[1]) for row in told) == pytest.approx(float(amount), abs=0.01 * len(told))
            opened += 1
    assert opened > 5


def test_what_is_hidden_is_hidden_in_page_chart_and_every_file(client: PageClient, counted: World) -> None:
    """Three people's 4.85 hours and their organisation's own line, nor anything that tells them."""
    manager = counted.sign_in(client, "manager")
    secret = re.compile(r"(?<![\d.])(4\.85|291|1\.62|97)(?![\d.])|Lantern House")
    books = [manager.get("/programme/reports/all.xlsx").response.data]
    texts = [manager.get("/programme/reports").response.text]
    for name in TABLES:
        texts.append(manager.get(f"/programme/reports/{name.value}").response.text)
        texts.append(manager.get(f"/programme/reports/{name.value}/table.csv").response.text)
        books.append(manager.get(f"/programme/reports/{name.value}/table.xlsx").response.data)
    archive = zipfile.ZipFile(io.BytesIO(manager.get("/programme/reports/all.zip").response.data))
    texts.extend(archive.read(name).decode() for name in archive.namelist())
    for book in books:
        texts.extend(
            str(cell.value) for sheet in openpyxl.load_workbook(io.BytesIO(book)) for row in sheet.iter_rows() for cell in row
        )
    pdf = manager.get("/programme/reports/pack.pdf").response.data
    assert_conforms(pdf)
    texts.extend(pages_of(pdf))
    there = f"/programme/reports/organisations/{counted.other_organisation_id}"
    alone = manager.get(there)
    assert "Too few people to show" in alone.text
    texts.append(manager.get(f"{there}/table.csv").response.text.replace("Lantern House", ""))
    for text in texts:
        visible = re.sub(r'(nonce|href|name="csrf_token"[^>]* value|d|content|src)="[^"]*"', "", text)
        found = secret.search(visible)
        assert found is None, (found, visible[max(0, found.start() - 100) : found.end() + 100])
    assert str(HIDDEN_MEANS) in manager.get("/programme/reports").text


def test_page_chart_and_files_say_the_same(client: PageClient, counted: World, app: Flask) -> None:
    give(app, counted, counted.other_organisation_id, MANY, 150, ActivityCategory.SPORT)
    count(app, counted)
    manager = counted.sign_in(client, "manager")
    page = manager.get("/programme/reports/hours_by_organisation")
    on_page = table_of(page)
    assert list(on_page) == ["Lantern House", "Riverside Trust", "Total"]
    assert [each.get_text() for each in page.soup.select(".tc-chart__value")] == [on_page[name][-1] for name in list(on_page)[:2]]
    assert page.soup.select_one("svg[role=img] > title")
    rows = csv.reader(io.StringIO(manager.get("/programme/reports/hours_by_organisation/table.csv").response.text))
    in_csv = {row[0]: row[1:] for row in rows if len(row) > 2}
    sheet = openpyxl.load_workbook(
        io.BytesIO(manager.get("/programme/reports/hours_by_organisation/table.xlsx").response.data)
    ).worksheets[0]
    in_book = {str(row[0].value): [cell.value for cell in row[1:]] for row in sheet.iter_rows()}
    pack = manager.get("/programme/reports/pack.pdf").response.data
    record = read_attached_record(pack)
    assert record is not None
    [printed] = [table for table in record["tables"] if table["name"] == "hours_by_organisation"]
    on_paper = {line["label"]: line["values"] for line in [*printed["lines"], printed["total"]]}
    words = " ".join(pages_of(pack)).split()
    for name, cells in on_page.items():
        plain = [cell.replace("½", ".5").replace("¼", ".25").replace("¾", ".75") for cell in cells]
        assert [as_number(cell) for cell in plain] == [as_number(cell) for cell in in_csv[name]] == in_book[name]
        assert [None if cell == "not shown" else cell for cell in in_book[name]] == on_paper[name]
        assert {word for cell in cells for word in cell.split()} <= {*words}


def as_number(text: str) -> float | str:
    return text if text == "not shown" else float(text)


def test_another_s_organisation_a_wrong_table_and_a_wrong_key_are_not_there(client: PageClient, counted: World) -> None:
    manager = counted.sign_in(client, "manager")
    for path in (
        "no_such_table",
        TableName.HOURS_OF_ORGANISATION.value,
        "no_such_table/table.csv",
        "no_such_table/table.xlsx",
        f"organisations/{new_id()}",
        f"organisations/{new_id()}/table.csv",
        "rows/nothing",
        "rows/a~b~c~d~e",
        "rows/nothing/rows.csv",
    ):
        manager.get(f"/programme/reports/{path}", status=404)
    assert manager.get("/programme/reports?year=nonsense").heading == "Reports"
    assert "Counted up to" in manager.get("/programme/reports/hours_by_month?year=1999-04-01").text


def test_an_organisation_sees_its_own_whole_and_is_told_not_to_pass_it_on(client: PageClient, counted: World) -> None:
    theirs = counted.sign_in(client, "other_coordinator")
    page = theirs.get("/coordinator/report")
    assert str(FEW_NAMED) in page.text
    assert "4.85" in page.text
    assert "3" in table_of(page)["Total"]
    opened = {link.get_text(strip=True): str(link["href"]) for link in page.soup.select("tbody tr:last-child td a")}
    for number, href in opened.items():
        rows = theirs.get(href)
        assert table_of(rows)["Total of all rows"][0] == number
        assert "Quist" not in rows.response.text
        assert theirs.get(f"{href}/rows.csv").response.text.rstrip().rpartition("\n")[2].startswith("Total,")
    assert_conforms(theirs.get("/coordinator/report/report.pdf").response.data)
    assert str(FEW_NAMED) in theirs.get("/coordinator/report/table.csv").response.text
    assert theirs.get("/coordinator/report/table.xlsx").response.data.startswith(b"PK")
    ours = counted.sign_in(client, "coordinator")
    for href in opened.values():
        ours.get(href, status=404)
    manager = counted.sign_in(client, "manager")
    for href in opened.values():
        manager.get(href.replace("/coordinator/report", "/programme/reports"), status=404)


def test_no_table_page_asks_the_records_themselves(app: Flask, client: PageClient, counted: World) -> None:
    manager = counted.sign_in(client, "manager")
    for name in TABLES:
        with asked(app) as statements:
            manager.get(f"/programme/reports/{name.value}")
        live = [each for each in statements if any(re.search(rf"\b(FROM|JOIN) {table}\b", each) for table in _SOURCES)]
        assert live == []
        assert len(statements) <= 8


@contextmanager
def asked(app: Flask) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
