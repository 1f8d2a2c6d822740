"""Many at once, each with a connection of its own: exactly one takes the last credit, on SQLite and on PostgreSQL."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.real.at_once import at_once
from tests.spending.shop import KEYRING, NOON, credits_of, earn, scan, show, till_of
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.db import new_id, transaction
from timecredits.ledger.books import check_ledger
from timecredits.network.models import Programme
from timecredits.spending.answers import Answer, Outcome
from timecredits.spending.books import check_spending
from timecredits.spending.codes import LiveCodeParts, encode, step_at
from timecredits.spending.models import CodeKind, Credential
from timecredits.spending.redemption import AtTill, RedemptionRequest, redeem
from timecredits.spending.tills.pairing import begin_pairing, pair_till
from timecredits.spending.undoing import undo


@pytest.fixture
def kept_world(engine: Engine) -> World:
    """A world that is committed, so that other connections see it."""
    with clock.standing_at(NOON), transaction(engine) as session:
        world = build_world(session)
        earn(session, world, 60)
    return world


def sending(till: AtTill, request: RedemptionRequest) -> Callable[[Engine], Answer]:
    def act(engine: Engine) -> Answer:
        with transaction(engine) as session:
            return redeem(session, KEYRING, till, request)

    return act


def check_books(engine: Engine, world: World) -> None:
    with transaction(engine) as session:
        assert check_ledger(session, world.programme_id) == []
        assert check_spending(session, world.programme_id) == []


def test_twenty_at_once_for_a_balance_of_one(engine: Engine, database_url: str, kept_world: World) -> None:
    codes = []
    for step in range(2):
        with clock.standing_at(NOON - timedelta(seconds=30 * step)), transaction(engine) as session:
            codes.append(show(session, kept_world).qr_text)
    requests = [scan(kept_world, codes[number % 2]) for number in range(20)]
    answers = at_once(database_url, [sending(till_of(kept_world), request) for request in requests], at=NOON)
    outcomes = Counter(answer.outcome for answer in answers)
    assert outcomes[Outcome.TAKEN] == 1
    assert outcomes[Outcome.NOT_ENOUGH] + outcomes[Outcome.ALREADY_USED] == 19, outcomes
    assert outcomes[Outcome.NOT_ENOUGH] >= 1
    with transaction(engine) as session:
        assert credits_of(session, kept_world) == 0
    check_books(engine, kept_world)


def test_one_code_at_two_tills_at_once_is_used_once(engine: Engine, database_url: str, kept_world: World) -> None:
    with clock.standing_at(NOON), transaction(engine) as session:
        earn(session, kept_world, 600)
        shown = show(session, kept_world)
        paired = pair_till(session, begin_pairing(session, kept_world.venue_id, till_name="Back door", made_by=None))
        assert paired is not None
    tills = [till_of(kept_world), AtTill(paired.till.id, kept_world.venue_id)]
    answers = at_once(database_url, [sending(till, scan(kept_world, shown.qr_text)) for till in tills], at=NOON)
    assert Counter(answer.outcome for answer in answers) == {Outcome.TAKEN: 1, Outcome.ALREADY_USED: 1}
    check_books(engine, kept_world)


def test_the_same_request_eight_times_at_once_takes_once(engine: Engine, database_url: str, kept_world: World) -> None:
    with clock.standing_at(NOON), transaction(engine) as session:
        earn(session, kept_world, 600)
        request = scan(kept_world, show(session, kept_world).qr_text)
    answers = at_once(database_url, [sending(till_of(kept_world), request)] * 8, at=NOON)
    assert Counter(answer.outcome for answer in answers) == {Outcome.TAKEN: 1, Outcome.ALREADY_DONE: 7}
    assert {answer.minutes for answer in answers} == {60}
    with transaction(engine) as session:
        assert credits_of(session, kept_world) == 600
    check_books(engine, kept_world)


def test_undone_by_four_taps_at_once_gives_back_once(engine: Engine, database_url: str, kept_world: World) -> None:
    with clock.standing_at(NOON), transaction(engine) as session:
        taken = redeem(session, KEYRING, till_of(kept_world), scan(kept_world, show(session, kept_world).qr_text, id=uuid4()))
    redemption_id: UUID = taken.id or uuid4()

    def act(engine: Engine) -> Answer:
        with transaction(engine) as session:
            return undo(session, till_of(kept_world), redemption_id, "Wrong person")

    answers = at_once(database_url, [act] * 4, at=NOON)
    assert Counter(answer.outcome for answer in answers) == {Outcome.UNDONE: 1, Outcome.ALREADY_UNDONE: 3}
    with transaction(engine) as session:
        assert credits_of(session, kept_world) == 60
    check_books(engine, kept_world)


def test_eight_tills_drain_a_balance_exactly_to_its_floor(engine: Engine, database_url: str, kept_world: World) -> None:
    with clock.standing_at(NOON), transaction(engine) as session:
        earn(session, kept_world, 49 * 60)
        number = session.get_one(Programme, kept_world.programme_id).number
        codes = [_phone(session, kept_world, number, reference) for reference in range(80)]

    def drain(mine: list[str]) -> Callable[[Engine], Answer]:
        def act(own: Engine) -> Answer:
            for code in mine:
                with transaction(own) as session:
                    answer = redeem(session, KEYRING, till_of(kept_world), scan(kept_world, code))
                outcomes.append(answer.outcome)
            return answer

        return act

    outcomes: list[Outcome] = []
    at_once(database_url, [drain(codes[client::8]) for client in range(8)], at=NOON)
    assert Counter(outcomes) == {Outcome.TAKEN: 50, Outcome.NOT_ENOUGH: 30}
    with transaction(engine) as session:
        assert credits_of(session, kept_world) == 0
    check_books(engine, kept_world)


def _phone(session: Session, world: World, number: int, reference: int) -> str:
    """One more phone of the same person, and what it shows."""
    session.add(
        Credential(
            programme_id=world.programme_id,
            id=new_id(),
            volunteer_id=world.volunteer_id,
            kind=CodeKind.LIVE,
            reference=reference,
            created_at=NOON,
        )
    )
    return encode(KEYRING, LiveCodeParts(number, reference, step_at(NOON)))
