"""Undo gives back once, by the same till, within a quarter of an hour, and the code works again."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.spending.shop import KEYRING, NOON, credits_of, earn, scan, show, till_of
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.ledger.models import Reversal
from timecredits.spending.answers import Answer, Outcome
from timecredits.spending.books import check_spending
from timecredits.spending.models import Redemption
from timecredits.spending.redemption import AtTill, RedemptionRequest, redeem
from timecredits.spending.tills.pairing import begin_pairing, pair_till
from timecredits.spending.undoing import undo


@pytest.fixture
def request_sent(session: Session, world: World) -> RedemptionRequest:
    earn(session, world, 60)
    return scan(world, show(session, world).qr_text)


@pytest.fixture
def taken(session: Session, world: World, request_sent: RedemptionRequest) -> Answer:
    return redeem(session, KEYRING, till_of(world), request_sent)


def test_it_gives_back_and_the_code_works_again(
    session: Session, world: World, request_sent: RedemptionRequest, taken: Answer
) -> None:
    assert taken.id is not None
    answer = undo(session, till_of(world), taken.id, "Wrong price")
    assert (answer.outcome, str(answer.sentence)) == (Outcome.UNDONE, "Undone. 1 credit given back.")
    assert credits_of(session, world) == 60
    assert session.scalars(select(Reversal.reason)).all() == ["Wrong price"]
    assert check_spending(session, world.programme_id) == []
    repeat = redeem(session, KEYRING, till_of(world), request_sent)
    assert repeat.outcome is Outcome.ALREADY_UNDONE
    again = redeem(session, KEYRING, till_of(world), scan(world, request_sent.code))
    assert again.outcome is Outcome.TAKEN
    assert credits_of(session, world) == 0
    assert check_spending(session, world.programme_id) == []


def test_twice_moves_credits_once(session: Session, world: World, taken: Answer) -> None:
    assert taken.id is not None
    undo(session, till_of(world), taken.id, "Wrong person")
    assert undo(session, till_of(world), taken.id, "Wrong person").outcome is Outcome.ALREADY_UNDONE
    assert credits_of(session, world) == 60


def test_after_a_quarter_of_an_hour_it_is_too_late(session: Session, world: World, taken: Answer) -> None:
    assert taken.id is not None
    with clock.standing_at(NOON + timedelta(minutes=15, seconds=1)):
        assert undo(session, till_of(world), taken.id, "Too late").outcome is Outcome.TOO_LATE_TO_UNDO
    with clock.standing_at(NOON + timedelta(minutes=15)):
        assert undo(session, till_of(world), taken.id, "In time").outcome is Outcome.UNDONE


def test_another_till_finds_nothing_and_a_reason_is_needed(session: Session, world: World, taken: Answer) -> None:
    assert taken.id is not None
    paired = pair_till(session, begin_pairing(session, world.venue_id, till_name="Back door", made_by=None))
    assert paired is not None
    with pytest.raises(NotFoundError):
        undo(session, AtTill(paired.till.id, world.venue_id), taken.id, "Not mine")
    with pytest.raises(NotFoundError):
        undo(session, till_of(world), new_id(), "Nothing there")
    with pytest.raises(RuleError):
        undo(session, till_of(world), taken.id, "  ")
    assert credits_of(session, world) == 0


def test_the_books_find_what_does_not_fit(session: Session, world: World, taken: Answer) -> None:
    redemption = session.scalars(select(Redemption)).one()
    redemption.minutes, redemption.undone_at = 30, NOON
    session.flush()
    found = {fault.rule: fault.ids for fault in check_spending(session, world.programme_id)}
    assert found == {
        "redemption_without_transfer": (taken.id,),
        "undone_without_reversal": (taken.id,),
        "code_use_differs": (taken.id,),
    }
