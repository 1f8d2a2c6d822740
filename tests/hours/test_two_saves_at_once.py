from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import Engine, func, select

from tests.hours.conftest import TODAY, make_place
from tests.hours.history.weekly import make_weekly
from timecredits.foundation.db import new_id, transaction
from timecredits.hours.books import check_hours
from timecredits.hours.models import HourEntry
from timecredits.hours.planning.sessions import find_dated_session, keep_session
from timecredits.hours.register.registers import save_register
from timecredits.ledger.books import check_ledger
from timecredits.network.models import Volunteer


def test_one_register_saved_by_four_taps_at_once_counts_once(engine: Engine) -> None:
    with transaction(engine) as session:
        place = make_place(session)
    session_id, start = new_id(), Barrier(4)

    def save(_tap: int) -> int:
        start.wait()
        with transaction(engine) as session:
            saved = save_register(
                session,
                place.programme_id,
                place.organisation_id,
                session_id=session_id,
                activity_id=place.garden_id,
                day=TODAY,
                minutes={place.sian: 120, place.lukasz: 60},
                new_people=[("Ffion Llŷr", 90)],
                actor_id=None,
                today=TODAY,
            )
            return saved.recorded.minutes

    with ThreadPoolExecutor(4) as taps:
        assert sorted(taps.map(save, range(4))) == [0, 0, 0, 270]
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(HourEntry)) == 3
        assert session.scalar(select(func.count()).select_from(Volunteer)) == 4
        assert check_ledger(session, place.programme_id) == check_hours(session, place.programme_id) == []


def test_two_coordinators_with_one_register_and_other_lengths_count_once(engine: Engine) -> None:
    """Whoever is second is told what stands, on a planned session too, whose row was there before."""
    with transaction(engine) as session:
        place = make_place(session)
        plan = make_weekly(place)
        dated = find_dated_session(session, place.programme_id, plan.id, TODAY)
        keep_session(session, place.programme_id, dated, actor_id=None)
    start = Barrier(2)

    def save(minutes: int) -> tuple[int, list[tuple[int, int]]]:
        start.wait()
        with transaction(engine) as session:
            saved = save_register(
                session,
                place.programme_id,
                place.organisation_id,
                session_id=dated.id,
                activity_id=place.garden_id,
                day=TODAY,
                minutes={place.sian: minutes, place.lukasz: 60},
                new_people=[("Ffion Llŷr", 90)],
                actor_id=None,
                today=TODAY,
                planned=dated,
            )
            return saved.recorded.minutes, [(each.minutes, each.wanted) for each in saved.stands if each.differs]

    with ThreadPoolExecutor(2) as taps:
        (second, told), (first, nothing) = sorted(taps.map(save, (120, 45)))
    assert (second, nothing) == (0, [])
    assert told == ([(120, 45)] if first == 270 else [(45, 120)])
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(HourEntry)) == 3
        assert session.scalar(select(func.count()).select_from(Volunteer)) == 4
        assert check_ledger(session, place.programme_id) == check_hours(session, place.programme_id) == []
