"""A card is never enough alone: PIN, word, photo, and the lock after five misses."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.real.at_once import at_once
from tests.spending.shop import KEYRING, NOON, PIN, card_text, credits_of, earn, make_card, scan, till_of
from tests.spending.test_races import kept_world, sending
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import transaction
from timecredits.foundation.errors import RuleError
from timecredits.spending.answers import Answer, Outcome
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.models import RedemptionAttempt
from timecredits.spending.redemption import ShownCheck, redeem
from timecredits.spending.second_checks import MOST_MISSES, hash_secret, secret_fits, unlock

__all__ = ["kept_world"]


def use(session: Session, world: World, card: Card, check: ShownCheck | None = None) -> Answer:
    return redeem(session, KEYRING, till_of(world), scan(world, card_text(session, card), check=check))


@pytest.mark.parametrize("check", list(SecondCheck))
def test_without_it_the_till_is_told_what_to_ask(session: Session, world: World, check: SecondCheck) -> None:
    earn(session, world, 60)
    card = make_card(session, world, check)
    answer = use(session, world, card)
    assert (answer.outcome, answer.asks, answer.card_id) == (Outcome.CHECK_NEEDED, check.value, card.id)
    assert answer.name == ("Siân O." if check is SecondCheck.PHOTO else ""), "a name only where it meets a face"
    for odd in (ShownCheck(check.value, ""), ShownCheck("name", "yes"), ShownCheck("nonsense", PIN)):
        assert use(session, world, card, odd).outcome is Outcome.CHECK_NEEDED
    right = ShownCheck(check.value, "yes" if check is SecondCheck.PHOTO else PIN)
    assert use(session, world, card, right).outcome is Outcome.TAKEN
    assert credits_of(session, world) == 0


def test_a_word_is_heard_not_spelled(session: Session, world: World) -> None:
    earn(session, world, 60)
    card = make_card(session, world, SecondCheck.WORD, secret_hash=hash_secret(SecondCheck.WORD, "Tŷ  Gwyn"))
    assert use(session, world, card, ShownCheck("word", " ty gwyn ")).outcome is Outcome.TAKEN


def test_a_face_that_does_not_fit_takes_nothing_and_locks_nothing(session: Session, world: World) -> None:
    earn(session, world, 60)
    card = make_card(session, world, SecondCheck.PHOTO)
    for _ in range(MOST_MISSES + 1):
        assert use(session, world, card, ShownCheck("photo", "no")).outcome is Outcome.WRONG_CHECK
    assert use(session, world, card, ShownCheck("photo", "yes")).outcome is Outcome.TAKEN


def test_five_misses_lock_it_kindly_and_a_coordinator_opens_it_again(session: Session, world: World) -> None:
    earn(session, world, 60)
    card = make_card(session, world)
    left = [use(session, world, card, ShownCheck("pin", "1111")).outcome for _ in range(MOST_MISSES)]
    assert left == [Outcome.WRONG_CHECK] * (MOST_MISSES - 1) + [Outcome.LOCKED]
    answer = use(session, world, card, ShownCheck("pin", PIN))
    assert answer.outcome is Outcome.LOCKED
    assert "safe" in str(answer.say)
    unlock(session, card)
    assert use(session, world, card, ShownCheck("pin", PIN)).outcome is Outcome.TAKEN


def test_a_right_one_forgets_the_misses_before_it(session: Session, world: World) -> None:
    earn(session, world, 600)
    card = make_card(session, world)
    for minute in range(4):
        with clock.standing_at(NOON + timedelta(minutes=minute)):
            for _ in range(MOST_MISSES - 1):
                assert use(session, world, card, ShownCheck("pin", "1111")).outcome is Outcome.WRONG_CHECK
            assert use(session, world, card, ShownCheck("pin", PIN)).outcome is Outcome.TAKEN


def test_many_guesses_at_once_get_no_more_tries(engine: Engine, database_url: str, kept_world: World) -> None:
    with clock.standing_at(NOON), transaction(engine) as session:
        card = make_card(session, kept_world)
        code = card_text(session, card)
    guesses = [scan(kept_world, code, check=ShownCheck("pin", f"{1000 + 7 * number}")) for number in range(12)]
    outcomes = Counter(
        answer.outcome for answer in at_once(database_url, [sending(till_of(kept_world), each) for each in guesses], at=NOON)
    )
    assert outcomes == {Outcome.WRONG_CHECK: MOST_MISSES - 1, Outcome.LOCKED: 12 - (MOST_MISSES - 1)}
    with transaction(engine) as session:
        assert session.get_one(Card, (kept_world.programme_id, card.id)).locked_at is not None


def test_nothing_of_a_pin_is_kept_with_the_attempt(session: Session, world: World) -> None:
    card = make_card(session, world)
    first, second = (scan(world, card_text(session, card), check=ShownCheck("pin", pin)) for pin in ("1111", PIN))
    assert first.body_hash() == second.body_hash()
    redeem(session, KEYRING, till_of(world), first)
    kept = session.query(RedemptionAttempt).one()
    assert "1111" not in str(kept.answer)


@pytest.mark.parametrize("pin", ["", "123", "1234567", "12a4", "0000", "1234", "9876", "٣٤٥٦", "12 34"])
def test_a_pin_that_is_short_odd_or_easy_is_turned_down(pin: str) -> None:
    with pytest.raises(RuleError):
        hash_secret(SecondCheck.PIN, pin)


def test_where_no_secret_is_kept_none_fits() -> None:
    assert not secret_fits(None, ShownCheck("pin", PIN))
    assert not secret_fits("not a hash", ShownCheck("pin", PIN))
    assert secret_fits(hash_secret(SecondCheck.PIN, PIN), ShownCheck("pin", f" {PIN} "))
