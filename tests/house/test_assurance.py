"""docs/assurance.md names files and tests that are there, and judges each demand once, in words that are known."""

import re
from collections import Counter
from pathlib import Path

HOME = Path(__file__).parents[2]
PAPER = HOME / "docs" / "assurance.md"
STATES = {"met", "partly", "not met", "operator", "to check", "not applicable"}
FILE = re.compile(
    r"(?<![\w/.])(?:(?:timecredits|tests|docs|templates|static|scripts)/[\w./-]*\w|(?:config|pyproject|requirements|SECURITY)\.\w+)"
)
ROW = re.compile(r"^\| v5\.0-(\d+\.\d+\.\d+) \| ([12]) \| ([a-z ]+) \| (.+) \|$", re.MULTILINE)


def missing(words: str) -> list[str]:
    return sorted({name for name in FILE.findall(words) if not (HOME / name).exists()})


def test_each_file_that_it_names_is_there() -> None:
    words = PAPER.read_text(encoding="utf-8")
    assert len(set(FILE.findall(words))) > 50
    assert missing(words) == []


def test_a_file_that_is_not_there_would_be_found() -> None:
    assert missing("see tests/house/test_nothing_of_the_kind.py, and config.py.") == ["tests/house/test_nothing_of_the_kind.py"]


def test_each_demand_is_judged_once_and_what_is_met_says_where() -> None:
    words = PAPER.read_text(encoding="utf-8")
    rows = ROW.findall(words)
    assert len(rows) == words.count("| v5.0-")
    assert set(Counter(number for number, *_rest in rows).values()) == {1}
    assert {state for _number, _level, state, _where in rows} <= STATES
    assert {number.split(".")[0] for number, *_rest in rows} == {str(each) for each in range(1, 18)}


def test_the_sum_it_tells_is_the_sum_of_its_rows() -> None:
    words = PAPER.read_text(encoding="utf-8")
    told = {
        state: int(count)
        for count, state in re.findall(r"(\d+) ([a-z ]+)[,.]", words.split("Counted over this table: ")[1].split("\n")[0])
    }
    assert told == dict(Counter(state for _number, _level, state, _where in ROW.findall(words)))
