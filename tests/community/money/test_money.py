"""Fees and donations: noted once, settled, taken back, summed by month, and never near credits."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.real.at_once import at_once, in_one
from timecredits.community.money.donations import MonthTotals, list_money, money_csv, month_totals, note_donation
from timecredits.community.money.fees import (
    MOST_PENCE,
    fee_of,
    fees_of,
    list_owed,
    note_fee,
    set_fee,
    settle_fee,
    take_back_money,
)
from timecredits.community.referral_models import MoneyState
from timecredits.foundation.clock import standing_at
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.ledger.models import Transfer
from timecredits.network.programmes import create_organisation, create_programme
from timecredits.network.volunteers import enrol_volunteer

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def here(session: Session) -> tuple[UUID, UUID]:
    programme = create_programme(session, name="Fenland Time Credits", slug="fenland")
    return programme.id, create_organisation(session, programme.id, name="Riverside", slug="riverside").id


@pytest.fixture
def person(session: Session, here: tuple[UUID, UUID]) -> UUID:
    return enrol_volunteer(session, *here, first_name="Zoë", last_name="O'Brien", number="=7").volunteer.id


def test_a_fee_is_set_and_taken_away(session: Session, here: tuple[UUID, UUID]) -> None:
    assert fee_of(session, *here) is None
    set_fee(session, *here, 1000, actor_id=None)
    assert fee_of(session, *here) == 1000
    for odd in (-1, MOST_PENCE + 1):
        with pytest.raises(RuleError):
            set_fee(session, *here, odd, actor_id=None)
    set_fee(session, *here, 0, actor_id=None)
    assert fee_of(session, *here) is None


def test_everybody_owes_once(session: Session, here: tuple[UUID, UUID], person: UUID) -> None:
    key = new_id()
    for once in (True, False):
        assert note_fee(session, *here, person, MoneyState.OWED, pence=1000, actor_id=None, entry_id=key) is once
    with pytest.raises(RuleError):
        note_fee(session, *here, person, MoneyState.RECEIVED, pence=1000, actor_id=None, entry_id=new_id())
    assert not note_fee(session, *here, person, MoneyState.OWED, pence=1000, actor_id=None, unless_noted=True)
    assert [each.name for each in list_owed(session, *here)] == ["Zoë O'Brien"]
    assert settle_fee(session, *here, key, MoneyState.RECEIVED, actor_id=None)
    assert not settle_fee(session, *here, key, MoneyState.RECEIVED, actor_id=None)
    assert list_owed(session, *here) == []
    assert settle_fee(session, *here, key, MoneyState.OWED, actor_id=None)
    assert take_back_money(session, *here, key, actor_id=None)
    assert not take_back_money(session, *here, key, actor_id=None)
    with pytest.raises(RuleError):
        settle_fee(session, *here, key, MoneyState.WAIVED, actor_id=None)
    assert note_fee(session, *here, person, MoneyState.WAIVED, pence=1000, actor_id=None, entry_id=new_id())
    assert [each.taken_back_at is None for each in fees_of(session, *here, person)] == [False, True]


def test_fees_at_once_are_one(database_url: str, session: Session) -> None:
    programme = create_programme(session, name="Fenland Time Credits", slug="fenland")
    own = programme.id, create_organisation(session, programme.id, name="Riverside", slug="riverside").id
    volunteer = enrol_volunteer(session, *own, first_name="Zoë").volunteer.id
    session.commit()
    press = in_one(lambda each: note_fee(each, *own, volunteer, MoneyState.OWED, pence=1000, actor_id=None, unless_noted=True))
    assert sorted(at_once(database_url, [press, press, press])) == [False, False, True]


def test_a_donation_pressed_at_once_is_noted_once(database_url: str, session: Session) -> None:
    programme = create_programme(session, name="Fenland Time Credits", slug="fenland")
    own = programme.id, create_organisation(session, programme.id, name="Riverside", slug="riverside").id
    session.commit()
    said = {"entry_id": new_id(), "pence": 500, "volunteer_id": None, "actor_id": None}
    press = in_one(lambda each: note_donation(each, *own, **said))  # type: ignore[arg-type]
    assert sorted(at_once(database_url, [press, press, press])) == [False, False, True]


def test_months_count_what_came_in_and_nothing_else(session: Session, here: tuple[UUID, UUID], person: UUID) -> None:
    key = new_id()
    with standing_at(NOON - timedelta(days=40)):
        note_donation(session, *here, entry_id=new_id(), pence=250, volunteer_id=None, actor_id=None)
        note_fee(session, *here, person, MoneyState.OWED, pence=1000, actor_id=None, entry_id=key)
    with standing_at(NOON):
        assert month_totals(list_money(session, *here)) == [MonthTotals(date(2026, 10, 1), 0, 250, 0)]
        settle_fee(session, *here, key, MoneyState.RECEIVED, actor_id=None)
        wrong = new_id()
        for once in (True, False):
            noted = note_donation(session, *here, entry_id=wrong, pence=99, volunteer_id=person, actor_id=None)
            assert noted is once
        take_back_money(session, *here, wrong, actor_id=None)
    lines = list_money(session, *here)
    assert month_totals(lines) == [MonthTotals(date(2026, 11, 1), 1000, 0, 0), MonthTotals(date(2026, 10, 1), 0, 250, 0)]
    rows = list(csv.reader(io.StringIO(money_csv(lines).removeprefix("\ufeff"))))
    assert rows[1:] == [
        ["2026-11-20", "joining fee", "received", "10.0", "'=7"],
        ["2026-10-11", "donation", "received", "2.5", ""],
    ]
    assert "Zoë" not in money_csv(lines)


@pytest.mark.parametrize("pence", [0, -5, MOST_PENCE + 1])
def test_odd_amounts_are_refused(session: Session, here: tuple[UUID, UUID], person: UUID, pence: int) -> None:
    with pytest.raises(RuleError):
        note_donation(session, *here, entry_id=new_id(), pence=pence, volunteer_id=None, actor_id=None)
    with pytest.raises(RuleError):
        note_fee(session, *here, person, MoneyState.OWED, pence=pence, actor_id=None)


def test_strangers_and_other_organisations_are_not_there(session: Session, here: tuple[UUID, UUID], person: UUID) -> None:
    there = here[0], create_organisation(session, here[0], name="Lantern", slug="lantern").id
    key = new_id()
    note_donation(session, *here, entry_id=key, pence=100, volunteer_id=None, actor_id=None)
    for act in (
        lambda: note_fee(session, *there, person, MoneyState.OWED, pence=1000, actor_id=None),
        lambda: note_donation(session, *there, entry_id=new_id(), pence=1, volunteer_id=person, actor_id=None),
        lambda: note_donation(session, *there, entry_id=key, pence=1, volunteer_id=None, actor_id=None),
        lambda: take_back_money(session, *there, key, actor_id=None),
        lambda: fees_of(session, *there, person),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert list_money(session, *there) == []


def test_no_credit_moves_for_money(session: Session, here: tuple[UUID, UUID], person: UUID) -> None:
    note_fee(session, *here, person, MoneyState.RECEIVED, pence=1000, actor_id=None)
    note_donation(session, *here, entry_id=new_id(), pence=100, volunteer_id=person, actor_id=None)
    assert session.scalar(select(func.count()).select_from(Transfer)) == 0
