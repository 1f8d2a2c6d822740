"""Every table is decided about: it moves, stays behind with a reason that docs/moving.md gives too, or is worked out again."""

import re
from pathlib import Path

import timecredits.app
import timecredits.insight.impact_models
import timecredits.insight.roll_up_models  # noqa: F401  so that every table is known
from timecredits.foundation.db import Base
from timecredits.records.moving.tables import LEFT_BEHIND, moved_tables
from timecredits.records.moving.values import reader_of

SHARED = {"programme", "user", "venue", "till", "kiosk", "calendar_link", "invitation", "credential_key"}
"""Tables that programmes share, of which docs/moving.md says which rows move."""
DOCS = Path(__file__).parents[3] / "docs" / "moving.md"


def test_every_table_moves_or_stays_behind_for_a_reason() -> None:
    moved = {each.name for each in moved_tables(with_sign_ins=True)}
    derived = {name for name, table in Base.metadata.tables.items() if table.info.get("derived")}
    assert moved | derived | set(LEFT_BEHIND) == set(Base.metadata.tables)
    assert not moved & set(LEFT_BEHIND)
    assert {each.name for each in moved_tables(with_sign_ins=True) if each.table.info["distribution"] == "reference"} == SHARED


def test_every_column_can_be_written_and_read() -> None:
    for moved in moved_tables(with_sign_ins=True):
        assert "table" not in moved.table.c, "the name of a line's member"
        for column in moved.columns:
            assert callable(reader_of(column, "postgresql"))


def test_the_docs_say_what_stays_behind_and_which_shared_rows_move() -> None:
    text = DOCS.read_text()
    listed = re.findall(
        r"^\| `(\w+)` \| (.+) \|$", text.partition("<!-- left behind -->")[2].partition("<!-- end -->")[0], re.MULTILINE
    )
    assert dict(listed) == dict(LEFT_BEHIND)
    shared = text.partition("| table | which rows |")[2].partition("Left behind")[0]
    assert set(re.findall(r"`(\w+)`", shared)) == SHARED
