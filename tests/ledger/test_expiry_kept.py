"""What running out leaves in the books: who did it, for whom, down to the last minute, and in one programme alone."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.ledger.books_of import Books, open_books
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.ledger.expiry import Horizon, expire, expired_id, give_back, ran_out
from timecredits.ledger.models import Account, AccountKind, Transfer, TransferKind

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = date(2026, 6, 1)
DUE = Horizon(START + timedelta(days=30), START + timedelta(days=140))


def earn(session: Session, books: Books, minutes: int, who: int = 0) -> None:
    with clock.standing_at(START):
        books.post(session, books.earned(who, minutes))


def test_what_runs_out_and_what_comes_back_say_who_did_it(session: Session) -> None:
    books, clerk, other = open_books(session), new_id(), new_id()
    (account,) = books.volunteers
    earn(session, books, 90)
    assert expire(session, books.programme_id, [account], DUE, day=DAY, actor=clerk) == {account: 90}
    assert give_back(session, books.programme_id, account, 30, cause=new_id(), day=DAY, actor=other) == 30
    into = expired_id(books.programme_id)
    rows = session.execute(
        select(Transfer.debit_account, Transfer.credit_account, Transfer.amount, Transfer.actor, Transfer.occurred_on).where(
            Transfer.programme_id == books.programme_id, Transfer.kind == TransferKind.EXPIRED
        )
    ).all()
    assert {tuple(row) for row in rows} == {(account, into, 90, clerk, DAY), (into, account, 30, other, DAY)}
    kept = session.get_one(Account, (books.programme_id, into))
    assert (kept.kind, kept.floor, kept.balance) == (AccountKind.EXPIRED, None, None)


def test_a_single_minute_runs_out_and_comes_back(session: Session) -> None:
    books = open_books(session)
    (account,) = books.volunteers
    earn(session, books, 1)
    assert expire(session, books.programme_id, [account], DUE, day=DAY) == {account: 1}
    assert ran_out(session, books.programme_id, [account]) == {account: 1}
    assert give_back(session, books.programme_id, account, 1, cause=new_id(), day=DAY, actor=None) == 1
    assert books.balance(session, 0) == 1


def test_what_ran_out_is_told_of_the_accounts_asked_for_alone(session: Session) -> None:
    books, theirs = open_books(session, volunteers=2), open_books(session, slug="theirs")
    for each, who in ((books, 0), (books, 1), (theirs, 0)):
        earn(session, each, 60, who)
        expire(session, each.programme_id, each.volunteers[who : who + 1], DUE, day=DAY)
    asked = [books.volunteers[0], theirs.volunteers[0]]
    assert ran_out(session, books.programme_id, asked) == {books.volunteers[0]: 60}


def test_a_month_that_ran_out_is_passed_over_in_the_middle_of_others(session: Session) -> None:
    """Asked again with one more account: the one that is done stays as it is and the other is not held up by it."""
    books = open_books(session, volunteers=2)
    earn(session, books, 60, 0)
    assert expire(session, books.programme_id, books.volunteers, DUE, day=DAY) == {books.volunteers[0]: 60}
    earn(session, books, 25, 0)
    earn(session, books, 40, 1)
    assert expire(session, books.programme_id, books.volunteers, DUE, day=DAY) == {books.volunteers[1]: 40}
    assert [books.balance(session, who) for who in (0, 1)] == [25, 0]
