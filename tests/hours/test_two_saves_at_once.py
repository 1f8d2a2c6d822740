from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import Engine, func, select

from tests.hours.conftest import TODAY, make_place
from timecredits.foundation.db import new_id, transaction
from timecredits.hours.books import check_hours
from timecredits.hours.models import HourEntry
from timecredits.hours.registers import save_register
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
