"""Each way in which books can be wrong is told by its rule, programme and accounts; what is right is passed over."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, insert, text, update
from sqlalchemy.orm import Session

from tests.ledger.books_of import DAY, Books, open_books
from tests.unguarded import lower_guards
from timecredits.foundation import clock
from timecredits.foundation.db import make_engine, new_id
from timecredits.ledger.books import SQLITE_TRIGGERS, BookFault, GuardMissingError, check_guards, check_ledger
from timecredits.ledger.models import Account, Transfer, TransferKind


@pytest.fixture
def unguarded(engine: Engine) -> Iterator[Session]:
    """A session in which anything can be written; nothing of it is kept."""
    with engine.connect() as connection, Session(connection, join_transaction_mode="create_savepoint") as session:
        lower_guards(connection)
        yield session


@pytest.fixture
def books(unguarded: Session) -> Books:
    """Two people earned, one used; another programme did the same. Balances are kept by hand: no guard does it."""
    for slug in ("elsewhere", "books"):
        books = open_books(unguarded, volunteers=2, slug=slug)
        write(unguarded, books, books.earned(0, 60))
        write(unguarded, books, books.earned(1, 45))
        write(unguarded, books, books.used(1, 45))
        balance(unguarded, books, 0, 60)
    return books


def write(session: Session, books: Books, movement: Any, **changes: Any) -> UUID:
    """A row of the ledger as it is given, whatever it may be."""
    values = {
        "id": movement.id,
        "debit_account": movement.debit,
        "credit_account": movement.credit,
        "amount": movement.amount,
        "kind": movement.kind.value,
    }
    row = {**values, "occurred_on": DAY, "recorded_at": clock.now(), **changes}
    session.execute(insert(Transfer.__table__).values(programme_id=books.programme_id, **row))  # type: ignore[arg-type]
    return row["id"]  # type: ignore[no-any-return]


def balance(session: Session, books: Books, volunteer: int, minutes: int) -> None:
    """Write down what a volunteer is said to have."""
    account = Account.__table__.c
    mine = (account.programme_id == books.programme_id) & (account.id == books.volunteers[volunteer])
    session.execute(update(Account.__table__).where(mine).values(balance=minutes))  # type: ignore[arg-type]


def faults(session: Session, books: Books) -> list[BookFault]:
    return check_ledger(session, books.programme_id)


def test_right_books_have_no_fault(unguarded: Session, books: Books) -> None:
    assert faults(unguarded, books) == []


def test_a_balance_that_was_written_by_hand_is_told(unguarded: Session, books: Books) -> None:
    balance(unguarded, books, 1, 600)
    assert faults(unguarded, books) == [
        BookFault("sum_not_zero", books.programme_id, ()),
        BookFault("balance_differs", books.programme_id, (books.volunteers[1],)),
    ]


def test_two_that_make_up_for_one_another_are_told_too(unguarded: Session, books: Books) -> None:
    balance(unguarded, books, 0, 50)
    balance(unguarded, books, 1, 10)
    (fault,) = faults(unguarded, books)
    assert (fault.rule, fault.programme_id, set(fault.ids)) == ("balance_differs", books.programme_id, set(books.volunteers))


def test_an_account_below_its_floor_is_told_though_it_adds_up(unguarded: Session, books: Books) -> None:
    write(unguarded, books, books.used(0, 61))
    balance(unguarded, books, 0, -1)
    assert faults(unguarded, books) == [BookFault("below_floor", books.programme_id, (books.volunteers[0],))]


def test_an_account_that_nothing_moved_is_held_against_nothing(unguarded: Session, books: Books) -> None:
    empty = open_books(unguarded, volunteers=1, slug="empty")
    assert faults(unguarded, empty) == []
    balance(unguarded, empty, 0, 1)
    assert {fault.rule for fault in faults(unguarded, empty)} == {"sum_not_zero", "balance_differs"}
    assert faults(unguarded, books) == []


@pytest.mark.parametrize("part", ["nothing", "debit_account", "credit_account", "amount"])
def test_a_reversal_is_the_mirror_of_what_it_reverses(unguarded: Session, books: Books, part: str) -> None:
    given = books.given(0, 1, 20)
    write(unguarded, books, given)
    change = {"debit_account": books.venue, "credit_account": books.organisation, "amount": 15}.get(part)
    mirror = {"debit_account": given.credit, "credit_account": given.debit, "reverses": given.id, "id": new_id()}
    mirror |= {"kind": TransferKind.REVERSAL.value} | ({part: change} if change is not None else {})
    reversal = write(unguarded, books, given, **mirror)
    told = faults(unguarded, books)
    for number in (0, 1):  # as they come out, so that only the mirror can be wrong
        off = next((each for each in told if each.rule == "balance_differs" and books.volunteers[number] in each.ids), None)
        if off is not None:
            came = {"debit_account": (60, 20), "credit_account": (40, 0), "amount": (55, 5)}[part][number]
            balance(unguarded, books, number, came)
    expected = [] if change is None else [BookFault("reversal_differs", books.programme_id, (reversal,))]
    assert faults(unguarded, books) == expected


@pytest.mark.parametrize("name", SQLITE_TRIGGERS)
def test_a_missing_guard_is_named(sqlite_url: str, name: str) -> None:
    engine = make_engine(sqlite_url)
    with engine.connect() as connection:
        check_guards(connection)
        connection.execute(text(f"DROP TRIGGER {name}"))
        with pytest.raises(GuardMissingError, match=f"^{name}$"):
            check_guards(connection)
        other = next(each for each in SQLITE_TRIGGERS if each != name)
        connection.execute(text(f"DROP TRIGGER {other}"))
        with pytest.raises(GuardMissingError, match=f"^{', '.join(sorted((name, other)))}$"):
            check_guards(connection)
    engine.dispose()
