"""A seal tells of a transfer that was changed, removed or added later, and two workers at once make one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from struct import pack
from uuid import UUID

import pytest
from sqlalchemy import Engine, delete, select, text, update
from sqlalchemy.orm import Session

from tests.ledger.books_of import Books, open_books
from tests.real.at_once import at_once
from timecredits.foundation import clock
from timecredits.foundation.db import make_engine, transaction
from timecredits.ledger.books import BookFault
from timecredits.ledger.models import Seal, Transfer
from timecredits.ledger.seals import BEHIND, EVERY, check_seals, last_seal, seal_programme
from timecredits.ledger.transfers import reverse

START = datetime(2026, 3, 4, 10, tzinfo=UTC)
STEP = EVERY + timedelta(minutes=1)


@pytest.fixture
def books(engine: Engine) -> Books:
    """Three seals over two transfers each."""
    with transaction(engine) as session:
        books = open_books(session, volunteers=2)
    for number in range(3):
        with clock.standing_at(START + number * STEP), transaction(engine) as session:
            books.post(session, books.earned(0, 60))
            books.post(session, books.earned(1, 30))
        assert seal_programme(engine, books.programme_id, now=START + number * STEP + BEHIND + timedelta(minutes=1)) == 2
    return books


@pytest.fixture
def owner(database_url: str) -> Iterator[Engine]:
    """The database without its guards."""
    engine = make_engine(database_url, as_application=False)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE transfer DISABLE TRIGGER USER"))
        else:
            for table in ("transfer", "seal"):
                names = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name")
                for name in connection.scalars(names, {"name": table}).all():
                    connection.execute(text(f"DROP TRIGGER {name}"))
    yield engine
    engine.dispose()


def _rules(engine: Engine, books: Books, newest: int | None = None) -> list[str]:
    with Session(engine) as session:
        return [fault.rule for fault in check_seals(session, books.programme_id, newest=newest)]


def _first(engine: Engine, books: Books, place: int = 2) -> Transfer:
    with Session(engine) as session:
        rows = session.scalars(
            select(Transfer).where(Transfer.programme_id == books.programme_id).order_by(Transfer.recorded_at, Transfer.id)
        )
        return rows.all()[place]  # each seal has two


def test_seals_go_on_and_are_whole(engine: Engine, books: Books) -> None:
    with Session(engine) as session:
        assert session.scalars(select(Seal.number).order_by(Seal.number)).all() == [1, 2, 3]
    assert _rules(engine, books) == []
    assert _rules(engine, books, 1) == []
    assert seal_programme(engine, books.programme_id, now=START + 3 * STEP) == 0  # not an hour yet
    assert seal_programme(engine, books.programme_id, now=START + 9 * STEP) == 0  # nothing moved


@pytest.mark.parametrize("column", ["amount", "credit_account", "kind", "occurred_on", "recorded_at", "actor", "reverses"])
def test_a_changed_transfer_is_found(owner: Engine, books: Books, column: str) -> None:
    row = _first(owner, books)
    value = {
        "amount": row.amount + 1,
        "credit_account": books.venue,
        "kind": "goodwill",
        "occurred_on": row.occurred_on + timedelta(days=1),
        "recorded_at": row.recorded_at + timedelta(microseconds=1),
        "actor": books.venue,
        "reverses": row.id,
    }[column]
    with owner.begin() as connection:
        connection.execute(update(Transfer).where(Transfer.id == row.id).values({column: value}))
    assert _rules(owner, books) == ["sealed_changed"]
    assert _rules(owner, books, 2) == ["sealed_changed"]
    assert _rules(owner, books, 1) == []  # it is older than what was asked about


def test_a_removed_and_an_added_transfer_and_a_removed_seal_are_found(owner: Engine, engine: Engine, books: Books) -> None:
    with clock.standing_at(START + STEP), transaction(engine) as session:
        books.post(session, books.earned(0, 15))
    assert _rules(owner, books) == ["sealed_added"]
    row = _first(owner, books)
    with owner.begin() as connection:
        connection.execute(delete(Transfer).where(Transfer.recorded_at == row.recorded_at))
    assert _rules(owner, books) == ["sealed_removed"]
    with owner.begin() as connection:
        connection.execute(delete(Seal).where(Seal.number == 2))
    assert _rules(owner, books) == ["seal_missing"]


def test_a_fault_names_the_programme_and_the_seal(owner: Engine, books: Books) -> None:
    with owner.connect() as connection:
        seals = connection.execute(select(Seal.id).where(Seal.programme_id == books.programme_id).order_by(Seal.number))
        _first_seal, second, third = seals.scalars()
    row = _first(owner, books)
    with owner.begin() as connection:
        connection.execute(update(Transfer).where(Transfer.id == row.id).values(amount=1))
    with Session(owner) as session:
        assert check_seals(session, books.programme_id) == [BookFault("sealed_changed", books.programme_id, (second,))]
    with owner.begin() as connection:
        connection.execute(delete(Seal).where(Seal.id == second))
    with Session(owner) as session:
        assert check_seals(session, books.programme_id) == [BookFault("seal_missing", books.programme_id, (third,))]


def test_as_many_as_there_are_is_all_of_them(owner: Engine, books: Books) -> None:
    row = _first(owner, books, 0)
    with owner.begin() as connection:
        connection.execute(update(Transfer).where(Transfer.id == row.id).values(amount=1))
    assert _rules(owner, books, 2) == []
    assert _rules(owner, books, 3) == _rules(owner, books, 4) == ["sealed_changed"]


def test_what_was_posted_at_the_very_end_of_a_stretch_is_of_the_next(engine: Engine, books: Books) -> None:
    ends = START + 5 * STEP
    for moment in (ends - timedelta(microseconds=1), ends):
        with clock.standing_at(moment), transaction(engine) as session:
            books.post(session, books.earned(0, 60))
    assert seal_programme(engine, books.programme_id, now=ends + BEHIND) == 1
    assert _rules(engine, books) == []
    assert seal_programme(engine, books.programme_id, now=ends + BEHIND + EVERY - timedelta(minutes=1)) == 0, "once an hour"
    assert seal_programme(engine, books.programme_id, now=ends + BEHIND + EVERY) == 1
    assert _rules(engine, books) == []


def test_its_form_is_as_it_is_written_down(engine: Engine) -> None:
    """What docs/adr/0040-seals.md says, put together a second time: a seal of today must be readable in ten years."""
    moments = (START, START, START + timedelta(seconds=1), START + timedelta(days=1))
    ids = [UUID(int=number) for number in (9, 7, 3, 5)]  # neither in the order of their moments nor in that of their coming
    with transaction(engine) as session:
        books, others = open_books(session), open_books(session, slug="others")
    for moment, movement_id in zip(moments, ids, strict=True):
        with clock.standing_at(moment), transaction(engine) as session:
            others.post(session, others.earned(0, 5))
            act = books.used if movement_id.int == 7 else books.earned  # two of one moment, out of two accounts
            books.post(session, replace(act(0, 300, movement_id=movement_id), actor=books.venue))
    with clock.standing_at(START + timedelta(days=1)), transaction(engine) as session:
        undone = {"reversal_id": UUID(int=1), "reason": "A slip.", "actor": None}
        reverse(session, books.programme_id, ids[0], **undone, occurred_on=date(2026, 3, 6))
    before = bytes(32)
    stretches = [(START + timedelta(hours=2), ids[:3]), (START + timedelta(days=2), [ids[3], UUID(int=1)])]
    for number, (until, rows) in enumerate(stretches, 1):
        assert seal_programme(engine, books.programme_id, now=until + BEHIND) == len(rows)
        with Session(engine) as session:
            told = [session.get_one(Transfer, (books.programme_id, each)) for each in rows]
            seal = last_seal(session, books.programme_id)
        assert seal is not None
        in_order = b"".join(_written(each) for each in sorted(told, key=lambda each: (each.recorded_at, each.id)))
        head = before + books.programme_id.bytes + pack(">QqQ", number, _microseconds(until), len(rows))
        before = sha256(b"timecredits/seal/1" + head + sha256(in_order).digest()).digest()
        assert (seal.number, seal.transfers, seal.hash) == (number, len(rows), before)


def _written(row: Transfer) -> bytes:
    accounts = row.id.bytes + row.debit_account.bytes + row.credit_account.bytes
    moved = pack(">QIq", row.amount, row.occurred_on.toordinal(), _microseconds(row.recorded_at))
    led_to = b"".join(b"\0" if each is None else b"\1" + each.bytes for each in (row.actor, row.reverses))
    return accounts + moved + led_to + pack(">H", len(row.kind.encode())) + row.kind.encode()


def _microseconds(moment: datetime) -> int:
    return round((moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))


def test_two_workers_at_once_make_one_seal(database_url: str, engine: Engine, books: Books) -> None:
    with clock.standing_at(START + 5 * STEP), transaction(engine) as session:
        books.post(session, books.earned(0, 60))
    done = at_once(database_url, [lambda own: seal_programme(own, books.programme_id, now=START + 6 * STEP) for _ in range(4)])
    assert sorted(done) == [0, 0, 0, 1]
    with Session(engine) as session:
        seal = last_seal(session, books.programme_id)
        assert seal is not None
        assert (seal.number, seal.transfers) == (4, 1)
    assert _rules(engine, books) == []


def test_nothing_is_sealed_while_somebody_who_was_posting_has_not_ended(
    engine: Engine, books: Books, database_kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database_kind == "sqlite":
        pytest.skip("SQLite has one writer at a time, and the sealing is it")
    monkeypatch.setattr("timecredits.ledger.seals._PATIENCE", 1)
    later = START + 6 * STEP
    with clock.standing_at(START + 5 * STEP):
        with transaction(engine) as session:
            books.post(session, books.earned(1, 30))
        with transaction(engine) as session:
            books.post(session, books.earned(0, 60))
            assert seal_programme(engine, books.programme_id, now=later) == 0, "though the other one could be"
    assert seal_programme(engine, books.programme_id, now=later) == 2
