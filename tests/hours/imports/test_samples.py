"""The two sample registers read exactly as a careful person would read them."""

import json

from tests.hours.imports.registers import DATA, read


def _expected() -> dict[str, list[dict[str, object]]]:
    expected: dict[str, list[dict[str, object]]] = json.loads((DATA / "expected.json").read_text("utf-8"))
    return expected


def test_the_long_register_gives_the_expected_rows_and_problems() -> None:
    reading = read((DATA / "register.csv").read_bytes())
    expected = _expected()
    assert [
        {
            "row": row.row,
            "volunteer": row.person.number,
            "date": row.day.isoformat(),
            "minutes": row.minutes,
            "activity": row.activity.lower(),
        }
        for row in reading.ready
    ] == expected["register_ready"]
    assert [{"row": problem.row, "column": problem.column} for problem in reading.problems] == expected["register_problems"]


def test_the_long_register_says_what_was_recognised_and_what_was_there_twice() -> None:
    reading = read((DATA / "register.csv").read_bytes())
    assert reading.layout.title == "Garden and kitchen register 2026"
    assert reading.layout.heading_row == 3
    assert not reading.layout.wide
    assert [column.role for column in reading.layout.columns] == [
        "date",
        "name",
        "number",
        "activity",
        "hours",
        "start",
        "end",
        "note",
    ]
    assert [row.row for row in reading.repeated] == [181]
    assert reading.warnings == ()
    assert set(reading.activities()) == {"garden group", "community kitchen", "front desk", "befriending"}


def test_the_wide_rota_gives_the_expected_entries() -> None:
    reading = read((DATA / "rota.xlsx").read_bytes())
    entries = [
        {"volunteer": row.person.number, "date": row.day.isoformat(), "minutes": row.minutes}
        for row in sorted(reading.ready, key=lambda row: (row.person.number or "", row.day))
    ]
    assert entries == sorted(_expected()["rota_ready"], key=lambda row: (str(row["volunteer"]), str(row["date"])))
    assert reading.problems == ()
    assert {row.activity for row in reading.ready} == {"Front desk rota"}
    assert reading.layout.wide
    assert reading.layout.passed_over == ("Total",)
    assert (reading.ready[0].row, reading.ready[0].column) == (3, "C")


def test_each_message_says_what_was_read_or_missing_and_what_to_do() -> None:
    messages = {problem.row: str(problem.message) for problem in read((DATA / "register.csv").read_bytes()).problems}
    assert messages[135] == "“31/02/2026” is not a day in the calendar. Mend the date and load this row again."
    assert messages[92] == "The number “V1005” is not the number of “lynda fowler”. Check which one is right."
    assert messages[72] == "“two” is not a number of hours we can read. Write it like 2.5 or 2:30."
