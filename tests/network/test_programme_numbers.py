"""A number that no programme can have is nobody's, on both databases alike."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.network.api_tokens import find_partner
from timecredits.network.models import Programme
from timecredits.network.programmes import create_programme


@pytest.mark.parametrize("number", [0, 32_768, 99_999, 2**31, 2**62])
def test_a_number_too_large_finds_nothing(session: Session, number: int) -> None:
    mine = create_programme(session, name="One", slug="one")
    assert session.scalars(select(Programme.id).where(Programme.number == mine.number)).one() == mine.id
    assert session.scalars(select(Programme.id).where(Programme.number == number)).all() == []


def test_a_key_of_such_a_number_is_nobodys(session: Session) -> None:
    assert find_partner(session, "tc_99999_" + "x" * 43) is None
