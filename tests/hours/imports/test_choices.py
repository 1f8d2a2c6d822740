"""What a person says of columns counts; what is left to mend reads again as the file did."""

import csv
import io
from typing import Any

import pytest

from tests.hours.imports.registers import book_bytes, csv_bytes, entries, faults, read
from tests.hours.imports.test_kept_registers import month_grid
from timecredits.foundation.csv_text import csv_text
from timecredits.hours.imports import Choices, Reading, UnmatchedFile
from timecredits.hours.imports.choices import Choice, heading_keys, headings_hash
from timecredits.hours.imports.mending import rows_to_mend

ODD = [["Tag", "Wer", "Wie lange", "Bis"], ["4/3/2026", "Tony Butler", "2", "3"], ["5/3/2026", "Gail Steele", "two", ""]]
SAID: dict[str, Choice] = {"tag": "date", "wer": "name", "wie lange": "hours", "bis": "ignore"}


def test_unknown_headings_show_their_columns_and_choosing_reads_them() -> None:
    with pytest.raises(UnmatchedFile) as unmatched:
        read(csv_bytes(ODD))
    shown = unmatched.value.layout.shown
    assert [(each.key, each.letter, each.role) for each in shown[:2]] == [("tag", "A", None), ("wer", "B", None)]
    assert shown[0].samples == ("4/3/2026", "5/3/2026")
    reading = read(csv_bytes(ODD), choices=Choices(SAID), activity="Garden")
    assert entries(reading) == [("V1003", "2026-03-04", 120)]
    assert faults(reading) == [(3, "hours")]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"wie lange": "note"}, "none is “Hours”"),
        ({"tag": "ignore"}, "none is “Date”"),
        ({"wer": "note"}, "none is “Name”"),
    ],
)
def test_a_wrong_choice_ends_in_a_sentence_and_the_columns_again(wrong: dict[str, Choice], words: str) -> None:
    with pytest.raises(UnmatchedFile, match=words) as unmatched:
        read(csv_bytes(ODD), choices=Choices(SAID | wrong))
    assert len(unmatched.value.layout.shown) == 4


def test_a_column_read_wrong_can_be_put_right() -> None:
    rows = [["Date", "Name", "Hours", "Real hours", "Activity"], ["4/3/2026", "Tony Butler", "9", "2", "Garden"]]
    assert read(csv_bytes(rows)).ready[0].minutes == 540
    right = read(csv_bytes(rows), choices=Choices({"hours": "ignore", "real hours": "hours"}))
    assert right.ready[0].minutes == 120
    assert right.layout.passed_over == ("Hours",)


def test_choices_come_back_from_what_was_stored_and_nonsense_does_not() -> None:
    choices = Choices({"tag": "date", "bis": "ignore"}, ("March",))
    assert Choices.from_json(choices.as_json()) == choices
    assert Choices.from_json({"columns": {"tag": "rubbish"}}) == Choices()
    assert Choices.from_json(None) == Choices()
    assert not Choices()


def test_headings_have_one_key_each_that_stays_the_same() -> None:
    assert heading_keys(["In", "Out", "In", "", "Sîan"]) == ["in", "out", "in#2", "@D", "sian"]
    assert headings_hash(["a", "b"]) != headings_hash(["ab"])
    assert headings_hash(heading_keys(["DATE", "Name "])) == headings_hash(heading_keys(["Date", "name"]))


def mended(reading: Reading, activity: str | None = None) -> list[list[str]]:
    table = rows_to_mend(reading, reading.problems, activity=activity, heading="What to mend", label="Activity")
    return list(csv.reader(io.StringIO(csv_text(table[0], table[1:]).lstrip("\ufeff")))) if table else []


def again(table: list[list[str]]) -> Reading:
    return read(csv_bytes(table))


def test_rows_to_mend_keep_their_columns_and_say_what_to_do() -> None:
    rows = [
        ["Garden register"],
        ["Date", "Name", "Hours", "Activity", "Note"],
        ["4/3/2026", "Tony Butler", "2", "Garden", ""],
        ["31/2/2026", "Nobody Known", "2", "Garden", "=1+1"],
        ["5/3/2026", "Gail Steele", "two", "Garden", "-rain"],
    ]
    table = mended(read(csv_bytes(rows)))
    assert table[:2] == [["Garden register", "", "", "", "", ""], ["Date", "Name", "Hours", "Activity", "Note", "What to mend"]]
    assert table[2][:5] == ["31/2/2026", "Nobody Known", "2", "Garden", "'=1+1"]
    assert "not a day in the calendar" in table[2][5]
    assert "We know nobody here" in table[2][5]
    assert len(table) == 4
    table[3][2] = "2"
    reading = again(table)
    assert entries(reading) == [("V1005", "2026-03-05", 120)]
    assert faults(reading) == [(3, "date"), (3, "volunteer")]


def test_nothing_to_mend_makes_no_table() -> None:
    reading = read(csv_bytes([["Date", "Name", "Hours"], ["4/3/2026", "Tony Butler", "2"]]), activity="Garden")
    assert mended(reading) == []


def test_what_stands_around_a_table_goes_along_so_that_it_reads_again() -> None:
    grid: list[list[Any]] = month_grid("Garden rota")
    grid[5][1] = "lots"
    grid[5][0] = "Mary Norman"
    reading = read(book_bytes({"Mar 2026": grid, "Apr 2026": month_grid("Garden rota", days=30)}))
    assert [(problem.sheet, problem.row) for problem in reading.problems] == [("Mar 2026", 6)]
    table = mended(reading)
    assert table[0][0] == "Mar 2026"
    for line in table:
        if line[0] == "Mary Norman":
            line[1] = "2"
    assert entries(again(table)) == [("V1013", "2026-03-01", 120), ("V1013", "2026-03-04", 150)]


def test_the_activity_typed_beside_the_file_and_the_name_on_a_tab_go_along() -> None:
    sheets = {
        name: [["Date", "Hours"], ["4/3/2026", hours], ["5/3/2026", "1"]]
        for name, hours in (("Tony Butler", "x"), ("V1005", "2"))
    }
    table = mended(read(book_bytes(sheets), activity="Befriending"), "Befriending")
    assert [line[:2] for line in table] == [
        ["Activity:", "Befriending"],
        ["", ""],
        ["Name:", "Tony Butler"],
        ["Date", "Hours"],
        ["4/3/2026", "x"],
    ]
    table[4][1] = "3"
    reading = again(table)
    assert entries(reading) == [("V1003", "2026-03-04", 180)]
    assert {row.activity for row in reading.ready} == {"Befriending"}


def test_under_a_heading_at_fault_every_row_with_hours_is_to_be_mended() -> None:
    rows = [["Rota"], ["Name", "30/2/2026", "3/3/2026"], ["Tony Butler", "2", "1"], ["Gail Steele", "", "1"]]
    table = mended(read(csv_bytes(rows)))
    assert [line[0] for line in table] == ["Rota", "Name", "Tony Butler"]
    assert "not a day in the calendar" in table[2][3]
