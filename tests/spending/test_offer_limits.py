"""Places and turns: counted, given back, and never beyond what there is, also by many at once."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.real.at_once import at_once, in_one
from tests.spending.shop import NOON, counted_statements
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.db import new_id, transaction
from timecredits.network.models import Volunteer
from timecredits.spending.models import Offer, OfferPlaces, OfferTurn, Per
from timecredits.spending.offers.offer_limits import give_places_back, give_turn_back, places_left, take_places, take_turn
from timecredits.spending.offers.offer_people import names_of, those_for

TODAY = "2026-11-21"


def limited(session: Session, world: World, **facts: Any) -> Offer:
    offer = session.get_one(Offer, (world.programme_id, world.offer_id))
    for name, value in {"places": 5, "places_per": Per.DAY, **facts}.items():
        setattr(offer, name, value)
    session.flush()
    return offer


def taken(session: Session, world: World) -> dict[str, int]:
    rows = session.execute(
        select(OfferPlaces.period, OfferPlaces.taken).where(OfferPlaces.programme_id == world.programme_id),
    )
    return {row.period: row.taken for row in rows}


def test_places_are_taken_until_they_run_out_and_a_party_comes_whole_or_not_at_all(session: Session, world: World) -> None:
    offer = limited(session, world)
    assert take_places(session, world.programme_id, offer, TODAY, 3)
    assert not take_places(session, world.programme_id, offer, TODAY, 3)
    assert take_places(session, world.programme_id, offer, TODAY, 2)
    assert not take_places(session, world.programme_id, offer, TODAY, 1)
    assert taken(session, world) == {TODAY: 5}


def test_a_party_larger_than_the_places_is_refused_and_makes_no_row(session: Session, world: World) -> None:
    assert not take_places(session, world.programme_id, limited(session, world), TODAY, 6)
    assert taken(session, world) == {}


def test_each_period_has_its_own_places(session: Session, world: World) -> None:
    offer = limited(session, world, places=1)
    assert take_places(session, world.programme_id, offer, TODAY, 1)
    assert take_places(session, world.programme_id, offer, "2026-11-22", 1)


def test_places_given_back_are_free_again(session: Session, world: World) -> None:
    offer = limited(session, world, places=2)
    assert take_places(session, world.programme_id, offer, TODAY, 2)
    give_places_back(session, world.programme_id, offer.id, TODAY, 2)
    give_places_back(session, world.programme_id, offer.id, None, 2)
    assert taken(session, world) == {TODAY: 0}
    assert take_places(session, world.programme_id, offer, TODAY, 1)


def test_taking_a_place_is_one_statement(session: Session, world: World) -> None:
    offer = limited(session, world)
    session.connection()
    with counted_statements(session) as sent:
        take_places(session, world.programme_id, offer, TODAY, 1)
    assert len(sent) == 1


def test_a_turn_is_had_once_in_a_period_and_again_after_it_was_given_back(session: Session, world: World) -> None:
    offer = limited(session, world, once_a=Per.DAY)
    first, second = new_id(), new_id()
    programme_id, volunteer_id = world.programme_id, world.volunteer_id
    assert take_turn(session, programme_id, offer, volunteer_id, TODAY, first)
    assert not take_turn(session, programme_id, offer, volunteer_id, TODAY, second)
    assert take_turn(session, programme_id, offer, volunteer_id, "2026-11-22", second)
    assert take_turn(session, programme_id, offer, world.other_volunteer_id, TODAY, new_id())
    give_turn_back(session, programme_id, first, NOON)
    give_turn_back(session, programme_id, first, NOON + timedelta(minutes=1))
    assert take_turn(session, programme_id, offer, volunteer_id, TODAY, new_id())
    held = session.scalars(
        select(OfferTurn).where(OfferTurn.programme_id == programme_id, OfferTurn.redemption_id == first)
    ).one()
    assert held.released_at == NOON


def test_places_left_are_of_the_period_that_is_on_else_of_the_next(session: Session, world: World) -> None:
    offer = limited(session, world, places_per=Per.SLOT, times=[{"days": [5], "from": "11:00", "until": "13:00"}])
    take_places(session, world.programme_id, offer, "2026-11-21 11:00", 4)
    assert places_left(session, world.programme_id, [offer], NOON) == {offer.id: 1}
    assert places_left(session, world.programme_id, [offer], NOON - timedelta(hours=3)) == {offer.id: 1}
    assert places_left(session, world.programme_id, [offer], NOON + timedelta(hours=3)) == {offer.id: 5}
    offer.places = 2  # fewer than have come
    assert places_left(session, world.programme_id, [offer], NOON) == {offer.id: 0}


def test_places_left_is_one_query_and_none_where_nothing_is_limited(session: Session, world: World) -> None:
    offer = limited(session, world)
    with counted_statements(session) as sent:
        places_left(session, world.programme_id, [offer], NOON)
    assert len(sent) == 1
    offer.places = None
    with counted_statements(session) as sent:
        assert places_left(session, world.programme_id, [offer], NOON) == {}
    assert sent == []


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 4)), max_size=12), st.integers(1, 8))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_comes_and_goes_the_count_is_true_and_within_the_places(
    sqlite_session: Session, sqlite_world: World, acts: list[tuple[bool, int]], places: int
) -> None:
    session, period = sqlite_session, str(new_id())
    offer = limited(session, sqlite_world, places=places)
    inside: list[int] = []
    for comes, people in acts:
        if comes:
            fits = sum(inside) + people <= places
            assert take_places(session, sqlite_world.programme_id, offer, period, people) == fits
            inside += [people] if fits else []
        elif inside:
            give_places_back(session, sqlite_world.programme_id, offer.id, period, inside.pop())
        assert taken(session, sqlite_world).get(period, 0) == sum(inside) <= places


def test_whom_offers_are_for(session: Session, world: World) -> None:
    offer = limited(session, world, least_age=18, organisation_ids=[str(world.organisation_id)])
    programme_id, today, mine = world.programme_id, date(2026, 11, 21), world.volunteer_id
    assert those_for(session, programme_id, [offer], mine, today) == [offer]
    assert those_for(session, programme_id, [offer], world.other_volunteer_id, today) == []
    session.get_one(Volunteer, (programme_id, mine)).born_month = date(2008, 11, 1)  # may be 17 until the month is over
    session.flush()
    assert those_for(session, programme_id, [offer], mine, today) == []
    assert those_for(session, programme_id, [offer], mine, date(2026, 12, 1)) == [offer]
    assert names_of(session, [programme_id], [offer]) == {offer.id: ("Riverside Trust",)}


@pytest.fixture
def kept(engine: Engine) -> World:
    with clock.standing_at(NOON), transaction(engine) as session:
        world = build_world(session)
        limited(session, world, places=3, once_a=Per.DAY)
    return world


def test_eight_at_once_for_the_last_three_places_exactly_three_get_in(engine: Engine, database_url: str, kept: World) -> None:
    def act(session: Session) -> bool:
        return take_places(session, kept.programme_id, offer_of(session, kept), TODAY, 1)

    assert sum(at_once(database_url, [in_one(act)] * 8)) == 3
    with transaction(engine) as session:
        assert taken(session, kept) == {TODAY: 3}


def test_one_person_at_six_tills_at_once_has_one_turn(engine: Engine, database_url: str, kept: World) -> None:
    def act(session: Session) -> bool:
        return take_turn(session, kept.programme_id, offer_of(session, kept), kept.volunteer_id, TODAY, new_id())

    assert sum(at_once(database_url, [in_one(act)] * 6)) == 1
    with transaction(engine) as session:
        assert len(session.scalars(select(OfferTurn.id).where(OfferTurn.programme_id == kept.programme_id)).all()) == 1


def offer_of(session: Session, world: World) -> Offer:
    return session.get_one(Offer, (world.programme_id, world.offer_id))
