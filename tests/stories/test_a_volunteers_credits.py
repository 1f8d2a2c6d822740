"""A volunteer's credits, as a treasurer would write them down. Minutes: 60 are one credit."""

from sqlalchemy.orm import Session

from tests.ledger.books_of import DAY, open_books
from timecredits.foundation.db import new_id
from timecredits.ledger.books import check_ledger
from timecredits.ledger.models import AccountKind, TransferKind
from timecredits.ledger.statements import statement
from timecredits.ledger.transfers import Movement, Posting, open_account


def test_earn_three_swim_with_a_friend_undo_and_put_right(session: Session) -> None:
    books = open_books(session)

    # She gives three hours and has three credits.
    three = books.earned(0, 180)
    books.post(session, three)
    assert books.balance(session, 0) == 180

    # She takes a friend swimming, for two.
    swim = books.used(0, 120)
    books.post(session, swim)
    assert books.balance(session, 0) == 60

    # The pool was closed; the till undoes it. She has three again.
    assert books.undo(session, swim, reason="The pool was closed.") is Posting.POSTED
    assert books.balance(session, 0) == 180

    # She uses one at the cinema.
    books.post(session, books.used(0, 60))
    assert books.balance(session, 0) == 120

    # It was two and a half hours, not three: the right amount first, then the wrong one back.
    books.post(session, books.earned(0, 150))
    assert books.undo(session, three, reason="Left half an hour early.") is Posting.POSTED
    assert books.balance(session, 0) == 90

    # Everything that happened is on the statement, nothing was rubbed out.
    lines = statement(session, books.programme_id, books.volunteers[0]).lines
    assert [(line.change, line.balance) for line in reversed(lines)] == [
        (180, 180),
        (-120, 60),
        (120, 180),
        (-60, 120),
        (150, 270),
        (-180, 90),
    ]
    assert check_ledger(session, books.programme_id) == []


def test_putting_right_after_everything_was_used_is_refused_and_changes_nothing(session: Session) -> None:
    books = open_books(session)
    three = books.earned(0, 180)
    books.post(session, three)
    books.post(session, books.used(0, 180))
    with session.begin_nested() as attempt:
        books.post(session, books.earned(0, 150))
        assert books.undo(session, three) is Posting.NOT_ENOUGH
        attempt.rollback()
    assert books.balance(session, 0) == 0
    assert check_ledger(session, books.programme_id) == []


def test_a_note_is_covered_from_the_moment_it_is_issued(session: Session) -> None:
    books = open_books(session, volunteers=1)
    the_float = open_account(session, books.programme_id, AccountKind.FLOAT)
    books.post(session, books.earned(0, 60))

    # Issued: the credit leaves her and waits in the float. She gives the paper to a friend.
    note = Movement(new_id(), books.volunteers[0], the_float, 60, TransferKind.NOTE_ISSUED, DAY)
    assert books.post(session, note) is Posting.POSTED
    assert books.balance(session, 0) == 0

    # Used by somebody else; a photocopy under the same serial is answered "already", and the float is empty for a forgery.
    used = Movement(new_id(), the_float, books.venue, 60, TransferKind.NOTE_USED, DAY)
    assert books.post(session, used) is Posting.POSTED
    assert books.post(session, used) is Posting.ALREADY
    forged = Movement(new_id(), the_float, books.venue, 60, TransferKind.NOTE_USED, DAY)
    assert books.post(session, forged) is Posting.NOT_ENOUGH
    assert check_ledger(session, books.programme_id) == []
