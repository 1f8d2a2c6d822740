"""Where credits turn out to be too few, or a note ended, at the last step: what was counted before is given back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.spending.shop import KEYRING, NOON, change_offer, credits_of, earn, make_note, note_text, scan, show, till_of
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.spending.answers import Answer, Outcome
from timecredits.spending.books import check_spending
from timecredits.spending.models import CodeUse, OfferTurn, Per
from timecredits.spending.note_models import CreditNote
from timecredits.spending.redemption import RedemptionRequest, redeem


def use(session: Session, world: World, request: RedemptionRequest) -> Answer:
    return redeem(session, KEYRING, till_of(world), request)


def test_too_few_credits_leave_the_place_the_turn_and_the_code(session: Session, world: World) -> None:
    """One place for everybody and one turn for each: both are still there for who comes back with enough credits."""
    change_offer(session, world, places=2, places_per=Per.DAY, once_a=Per.DAY)
    shown = show(session, world)
    request = scan(world, shown.qr_text, adults=2)
    assert use(session, world, request).outcome is Outcome.NOT_ENOUGH
    for kept in (CodeUse, OfferTurn):
        assert session.scalar(select(func.count()).select_from(kept)) == 0
    earn(session, world, 120)
    assert use(session, world, scan(world, shown.qr_text, adults=2)).outcome is Outcome.TAKEN
    assert check_spending(session, world.programme_id) == []


def test_a_refusal_gives_back_no_turn_but_its_own(session: Session, world: World) -> None:
    earn(session, world, 120)
    change_offer(session, world, once_a=Per.DAY)
    assert use(session, world, scan(world, show(session, world).qr_text)).outcome is Outcome.TAKEN
    with clock.standing_at(NOON + timedelta(minutes=1)):
        assert use(session, world, scan(world, show(session, world).qr_text)).outcome is Outcome.ONCE
    with clock.standing_at(NOON + timedelta(minutes=2)):
        assert use(session, world, scan(world, show(session, world).qr_text)).outcome is Outcome.ONCE
    assert session.scalar(select(func.count()).select_from(OfferTurn)) == 1
    assert session.scalar(select(func.count()).select_from(CodeUse)) == 1
    assert credits_of(session, world) == 60


@pytest.mark.parametrize("ended", [False, True])
def test_a_note_that_is_used_or_ended_stays_so_after_the_next_try(
    session: Session,
    world: World,
    ended: bool,  # noqa: FBT001
) -> None:
    earn(session, world, 180)
    note, other = make_note(session, world), make_note(session, world)
    first = scan(world, note_text(session, note))
    if ended:
        note.ended_at = NOON
        session.flush()
        assert use(session, world, first).outcome is not Outcome.TAKEN
    else:
        assert use(session, world, first).outcome is Outcome.TAKEN
        assert use(session, world, replace(first, id=scan(world, "x").id)).outcome is Outcome.ALREADY_USED
    session.expire_all()
    assert (session.get_one(CreditNote, (world.programme_id, note.id)).used_at is None) is ended
    assert session.get_one(CreditNote, (world.programme_id, other.id)).used_at is None
    assert use(session, world, scan(world, note_text(session, other))).outcome is Outcome.TAKEN
