"""The page of figures says what was measured: its tables are those of bench/results.json."""

import json
import re

from bench.__main__ import PARTS, RESULTS
from bench.page import PAGE, filled


def test_the_tables_are_the_measured_figures() -> None:
    parts = json.loads(RESULTS.read_text())["parts"]
    page = PAGE.read_text()
    assert filled(page, parts) == page
    changed = {name: {**part, "day": "1999-01-01"} for name, part in parts.items()}
    assert filled(page, changed) != page


def test_each_table_is_of_a_part_that_can_be_measured() -> None:
    named = re.findall(r"<!-- figures: ([a-z_]+) -->", PAGE.read_text())
    assert named
    assert set(named) <= set(PARTS)
