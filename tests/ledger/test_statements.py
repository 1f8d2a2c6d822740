"""A statement tells each transfer of one account, newest first, with what was left after it, however it is cut into pages."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.ledger.books_of import DAY, Books, open_books
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.ledger.models import TransferKind
from timecredits.ledger.statements import Line, StatementPage, statement
from timecredits.ledger.transfers import Movement, Posting, post

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def books(session: Session) -> Books:
    """Seven lines of the first person, four of them at one and the same moment; the second person has lines of their own."""
    books = open_books(session, volunteers=2)
    moments = (0, 1, 1, 1, 1, 2, 3)
    movements = (
        books.earned(0, 600),
        books.used(0, 60),
        books.earned(0, 30),
        books.given(0, 1, 45),
        books.used(0, 15),
        books.given(1, 0, 20),
        books.used(0, 5),
    )
    for minutes, movement in zip(moments, movements, strict=True):
        with clock.standing_at(NOON + timedelta(minutes=minutes)):
            assert books.post(session, movement) is Posting.POSTED
    with clock.standing_at(NOON + timedelta(minutes=4)):
        assert books.post(session, books.used(1, 10)) is Posting.POSTED
    return books


def page(session: Session, books: Books, volunteer: int = 0, **asked: object) -> StatementPage:
    return statement(session, books.programme_id, books.volunteers[volunteer], **asked)  # type: ignore[arg-type]


def test_each_line_says_all_of_its_transfer(session: Session) -> None:
    books = open_books(session, volunteers=2)
    earned, reversal = books.earned(0, 60), new_id()
    days = (date(2026, 11, 1), date(2026, 11, 2))
    with clock.standing_at(NOON):
        post(session, books.programme_id, Movement(earned.id, earned.debit, earned.credit, 60, TransferKind.EARNED, days[0]))
    back = Movement(reversal, earned.credit, earned.debit, 60, TransferKind.REVERSAL, days[1], actor=new_id(), reverses=earned.id)
    with clock.standing_at(NOON + timedelta(hours=1)):
        post(session, books.programme_id, back)
    assert page(session, books).lines == [
        Line(reversal, books.organisation, -60, 0, TransferKind.REVERSAL, days[1], NOON + timedelta(hours=1), earned.id),
        Line(earned.id, books.organisation, 60, 60, TransferKind.EARNED, days[0], NOON, None),
    ]


def test_it_tells_both_sides_of_one_account_and_nobody_elses(session: Session, books: Books) -> None:
    there = open_books(session, slug="elsewhere")
    there.post(session, there.earned(0, 60))
    assert [line.change for line in page(session, books).lines] == [-5, 20, *_at_one_moment(session, books), 600]
    assert [line.change for line in page(session, books, 1).lines] == [-10, -20, 45]
    assert [line.balance for line in page(session, books, 1).lines] == [15, 25, 45]
    assert {line.other_account for line in page(session, books).lines} == {books.organisation, books.venue, books.volunteers[1]}
    assert page(session, books).lines[0].occurred_on == DAY


def _at_one_moment(session: Session, books: Books) -> list[int]:
    """Lines of one moment stand by their ids, the highest first."""
    same = [line for line in page(session, books).lines if line.recorded_at == NOON + timedelta(minutes=1)]
    assert sorted(line.change for line in same) == [-60, -45, -15, 30]
    assert [line.transfer_id for line in same] == sorted((line.transfer_id for line in same), reverse=True)
    return [line.change for line in same]


def test_newer_is_what_was_recorded_later_whatever_its_id(session: Session) -> None:
    books = open_books(session)
    for hours, movement_id in ((0, UUID(int=9)), (1, UUID(int=5)), (2, UUID(int=3))):
        with clock.standing_at(NOON + timedelta(hours=hours)):
            books.post(session, books.earned(0, 10 + hours, movement_id=movement_id))
    assert [line.change for line in page(session, books).lines] == [12, 11, 10]
    newest = page(session, books, limit=1)
    assert [line.change for line in page(session, books, after=newest.older, limit=1).lines] == [11]


@pytest.mark.parametrize("limit", range(1, 9))
def test_pages_of_any_length_are_together_the_whole(session: Session, books: Books, limit: int) -> None:
    whole, lines, after = page(session, books, limit=100), list[Line](), None
    assert whole.older is None
    assert [line.balance for line in whole.lines][::6] == [525, 600]
    for _ in range(8):
        part = page(session, books, after=after, limit=limit)
        assert len(part.lines) <= limit
        lines, after = [*lines, *part.lines], part.older
        if after is None:
            break
        assert len(part.lines) == limit
        assert (after.recorded_at, after.transfer_id) == (part.lines[-1].recorded_at, part.lines[-1].transfer_id)
    assert lines == whole.lines
    assert len(lines) == 7


def test_a_page_that_is_just_full_has_no_older_one(session: Session, books: Books) -> None:
    assert page(session, books, limit=7).older is None
    assert page(session, books, limit=6).older is not None


def test_an_account_without_a_line_has_an_empty_page(session: Session) -> None:
    assert page(session, open_books(session)) == StatementPage([], None)


def test_a_page_has_twenty_lines_unless_asked(session: Session) -> None:
    books = open_books(session)
    for _ in range(21):
        books.post(session, books.earned(0, 1))
    first = page(session, books)
    assert len(first.lines) == 20
    assert [line.balance for line in page(session, books, after=first.older).lines] == [1]
