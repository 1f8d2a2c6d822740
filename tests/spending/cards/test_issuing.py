"""Making a card, making it anew, stopping it: one live card a person, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.web.world import World, build_world
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.sign_in_models import SignIn
from timecredits.network.sign_ins import find_actor, list_capacities, start_sign_in
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.cards.choosing import choose_check, unlock_card
from timecredits.spending.cards.finding import find_live_card
from timecredits.spending.cards.issuing import issue_card, issue_missing, reissue_card
from timecredits.spending.cards.stopping import CardEnd, stop_card
from timecredits.spending.second_checks import CheckAnswer, ShownCheck, shown_fits

PIN = "2580"


def make(session: Session, world: World, **changes: Any) -> Card:
    values: dict[str, Any] = {
        "check": SecondCheck.PIN,
        "secret": PIN,
        "card_id": new_id(),
        "actor_id": world.users["coordinator"],
    }
    volunteer_id = changes.pop("volunteer_id", world.volunteer_id)
    return issue_card(session, world.programme_id, world.organisation_id, volunteer_id, **(values | changes))


def live(session: Session, world: World) -> Card | None:
    return find_live_card(session, world.programme_id, world.volunteer_id)


def done(session: Session, world: World) -> list[str]:
    query = select(AuditEntry.action).where(AuditEntry.programme_id == world.programme_id, AuditEntry.action.like("card%"))
    return list(session.scalars(query.order_by(AuditEntry.recorded_at, AuditEntry.id)))


def fits(session: Session, card: Card, kind: str, value: str) -> bool:
    return shown_fits(session, card, ShownCheck(kind, value), card.made_at).answer is CheckAnswer.FITS


def test_a_card_is_made_with_the_check_that_the_person_chose(session: Session, world: World) -> None:
    card = make(session, world)
    assert (card.check, card.replaces, card.ended_at, card.printed_at) == (SecondCheck.PIN, None, None, None)
    assert card.secret_hash is not None
    assert PIN not in card.secret_hash
    assert 0 < card.serial < 2**63
    assert len(card.code) == 8
    assert fits(session, card, "pin", PIN)
    assert done(session, world) == ["card made"]


def test_a_word_is_known_however_it_is_written(session: Session, world: World) -> None:
    card = make(session, world, check=SecondCheck.WORD, secret="Blue  Kettle")
    assert fits(session, card, "word", "blue kettle")


@pytest.mark.parametrize(
    ("check", "secret", "field"), [("pin", "1234", "secret"), ("word", "ab", "secret"), ("photo", "", "check")]
)
def test_a_check_that_will_not_do_makes_no_card(session: Session, world: World, check: str, secret: str, field: str) -> None:
    with pytest.raises(RuleError) as refused:
        make(session, world, check=SecondCheck(check), secret=secret)
    assert refused.value.field == field
    assert live(session, world) is None


def test_the_same_form_sent_twice_makes_one_card(session: Session, world: World) -> None:
    card_id = new_id()
    assert make(session, world, card_id=card_id).serial == make(session, world, card_id=card_id).serial
    assert session.scalar(select(func.count()).select_from(Card)) == 1


def test_making_a_card_anew_ends_the_old_one_and_keeps_the_pin(session: Session, world: World) -> None:
    old = make(session, world)
    here = world.programme_id, world.organisation_id, world.volunteer_id
    new = reissue_card(session, *here, because=CardEnd.STOLEN, card_id=new_id(), actor_id=None)
    assert old.ended_at is not None
    assert (old.ended_because, new.replaces) == ("stolen", old.id)
    assert (new.serial, new.code) != (old.serial, old.code)
    assert fits(session, new, "pin", PIN)
    assert live(session, world) == new
    again = reissue_card(session, *here, because=CardEnd.STOLEN, card_id=new.id, actor_id=None)
    assert again.ended_at is None
    assert done(session, world) == ["card made", "card made anew"]


def test_another_card_replaces_the_first(session: Session, world: World) -> None:
    old, new = make(session, world), make(session, world, secret="8642")
    assert (old.ended_because, new.replaces) == ("replaced", old.id)
    assert live(session, world) == new


def test_a_stopped_card_is_stopped_for_good(session: Session, world: World) -> None:
    make(session, world)
    at: dict[str, Any] = {"organisation_id": world.organisation_id, "actor_id": world.users["coordinator"]}
    stopped = stop_card(session, world.programme_id, world.volunteer_id, CardEnd.LOST, **at)
    assert stopped.ended_because == "lost"
    assert live(session, world) is None
    for act in (
        lambda: stop_card(session, world.programme_id, world.volunteer_id, CardEnd.LOST, **at),
        lambda: choose_check(session, world.programme_id, world.volunteer_id, SecondCheck.PIN, "2468", **at),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert done(session, world) == ["card made", "card stopped: lost"]


def test_another_organisation_finds_nobody(session: Session, world: World) -> None:
    make(session, world)
    there = world.other_organisation_id
    acts = (
        lambda who: issue_card(
            session, world.programme_id, there, who, check=SecondCheck.PIN, secret=PIN, card_id=new_id(), actor_id=None
        ),
        lambda who: stop_card(session, world.programme_id, who, CardEnd.LOST, organisation_id=there, actor_id=None),
        lambda who: choose_check(session, world.programme_id, who, SecondCheck.PIN, PIN, organisation_id=there, actor_id=None),
        lambda who: unlock_card(session, world.programme_id, there, who, actor_id=None),
        lambda who: reissue_card(session, world.programme_id, there, who, because=CardEnd.LOST, card_id=new_id(), actor_id=None),
    )
    for act in acts:
        for who in (world.volunteer_id, new_id()):
            with pytest.raises(NotFoundError):
                act(who)
    assert live(session, world) is not None


def test_a_card_id_of_somebody_else_is_never_taken_over(session: Session, world: World) -> None:
    card = make(session, world)
    friend = enrol_volunteer(session, world.programme_id, world.organisation_id, first_name="Zoë").volunteer
    with pytest.raises(NotFoundError):
        make(session, world, volunteer_id=friend.id, card_id=card.id)


def test_a_pin_may_come_later_and_opens_nothing_until_then(session: Session, world: World) -> None:
    card = make(session, world, secret="")
    assert card.secret_hash is None
    assert not fits(session, card, "pin", "0000")
    at: dict[str, Any] = {"organisation_id": world.organisation_id, "actor_id": None}
    choose_check(session, world.programme_id, world.volunteer_id, SecondCheck.PIN, PIN, **at)
    assert card.misses == 0
    assert fits(session, card, "pin", PIN)
    choose_check(session, world.programme_id, world.volunteer_id, SecondCheck.PIN, "", **at)
    assert fits(session, card, "pin", PIN), "a PIN chosen before stays"


def test_five_misses_lock_and_a_coordinator_opens(session: Session, world: World) -> None:
    card = make(session, world)
    for _ in range(5):
        assert not fits(session, card, "pin", "9753")
    assert not fits(session, card, "pin", PIN)
    unlock_card(session, world.programme_id, world.organisation_id, world.volunteer_id, actor_id=None)
    assert fits(session, card, "pin", PIN)
    assert done(session, world)[-1] == "card unlocked"


@pytest.mark.parametrize("how", ["stop", "new pin", "anew", "by themselves"])
def test_browsers_that_the_card_may_have_opened_are_signed_out(session: Session, world: World, how: str) -> None:
    make(session, world)
    user_id = world.users["volunteer"]
    mine, other = (start_sign_in(session, user_id, list_capacities(session, user_id)[0]) for _ in range(2))
    row = session.scalars(select(SignIn).order_by(SignIn.created_at, SignIn.id)).first()
    assert row is not None
    actor = find_actor(session, mine)
    assert actor is not None
    where: dict[str, Any] = {"organisation_id": world.organisation_id, "actor_id": None}
    if how == "stop":
        stop_card(session, world.programme_id, world.volunteer_id, CardEnd.LOST, **where)
    elif how == "new pin":
        choose_check(session, world.programme_id, world.volunteer_id, SecondCheck.PIN, "8642", **where)
    elif how == "anew":
        reissue_card(
            session,
            world.programme_id,
            world.organisation_id,
            world.volunteer_id,
            because=CardEnd.LOST,
            card_id=new_id(),
            actor_id=None,
        )
    else:
        where = {"organisation_id": None, "actor_id": user_id, "keep_sign_in": actor.sign_in_id}
        stop_card(session, world.programme_id, world.volunteer_id, CardEnd.LOST, **where)
    session.expire_all()
    assert (find_actor(session, mine) is not None) == (how == "by themselves")
    assert find_actor(session, other) is None


def test_those_without_a_card_get_one_and_the_others_keep_theirs(session: Session, world: World) -> None:
    card = make(session, world)
    friend = enrol_volunteer(session, world.programme_id, world.organisation_id, first_name="Zoë").volunteer
    wanted: list[tuple[UUID, UUID]] = [(each, new_id()) for each in (world.volunteer_id, friend.id, world.other_volunteer_id)]
    here = world.programme_id, world.organisation_id
    assert [issue_missing(session, *here, wanted, actor_id=None) for _ in range(2)] == [1, 0]
    assert live(session, world) == card
    made = find_live_card(session, world.programme_id, friend.id)
    assert made is not None
    assert (made.id, made.secret_hash) == (wanted[1][1], None)
    assert find_live_card(session, world.programme_id, world.other_volunteer_id) is None, "not enrolled here"


def test_cards_made_anew_by_four_hands_at_once_leave_one_live_card(engine: Engine) -> None:
    with transaction(engine) as session:
        world = build_world(session)
        make(session, world)
    start = Barrier(4)

    def again(_hand: int) -> UUID:
        start.wait()
        with transaction(engine) as session:
            return reissue_card(
                session,
                world.programme_id,
                world.organisation_id,
                world.volunteer_id,
                because=CardEnd.LOST,
                card_id=new_id(),
                actor_id=None,
            ).id

    with ThreadPoolExecutor(4) as hands:
        made = set(hands.map(again, range(4)))
    with transaction(engine) as session:
        cards = session.scalars(select(Card)).all()
        assert len(cards) == 5
        [standing] = [card for card in cards if card.ended_at is None]
        assert standing.id in made
        assert {card.replaces for card in cards} == {None, *(card.id for card in cards if card != standing)}, "one after another"


def test_a_first_card_made_by_four_hands_at_once_leaves_one_live_card(engine: Engine) -> None:
    with transaction(engine) as session:
        world = build_world(session)
    start = Barrier(4)

    def issue(_hand: int) -> None:
        start.wait()
        with transaction(engine) as session:
            make(session, world)

    with ThreadPoolExecutor(4) as hands:
        list(hands.map(issue, range(4)))
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(Card).where(Card.ended_at.is_(None))) == 1
