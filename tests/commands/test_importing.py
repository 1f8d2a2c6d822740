"""The import commands as somebody at a terminal meets them, on both kinds of database."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, func, select

from tests.hours.imports.registers import book_bytes
from timecredits.commands.importing import import_hours, import_people
from timecredits.foundation.db import transaction
from timecredits.hours.activity_models import Activity
from timecredits.hours.books import check_hours
from timecredits.hours.importing.import_undoing import undo_import
from timecredits.hours.importing.past_imports import list_imports
from timecredits.hours.models import HourEntry, HourImport
from timecredits.ledger.books import check_ledger
from timecredits.network.models import Enrolment, Organisation
from timecredits.network.programmes import create_organisation, create_programme

DATA = Path(__file__).parents[1] / "data" / "hours"
TODAY = ("--today", "2026-11-21")
PEOPLE = 27
HERE = ("--organisation", "riverside")


class Terminal:
    """Runs a command on one database and reads what it printed."""

    def __init__(self, engine: Engine, url: str, folder: Path) -> None:
        self.engine, self.url, self.folder = engine, url, folder

    def run(self, command: click.Command, *words: object, typed: bytes = b"") -> Result:
        result = CliRunner(env={"DATABASE_URL": self.url}).invoke(command, [str(word) for word in words], input=typed)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def said(self, command: click.Command, *words: object, code: int = 0) -> dict[str, Any]:
        result = self.run(command, *words, "--json", *TODAY)
        assert result.exit_code == code, result.output
        said: dict[str, Any] = json.loads(result.stdout)
        return said

    def file(self, name: str, *lines: str) -> Path:
        path = self.folder / name
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return path

    def count(self, model: Any) -> int:
        with transaction(self.engine) as session:
            return session.scalar(select(func.count()).select_from(model)) or 0

    def faults(self) -> list[object]:
        with transaction(self.engine) as session:
            programme_id = session.scalars(select(Organisation.programme_id)).first()
            assert programme_id is not None
            return [*check_ledger(session, programme_id), *check_hours(session, programme_id)]


@pytest.fixture
def terminal(engine: Engine, database_url: str, tmp_path: Path) -> Terminal:
    with transaction(engine) as session:
        programme = create_programme(session, name="Fenland Time Credits", slug="fenland")
        create_organisation(session, programme.id, name="Riverside Trust", slug="riverside")
    return Terminal(engine, database_url, tmp_path)


@pytest.fixture
def enrolled(terminal: Terminal) -> Terminal:
    terminal.said(import_people, DATA / "people.csv", *HERE)
    return terminal


def test_the_sample_people_and_then_their_register_come_in_once(enrolled: Terminal) -> None:
    expected = json.loads((DATA / "expected.json").read_text("utf-8"))
    first = enrolled.said(import_hours, DATA / "register.csv", *HERE, code=1)
    assert (first["ready"], first["imported"], first["already"]) == (160, 160, 0)
    assert [row | {"activity": row["activity"].lower()} for row in first["rows"]] == expected["register_ready"]
    assert [{"row": each["row"], "column": each["column"]} for each in first["problems"]] == expected["register_problems"]
    assert len(first["problems"]) == 9
    assert "Row 181 says the same as a row above it. It counts once." in first["warnings"]
    assert sum("is a new activity" in warning for warning in first["warnings"]) == 4

    again = enrolled.said(import_hours, DATA / "register.csv", *HERE, code=1)
    assert (again["ready"], again["imported"], again["already"]) == (160, 0, 160)
    assert "160 rows were added before. They are not added again." in again["warnings"]
    assert not any("new activity" in warning for warning in again["warnings"])
    assert enrolled.count(HourEntry) == 160
    assert enrolled.count(Activity) == 4
    assert enrolled.faults() == []


def test_the_wide_rota_comes_in_whole(enrolled: Terminal) -> None:
    expected = json.loads((DATA / "expected.json").read_text("utf-8"))["rota_ready"]
    said = enrolled.said(import_hours, DATA / "rota.xlsx", *HERE)
    assert (said["imported"], said["problems"]) == (116, [])
    got = [{name: row[name] for name in ("volunteer", "date", "minutes")} for row in said["rows"]]
    assert sorted(got, key=str) == sorted(expected, key=str)
    assert {row["activity"] for row in said["rows"]} == {"Front desk rota"}
    assert enrolled.said(import_hours, DATA / "rota.xlsx", *HERE)["already"] == 116


def test_a_dry_run_says_the_same_and_adds_nothing(enrolled: Terminal) -> None:
    said = enrolled.said(import_hours, DATA / "register.csv", *HERE, "--dry-run", code=1)
    assert (said["ready"], said["imported"], len(said["rows"]), len(said["problems"])) == (160, 0, 160, 9)
    assert enrolled.count(HourEntry) == enrolled.count(Activity) == 0


def test_mended_rows_alone_come_in_when_the_whole_file_is_loaded_again(enrolled: Terminal) -> None:
    heading, good = "Date,Name,Hours,Activity", "4/3/2026,Tony Butler,2,Garden"
    wrong = enrolled.file("register.csv", heading, good, "5/3/2026,Tony Butler,two,Garden")
    assert enrolled.said(import_hours, wrong, *HERE, code=1)["imported"] == 1
    mended = enrolled.file("register.csv", heading, good, "5/3/2026,Tony Butler,2,garden")
    said = enrolled.said(import_hours, mended, *HERE)
    assert (said["ready"], said["imported"], said["already"]) == (2, 1, 1)
    assert enrolled.count(Activity) == 1


def test_more_than_a_days_hours_send_one_row_back_and_the_rest_go_in(enrolled: Terminal) -> None:
    lines = ("Date,Name,Hours", "4/3/2026,Tony Butler,14", "4/3/2026,Tony Butler,11", "5/3/2026,Tony Butler,3")
    said = enrolled.said(import_hours, enrolled.file("long.csv", *lines), *HERE, "--activity", "Night shelter", code=1)
    assert [(each["row"], each["column"]) for each in said["problems"]] == [(3, "hours")]
    assert "more than 24 hours on 4 March 2026" in said["problems"][0]["message"]
    assert (said["ready"], said["imported"]) == (2, 2)
    assert {row["activity"] for row in said["rows"]} == {"Night shelter"}
    assert enrolled.faults() == []


def test_an_activity_whose_only_row_is_sent_back_is_not_made(enrolled: Terminal) -> None:
    lines = ("Date,Name,Hours,Activity", "4/3/2026,Tony Butler,14,Garden", "4/3/2026,Tony Butler,11,Kitchen")
    said = enrolled.said(import_hours, enrolled.file("long.csv", *lines), *HERE, code=1)
    assert [warning for warning in said["warnings"] if "Kitchen" in warning] == []
    assert enrolled.count(Activity) == 1


def test_without_json_the_summary_and_the_messages_go_their_own_ways(enrolled: Terminal) -> None:
    result = enrolled.run(import_hours, DATA / "register.csv", *HERE, *TODAY)
    assert result.exit_code == 1
    assert result.stdout == "160 good rows: 160 added, 0 there before.\n"
    assert "Row 72, hours: “two” is not a number of hours we can read." in result.stderr
    assert "9 sent back. Mend these rows and load the whole file again." in result.stderr


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff" * 5000, b"%PDF-1.7 ...", b"some words\nand more\n", b"a" * (3 * 1024 * 1024)],
    ids=["empty", "noise", "pdf", "prose", "too big"],
)
def test_a_file_that_cannot_be_used_ends_in_one_line_and_adds_nothing(enrolled: Terminal, content: bytes) -> None:
    path = enrolled.folder / "rubbish.csv"
    path.write_bytes(content)
    for command in (import_hours, import_people):
        result = enrolled.run(command, path, *HERE)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert len(result.stderr.splitlines()) == 1
        assert "Nothing was added." in result.stderr
    assert enrolled.count(HourEntry) == 0
    assert enrolled.count(Enrolment) == PEOPLE


def test_what_is_missing_ends_in_one_line(enrolled: Terminal) -> None:
    missing = enrolled.run(import_hours, enrolled.folder / "nothing.csv", *HERE)
    assert (missing.exit_code, missing.stderr.count("\n")) == (2, 1)
    folder = enrolled.run(import_hours, enrolled.folder, *HERE)
    assert (folder.exit_code, folder.stderr.count("\n")) == (2, 1)
    elsewhere = enrolled.run(import_hours, DATA / "register.csv", "--organisation", "nowhere")
    assert (elsewhere.exit_code, elsewhere.stderr) == (2, "There is no such thing here. Check the short names you gave.\n")
    assert enrolled.run(import_hours, DATA / "register.csv").exit_code == 2
    assert enrolled.run(import_hours, DATA / "register.csv", *HERE, "--today", "tomorrow").exit_code == 2


def test_an_organisation_of_that_name_in_two_programmes_needs_its_programme(enrolled: Terminal) -> None:
    with transaction(enrolled.engine) as session:
        other = create_programme(session, name="Other", slug="other")
        create_organisation(session, other.id, name="Riverside Club", slug="riverside")
    unclear = enrolled.run(import_hours, DATA / "rota.xlsx", *HERE)
    assert unclear.exit_code == 2
    assert "--programme" in unclear.stderr
    assert enrolled.said(import_hours, DATA / "rota.xlsx", *HERE, "--programme", "fenland")["imported"] == 116
    nobody = enrolled.said(import_hours, DATA / "rota.xlsx", *HERE, "--programme", "other", code=1)
    assert (nobody["ready"], {each["column"] for each in nobody["problems"]}) == (0, {"volunteer"})


def test_the_file_may_come_from_the_standard_input(enrolled: Terminal) -> None:
    result = enrolled.run(import_hours, "-", *HERE, *TODAY, typed=(DATA / "rota.xlsx").read_bytes())
    assert result.stdout == "116 good rows: 116 added, 0 there before.\n"


def test_rows_of_several_sheets_say_which(enrolled: Terminal) -> None:
    path = enrolled.folder / "months.xlsx"
    row = ["4/3/2026", "Tony Butler", 2, "Garden"]
    headings = ["Date", "Name", "Hours", "Activity"]
    path.write_bytes(book_bytes({"March": [headings, row], "April": [headings, ["31/4/2026", *row[1:]], ["4/4/2026", *row[1:]]]}))
    said = enrolled.said(import_hours, path, *HERE, code=1)
    assert [(each["sheet"], each["row"]) for each in said["rows"]] == [("March", 2), ("April", 3)]
    assert [(each["sheet"], each["row"], each["column"]) for each in said["problems"]] == [("April", 2, "date")]
    assert "April, row 2, date: “31/4/2026” is not a day" in enrolled.run(import_hours, path, *HERE, *TODAY).stderr


def test_people_come_in_once(terminal: Terminal) -> None:
    first = terminal.said(import_people, DATA / "people.csv", *HERE)
    assert (first["ready"], first["enrolled"], first["already"], first["problems"]) == (PEOPLE, PEOPLE, 0, [])
    again = terminal.said(import_people, DATA / "people.csv", *HERE)
    assert (again["ready"], again["enrolled"], again["already"]) == (PEOPLE, 0, PEOPLE)
    assert terminal.count(Enrolment) == PEOPLE


def test_a_dry_run_enrols_nobody(terminal: Terminal) -> None:
    said = terminal.said(import_people, DATA / "people.csv", *HERE, "--dry-run")
    assert (said["ready"], said["enrolled"]) == (PEOPLE, 0)
    assert terminal.count(Enrolment) == 0


def test_people_are_read_under_other_headings_and_odd_ones_sent_back(terminal: Terminal) -> None:
    lines = (
        "Our volunteers",
        "Full Name,Vol. No.,Date joined,Email",
        '"O\'Neill-Wyn, Siân",V1,1/5/2024,sian@example.org',
        "Łukasz Żak,,,",
        "LUKASZ ZAK,,,",
        "Somebody Else,v 1,,",
        ",V9,,",
        "Ann Late,V3,31/2/2024,",
        "Lukasz Zak,V4,,",
    )
    said = terminal.said(import_people, terminal.file("list.csv", *lines), *HERE, code=1)
    assert (said["ready"], said["enrolled"], said["already"]) == (3, 2, 1)
    assert [(each["row"], each["column"]) for each in said["problems"]] == [
        (6, "number"),
        (7, "name"),
        (8, "joined"),
        (9, "number"),
    ]
    assert "The column “Email” was not used." in said["warnings"]


def test_what_the_command_added_is_listed_and_can_be_undone_as_a_whole(enrolled: Terminal) -> None:
    content = (DATA / "register.csv").read_bytes()
    assert enrolled.run(import_hours, "-", *HERE, *TODAY, typed=content).exit_code == 1
    enrolled.said(import_hours, DATA / "register.csv", *HERE, code=1)  # adds nothing, so it is no import
    enrolled.said(import_hours, DATA / "register.csv", *HERE, "--dry-run", code=1)
    with transaction(enrolled.engine) as session:
        organisation = session.scalars(select(Organisation)).one()
        here = organisation.programme_id, organisation.id
        [past] = list_imports(session, *here)
        kept = session.scalars(select(HourImport)).one()
        assert (past.imported, past.filename, past.to_mend, kept.content, kept.uploaded_by) == (160, "", True, None, None)
        undone = undo_import(session, *here, past.id, today=date(2026, 11, 21), actor_id=None)
        assert undone.minutes == past.minutes > 0
    assert enrolled.faults() == []
    again = enrolled.said(import_hours, DATA / "register.csv", *HERE, code=1)
    assert again["imported"] == 160
