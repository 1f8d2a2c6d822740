"""The printed copy speaks in words, whatever column is added."""

from typing import Any

from sqlalchemy import LargeBinary, Uuid

import timecredits.web.api.routes
import timecredits.web.jobs  # noqa: F401  with every room, every table is known
from timecredits.records.privacy.collecting import to_collect
from timecredits.records.privacy.export_labels import LABELS, NOT_PRINTED, label_of
from timecredits.records.privacy.holding import Export, Holding
from timecredits.records.privacy.holdings import table_of


def _printed(holding: Holding, column: Any) -> str | None:
    if column.name in {"programme_id", "id"} or isinstance(column.type, Uuid):
        return None
    told_of = holding.columns.get(column.name)
    if told_of is None:
        return str(column.name)
    if told_of.export is not Export.GIVEN:
        return None
    if told_of.seal:
        return str(column.name).replace("sealed_", "").replace("sealed", "words")
    return None if isinstance(column.type, LargeBinary) else str(column.name)


def test_every_column_that_can_be_printed_has_words() -> None:
    names = {_printed(holding, column) for holding in to_collect() for column in table_of(holding.table).columns} - {None}
    assert len(names) > 100
    assert names <= LABELS.keys() | NOT_PRINTED, "say it in records/privacy/export_labels.py"
    assert label_of("born_month") == "Month of birth"
