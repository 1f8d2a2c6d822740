"""A card at a till, as it goes through its life: a stopped one is told at the next request, and the new one works."""

from typing import Any

from sqlalchemy.orm import Session

from tests.spending.cards.test_issuing import PIN, make
from tests.spending.shop import KEYRING, card_text, credits_of, earn, scan, till_of
from tests.web.world import World
from timecredits.foundation.db import new_id
from timecredits.spending.answers import Outcome
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.cards.choosing import choose_check, unlock_card
from timecredits.spending.cards.issuing import reissue_card
from timecredits.spending.cards.printing import in_groups
from timecredits.spending.cards.stopping import CardEnd, stop_card
from timecredits.spending.redemption import redeem
from timecredits.spending.second_checks import ShownCheck


def use(session: Session, world: World, code: str, pin: str | None = PIN, **changes: Any) -> Outcome:
    shown = None if pin is None else ShownCheck(SecondCheck.PIN.value, pin)
    return redeem(session, KEYRING, till_of(world), scan(world, code, check=shown, **changes)).outcome


def stop(session: Session, world: World) -> Card:
    return stop_card(session, world.programme_id, world.volunteer_id, CardEnd.STOLEN, organisation_id=None, actor_id=None)


def test_a_stopped_card_is_told_at_the_next_request(session: Session, world: World) -> None:
    earn(session, world, 240)
    card = make(session, world)
    text = card_text(session, card)
    assert use(session, world, text, None) is Outcome.CHECK_NEEDED
    assert use(session, world, text) is Outcome.TAKEN
    stop(session, world)
    assert use(session, world, text) is Outcome.REVOKED
    assert use(session, world, card.code) is Outcome.REVOKED
    assert credits_of(session, world) == 180


def test_the_new_card_works_and_the_old_one_does_not(session: Session, world: World) -> None:
    earn(session, world, 240)
    old = make(session, world)
    here = world.programme_id, world.organisation_id, world.volunteer_id
    new = reissue_card(session, *here, because=CardEnd.LOST, card_id=new_id(), actor_id=None)
    assert use(session, world, card_text(session, old)) is Outcome.REVOKED
    assert use(session, world, in_groups(new.code).lower()) is Outcome.TAKEN


def test_a_card_without_its_pin_yet_takes_nothing(session: Session, world: World) -> None:
    earn(session, world, 240)
    card = make(session, world, secret="")
    assert use(session, world, card_text(session, card), "0000") is not Outcome.TAKEN
    choose_check(session, world.programme_id, world.volunteer_id, SecondCheck.PIN, PIN, organisation_id=None, actor_id=None)
    assert use(session, world, card_text(session, card)) is Outcome.TAKEN


def test_a_locked_card_works_again_once_it_is_opened(session: Session, world: World) -> None:
    earn(session, world, 240)
    text = card_text(session, make(session, world))
    outcomes = [use(session, world, text, "9753") for _ in range(5)]
    assert outcomes == [Outcome.WRONG_CHECK] * 4 + [Outcome.LOCKED]
    assert use(session, world, text) is Outcome.LOCKED
    unlock_card(session, world.programme_id, world.organisation_id, world.volunteer_id, actor_id=None)
    assert use(session, world, text) is Outcome.TAKEN
    assert credits_of(session, world) == 180
