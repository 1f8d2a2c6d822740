"""A card's code and its PIN open the volunteer's pages: for people without email, never for staff, and guessing is slow."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.spending.cards.test_issuing import PIN, make
from tests.spending.shop import NOON
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.db import transaction
from timecredits.network.models import RoleKind, User, Volunteer
from timecredits.network.tries import count_try
from timecredits.network.users import give_role
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending import second_checks
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.cards import card_sign_in
from timecredits.spending.cards.card_sign_in import CardAnswer, check_card_pin
from timecredits.spending.cards.choosing import unlock_card
from timecredits.spending.cards.stopping import CardEnd, stop_card

UNKNOWN = "ZZZZ ZZZZ"


@pytest.fixture
def no_email(session: Session, world: World) -> Volunteer:
    return enrol_volunteer(session, world.programme_id, world.organisation_id, first_name="Zoë", last_name="B").volunteer


@pytest.fixture
def card(session: Session, world: World, no_email: Volunteer) -> Card:
    return make(session, world, volunteer_id=no_email.id)


def answer(session: Session, code: str, pin: str = PIN) -> CardAnswer:
    return check_card_pin(session, code=code, pin=pin).outcome


def test_the_first_time_makes_a_user_without_email_and_later_times_find_it(
    session: Session, card: Card, no_email: Volunteer
) -> None:
    first = check_card_pin(session, code=f"{card.code[:4].lower()} {card.code[4:]}", pin=f" {PIN} ")
    assert (first.outcome, first.volunteer_id, first.programme_id) == (CardAnswer.FITS, no_email.id, card.programme_id)
    user = session.get_one(User, first.user_id)
    assert (user.email, user.name, user.password_hash) == (None, "Zoë", None)
    assert check_card_pin(session, code=card.code, pin=PIN).user_id == user.id


def test_somebody_with_an_email_signs_in_with_that(session: Session, world: World) -> None:
    """Whoever makes their card knows its code and may set its PIN: it opens nothing but a till."""
    mine = make(session, world)
    assert check_card_pin(session, code=mine.code, pin=PIN) == card_sign_in.CardSignIn(CardAnswer.BY_EMAIL)


def test_staff_never_sign_in_so(session: Session, world: World) -> None:
    mine = make(session, world)
    give_role(session, world.programme_id, world.users["volunteer"], RoleKind.COORDINATOR, organisation_id=world.organisation_id)
    assert check_card_pin(session, code=mine.code, pin=PIN) == card_sign_in.CardSignIn(CardAnswer.STAFF)


def test_a_user_who_was_disabled_stays_out(session: Session, world: World) -> None:
    mine = make(session, world)
    session.get_one(User, world.users["volunteer"]).disabled_at = clock.now()
    assert answer(session, mine.code) is CardAnswer.WRONG


def test_five_wrong_pins_lock_until_a_coordinator_opens(session: Session, world: World, card: Card) -> None:
    assert [answer(session, card.code, "9753") for _ in range(6)] == [CardAnswer.WRONG] * 4 + [CardAnswer.LOCKED] * 2
    assert answer(session, card.code) is CardAnswer.LOCKED
    with clock.standing_at(NOON + timedelta(days=30)):
        assert answer(session, card.code) is CardAnswer.LOCKED
    unlock_card(session, world.programme_id, world.organisation_id, card.volunteer_id, actor_id=None)
    assert answer(session, card.code) is CardAnswer.FITS


def test_wrong_pins_at_a_till_and_here_are_counted_together(session: Session, card: Card) -> None:
    shown = second_checks.ShownCheck("pin", "9753")
    for _ in range(3):
        second_checks.shown_fits(session, card, shown, NOON)
    assert [answer(session, card.code, "9753") for _ in range(2)] == [CardAnswer.WRONG, CardAnswer.LOCKED]


def test_a_right_pin_forgets_the_misses_before(session: Session, card: Card) -> None:
    for _ in range(4):
        assert [answer(session, card.code, "9753"), answer(session, card.code)] == [CardAnswer.WRONG, CardAnswer.FITS]


def test_a_code_that_is_no_cards_answers_like_a_wrong_pin_and_then_like_a_locked_card(session: Session, card: Card) -> None:
    for code in (UNKNOWN, "", "🙂" * 500, "12345678901234567890"):
        answers = [answer(session, code, "9753") for _ in range(6)]
        assert answers == [CardAnswer.WRONG] * 4 + [CardAnswer.LOCKED] * 2, code
    assert answer(session, card.code) is CardAnswer.FITS


@pytest.mark.parametrize("kind", ["word", "no pin yet", "stopped"])
def test_a_card_without_a_pin_is_like_no_card(session: Session, world: World, kind: str) -> None:
    check = SecondCheck.WORD if kind == "word" else SecondCheck.PIN
    mine = make(session, world, check=check, secret={"word": "2580", "no pin yet": "", "stopped": PIN}[kind])
    if kind == "stopped":
        stop_card(session, world.programme_id, world.volunteer_id, CardEnd.LOST, organisation_id=None, actor_id=None)
    assert [answer(session, mine.code) for _ in range(5)] == [CardAnswer.WRONG] * 4 + [CardAnswer.LOCKED]
    assert mine.misses == 0


def test_every_try_looks_at_one_hash(session: Session, world: World, card: Card, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []
    real = second_checks._hasher.verify
    worded = make(session, world, check=SecondCheck.WORD, secret="blue kettle")

    class Counting:
        def verify(self, stored: str, typed: str) -> bool:
            looks.append(stored)
            return real(stored, typed)

    monkeypatch.setattr(second_checks, "_hasher", Counting())
    tries = [(card.code, PIN), (card.code, "9753"), (UNKNOWN, PIN), (worded.code, PIN), ("?", "9753")]
    for code, pin in tries:
        before = len(looks)
        answer(session, code, pin)
        assert len(looks) == before + 1, code
    for _ in range(5):
        answer(session, card.code, "9753")
    before = len(looks)
    assert answer(session, card.code, PIN) is CardAnswer.LOCKED
    assert len(looks) == before + 1


def test_many_misses_from_everybody_make_a_pause(session: Session, card: Card) -> None:
    for _ in range(card_sign_in.MOST_MISSES_IN_ALL):
        count_try(session, "card sign-in misses", within=card_sign_in.MISSES_WITHIN)
    assert answer(session, card.code) is CardAnswer.TOO_MANY
    with clock.standing_at(NOON + card_sign_in.MISSES_WITHIN):
        assert answer(session, card.code) is CardAnswer.FITS


def test_the_first_time_on_four_devices_at_once_makes_one_user(engine: Engine) -> None:
    with transaction(engine) as session:
        world = build_world(session)
        friend = enrol_volunteer(session, world.programme_id, world.organisation_id, first_name="Zoë").volunteer
        code = make(session, world, volunteer_id=friend.id).code
        before = session.scalar(select(func.count()).select_from(User))
    start = Barrier(4)

    def sign_in(_device: int) -> Any:
        start.wait()
        with transaction(engine) as session:
            return check_card_pin(session, code=code, pin=PIN).user_id

    with ThreadPoolExecutor(4) as devices:
        users = set(devices.map(sign_in, range(4)))
    assert len(users) == 1
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(User)) == (before or 0) + 1


def test_eight_wrong_pins_at_once_get_five_tries(engine: Engine) -> None:
    with transaction(engine) as session:
        world = build_world(session)
        code = make(session, world).code
    start = Barrier(8)

    def guess(_hand: int) -> CardAnswer:
        start.wait()
        with transaction(engine) as session:
            return answer(session, code, "9753")

    with ThreadPoolExecutor(8) as hands:
        answers = list(hands.map(guess, range(8)))
    assert answers.count(CardAnswer.WRONG) == 4
    assert answers.count(CardAnswer.LOCKED) == 4
