"""The accounts that a programme has one of: opened when first needed, once, under an id that follows from the programme's."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.ledger.books_of import open_books
from timecredits.ledger.expiry import expired_id, open_expired
from timecredits.ledger.goodwill import goodwill_id, open_goodwill
from timecredits.ledger.models import Account, AccountKind
from timecredits.ledger.note_float import float_id, open_float
from timecredits.ledger.opening_account import open_opening_account, opening_id

IdOf = Callable[[UUID], UUID]
Open = Callable[[Session, UUID], UUID]


@pytest.mark.parametrize(
    ("id_of", "open_it", "kind", "floor"),
    [
        (expired_id, open_expired, AccountKind.EXPIRED, None),
        (goodwill_id, open_goodwill, AccountKind.GOODWILL, None),
        (float_id, open_float, AccountKind.FLOAT, 0),
        (opening_id, open_opening_account, AccountKind.OPENING, None),
    ],
)
def test_it_is_opened_once_as_what_it_is(
    session: Session, id_of: IdOf, open_it: Open, kind: AccountKind, floor: int | None
) -> None:
    ours, theirs = open_books(session).programme_id, open_books(session, slug="theirs").programme_id
    before = session.scalar(select(func.count()).select_from(Account))
    assert before is not None
    assert open_it(session, ours) == open_it(session, ours) == id_of(ours)
    assert open_it(session, theirs) == id_of(theirs) != id_of(ours)
    assert session.scalar(select(func.count()).select_from(Account)) == before + 2
    account = session.get_one(Account, (ours, id_of(ours)))
    assert (account.kind, account.floor, account.balance) == (kind, floor, floor)


def test_no_two_of_them_are_one(session: Session) -> None:
    programme_id = open_books(session).programme_id
    assert len({id_of(programme_id) for id_of in (expired_id, goodwill_id, float_id, opening_id)}) == 4
