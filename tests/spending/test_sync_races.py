"""Tills that send at once, each with a connection of its own: the same record counts once, and one note is spent once."""

from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select

from tests.real.at_once import at_once
from tests.spending.offline_shop import another_venue, make_card, make_note, saved, venue_sum
from tests.spending.shop import KEYRING, NOON, credits_of, earn
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.db import transaction
from timecredits.foundation.errors import RuleError
from timecredits.ledger.books import check_ledger
from timecredits.spending.books import check_spending
from timecredits.spending.models import Redemption, Till
from timecredits.spending.offline.decisions import Decision, decide
from timecredits.spending.offline.syncing import ItemAnswer, sync
from timecredits.spending.offline_models import OfflineUse


@pytest.fixture
def kept_world(engine: Engine) -> World:
    with clock.standing_at(NOON), transaction(engine) as session:
        world = build_world(session)
        earn(session, world, 240)
    return world


def sending(till_id: UUID, record: dict[str, Any]) -> Callable[[Engine], ItemAnswer]:
    def act(engine: Engine) -> ItemAnswer:
        with transaction(engine) as session:
            (answer,) = sync(session, KEYRING, session.get_one(Till, till_id), [record], NOON, device_now=NOON)
            return answer

    return act


def check_books(engine: Engine, world: World) -> None:
    with transaction(engine) as session:
        assert check_ledger(session, world.programme_id) == []
        assert check_spending(session, world.programme_id) == []


def test_two_tabs_send_the_same_record(engine: Engine, database_url: str, kept_world: World) -> None:
    with clock.standing_at(NOON), transaction(engine) as session:
        record = saved(kept_world, make_card(session, kept_world)[1])
    answers = at_once(database_url, [sending(kept_world.till_id, record)] * 6, at=NOON)
    assert {answer.result for answer in answers} == {"ok"}
    assert Counter(answer.again for answer in answers) == {False: 1, True: 5}
    with transaction(engine) as session:
        assert credits_of(session, kept_world) == 180
    check_books(engine, kept_world)


def test_one_note_sent_by_four_venues_at_once(engine: Engine, database_url: str, kept_world: World) -> None:
    acts, venues = [], []
    with clock.standing_at(NOON), transaction(engine) as session:
        _note, code = make_note(session, kept_world)
        for name in ("Roxy", "Museum", "Gym", "Baths"):
            till, offer_id = another_venue(session, kept_world, name)
            venues.append(till.venue_id)
            acts.append(sending(till.id, saved(kept_world, code, till_id=str(till.id), offer_id=str(offer_id))))
    answers = at_once(database_url, acts, at=NOON)
    assert Counter(answer.result for answer in answers) == {"ok": 1, "duplicate": 3}
    with transaction(engine) as session:
        assert [venue_sum(session, kept_world, venue_id) for venue_id in venues] == [60] * 4
    check_books(engine, kept_world)


def test_of_one_card_at_five_venues_so_much_counts_and_then_a_person_looks(
    engine: Engine, database_url: str, kept_world: World
) -> None:
    acts = []
    with clock.standing_at(NOON), transaction(engine) as session:
        _card, code = make_card(session, kept_world)
        for index, name in enumerate(("Roxy", "Museum", "Gym", "Baths", "Park")):
            till, offer_id = another_venue(session, kept_world, name)
            minutes = clock.now().replace(minute=0, hour=10 - index).isoformat()
            last = clock.now().replace(hour=1).isoformat()
            record = saved(kept_world, code, till_id=str(till.id), offer_id=str(offer_id), scanned_at=minutes, last_sync_at=last)
            acts.append(sending(till.id, record))
    answers = at_once(database_url, acts, at=NOON)
    assert Counter(answer.result for answer in answers) == {"ok": 4, "review": 1}
    with transaction(engine) as session:
        assert credits_of(session, kept_world) == 0
    check_books(engine, kept_world)


def test_two_people_decide_at_once(engine: Engine, database_url: str, kept_world: World) -> None:
    with clock.standing_at(NOON), transaction(engine) as session:
        record = saved(kept_world, make_card(session, kept_world)[1], check="", id=str(uuid4()))
        (waiting,) = sync(session, KEYRING, session.get_one(Till, kept_world.till_id), [record], NOON)
    assert waiting.use_id is not None
    use_id = waiting.use_id

    def deciding(decision: Decision) -> Callable[[Engine], str]:
        def act(engine: Engine) -> str:
            try:
                with transaction(engine) as session:
                    decide(session, kept_world.programme_id, use_id, decision, reason="We asked", actor_id=None)
            except RuleError as fault:
                return str(fault.sentence)
            return decision.value

        return act

    choices = [Decision.PERSON_PAYS, Decision.PROGRAMME_PAYS, Decision.DOES_NOT_COUNT] * 2
    said = at_once(database_url, [deciding(choice) for choice in choices], at=NOON)
    assert Counter(said)["This was decided already. Nothing was changed."] == 5
    with transaction(engine) as session:
        use = session.get_one(OfflineUse, (kept_world.programme_id, use_id))
        moved = len(session.scalars(select(Redemption.id)).all())
        assert moved == (0 if use.decided == "does_not" else 1)
    check_books(engine, kept_world)
