"""Two devices at the same moment: one stay, one set of hours."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.hours.attendances.at_the_door import TUESDAY, at
from tests.hours.conftest import make_place
from timecredits.foundation.clock import standing_at
from timecredits.foundation.db import transaction
from timecredits.hours.activity_models import Activity, Attendance, AttendanceWay, Forgotten
from timecredits.hours.attendances.attendance import AttendanceAnswer, Outcome, sign_in_or_out
from timecredits.hours.attendances.attendance_places import day_session_id
from timecredits.hours.attendances.forgotten import settle_forgotten
from timecredits.hours.books import check_hours
from timecredits.hours.models import HourEntry
from timecredits.hours.register.registers import save_register
from timecredits.ledger.books import check_ledger

DEVICES = 4


def at_once(engine: Engine, works: list[Callable[[Session], object]]) -> list[object]:
    start = Barrier(len(works))

    def run(work: Callable[[Session], object]) -> object:
        start.wait()
        with transaction(engine) as session:
            return work(session)

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_four_devices_sign_one_person_in_and_out_once(engine: Engine) -> None:
    with transaction(engine) as session:
        place = make_place(session)
        session.get_one(Activity, (place.programme_id, place.meeting_id)).is_open = False

    def scan(hour: int) -> Callable[[Session], object]:
        def work(session: Session) -> object:
            with standing_at(at(hour)):
                answer = sign_in_or_out(
                    session, place.programme_id, place.organisation_id, place.sian, way=AttendanceWay.CODE, now=at(hour)
                )
            assert isinstance(answer, AttendanceAnswer)
            return answer.outcome

        return work

    came = at_once(engine, [scan(10)] * DEVICES)
    assert sorted(map(str, came)) == [*(["already_in"] * (DEVICES - 1)), "signed_in"]
    left = at_once(engine, [scan(12)] * DEVICES)
    assert left.count(Outcome.SIGNED_OUT) == 1
    assert left.count(Outcome.ALREADY_OUT) == DEVICES - 1
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(Attendance)) == 1
        assert session.scalar(select(func.sum(HourEntry.minutes))) == 120
        assert check_ledger(session, place.programme_id) == check_hours(session, place.programme_id) == []


def test_a_register_the_worker_and_a_tap_at_once_count_once(engine: Engine) -> None:
    with transaction(engine) as session:
        place = make_place(session)
        session.get_one(Activity, (place.programme_id, place.meeting_id)).is_open = False
        session.get_one(Activity, (place.programme_id, place.garden_id)).forgotten = Forgotten.CREDIT
        for person in (place.sian, place.lukasz):
            with standing_at(at(10)):
                sign_in_or_out(session, place.programme_id, place.organisation_id, person, way=AttendanceWay.CODE, now=at(10))
    late = at(16)

    def register(session: Session) -> object:
        with standing_at(late):
            return save_register(
                session,
                place.programme_id,
                place.organisation_id,
                session_id=day_session_id(place.garden_id, TUESDAY),
                activity_id=place.garden_id,
                day=TUESDAY,
                minutes={place.sian: 120, place.lukasz: 120},
                actor_id=None,
                today=TUESDAY,
            ).recorded.minutes

    def worker(session: Session) -> object:
        with standing_at(late):
            return settle_forgotten(session, place.programme_id, late)

    at_once(engine, [register, worker, worker])
    with transaction(engine) as session:
        worker(session)  # what was held a moment ago is free now
        assert {state.value for state in session.scalars(select(Attendance.state))} <= {"credited", "dropped"}
        assert check_ledger(session, place.programme_id) == check_hours(session, place.programme_id) == []
        minutes = dict(
            session.execute(select(HourEntry.volunteer_id, func.sum(HourEntry.minutes)).group_by(HourEntry.volunteer_id)).all()
        )
    assert minutes == {place.sian: 120, place.lukasz: 120}
