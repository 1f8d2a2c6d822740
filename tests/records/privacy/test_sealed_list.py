"""docs/privacy.md says of every column that holds something of people whether it is sealed, and says what is so."""

import re
from pathlib import Path

import timecredits.app
import timecredits.insight.impact_models
import timecredits.insight.roll_up_models  # noqa: F401  every table is looked at
from timecredits.records.privacy.holding import Export
from timecredits.records.privacy.holdings import HOLDINGS, need_every_table
from timecredits.records.resealing import SEALED

PAPER = Path(__file__).parents[3] / "docs" / "privacy.md"


def told() -> list[set[str]]:
    """The columns of each row of the list: sealed, words, names, files."""
    part = PAPER.read_text(encoding="utf-8").split("## What is sealed, and what is not")[1].split("\n## ")[0]
    rows = [line for line in part.splitlines() if line.startswith("| ") and "`" in line]
    return [set(re.findall(r"`(\w+\.\w+)`", row)) for row in rows]


def test_what_is_said_to_be_sealed_is_and_nothing_else() -> None:
    assert told()[0] == {f"{each.table}.{each.column}" for each in SEALED}


def test_every_other_column_of_people_s_words_names_and_files_is_told_once() -> None:
    need_every_table()
    sealed, *others = told()
    assert sum(len(each) for each in others) == len(set().union(*others)), "each stands in one row"
    held = {
        f"{name}.{column}"
        for name, holding in HOLDINGS.items()
        for column, about in holding.columns.items()
        if about.export not in {Export.OURS, Export.SECRET}
    }
    assert set().union(*others) == held - sealed
    assert all(len(each) > 3 for each in others)
