"""A file's name is one of ours: nothing that somebody typed gets into an answer's head by it."""

import pytest

from timecredits.web.file_answers import csv_answer, file_answer


@pytest.mark.parametrize("name", ["books.csv", "programme.jsonl.gz", "my-data-2026-03-04.zip", "letter-AB12.pdf"])
def test_a_plain_name_is_sent(name: str) -> None:
    answer = file_answer(b"x", "application/pdf", name, way="inline")
    assert answer.headers.getlist("Content-Disposition") == [f'inline; filename="{name}"']


@pytest.mark.parametrize(
    "name",
    ["", "no-ending", "../x.csv", 'a"; filename="b.exe', "a.csv\r\nX: y", "Zo\u00eb.csv", "of Rosa.csv", ".csv", "a.csv\n"],
)
def test_any_other_is_held_back(name: str) -> None:
    with pytest.raises(ValueError, match="no name for a file"):
        csv_answer("x", name)
