"""What an offer counted is what its standing uses brought, and a fault is found."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from tests.spending.shop import KEYRING, NOON, earn, scan, show, till_of
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.db import make_engine, transaction
from timecredits.ledger.books import check_ledger
from timecredits.spending.answers import Answer, Outcome
from timecredits.spending.models import Offer, OfferPlaces, OfferTurn, Per, Redemption
from timecredits.spending.offers.offer_books import check_offers
from timecredits.spending.redemption import AtTill, redeem
from timecredits.spending.tills.pairing import begin_pairing, pair_till
from timecredits.spending.undoing import undo


def limit(session: Session, world: World, *, places: int = 3, once_a: Per | None = None) -> None:
    offer = session.get_one(Offer, (world.programme_id, world.offer_id))
    offer.places, offer.places_per, offer.once_a = places, Per.DAY, once_a
    session.flush()


def use(session: Session, world: World, *, adults: int = 1, seconds: int = 0) -> Answer:
    with clock.standing_at(NOON + timedelta(seconds=seconds)):
        return redeem(session, KEYRING, till_of(world), scan(world, show(session, world).qr_text, adults=adults))


def rules(session: Session, world: World) -> list[str]:
    session.flush()
    return [fault.rule for fault in check_offers(session, world.programme_id)]


def test_uses_and_undone_uses_leave_the_count_true(session: Session, world: World) -> None:
    earn(session, world, 600)
    limit(session, world, once_a=Per.DAY)
    first = use(session, world, adults=2)
    assert first.outcome is Outcome.TAKEN
    assert rules(session, world) == []
    assert use(session, world, seconds=60).outcome is Outcome.ONCE
    assert first.id is not None
    with clock.standing_at(NOON + timedelta(seconds=90)):
        undo(session, till_of(world), first.id, "Wrong person")
    assert rules(session, world) == []
    assert use(session, world, adults=3, seconds=120).outcome is Outcome.TAKEN
    assert rules(session, world) == []
    places = select(OfferPlaces.taken).where(OfferPlaces.programme_id == world.programme_id)
    assert session.scalars(places).one() == 3


def test_a_use_refused_for_want_of_credits_gives_place_and_turn_back(session: Session, world: World) -> None:
    limit(session, world, once_a=Per.DAY)
    assert use(session, world).outcome is Outcome.NOT_ENOUGH
    assert rules(session, world) == []
    earn(session, world, 60)
    assert use(session, world, seconds=60).outcome is Outcome.TAKEN


def test_an_offer_changed_in_between_still_gives_back_where_it_took(session: Session, world: World) -> None:
    earn(session, world, 600)
    limit(session, world)
    taken = use(session, world)
    offer = session.get_one(Offer, (world.programme_id, world.offer_id))
    offer.places_per = Per.MONTH
    session.flush()
    assert taken.id is not None
    with clock.standing_at(NOON + timedelta(seconds=60)):
        undo(session, till_of(world), taken.id, "Wrong person")
    assert rules(session, world) == []


def test_each_fault_is_found(session: Session, world: World) -> None:
    earn(session, world, 600)
    limit(session, world, once_a=Per.DAY)
    use(session, world)
    of_programme = OfferPlaces.programme_id == world.programme_id
    session.execute(update(OfferPlaces).where(of_programme).values(taken=2))
    assert rules(session, world) == ["places_differ"]
    session.execute(update(OfferPlaces).where(of_programme).values(taken=0, period="2020-01-01"))
    assert rules(session, world) == ["places_missing"]
    session.execute(
        update(Redemption).where(Redemption.programme_id == world.programme_id).values(undone_at=NOON, undone_because="x")
    )
    assert rules(session, world) == ["turn_differs"]
    session.execute(update(OfferTurn).where(OfferTurn.programme_id == world.programme_id).values(released_at=NOON))
    assert rules(session, world) == []


@pytest.fixture
def kept(engine: Engine) -> World:
    with clock.standing_at(NOON), transaction(engine) as session:
        world = build_world(session)
        limit(session, world, places=1)
        for person in (world.volunteer_id, world.other_volunteer_id):
            earn(session, world, 600, person)
    return world


def test_12_two_tills_race_for_the_last_place_and_exactly_one_gets_it(engine: Engine, database_url: str, kept: World) -> None:
    with clock.standing_at(NOON), transaction(engine) as session:
        codes = [show(session, kept, person).qr_text for person in (kept.volunteer_id, kept.other_volunteer_id)]
        paired = pair_till(session, begin_pairing(session, kept.venue_id, till_name="Back door", made_by=None))
        assert paired is not None
    tills = [till_of(kept), AtTill(paired.till.id, kept.venue_id)]
    start = Barrier(2)

    def send(which: int) -> Answer:
        own = make_engine(database_url)
        try:
            own.connect().close()
            start.wait()
            with clock.standing_at(NOON), transaction(own) as session:
                return redeem(session, KEYRING, tills[which], scan(kept, codes[which]))
        finally:
            own.dispose()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, range(2)))
    assert Counter(answer.outcome for answer in answers) == {Outcome.TAKEN: 1, Outcome.FULL: 1}
    with transaction(engine) as session:
        assert check_offers(session, kept.programme_id) == []
        assert check_ledger(session, kept.programme_id) == []
