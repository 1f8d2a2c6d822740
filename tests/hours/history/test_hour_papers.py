"""The papers made of hours: archivable, accessible, and holding what a program needs."""

import csv
import io
import json
import re
import subprocess
from datetime import date, timedelta
from pathlib import Path

import page
import pytest
from pypdf import PdfReader

from tests.hours.conftest import TODAY, Place
from tests.hours.history.history_lines import a_line
from tests.real.programs import program
from timecredits.foundation.documents import UnprintableCharacter
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.correcting import correct_hours
from timecredits.hours.history.certificate import CertificateRecord, print_certificate, write_certificate_record
from timecredits.hours.history.hour_history_files import (
    Beside,
    find_holder,
    hour_history_csv,
    hour_history_json,
    hour_history_pdf,
)
from timecredits.hours.history.hour_history_record import HistoryEntry, HistorySpell, HistoryTraining
from timecredits.hours.history.hour_history_writing import print_hour_history, write_hour_history_record
from timecredits.hours.history.hour_periods import Choice
from timecredits.hours.history.milestones import Reached
from timecredits.hours.history.work_coach_statement import print_statement, work_coach_statement, write_statement_record
from timecredits.hours.models import HourSource
from timecredits.network.models import Organisation

ROOT = Path(__file__).parents[3]

NAMES = [
    "Siân Łukasz-O’Brien",
    "محمد علي الحسيني",
    "محمد Ali-Smith",
    "Zoe\u0301 Ŵyn",
    "राज कुमार",
    "x" * 150,
    '=cmd #panic("x") $x$ @a',
]


def assert_conforms(pdf: bytes) -> None:
    for profile in ("ua1", "3a"):
        report = page.validate_pdf_bytes(pdf, profile=profile)
        assert report.is_compliant, (profile, [failure.message for failure in report.failures])


def test_days_that_a_correction_took_away_are_not_the_first_and_the_last() -> None:
    def entry(day: str, minutes: int) -> HistoryEntry:
        return {
            "day": day,
            "role": "Garden",
            "organisation": "Trust",
            "minutes": minutes,
            "confirmed_by": "Jo Reed",
            "confirmed_on": "2026-11-01",
        }

    def record(*entries: HistoryEntry) -> tuple[str, str, list[list[str]]]:
        made = write_hour_history_record(issued_on=TODAY, programme="Fens", holder_name="Siân", entries=entries)
        return made["first_day"], made["last_day"], made["display"]["summary"]

    gone = entry("2020-01-01", 0), entry("2026-11-02", 0)
    first, last, _summary = record(entry("2025-03-01", 60), *gone, entry("2025-04-01", 30))
    assert (first, last) == ("2025-03-01", "2025-04-01")
    first, last, summary = record(*gone)
    assert (first, last, len(summary)) == ("", "", 1)


def a_certificate(name: str = "Siân", hours: int = 100) -> CertificateRecord:
    return write_certificate_record(
        Reached(hours, date(2026, 10, 3)), issued_on=TODAY, programme="Time Credits Fenland", holder_name=name
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_certificate_is_one_page_whoever_it_is_for(name: str) -> None:
    pdf = print_certificate(a_certificate(name))
    assert_conforms(pdf)
    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 1
    said = reader.pages[0].extract_text()
    assert "100" in said
    assert "3 October 2026" in said
    record = json.loads(reader.attachments["certificate.json"][0])
    assert (record["holder_name"], record["hours"], record["reached_on"]) == (name, 100, "2026-10-03")


def test_a_certificate_names_the_programme_and_no_place() -> None:
    assert set(a_certificate()) == {
        "kind",
        "version",
        "language",
        "issued_on",
        "programme",
        "holder_name",
        "hours",
        "reached_on",
        "display",
    }
    assert print_certificate(a_certificate()) == print_certificate(a_certificate())
    with pytest.raises(RuleError, match="no name"):
        a_certificate(" ")
    with pytest.raises(UnprintableCharacter):
        print_certificate(a_certificate("王小明"))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("days", [0, 1, 1000])
def test_a_statement_is_archivable_and_accessible(name: str, days: int) -> None:
    if days == 1000 and name != NAMES[1]:
        days = 90
    lines = [a_line(TODAY - timedelta(days=each), 90) for each in range(days)]
    found = work_coach_statement(lines, first=TODAY - timedelta(days=days), last=TODAY, begins=31, today=TODAY)
    pdf = print_statement(write_statement_record(found, issued_on=TODAY, programme="Fenland", holder_name=name))
    assert_conforms(pdf)
    reader = PdfReader(io.BytesIO(pdf))
    assert sorted(reader.attachments) == ["work_coach_statement.csv", "work_coach_statement.json"]
    rows = list(csv.DictReader(io.StringIO(reader.attachments["work_coach_statement.csv"][0].decode("utf-8-sig"))))
    assert sum(int(row["Minutes"]) for row in rows if row["Kind"] == "week") == days * 90


PANTRY: HistorySpell = {
    "organisation": "Corner pantry",
    "role": "Packing bags",
    "first_day": "2022-05-01",
    "last_day": "",
    "minutes": 600,
    "confirmed_by": "",
}
HOSPICE: HistorySpell = {
    "organisation": "St Anne’s hospice",
    "role": "Tea trolley",
    "first_day": "2020-02-29",
    "last_day": "2021-03-31",
    "minutes": 90,
    "confirmed_by": "Ada Penn, manager",
}
HYGIENE: HistoryTraining = {
    "title": "Food hygiene, level 2",
    "awarded_by": "Example Body",
    "completed_on": "2025-03-02",
    "expires_on": "2028-03-02",
    "confirmed_by": "Jo Reed",
}


def test_a_history_takes_its_record_and_table_along(place: Place) -> None:
    place.session.get_one(Organisation, (place.programme_id, place.organisation_id)).letter_name = "The Thursday Trust"
    first, second = place.new(place.sian, 120, date(2025, 12, 1)), place.new(place.sian, 60, date(2026, 11, 2))
    place.record(first, second)
    correct_hours(
        place.session,
        place.programme_id,
        place.organisation_id,
        first.id,
        minutes=90,
        reason="Felt ill",
        actor_id=None,
        today=TODAY,
    )
    pdf = hour_history_pdf(place.session, place.programme_id, place.sian, as_of=TODAY)
    assert_conforms(pdf)
    reader = PdfReader(io.BytesIO(pdf))
    attached = {name: files[0].decode() for name, files in reader.attachments.items()}
    assert sorted(attached) == ["hour_history.csv", "hour_history.json"]
    said = "\n".join(sheet.extract_text() for sheet in reader.pages) + "".join(attached.values())
    assert "The Thursday Trust" in said
    assert "Riverside" not in said, "papers name an organisation as its letters do"
    assert "Felt ill" not in said, "a reason is the staff's own words and stays off a paper that is shown around"
    data = json.loads(hour_history_json(place.session, place.programme_id, place.sian, as_of=TODAY))
    assert {**data, "display": None} == {**json.loads(attached["hour_history.json"]), "display": None}
    assert (data["total_minutes"], data["unchecked_minutes"], data["only"]) == (150, 0, {})
    assert data["entries"][0]["corrected_from"] == 120
    own = hour_history_csv(place.session, place.programme_id, place.sian, as_of=TODAY)
    assert [row["Why"] for row in csv.DictReader(io.StringIO(own.removeprefix("\ufeff")))] == ["Felt ill", ""]


def test_time_elsewhere_and_training_stand_beside_the_register_and_in_no_total(place: Place) -> None:
    place.record(place.new(place.sian, 120, date(2025, 12, 1)))
    beside = Beside(elsewhere=[PANTRY, HOSPICE], training=[HYGIENE])
    pdf = hour_history_pdf(place.session, place.programme_id, place.sian, as_of=TODAY, beside=beside)
    assert_conforms(pdf)
    said = "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf)).pages)
    for words in (
        "Time at other places",
        "St Anne’s hospice",
        "goes on",
        "Told by the person",
        "Ada Penn, manager",
        "Food hygiene",
    ):
        assert words in said
    data = json.loads(hour_history_json(place.session, place.programme_id, place.sian, as_of=TODAY, beside=beside))
    assert (data["total_minutes"], data["self_declared_minutes"]) == (120, 600)
    assert data["elsewhere"] == [HOSPICE, PANTRY]
    assert data["training"] == [HYGIENE]
    only_2025 = Choice(year=2025)
    part = hour_history_json(place.session, place.programme_id, place.sian, as_of=TODAY, choice=only_2025, beside=beside)
    assert (json.loads(part)["elsewhere"], json.loads(part)["training"]) == ([], []), "a part is of the register only"


def test_somebody_new_with_a_past_has_a_history_too(place: Place) -> None:
    pdf = hour_history_pdf(place.session, place.programme_id, place.sian, as_of=TODAY, beside=Beside(elsewhere=[PANTRY]))
    assert_conforms(pdf)
    assert "Corner pantry" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def test_a_name_from_right_to_left_leaves_the_days_beside_it_alone() -> None:
    entry: HistoryEntry = {
        "day": "2026-01-03",
        "role": "جمعية الحديقة",
        "organisation": "جمعية",
        "minutes": 90,
        "source": "import",
        "confirmed_by": "محمد علي",
        "confirmed_on": "2026-01-04",
    }
    record = write_hour_history_record(issued_on=TODAY, programme="Fenland", holder_name="محمد علي", entries=[entry] * 60)
    pdf = print_hour_history(record)
    assert_conforms(pdf)
    assert record["display"]["running_title"].endswith("محمد علي"), "nothing stands after a name in one line of text"
    poppler = program("pdftotext", package="Poppler")
    said = subprocess.run([poppler, "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()  # noqa: S603
    assert "4 January 2026" in " ".join(said.split())


def test_a_part_says_that_it_is_one(place: Place) -> None:
    place.record(
        place.new(place.sian, 120, date(2025, 12, 1)),
        place.new(place.sian, 60, date(2026, 11, 2), activity_id=place.meeting_id),
    )
    choice = Choice(year=2026, activity_id=place.meeting_id, organisation_id=place.organisation_id)
    made = hour_history_pdf(place.session, place.programme_id, place.sian, as_of=TODAY, choice=choice)
    said = PdfReader(io.BytesIO(made)).pages[0].extract_text()
    assert "A part of the hours only: 2026, Committee, Riverside Trust." in said
    data = json.loads(hour_history_json(place.session, place.programme_id, place.sian, as_of=TODAY, choice=choice))
    assert data["only"] == {"year": 2026, "role": "Committee", "organisation": "Riverside Trust"}
    assert (data["total_minutes"], data["regularity"]) == (60, None)
    nothing = Choice(year=2025, activity_id=place.meeting_id)
    data = json.loads(hour_history_json(place.session, place.programme_id, place.sian, as_of=TODAY, choice=nothing))
    assert (data["only"], data["entries"]) == ({"year": 2025, "role": "Committee"}, [])


def test_every_key_of_the_file_is_in_its_description(place: Place) -> None:
    described = set(re.findall(r'[`"]([a-z_]+)[`"]', (ROOT / "docs" / "hour-history.md").read_text()))
    entry = place.new(place.sian, 120)
    place.record(entry)
    data = json.loads(hour_history_json(place.session, place.programme_id, place.sian, as_of=TODAY))
    beside = {*HistorySpell.__annotations__, *HistoryTraining.__annotations__}
    for key in {*data, *data["entries"][0], *data["regularity"], *HistoryEntry.__annotations__, *beside}:
        assert key in described, key
    assert {source.value for source in HourSource} <= described


def test_somebody_of_nowhere_has_no_papers(place: Place) -> None:
    for make in (hour_history_pdf, hour_history_csv, hour_history_json):
        with pytest.raises(NotFoundError):
            make(place.session, place.programme_id, place.programme_id, as_of=TODAY)
    with pytest.raises(NotFoundError):
        find_holder(place.session, place.programme_id, place.organisation_id)
