"""What is kept of a movement, and the answers that follow from it: the same again, another under its id, too little."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.ledger.books_of import DAY, open_books
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.ledger.errors import ConflictError
from timecredits.ledger.models import Account, AccountKind, Transfer, TransferKind
from timecredits.ledger.transfers import Movement, Posting, balances, open_account, post_many

MOMENT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("together", [False, True])
def test_all_that_is_said_of_a_movement_is_kept(session: Session, together: bool) -> None:  # noqa: FBT001
    books, actor = open_books(session), new_id()
    movement = Movement(
        new_id(), books.organisation, books.volunteers[0], 75, TransferKind.EARNED, date(2026, 10, 30), actor=actor
    )
    with clock.standing_at(MOMENT):
        if together:
            assert post_many(session, books.programme_id, [movement]) == {movement.id: Posting.POSTED}
        else:
            assert books.post(session, movement) is Posting.POSTED
    kept = session.get_one(Transfer, (books.programme_id, movement.id))
    assert (kept.debit_account, kept.credit_account, kept.amount) == (books.organisation, books.volunteers[0], 75)
    assert (kept.kind, kept.occurred_on, kept.recorded_at) == (TransferKind.EARNED, date(2026, 10, 30), MOMENT)
    assert (kept.actor, kept.reverses) == (actor, None)


@pytest.mark.parametrize("part", ["debit", "credit", "amount", "kind"])
@pytest.mark.parametrize("together", [False, True])
def test_a_movement_that_differs_in_one_thing_is_another(session: Session, part: str, together: bool) -> None:  # noqa: FBT001
    books = open_books(session, volunteers=2)
    first = books.earned(0, 60)
    assert books.post(session, first) is Posting.POSTED
    other = {"debit": books.venue, "credit": books.volunteers[1], "amount": 61, "kind": TransferKind.GIVEN}
    changed = replace(first, **{part: other[part]})  # type: ignore[arg-type]
    if together:
        with pytest.raises(ConflictError, match=str(first.id)), session.begin_nested():
            post_many(session, books.programme_id, [books.earned(1, 5), changed])
    else:
        assert books.post(session, changed) is Posting.CONFLICT
    assert [books.balance(session, who) for who in (0, 1)] == [60, 0]


def test_another_programmes_movement_under_the_same_id_is_no_conflict(session: Session) -> None:
    ours, theirs = open_books(session), open_books(session, slug="theirs")
    first = theirs.earned(0, 60)
    assert theirs.post(session, first) is Posting.POSTED
    same_id = ours.earned(0, 90, movement_id=first.id)
    assert [ours.post(session, same_id) for _ in range(2)] == [Posting.POSTED, Posting.ALREADY]
    assert ours.post(session, ours.used(0, 91, movement_id=new_id())) is Posting.NOT_ENOUGH
    assert (ours.balance(session, 0), theirs.balance(session, 0)) == (90, 60)


def test_another_programmes_movement_does_not_stand_in_for_one_that_was_refused(session: Session) -> None:
    ours, theirs = open_books(session), open_books(session, slug="theirs")
    theirs.post(session, theirs.earned(0, 60))
    first = theirs.used(0, 60)
    assert theirs.post(session, first) is Posting.POSTED
    assert ours.post(session, ours.used(0, 60, movement_id=first.id)) is Posting.NOT_ENOUGH


def test_of_many_each_is_answered_for_itself(session: Session) -> None:
    books = open_books(session, volunteers=2)
    old, new, twice = books.earned(0, 10), books.earned(1, 20), books.earned(1, 40)
    books.post(session, old)
    answers = post_many(session, books.programme_id, iter([twice, old, new, twice]))
    assert answers.keys() == {old.id, new.id, twice.id}
    assert (answers[old.id], answers[new.id]) == (Posting.ALREADY, Posting.POSTED)
    assert [books.balance(session, who) for who in (0, 1)] == [10, 60]
    assert post_many(session, books.programme_id, []) == {}


def test_a_movement_that_can_not_be_is_an_error_and_not_too_little(session: Session) -> None:
    books = open_books(session)
    with pytest.raises(IntegrityError, match="amount_positive"), session.begin_nested():
        post_many(session, books.programme_id, [books.earned(0, 0)])


def test_balances_are_of_the_accounts_asked_for_that_have_one(session: Session) -> None:
    books, theirs = open_books(session, volunteers=3), open_books(session, slug="theirs")
    books.post(session, books.earned(0, 45))
    books.post(session, books.earned(2, 15))
    asked = [books.volunteers[0], books.volunteers[1], books.organisation, books.venue, theirs.volunteers[0], UUID(int=0)]
    assert balances(session, books.programme_id, asked) == {books.volunteers[0]: 45, books.volunteers[1]: 0}


@pytest.mark.parametrize("kind", list(AccountKind))
def test_an_account_opens_empty_as_what_it_is(session: Session, kind: AccountKind) -> None:
    books = open_books(session)
    account = session.get_one(Account, (books.programme_id, open_account(session, books.programme_id, kind)))
    assert account.kind is kind
    assert (account.floor, account.balance) in {(0, 0), (None, None)}
    holds_what_people_have = kind in {AccountKind.VOLUNTEER, AccountKind.POT, AccountKind.FLOAT}
    assert (account.floor == 0) is holds_what_people_have


def test_the_day_of_a_movement_is_the_day_it_is_about(session: Session) -> None:
    books = open_books(session)
    movement = books.earned(0, 60)
    books.post(session, movement)
    assert session.get_one(Transfer, (books.programme_id, movement.id)).occurred_on == DAY
