"""What belongs to one programme is nothing in another, even for who knows its id."""

import pytest
from sqlalchemy.orm import Session

from tests.ledger.books_of import DAY, open_books
from timecredits.foundation.db import new_id
from timecredits.ledger.transfers import Posting, balance, find_reversal, reverse


def test_another_programmes_transfer_is_as_missing_as_one_that_never_was(session: Session) -> None:
    ours, theirs = open_books(session), open_books(session, slug="theirs")
    movement = theirs.earned(0, 60)
    assert theirs.post(session, movement) is Posting.POSTED
    for known in (movement.id, new_id()):
        with pytest.raises(LookupError, match=r"^no such transfer$"):
            reverse(session, ours.programme_id, known, reversal_id=new_id(), reason="A slip.", actor=None, occurred_on=DAY)
    assert theirs.balance(session, 0) == 60
    with pytest.raises(KeyError):
        balance(session, ours.programme_id, theirs.volunteers[0])
    assert theirs.undo(session, movement) is Posting.POSTED
    assert find_reversal(session, theirs.programme_id, movement.id) is not None
    assert find_reversal(session, ours.programme_id, movement.id) is None
