"""Two at once at a poster: a double tap takes once, a double save makes one poster, on SQLite and PostgreSQL."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, func, select

from tests.real.at_once import at_once, in_one
from tests.spending.shop import KEYRING, NOON, credits_of, earn, scan
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import transaction
from timecredits.ledger.books import check_ledger
from timecredits.spending.answers import Outcome
from timecredits.spending.books import check_spending
from timecredits.spending.models import Till
from timecredits.spending.posters.keeping import find_venue_poster, make_poster
from timecredits.spending.posters.poster_use import use_at_poster
from timecredits.spending.undoing import undo_own

EIGHT = 8


@pytest.fixture
def kept_world(engine: Engine) -> World:
    with clock.standing_at(NOON), transaction(engine) as session:
        world = build_world(session)
        earn(session, world, 180)
    return world


def making(world: World, poster_id: UUID) -> Callable[[Any], Any]:
    return lambda session: (
        make_poster(
            session, KEYRING, world.programme_id, world.venue_id, poster_id=poster_id, name="Front desk", actor_id=None
        ).id
    )


def test_a_double_save_makes_one_poster(engine: Engine, database_url: str, kept_world: World) -> None:
    poster_id = uuid4()
    assert at_once(database_url, [in_one(making(kept_world, poster_id))] * EIGHT, at=NOON) == [poster_id] * EIGHT
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(Till).where(Till.id == poster_id)) == 1
        made = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "poster made")
        assert session.scalar(made) == 1


@pytest.mark.parametrize("is_same", [True, False])
def test_a_double_tap_takes_once_and_is_taken_back_once(
    engine: Engine, database_url: str, kept_world: World, *, is_same: bool
) -> None:
    world, poster_id, sent_id = kept_world, uuid4(), uuid4()
    with clock.standing_at(NOON), transaction(engine) as session:
        making(world, poster_id)(session)

    def use(session: Any) -> Any:
        poster = find_venue_poster(session, world.venue_id, poster_id)
        request = scan(world, "", id=sent_id if is_same else uuid4())
        return use_at_poster(session, world.programme_id, world.volunteer_id, poster, request)

    answers = at_once(database_url, [in_one(use)] * EIGHT, at=NOON)
    taken = [answer for answer in answers if answer.outcome is Outcome.TAKEN]
    again = Outcome.ALREADY_DONE if is_same else Outcome.ALREADY_USED
    assert [answer.outcome for answer in answers].count(again) == EIGHT - 1
    with transaction(engine) as session:
        assert credits_of(session, world) == 120

    def take_back(session: Any) -> Any:
        return undo_own(session, world.programme_id, world.volunteer_id, taken[0].id, "A slip").outcome

    outcomes = at_once(database_url, [in_one(take_back)] * EIGHT, at=NOON)
    assert sorted(outcomes) == [Outcome.ALREADY_UNDONE] * (EIGHT - 1) + [Outcome.UNDONE]
    with transaction(engine) as session:
        assert credits_of(session, world) == 180
        assert check_ledger(session, world.programme_id) == []
        assert check_spending(session, world.programme_id) == []
