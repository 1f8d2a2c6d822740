"""Hash-partitioned PostgreSQL: what Citus would refuse about keys, PostgreSQL itself then refuses (design/scale.md).

The database is partitioned by the statements of `timecredits shard-plan`, with stand-ins for Citus's functions.
"""

import os
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection

from timecredits.foundation.sharding import shard_plan

__all__ = ["WHOLE_TABLES", "partition", "run_plan"]

WHOLE_TABLES: Final = pytest.mark.skipif("PARTITIONED" in os.environ, reason="about tables that are whole, or splits them itself")
"""Of tests that make no sense where every table is split already."""

STAND_INS: Final = Path(__file__).with_name("citus_stand_ins.sql")


def partition(url: str) -> None:
    """Partition a migrated database, with or without rows in it."""
    engine = create_engine(url)
    with engine.begin() as connection:
        run_plan(connection, shard_plan(connection))
    engine.dispose()


def run_plan(connection: Connection, statements: list[str]) -> dict[str, int]:
    """Run a plan from its first line to its last, as its reader would. Answers the counts of its cross-check, by table."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(STAND_INS.read_text())
    counts: dict[str, int] = {}
    for each in statements:
        answer = driver.execute(each)
        if each.startswith("SELECT") and "count(*)" in each:
            counts |= dict(answer.fetchall())
    return counts
