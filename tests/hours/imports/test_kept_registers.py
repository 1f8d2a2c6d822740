"""More ways in which charities keep their registers, each made here from our own invention and read to exact rows."""

from datetime import date, time
from typing import Any

import pytest

from tests.hours.imports.registers import book_bytes, csv_bytes, entries, faults, ods_bytes, read, xlsx_bytes
from timecredits.hours.imports import Unreadable

TONY, GAIL, MARY = ("V1003", "Tony Butler"), ("V1005", "Gail Steele"), ("V1013", "Mary Norman")


def month_grid(title: str = "Garden rota – March 2026", *, days: int = 31) -> list[list[Any]]:
    """Days of the month across, people down, letters of the weekdays under them, totals at both ends."""
    rows: list[list[Any]] = [
        [title],
        [],
        ["Name", *range(1, days + 1), "Total"],
        ["", *("SMTWTFS"[day % 7] for day in range(days)), ""],
    ]
    for name, given in ((TONY[1], {3: 2, 31: 1.5}), (GAIL[1], {4: "10:00-12:30", 5: "holiday"}), ("", {})):
        rows.append([name, *(given.get(day, "") for day in range(1, days + 1)), 3.5])
    rows.append(["Daily total", *[2] * days, 9])
    return rows


def test_a_month_across_with_the_month_in_the_title() -> None:
    reading = read(xlsx_bytes(month_grid()))
    assert entries(reading) == [("V1003", "2026-03-03", 120), ("V1003", "2026-03-31", 90), ("V1005", "2026-03-04", 150)]
    assert {row.activity for row in reading.ready} == {"Garden rota"}
    assert faults(reading) == []
    assert reading.layout.wide


def test_a_month_across_with_the_month_in_the_name_of_each_sheet() -> None:
    sheets = {"Mar 2026": month_grid("Garden rota"), "Apr 2026": month_grid("Garden rota", days=30), "Notes": [["Ask Mo"]]}
    reading = read(book_bytes(sheets))
    march = [("V1003", "2026-03-03", 120), ("V1003", "2026-03-31", 90), ("V1005", "2026-03-04", 150)]
    april = [("V1003", "2026-04-03", 120), ("V1005", "2026-04-04", 150)]
    assert entries(reading) == sorted(march + april)
    assert {row.sheet for row in reading.ready} == {"Mar 2026", "Apr 2026"}
    assert "We read 2 sheets: “Mar 2026”, “Apr 2026”." in map(str, reading.warnings)


def test_a_month_without_its_year_is_the_last_one_and_said() -> None:
    reading = read(xlsx_bytes(month_grid("Garden, December")))
    assert {row.day.isoformat()[:7] for row in reading.ready} == {"2025-12"}
    assert "No year stood by the month. We took it as 2025." in map(str, reading.warnings)


def test_days_across_without_any_month_say_what_to_write() -> None:
    with pytest.raises(Unreadable, match="Row 3 has the days of a month"):
        read(xlsx_bytes(month_grid("Garden rota")))


def test_hours_under_a_day_that_the_month_does_not_have_are_sent_back() -> None:
    rows = month_grid("Garden, February 2026")
    reading = read(xlsx_bytes(rows))
    assert entries(reading) == [("V1003", "2026-02-03", 120), ("V1005", "2026-02-04", 150)]
    assert [(problem.row, problem.column, problem.letter) for problem in reading.problems] == [(3, "date", "AF")]


def person_sheet(name: str, month: str, rows: list[list[Any]]) -> list[list[Any]]:
    """One sheet a person: their name on top, a line a day, a signature below."""
    return [
        ["Volunteer time sheet"],
        ["Name:", name, "", "Month:", month],
        ["Role:", "Kitchen helper"],
        [],
        ["Date", "Time in", "Time out", "Break (mins)", "Hours"],
        *rows,
        ["Total", "", "", "", 99],
        [],
        ["Signed", "", "", "Supervisor"],
    ]


def test_one_sheet_a_person_with_their_name_on_it() -> None:
    tony = person_sheet(
        TONY[1], "March 2026", [[2, time(9), time(17), 30, 7.5], [3, "", "", "", ""], ["4th", "10:00", "12:00", "", 2]]
    )
    gail = person_sheet(GAIL[1], "April 2026", [[date(2026, 4, 9), time(13), time(16, 30), "45", ""], [10, 9, 5, "", ""]])
    reading = read(book_bytes({"TB": tony, "GS": gail}))
    assert entries(reading) == [("V1003", "2026-03-02", 450), ("V1003", "2026-03-04", 120), ("V1005", "2026-04-09", 165)]
    assert {row.activity for row in reading.ready} == {"Kitchen helper"}
    assert [(problem.sheet, problem.row, problem.column) for problem in reading.problems] == [("GS", 7, "hours")]


def test_one_sheet_a_person_with_their_name_on_its_tab() -> None:
    sheets = {
        name: [["Befriending"], ["Date", "Hours", "Notes"], [f"{day}/3/2026", "2h", "tea"]]
        for day, name in ((3, "Tony Butler"), (4, "V1005"), (5, "Steele, Gail"))
    }
    reading = read(book_bytes(sheets))
    assert entries(reading) == [("V1003", "2026-03-03", 120), ("V1005", "2026-03-04", 120), ("V1005", "2026-03-05", 120)]
    assert {(row.activity, row.note) for row in reading.ready} == {("Befriending", "tea")}


def test_start_finish_and_break_under_headings_of_two_rows() -> None:
    rows = [
        ["Date", "Volunteer", "", "Time", "", "Break", "Activity"],
        ["", "First name", "Surname", "In", "Out", "", ""],
        ["4/3/2026", "Tony", "Butler", "9.30", "16:00", "0:30", "Shop"],
        ["5/3/2026", "Gail", "Steele", "10am", "1pm", "none", "Shop"],
        ["6/3/2026", "Mary", "Norman", "10:00", "10:30", "45", "Shop"],
    ]
    reading = read(csv_bytes(rows))
    assert entries(reading) == [("V1003", "2026-03-04", 360), ("V1005", "2026-03-05", 180)]
    assert faults(reading) == [(5, "hours")]
    assert str(reading.problems[0].message) == "The break is as long as the time itself. Check which one is right."


def test_a_week_across_under_the_day_it_commences_one_week_below_another() -> None:
    rows = [
        ["Front desk"],
        ["Week commencing 2/3/2026"],
        ["Name", "Mon", "Tues", "Wed", "Thurs", "Fri", "Total"],
        ["Tony Butler", "2", "", "", "", "1", "3"],
        ["Gail Steele", "", "3", "", "", "", "3"],
        ["Total", "2", "3", "", "", "1", "6"],
        [""],
        ["W/C: 9 March 2026"],
        ["Name", "Mon", "Tues", "Wed", "Thurs", "Fri", "Total"],
        ["Tony Butler", "", "", "4", "", "", "4"],
    ]
    reading = read(csv_bytes(rows))
    assert entries(reading) == [
        ("V1003", "2026-03-02", 120),
        ("V1003", "2026-03-06", 60),
        ("V1003", "2026-03-11", 240),
        ("V1005", "2026-03-03", 180),
    ]
    assert {row.activity for row in reading.ready} == {"Front desk"}
    assert faults(reading) == []


def test_a_week_a_row_with_its_first_day_in_a_column() -> None:
    rows = [
        ["Week beginning", "Volunteer no.", "Monday", "Tuesday", "Wednesday", "Activity"],
        ["2/3/2026", "V1003", "2", "", "1.5", "Garden"],
        ["5/3/2026", "V1005", "", "1", "", "Garden"],
        ["soon", "V1005", "", "1", "", "Garden"],
        ["16/11/2026", "V1003", "2", "", "", "Garden"],
        ["16/11/2026", "V1005", "absent", "", "", "Garden"],
    ]
    reading = read(csv_bytes(rows))
    assert entries(reading) == [
        ("V1003", "2026-03-02", 120),
        ("V1003", "2026-03-04", 90),
        ("V1003", "2026-11-16", 120),
        ("V1005", "2026-03-03", 60),
    ]
    assert faults(reading) == [(4, "date")]


def test_a_sign_in_sheet_of_one_day() -> None:
    rows = [
        ["Activity:", "Lunch club"],
        ["Date:", "Saturday 7 March 2026"],
        ["No.", "Name", "Arrived", "Left", "Signature"],
        ["1", "Tony Butler", "11:00", "14:15", "TB"],
        ["2", "Gail Steele", "11:30", "14:00", "GS"],
        ["3", "", "", "", ""],
        ["4", "Nobody Known", "11:00", "12:00", "x"],
    ]
    reading = read(csv_bytes(rows))
    assert entries(reading) == [("V1003", "2026-03-07", 195), ("V1005", "2026-03-07", 150)]
    assert {row.activity for row in reading.ready} == {"Lunch club"}
    assert faults(reading) == [(7, "volunteer")]


def test_sign_in_sheets_of_several_days_below_one_another() -> None:
    rows: list[list[str]] = [["Lunch club 2026"]]
    for day, hours in (("7 March", "2"), ("14 March", "3"), ("21 March", "1")):
        rows += [[""], [f"Date: {day}"], ["Name", "Hours"], ["Tony Butler", hours], ["Mary Norman", "2"], ["Total", "9"]]
    reading = read(csv_bytes(rows))
    assert entries(reading) == [
        ("V1003", "2026-03-07", 120),
        ("V1003", "2026-03-14", 180),
        ("V1003", "2026-03-21", 60),
        ("V1013", "2026-03-07", 120),
        ("V1013", "2026-03-14", 120),
        ("V1013", "2026-03-21", 120),
    ]
    assert faults(reading) == []


def test_people_across_and_days_down() -> None:
    rows = [
        ["Trustees' shop"],
        ["Date", "Tony Butler", "Gail Steele", "Somebody Else", "Mary Norman", "Total"],
        ["Mon 2/3/2026", "2", "", "", "1", "3"],
        ["Tue 3/3/2026", "-", "2h30", "", "", "2.5"],
        ["Wed 4/3/2026", "", "", "4", "", "4"],
        ["Total", "2", "2.5", "4", "1", "9.5"],
    ]
    reading = read(csv_bytes(rows))
    assert entries(reading) == [("V1003", "2026-03-02", 120), ("V1005", "2026-03-03", 150), ("V1013", "2026-03-02", 60)]
    assert [(problem.row, problem.column, problem.letter) for problem in reading.problems] == [(2, "volunteer", "D")]


def test_welsh_days_months_and_headings() -> None:
    rows = [
        ["Cofrestr yr ardd"],
        ["Dyddiad", "Enw", "Dechrau", "Gorffen", "Egwyl", "Nodiadau"],
        ["Dydd Mawrth 3 Mawrth 2026", "Tony Butler", "10:00", "12:00", "", ""],
        ["4 Chwefror 26", "Gail Steele", "9:00", "15:00", "30", "glaw"],
        ["Iau 1af Hydref 2026", "Mary Norman", "10:00", "11:00", "dim", ""],
        ["Cyfanswm", "", "", "", "", ""],
    ]
    reading = read(csv_bytes(rows, encoding="cp1252"))
    assert entries(reading) == [("V1003", "2026-03-03", 120), ("V1005", "2026-02-04", 330), ("V1013", "2026-10-01", 60)]
    assert faults(reading) == []


def test_dates_over_their_weekdays_and_subtotals_between() -> None:
    rows = [
        ["Furniture shop"],
        ["", "Monday", "Tuesday", "Wednesday"],
        ["", "2/3/2026", "3/3/2026", "4/3/2026"],
        ["Tony Butler", "2", "", "1"],
        ["Front desk total", "2", "", "1"],
        ["Gail Steele", "", "1", ""],
        ["Grand total", "2", "1", "1"],
    ]
    reading = read(csv_bytes(rows))
    assert entries(reading) == [("V1003", "2026-03-02", 120), ("V1003", "2026-03-04", 60), ("V1005", "2026-03-03", 60)]
    assert faults(reading) == []


def test_the_same_register_in_an_open_document() -> None:
    rows = [
        ["Garden 2026"],
        ["Date", "Name", "Start", "Finish", "Hours", "Note"],
        [date(2026, 3, 4), "Tony Butler", time(10), time(12, 30), 2.5, "rain\nand wind"],
        ["5/3/2026", "Gail  Steele", "", "", "2h", ""],
        [date(2026, 3, 6), "Mary Norman", "", "", time(1, 30), ""],
    ]
    reading = read(ods_bytes({"Sheet1": rows}))
    assert entries(reading) == [("V1003", "2026-03-04", 150), ("V1005", "2026-03-05", 120), ("V1013", "2026-03-06", 90)]
    assert [row.note for row in reading.ready] == ["rain and wind", "", ""]
    assert entries(read(xlsx_bytes(rows))) == entries(reading)
