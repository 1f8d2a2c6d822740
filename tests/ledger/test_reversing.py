"""Putting right: the mirror image of a transfer, who made it and why, once, and only of what was asked for."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.ledger.books_of import DAY, Books, open_books
from timecredits.foundation.db import new_id
from timecredits.ledger import transfers
from timecredits.ledger.books import check_ledger
from timecredits.ledger.models import Reversal, Transfer, TransferKind
from timecredits.ledger.reversing import keep_reason, mirrors
from timecredits.ledger.transfers import Movement, Posting, find_reversal, post_many, reverse

LATER = date(2026, 12, 3)


def earned(session: Session, books: Books, *minutes: int) -> list[Movement]:
    """Hours that the first volunteer earned by, one movement for each amount."""
    made = [books.earned(0, each) for each in minutes]
    post_many(session, books.programme_id, made)
    return made


def undo(session: Session, books: Books, transfer_id: UUID, reversal_id: UUID, actor: UUID | None = None) -> Posting:
    """Undo a transfer on a later day."""
    return reverse(
        session, books.programme_id, transfer_id, reversal_id=reversal_id, reason="A slip.", actor=actor, occurred_on=LATER
    )


def test_a_reversal_says_what_went_back_when_and_who_did_it(session: Session) -> None:
    books, actor, reversal_id = open_books(session), new_id(), new_id()
    first, second = earned(session, books, 120, 30)
    assert undo(session, books, first.id, reversal_id, actor) is Posting.POSTED
    kept = session.get_one(Transfer, (books.programme_id, reversal_id))
    assert (kept.debit_account, kept.credit_account, kept.amount) == (books.volunteers[0], books.organisation, 120)
    assert (kept.kind, kept.occurred_on, kept.actor, kept.reverses) == (TransferKind.REVERSAL, LATER, actor, first.id)
    assert session.scalars(select(Reversal.id)).all() == [reversal_id]
    assert find_reversal(session, books.programme_id, first.id) == reversal_id
    assert find_reversal(session, books.programme_id, second.id) is None
    assert books.balance(session, 0) == 30


def test_of_many_transfers_only_the_one_that_is_named_goes_back(session: Session) -> None:
    books = open_books(session)
    earned(session, books, 10, 20, 40)
    wrong, _right = earned(session, books, 80, 160)
    assert undo(session, books, wrong.id, new_id()) is Posting.POSTED
    assert books.balance(session, 0) == 10 + 20 + 40 + 160


def test_a_reversal_that_is_refused_keeps_no_reason(session: Session) -> None:
    books = open_books(session)
    given, other = earned(session, books, 60, 60)
    books.post(session, books.used(0, 120))
    assert undo(session, books, given.id, new_id()) is Posting.NOT_ENOUGH
    assert undo(session, books, given.id, other.id) is Posting.CONFLICT  # under an id that stands for something else
    assert session.scalars(select(Reversal.id)).all() == []


def test_who_comes_second_at_the_same_moment_is_told_that_it_was_done(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two people undo the same hours; both looked before either had written."""
    books = open_books(session)
    (wrong, _other) = earned(session, books, 60, 60)
    looked = transfers.find_reversal

    def look(session: Session, programme_id: UUID, transfer_id: UUID) -> UUID | None:
        found = looked(session, programme_id, transfer_id)
        if found is None:
            monkeypatch.setattr(transfers, "find_reversal", looked)
            assert undo(session, books, transfer_id, new_id()) is Posting.POSTED
        return found

    monkeypatch.setattr(transfers, "find_reversal", look)
    assert undo(session, books, wrong.id, new_id()) is Posting.ALREADY
    assert books.balance(session, 0) == 60
    assert check_ledger(session, books.programme_id) == []


def test_a_fault_of_another_kind_is_not_taken_for_done(session: Session) -> None:
    books = open_books(session)
    (wrong,) = earned(session, books, 60)
    with pytest.raises(IntegrityError):
        reverse(
            session,
            books.programme_id,
            wrong.id,
            reversal_id=new_id(),
            reason="No day.",
            actor=None,
            occurred_on=None,  # type: ignore[arg-type]
        )
    assert undo(session, books, wrong.id, new_id()) is Posting.POSTED  # and the transaction is usable


def test_the_mirror_of_a_transfer_is_the_transfer_the_other_way_round(session: Session) -> None:
    books, actor = open_books(session), new_id()
    first, second = earned(session, books, 120, 30)
    found = mirrors(session, books.programme_id, [first.id, second.id], actor=actor, occurred_on=LATER)
    assert {key: each.amount for key, each in found.items()} == {first.id: 120, second.id: 30}
    for key, each in found.items():
        assert (each.debit, each.credit) == (books.volunteers[0], books.organisation)
        assert (each.kind, each.occurred_on, each.actor, each.reverses) == (TransferKind.REVERSAL, LATER, actor, key)
    assert len({each.id for each in found.values()} | {first.id, second.id}) == 4
    again = mirrors(session, books.programme_id, [first.id, second.id], actor=actor, occurred_on=LATER)
    assert again == found  # the same ids: whoever repeats it moves nothing twice


def test_what_was_undone_before_or_is_not_ours_has_no_mirror(session: Session) -> None:
    books, theirs = open_books(session), open_books(session, slug="theirs")
    by_hand, by_mirror, stands = earned(session, books, 10, 20, 40)
    (foreign,) = earned(session, theirs, 80)
    books.undo(session, by_hand)
    asked = [by_hand.id, by_mirror.id, stands.id, foreign.id, new_id()]

    def left() -> dict[UUID, Movement]:
        return mirrors(session, books.programme_id, asked, actor=None, occurred_on=DAY)

    assert left().keys() == {by_mirror.id, stands.id}
    assert books.post(session, left()[by_mirror.id]) is Posting.POSTED
    assert left().keys() == {stands.id}
    assert mirrors(session, books.programme_id, [], actor=None, occurred_on=DAY) == {}
    assert books.balance(session, 0) == 40
    assert check_ledger(session, books.programme_id) == []


@pytest.mark.parametrize("many", [1, 499, 500, 501, 1001])
def test_every_one_of_many_has_its_mirror(session: Session, many: int) -> None:
    books = open_books(session)
    made = earned(session, books, *range(1, many + 1))
    found = mirrors(session, books.programme_id, [each.id for each in made], actor=None, occurred_on=DAY)
    assert {key: each.amount for key, each in found.items()} == {each.id: each.amount for each in made}


def test_the_reason_is_kept_beside_each_of_many_reversals(session: Session) -> None:
    books = open_books(session)
    made = earned(session, books, 10, 20)
    back = mirrors(session, books.programme_id, [each.id for each in made], actor=None, occurred_on=DAY)
    post_many(session, books.programme_id, back.values())
    keep_reason(session, books.programme_id, [], "Nothing to say.")
    keep_reason(session, books.programme_id, [each.id for each in back.values()], "The register was wrong.")
    kept = session.execute(select(Reversal.programme_id, Reversal.id, Reversal.reason)).all()
    assert {tuple(row) for row in kept} == {(books.programme_id, each.id, "The register was wrong.") for each in back.values()}
    assert books.balance(session, 0) == 0
