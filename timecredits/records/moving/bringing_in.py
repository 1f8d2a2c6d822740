"""Bringing an exported programme in, whole or not at all: within the caller's transaction, through the ledger's own guards.

Accounts open empty and every transfer is posted again, so balances come out as the ledger says and not as the file does; then
they are compared. People who sign in are found again by their address, and stay one user; so do venues that are here already.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Any, Final
from uuid import UUID

from sqlalchemy import column, insert, select, table
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from timecredits.foundation import audit
from timecredits.foundation.db import Base
from timecredits.foundation.errors import RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence, counted
from timecredits.ledger.books import BookFault
from timecredits.network.models import Programme
from timecredits.records.moving.form import Header, fingerprints
from timecredits.records.moving.known_here import look_around
from timecredits.records.moving.reading import Checked, Reader, rows_in
from timecredits.records.moving.tables import MovedTable
from timecredits.records.moving.transfer_order import TransferOrder
from timecredits.records.moving.trial_balance import TrialBalance, trial_balance
from timecredits.records.moving.values import bindable

__all__ = ["BroughtIn", "bring_in", "check_keys"]

_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What came of it. `already`: the programme was here, and nothing was added."""

    header: Header
    already: bool
    rows: int = 0
    before: TrialBalance | None = None
    after: TrialBalance | None = None
    remarks: tuple[Sentence, ...] = ()


def check_keys(header: Header, keyring: Keyring) -> list[int]:
    """The numbers of the keys that this installation lacks, or has another of: what was sealed and signed with them is lost."""
    ours = fingerprints(keyring)
    return sorted(number for number, mark in header.keys.items() if ours.get(number) != mark)


def bring_in(
    session: Session,
    checked: Checked,
    file: IO[bytes],
    *,
    forget: Callable[[Session, UUID], None],
    check: Callable[[Session, UUID], list[BookFault]],
) -> BroughtIn:
    """Store everything that a file found good holds; `file` is read again from its beginning.

    `forget` empties what is worked out from other tables, and is worked out again here; `check` looks for faults in the books.
    Both know of more than this package does. A programme that is here already is left as it is. Raises RuleError, and the
    caller's transaction is then to be rolled back.
    """
    header, connection = checked.header, session.connection()
    if session.scalar(select(Programme.id).where(Programme.id == header.programme_id)) is not None:
        return BroughtIn(header, already=True)
    _check_free(session, header)
    reader = Reader(header, connection.dialect.name)
    known = look_around(session)
    writer = _Writer(session, header.programme_id)
    ledger: TransferOrder | None = None
    floors: dict[UUID, int] = {}
    expected: dict[UUID, int] = {}
    file.seek(0)
    for number, moved, values in rows_in(file, reader):
        row = known.fit(moved.name, values)
        if row is None:
            continue
        if "programme_id" in moved.table.c:
            row["programme_id"] = header.programme_id
        if moved.name == "account" and row["floor"] is not None:
            floors[row["id"]], expected[row["id"]] = row["floor"], row["balance"]
            row["balance"] = row["floor"]
        if moved.name == "transfer":
            ledger = ledger or TransferOrder(floors, checked.undone)
            for each in ledger.take(row):
                writer.put(number, moved, each)
            continue
        if ledger is not None:
            _finish(ledger, writer, number, reader.tables["transfer"])
            ledger = None
        writer.put(number, moved, row)
    if ledger is not None:
        _finish(ledger, writer, 0, reader.tables["transfer"])
    writer.end()
    session.expire_all()
    forget(session, header.programme_id)
    after = trial_balance(connection, header.programme_id)
    _check_balances(session, checked, expected, after)
    _refuse(check(session, header.programme_id))
    audit.record(session, header.programme_id, "programme brought in", actor_id=None, subject_id=header.programme_id)
    session.flush()
    return BroughtIn(header, False, writer.rows, checked.trial_balance, after, tuple(known.remarks()))


class _Writer:
    """Inserts rows a thousand at a time; those that point to a later row of their own table wait for it."""

    def __init__(self, session: Session, programme_id: UUID) -> None:
        self.rows = 0
        self._connection = session.connection()
        self._programme_id = programme_id
        self._moved: MovedTable | None = None
        self._from = 0
        self._batch: list[dict[str, Any]] = []
        self._there: set[UUID] = set()
        self._waiting: dict[UUID, list[Mapping[str, Any]]] = {}

    def put(self, number: int, moved: MovedTable, row: Mapping[str, Any]) -> None:
        """Store a row, now or with those after it."""
        if self._moved is None or self._moved.name != moved.name:
            self.end()
            self._moved, self._from = moved, number
        pointer = moved.points_to_itself if moved.name != "transfer" else None
        if pointer is None:
            self._add(row, number)
            return
        if row[pointer] is not None and row[pointer] not in self._there:
            self._waiting.setdefault(row[pointer], []).append(row)
            return
        ready = [row]
        while ready:
            each = ready.pop()
            self._add(each, number)
            self._there.add(each["id"])
            ready += self._waiting.pop(each["id"], [])

    def end(self) -> None:
        """Store what is left. Raises RuleError where a row points to none."""
        self._flush()
        if self._waiting and self._moved is not None:
            raise RuleError(
                Sentence("A row of “%(table)s” points to one that is not in the file. Nothing was added.", table=self._moved.name)
            )
        self._there.clear()

    def _add(self, row: Mapping[str, Any], number: int) -> None:
        self._batch.append(dict(row))
        if len(self._batch) >= _AT_ONCE:
            self._flush()
            self._from = number + 1

    def _flush(self) -> None:
        if not self._batch or self._moved is None:
            return
        source, names = self._moved.table, set(self._batch[0])
        target = table(source.name, *(column(each.name, bindable(each)) for each in source.columns if each.name in names))
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(target), self._batch)
        except (IntegrityError, DataError) as fault:
            raise RuleError(
                Sentence(
                    "The rows of “%(table)s” from line %(line)s on don't fit together. Nothing was added.",
                    table=source.name,
                    line=self._from,
                )
            ) from fault
        self.rows += len(self._batch)
        self._batch = []


def _check_free(session: Session, header: Header) -> None:
    """Refuse a programme whose number or short name another one has: the number is inside codes and on printed cards."""
    for taken, sentence in (
        (
            Programme.number == header.number,
            "Number %(number)s is another programme's here, and cards carry it. Nothing was added.",
        ),
        (Programme.slug == header.slug, "Another programme is called %(slug)s here. Nothing was added."),
    ):
        if session.scalar(select(Programme.id).where(taken)) is not None:
            raise RuleError(Sentence(sentence, number=header.number, slug=header.slug))


def _finish(ledger: TransferOrder, writer: _Writer, number: int, transfers: MovedTable) -> None:
    for each in ledger.settle():
        writer.put(number, transfers, each)
    if ledger.waiting:
        raise RuleError(
            counted(
                "%(num)s movement of credits fits in no order. Nothing was added.",
                "%(num)s movements of credits fit in no order. Nothing was added.",
                len(ledger.waiting),
            )
        )


def _check_balances(session: Session, checked: Checked, expected: Mapping[UUID, int], after: TrialBalance) -> None:
    """Raise RuleError unless every balance is as it was."""
    accounts = Base.metadata.tables["account"]
    rows = session.execute(
        select(accounts.c.id, accounts.c.balance).where(
            accounts.c.programme_id == checked.header.programme_id, accounts.c.floor.is_not(None)
        )
    )
    if {row.id: row.balance for row in rows} != expected or after != checked.trial_balance:
        raise RuleError(Sentence("The balances came out other than they were. Nothing was added."))


def _refuse(faults: list[BookFault]) -> None:
    """Raise RuleError for books that don't add up."""
    if faults:
        rules = ", ".join(sorted({fault.rule for fault in faults}))
        raise RuleError(Sentence("The books in this file don't add up (%(rules)s). Nothing was added.", rules=rules))
