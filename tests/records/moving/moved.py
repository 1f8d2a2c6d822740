"""Moving a programme from one database to another in tests, and comparing the two, row by row."""

import io
from typing import Any
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from timecredits.foundation.db import READ_ONLY, transaction
from timecredits.foundation.keys import Keyring
from timecredits.insight.books.check_everything import check_everything
from timecredits.insight.counting.count_up import forget_counts
from timecredits.records.moving.bringing_in import BroughtIn, bring_in
from timecredits.records.moving.reading import check_file
from timecredits.records.moving.tables import moved_tables, rows_of
from timecredits.records.moving.writing import write_programme

SECRET = "a-secret-for-tests-0123456789abcdef"
KEYRING = Keyring.from_secret(SECRET)
OF_THE_IMPORT = "programme brought in"


def export(engine: Engine, programme_id: UUID, *, with_sign_ins: bool = True) -> bytes:
    """The programme as a file."""
    out = io.BytesIO()
    write_programme(engine, programme_id, out, keyring=KEYRING, with_sign_ins=with_sign_ins)
    return out.getvalue()


def bring(engine: Engine, content: bytes) -> BroughtIn:
    """Check the file and bring it in, in a transaction of its own."""
    file = io.BytesIO(content)
    checked = check_file(file, dialect=engine.dialect.name)
    with transaction(engine) as session:
        return bring_in(session, checked, file, forget=forget_counts, check=check_everything)


def everything(engine: Engine, programme_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Every row that moves, by table, without what an import adds of its own."""
    found: dict[str, list[dict[str, Any]]] = {}
    with Session(engine) as session:
        connection = session.connection(execution_options=READ_ONLY)
        for moved in moved_tables(with_sign_ins=True):
            rows = [dict(row) for row in connection.execute(rows_of(moved, programme_id)).mappings()]
            found[moved.name] = rows
    own = {row["id"] for row in found["audit_entry"] if row["action"] == OF_THE_IMPORT}
    found["audit_entry"] = [row for row in found["audit_entry"] if row["id"] not in own]
    found["audit_link"] = [row for row in found["audit_link"] if row["id"] not in own]
    ends: dict[UUID, dict[str, Any]] = {}
    for row in found["audit_link"]:
        if row["number"] > ends.get(row["chain_id"], {"number": 0})["number"]:
            ends[row["chain_id"]] = row
    for row in found["audit_head"]:  # the chain goes on with the import: its end before that is what moved
        row |= {name: ends[row["id"]][name] for name in ("number", "hash")}
    return found
