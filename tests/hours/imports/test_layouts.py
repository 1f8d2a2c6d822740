"""Sheets as charities keep them: any order of columns, other words, wide or long, titles, totals and blank lines."""

import csv
import io
import re
import zipfile
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.hours.imports.registers import DATA, csv_bytes, one, read, xlsx_bytes, zip_with
from timecredits.hours.imports import Choices, Reading, Unreadable

SAMPLE = (DATA / "register.csv").read_text("utf-8-sig")
SAMPLE_ROWS = list(csv.reader(io.StringIO(SAMPLE)))


def _said(reading: Reading) -> tuple[object, ...]:
    return (
        reading.ready,
        [(problem.row, problem.column, problem.message) for problem in reading.problems],
        reading.repeated,
        reading.warnings,
    )


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(8)))
def test_columns_may_stand_in_any_order(order: list[int]) -> None:
    shuffled = [[row[place] for place in order] if len(row) == 8 else row for row in SAMPLE_ROWS]
    assert _said(read(csv_bytes(shuffled))) == _said(read(SAMPLE.encode()))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_delimiters_and_encodings_make_no_difference(delimiter: str, encoding: str) -> None:
    assert _said(read(csv_bytes(SAMPLE_ROWS, delimiter=delimiter, encoding=encoding))) == _said(read(SAMPLE.encode()))


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_make_no_difference(newline: str) -> None:
    assert _said(read(newline.join(SAMPLE.splitlines()).encode())) == _said(read(SAMPLE.encode()))


def test_the_same_register_as_a_workbook_reads_the_same() -> None:
    content = xlsx_bytes([[cell or None for cell in row] for row in SAMPLE_ROWS])
    as_workbook, as_text = read(content), read(SAMPLE.encode())
    assert as_workbook.ready == as_text.ready
    assert as_workbook.repeated == as_text.repeated
    assert [(problem.row, problem.message) for problem in as_workbook.problems] == [
        (problem.row, problem.message) for problem in as_text.problems
    ]


def test_a_file_pasted_after_itself_adds_nothing() -> None:
    once, twice = read(SAMPLE.encode()), read((SAMPLE + "\n" + SAMPLE).encode())
    assert twice.ready == once.ready
    assert len(twice.repeated) == len(once.ready) + 2 * len(once.repeated)
    assert len(twice.problems) == 2 * len(once.problems)


def test_old_windows_letters_are_read_also_beside_newer_ones() -> None:
    old = "Date,Name,Hours,Activity\n4/3/2026,Siân O\u2019Neill-Wyn,2,Caffè\n".encode("cp1252")
    mixed = old + "5/3/2026,Łukasz Żak,2,Caffè\n".encode()
    reading = read(mixed)
    assert [(row.person.number, row.activity) for row in reading.ready] == [("V1900", "Caffè"), ("V1901", "Caffè")]


def test_the_line_that_names_the_separator_is_not_a_row() -> None:
    reading = read(b"sep=;\r\nDate;Name;Hours;Activity\r\n4/3/2026;Tony Butler;2,5;Garden\r\n")
    assert [(row.row, row.minutes) for row in reading.ready] == [(2, 150)]


def test_rows_are_numbered_as_the_spreadsheet_shows_them() -> None:
    text = '\n\nRegister\n\nDate,Name,Notes,Hours,Activity\n\n4/3/2026,Tony Butler,"two\nlines",2,Garden\n'
    reading = read(f"{text}5/3/2026,Nobody,,2,Garden".encode())
    assert [(row.row, row.note) for row in reading.ready] == [(7, "two lines")]
    assert [problem.row for problem in reading.problems] == [8]


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        (["Session date", "First name", "Surname", "Hrs given", "Task"], ["4/3/26", "Tony", "Butler", "2.5", "Garden"]),
        (["Date", "Name", "Surname", "Hours", "Project"], ["4/3/26", "Tony", "Butler", "2.5", "Garden"]),
        (["DATE:", "Volunteer ID", "Duration (hours)", "Group"], ["4/3/26", "V1003", "2.5", "Garden"]),
        (["Date", "Who", "Mins", "What"], ["4/3/26", "Tony Butler", "150", "Garden"]),
        (["Date", "Name", "Hours", "Minutes", "Activity"], ["4/3/26", "Tony Butler", "2", "30", "Garden"]),
        (["Date", "Name", "Hours", "Minutes", "Activity"], ["4/3/26", "Tony Butler", "2.5", "150", "Garden"]),
        (["Date", "Name", "Time in", "Time out", "Activity"], ["4/3/26", "Tony Butler", "10:00", "12:30", "Garden"]),
        (["Date", "Name", "Time", "Activity"], ["4/3/26", "Tony Butler", "10:00-12:30", "Garden"]),
        (["Date", "Name", "From", "To", "Total", "Activity"], ["4/3/26", "Tony Butler", "10am", "12.30", "2.5", "Garden"]),
        (
            ["Date of birth", "Date", "Phone", "Name", "Hours", "Role"],
            ["1/1/1970", "4/3/26", "0", "Tony Butler", "2:30", "Garden"],
        ),
        (["Day", "Date", "Name", "Hours", "Activity"], ["Wed", "4/3/26", "Tony Butler", "2,5", "Garden"]),
        (["Dyddiad", "Enw", "Oriau", "Gweithgaredd"], ["4/3/26", "Tony Butler", "2.5", "Garden"]),
    ],
)
def test_headings_are_known_by_many_words(headings: list[str], row: list[str]) -> None:
    reading = read(csv_bytes([headings, row]))
    assert [(row.person.number, row.day, row.minutes, row.activity) for row in reading.ready] == [
        ("V1003", date(2026, 3, 4), 150, "Garden")
    ]
    assert reading.problems == ()


def test_start_and_finish_are_kept() -> None:
    reading = read(csv_bytes([["Date", "Name", "Start", "Finish", "Activity"], ["4/3/26", "Tony Butler", "10:00", "12:30", "G"]]))
    assert (reading.ready[0].starts, reading.ready[0].ends) == (600, 750)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["3", "10:00", "12:30"], "The hours “3” do not fit the start and finish"),
        (["", "10:00", ""], "One of start and finish is missing"),
        (["", "17:00", "9:00"], "The finish 09:00 is not after the start 17:00"),
        (["", "soon", "9:00"], "“soon” is not a time we can read"),
        (["", "", ""], "The hours are missing"),
    ],
)
def test_hours_that_cannot_be_used_are_sent_back(cells: list[str], words: str) -> None:
    rows = [["Date", "Name", "Activity", "Hours", "Start", "Finish"], ["4/3/2026", "Tony Butler", "Garden", *cells]]
    reading = read(csv_bytes(rows))
    assert [(problem.row, problem.column) for problem in reading.problems] == [(2, "hours")]
    assert words in str(reading.problems[0].message)
    assert reading.problems[0].cells[:2] == ("4/3/2026", "Tony Butler")


def test_good_hours_stand_beside_a_start_nobody_can_read_and_it_is_said() -> None:
    rows = [["Date", "Name", "Activity", "Hours", "Start", "Finish"], ["4/3/2026", "Tony Butler", "G", "2", "morning", ""]]
    reading = read(csv_bytes(rows))
    assert [row.minutes for row in reading.ready] == [120]
    assert [str(warning) for warning in reading.warnings] == [
        "In 1 row we could not read the start or finish. We used the hours."
    ]


def test_a_row_with_several_faults_names_each() -> None:
    rows = [["Date", "Name", "Hours", "Activity"], ["31/2/2026", "Nobody", "two", ""]]
    assert [problem.column for problem in read(csv_bytes(rows)).problems] == ["date", "volunteer", "hours", "activity"]


def test_the_activity_comes_from_the_column_or_the_caller_or_the_title() -> None:
    with_column = csv_bytes([["My title"], ["Date", "Name", "Hours", "Activity"], ["4/3/26", "Tony Butler", "2", ""]])
    without = csv_bytes([["My title"], ["Date", "Name", "Hours"], ["4/3/26", "Tony Butler", "2"]])
    bare = csv_bytes([["Date", "Name", "Hours"], ["4/3/26", "Tony Butler", "2"]])
    assert [problem.column for problem in read(with_column).problems] == ["activity"]
    assert read(with_column, activity="Garden").ready[0].activity == "Garden"
    assert read(without).ready[0].activity == "My title"
    assert read(without, activity=" Garden  group ").ready[0].activity == "Garden group"
    assert [problem.column for problem in read(bare).problems] == ["activity"]


def test_totals_repeated_headings_and_signatures_are_passed_over() -> None:
    rows = [
        ["Date", "Name", "Hours", "Activity"],
        ["4/3/2026", "Tony Butler", "2", "Garden"],
        ["", "Subtotal", "2", ""],
        ["Date", "Name", "Hours", "Activity"],
        ["5/3/2026", "Tony Butler", "2", "Garden"],
        ["Week 2"],
        ["Grand Total:", "", "4", ""],
        ["", "", "Signed", "A. Coordinator"],
    ]
    reading = read(csv_bytes(rows[:-1]))
    assert len(reading.ready) == 2
    assert reading.problems == ()
    assert [str(warning) for warning in reading.warnings] == ["1 row without a volunteer or hours was passed over."]


def test_two_spellings_of_one_activity_are_one_and_the_same_row_counts_once() -> None:
    rows = [
        ["Date", "Name", "Hours", "Activity"],
        ["4/3/2026", "Tony Butler", "2", "Garden group"],
        ["2026-03-04", "BUTLER, Tony", "2h", "garden Group "],
        ["4/3/2026", "Tony Butler", "3", "Garden group"],
    ]
    reading = read(csv_bytes(rows))
    assert [row.row for row in reading.ready] == [2, 4]
    assert [row.row for row in reading.repeated] == [3]
    assert reading.activities() == {"garden group": "Garden group"}


def test_a_wide_sheet_with_dates_as_text_marks_of_absence_and_remarks() -> None:
    rows = [
        ["Kitchen rota 2026"],
        ["", "Mon 2 Mar", "9/3/2026", "16 March 2026", "30/2/2026", "Total", "Notes"],
        ["Tony Butler", "2", "absent", "2h (late)", "", "4", "x"],
        ["Gail Steele", "-", "0", "yes", "", "0", ""],
        ["Kitchen team", "", "", "", "", "", ""],
        ["Nobody Atall", "1", "1", "", "", "2", ""],
        ["Mary Norman", "", "", "", "3", "3", ""],
        ["Total", "3", "1", "2", "3", "9", ""],
    ]
    reading = read(csv_bytes(rows))
    assert [(row.row, row.column, row.day, row.minutes, row.note) for row in reading.ready] == [
        (3, "B", date(2026, 3, 2), 120, ""),
        (3, "D", date(2026, 3, 16), 120, "late"),
    ]
    assert [(problem.row, problem.column, problem.letter) for problem in reading.problems] == [
        (2, "date", "E"),
        (4, "hours", "D"),
        (6, "volunteer", None),
    ]
    assert reading.layout.passed_over == ("Total", "Notes")
    assert {row.activity for row in reading.ready} == {"Kitchen rota 2026"}


def test_days_to_come_in_a_rota_trouble_nobody_until_hours_stand_under_them() -> None:
    heading = ["Name", "2/3/2026", "7/12/2026"]
    assert read(csv_bytes([["Rota"], heading, ["Tony Butler", "2", ""]])).problems == ()
    reading = read(csv_bytes([["Rota"], heading, ["Tony Butler", "2", "2"]]))
    assert [(problem.row, problem.column) for problem in reading.problems] == [(2, "date")]
    assert len(reading.ready) == 1


def test_a_workbook_keeps_dates_times_numbers_and_results_of_formulas() -> None:
    content = xlsx_bytes(
        [
            ["Date", "Name", "Hours", "Start", "Finish", "Activity"],
            [date(2026, 3, 4), "Tony Butler", 2.5, None, None, "Garden"],
            [datetime(2026, 3, 5, 9, 30), "Tony Butler", time(2, 30), None, None, "Garden"],
            [46087, "Tony Butler", timedelta(hours=2, minutes=30), None, None, "Garden"],
            ["7/3/2026", "Tony Butler", None, time(10, 0), time(12, 30), "Garden"],
            [date(2026, 3, 8), "Tony Butler", "=1+1.5", None, None, "Garden"],
            [date(2026, 3, 9), "=Anna Test", 2.5, None, None, "Garden"],
        ]
    )
    reading = read(content)
    assert [(row.row, row.day.day, row.minutes) for row in reading.ready] == [(2, 4, 150), (3, 5, 150), (4, 6, 150), (5, 7, 150)]
    assert [(problem.row, problem.column) for problem in reading.problems] == [(6, "hours"), (7, "volunteer")]
    assert "a sum without its answer" in str(reading.problems[0].message)
    sheet = "xl/worksheets/sheet1.xml"
    saved = zip_with(content, {sheet: re.sub(rb"(<f>1\+1\.5</f>)<v ?/?>(</v>)?", rb"\1<v>2.5</v>", _part(content, sheet))})
    assert [row.minutes for row in read(saved).ready if row.row == 6] == [150]


def _part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def test_days_counted_from_1904_are_read_as_such() -> None:
    content = xlsx_bytes([["Date", "Name", "Hours", "Activity"], [date(2022, 3, 3), "Tony Butler", 2, "Garden"]])
    book = "xl/workbook.xml"
    shifted = zip_with(content, {book: re.sub(rb"<workbookPr(?=[ />])", b'<workbookPr date1904="1"', _part(content, book))})
    assert read(shifted).ready[0].day == date(2026, 3, 4)


def test_sheets_laid_out_alike_are_read_together_and_others_named() -> None:
    book = Workbook()
    cover = book.active
    assert cover is not None
    cover.append(["Read me first"])
    hidden = book.create_sheet("Old")
    hidden.sheet_state = "hidden"
    for name in ("March", "April"):
        sheet = book.create_sheet(name)
        sheet.append(["Date", "Name", "Hours", "Activity"])
        sheet.append(["4/3/2026", "Tony Butler", 2, "Garden"])
    other = book.create_sheet("Drivers")
    other.append(["Driver", "Date", "Volunteer", "Minutes"])
    other.append(["x", "4/3/2026", "Tony Butler", 90])
    content = io.BytesIO()
    book.save(content)
    reading = read(content.getvalue())
    assert reading.layout.sheet == "March"
    assert len(reading.ready) == 1
    assert [(row.sheet, row.row) for row in reading.repeated] == [("April", 2)]
    assert [str(warning) for warning in reading.warnings] == [
        "We read 2 sheets: “March”, “April”.",
        "The sheet “Drivers” was not read. Its columns are not like the others.",
    ]
    assert reading.layout.all_sheets == ("March", "April", "Drivers")
    drivers = read(content.getvalue(), choices=Choices(sheets=("Drivers",)), activity="Driving")
    assert [(row.minutes, row.sheet) for row in drivers.ready] == [(90, "")]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["some", "text"], ["more", "text"]], "We found no row of headings"),
        ([["Date", "Hours"], ["4/3/2026", "2"]], "none is “Name” or “Volunteer number”"),
        ([["Name", "Hours"], ["Tony Butler", "2"]], "none is “Date”"),
        ([["Date", "Name"], ["4/3/2026", "Tony Butler"]], "none is “Hours”"),
    ],
)
def test_without_headings_the_sentence_says_which_is_missing(rows: list[list[str]], words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read(csv_bytes(rows))


def test_a_formula_like_name_is_only_a_name() -> None:
    assert one(name="=Anna Test").ready[0].person.number == "V1902"
