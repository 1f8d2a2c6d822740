"""A statement in words, and the lists of places and activities, on both databases."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.web.volunteer.past import give_past
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError
from timecredits.hours.activities import close_activity
from timecredits.hours.planning.open_activities import list_open_activities
from timecredits.network.programmes import create_venue, join_programme
from timecredits.spending.models import Offer
from timecredits.spending.offers.listing import Wanted, list_offers, list_towns
from timecredits.spending.statements import volunteer_balance, volunteer_statement


@pytest.fixture
def world(session: Session) -> World:
    return build_world(session)


def test_every_movement_says_what_it_was_and_what_was_left(session: Session, world: World) -> None:
    give_past(session, world)
    page = volunteer_statement(session, world.programme_id, world.volunteer_id, limit=5)
    assert page.balance == volunteer_balance(session, world.programme_id, world.volunteer_id) == 20 * 60
    said = [(str(row.title), row.place, row.minutes, row.balance, row.is_put_right) for row in page.rows]
    assert said == [
        ("Swim, one hour", "Parkside Pool", 60, 1200, True),
        ("Swim, one hour", "Parkside Pool", -60, 1140, False),
        ("Swim, one hour", "Parkside Pool", -60, 1200, False),
        ("Garden group", "Riverside Trust", -120, 1260, True),
        ("Garden group", "Riverside Trust", 180, 1380, False),
    ]
    assert page.rows[1].day == date(2026, 11, 12)


def test_pages_follow_on_to_the_first_movement(session: Session, world: World) -> None:
    give_past(session, world)
    rows, after = [], ""
    while True:
        page = volunteer_statement(session, world.programme_id, world.volunteer_id, after=after, limit=4)
        rows += page.rows
        after = page.older
        if not after:
            break
    assert len({row.transfer_id for row in rows}) == len(rows) == 15
    assert (rows[-1].minutes, rows[-1].balance) == (120, 120)
    assert sum(row.minutes for row in rows) == 1200


@pytest.mark.parametrize("after", ["x", "1_2", "1_2_3", f"{10**30}_{'0' * 32}_5", "a_b_c"])
def test_a_made_up_place_in_the_statement_is_not_found(session: Session, world: World, after: str) -> None:
    with pytest.raises(NotFoundError):
        volunteer_statement(session, world.programme_id, world.volunteer_id, after=after)


def test_a_statement_takes_few_questions_however_long_it_is(session: Session, world: World) -> None:
    give_past(session, world)
    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: asked.append(args[2]))
    volunteer_statement(session, world.programme_id, world.volunteer_id, limit=50)
    assert len(asked) <= 6


def test_of_another_programme_there_is_nothing(session: Session, world: World) -> None:
    stranger = UUID(int=7)
    with pytest.raises(NotFoundError):
        volunteer_balance(session, stranger, world.volunteer_id)
    assert list_offers(session, stranger) == []
    assert list_open_activities(session, stranger, world.volunteer_id) == []


def _offer(session: Session, world: World, name: str, **more: object) -> None:
    session.add(
        Offer(
            programme_id=world.programme_id,
            id=new_id(),
            venue_id=world.venue_id,
            name=name,
            created_at=clock.now(),
            **{"adult_minutes": 60, **more},
        ),
    )
    session.flush()


def test_offers_by_price_first_step_town_and_words(session: Session, world: World) -> None:
    _offer(session, world, "Zumba", adult_minutes=180, good_first_step=True)
    _offer(session, world, "Gym", paused_because="New floor")
    castle = create_venue(session, name="Tŵr y Castell", slug="castle", town="Cardiff", is_national=True)
    join_programme(session, world.programme_id, castle.id)
    session.add(
        Offer(
            programme_id=world.programme_id,
            id=new_id(),
            venue_id=castle.id,
            name="Visit",
            adult_minutes=60,
            created_at=clock.now(),
        ),
    )
    session.flush()

    def names(**wanted: Any) -> list[str]:
        return [each.name for each in list_offers(session, world.programme_id, Wanted(**wanted))]

    assert names() == ["Zumba", "Swim, one hour", "Visit", "Gym"]
    assert names(affordable_minutes=60) == ["Swim, one hour", "Visit", "Gym"]
    assert names(good_first_step=True) == ["Zumba"]
    assert names(town="Cambridge") == ["Zumba", "Swim, one hour", "Visit", "Gym"]
    assert names(words="twr castell") == ["Visit"]
    assert list(list_towns(session, world.programme_id)) == ["Cambridge", "Cardiff"]


def test_offers_of_another_time_are_not_shown(session: Session, world: World) -> None:
    _offer(session, world, "Ice rink", starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 31))

    def on(day: date) -> bool:
        return "Ice rink" in [each.name for each in list_offers(session, world.programme_id, today=day)]

    assert [on(date(2026, 11, 30)), on(date(2026, 12, 1)), on(date(2026, 12, 31)), on(date(2027, 1, 1))] == [
        False,
        True,
        True,
        False,
    ]


def test_open_activities_of_every_organisation(session: Session, world: World) -> None:
    past = give_past(session, world)
    me = world.volunteer_id
    [found] = list_open_activities(session, world.programme_id, me, search="walled RIVERSIDE", good_first_step=True)
    assert (found.name, found.organisation, found.contact_phone) == ("Garden group", "Riverside Trust", "01353 000000")
    assert list_open_activities(session, world.programme_id, world.volunteer_id, search="chess") == []
    close_activity(session, world.programme_id, world.organisation_id, past.activity_id, actor_id=None)
    assert list_open_activities(session, world.programme_id, world.volunteer_id) == []
