"""Several people at the same moment, on both kinds of database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select

from tests.hours.conftest import make_place
from tests.hours.planning.planned import NOW, TODAY, Planned, plan_tuesdays
from timecredits.foundation import clock
from timecredits.foundation.db import transaction
from timecredits.foundation.mail import MailMessage
from timecredits.hours.activity_models import ActivitySession, SignUp, SignUpStatus
from timecredits.hours.planning.reminders import send_reminders
from timecredits.hours.planning.signing_up import SignUpOutcome, cancel_sign_up, hold_session, sign_up
from timecredits.network.models import Enrolment
from timecredits.network.volunteers import enrol_volunteer

AT_ONCE = 6


@pytest.fixture
def planned(engine: Engine) -> Planned:
    with transaction(engine) as session, clock.standing_at(NOW):
        return plan_tuesdays(make_place(session))


def test_capacity_is_never_passed_by_people_at_once(engine: Engine, planned: Planned) -> None:
    here, start = planned.place, Barrier(AT_ONCE)
    with transaction(engine) as session:
        planned.place.session = session
        people = [
            enrol_volunteer(session, here.programme_id, here.organisation_id, first_name=f"P{n}").volunteer.id
            for n in range(AT_ONCE)
        ]
        dated = planned.on()

    def go(number: int) -> SignUpOutcome:
        start.wait()
        with clock.standing_at(NOW), transaction(engine) as session:
            answer = sign_up(session, here.programme_id, people[number], dated, actor_id=None, today=TODAY)
            return answer.outcome

    with ThreadPoolExecutor(AT_ONCE) as taps:
        outcomes = list(taps.map(go, range(AT_ONCE)))
    assert outcomes.count(SignUpOutcome.COMING) == 2
    assert outcomes.count(SignUpOutcome.WAITING) == AT_ONCE - 2


def test_one_person_s_two_taps_at_two_sessions_join_once(engine: Engine, planned: Planned) -> None:
    here, start = planned.place, Barrier(4)
    with transaction(engine) as session:
        planned.place.session = session
        weeks = [planned.on(week) for week in (0, 0, 1, 1)]

    def go(number: int) -> SignUpOutcome:
        start.wait()
        with clock.standing_at(NOW), transaction(engine) as session:
            answer = sign_up(session, here.programme_id, here.stranger, weeks[number], actor_id=None, today=TODAY)
            return answer.outcome

    with ThreadPoolExecutor(4) as taps:
        outcomes = sorted(taps.map(go, range(4)))
    assert outcomes == [SignUpOutcome.ALREADY_COMING] * 2 + [SignUpOutcome.COMING] * 2
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(SignUp)) == 2
        joined = select(func.count()).select_from(Enrolment).filter_by(volunteer_id=here.stranger)
        assert session.scalar(joined) == 2  # their own organisation, and this one


def test_two_places_given_up_at_once_go_to_two_people(engine: Engine, planned: Planned) -> None:
    here, start = planned.place, Barrier(2)
    with transaction(engine) as session:
        planned.place.session = session
        extra = [
            enrol_volunteer(session, here.programme_id, here.organisation_id, first_name=name).volunteer.id
            for name in ("Ann", "Bo")
        ]
        with clock.standing_at(NOW):
            for each in (here.sian, here.lukasz, *extra):
                planned.sign_up(each)
            session_id = planned.on().id

    def go(number: int) -> tuple[object, ...]:
        start.wait()
        with clock.standing_at(NOW), transaction(engine) as session:
            who = (here.sian, here.lukasz)[number]
            return cancel_sign_up(session, here.programme_id, who, session_id, actor_id=None)

    with ThreadPoolExecutor(2) as taps:
        moved = [volunteer_id for each in taps.map(go, range(2)) for volunteer_id in each]
    assert sorted(map(str, moved)) == sorted(map(str, extra))


def test_a_session_cancelled_meanwhile_takes_nobody(engine: Engine, planned: Planned) -> None:
    """Whoever comes second waits for the first, and then sees what is true."""
    here, start = planned.place, Barrier(2)
    with transaction(engine) as session, clock.standing_at(NOW):
        planned.place.session = session
        planned.sign_up(here.lukasz)
        dated = planned.on()

    def cancel() -> str:
        start.wait()
        with clock.standing_at(NOW), transaction(engine) as session:
            hold_session(session, here.programme_id, dated.id)
            session.get_one(ActivitySession, (here.programme_id, dated.id)).cancelled_at = clock.now()
        return ""

    def join() -> str:
        start.wait()
        try:
            with clock.standing_at(NOW), transaction(engine) as session:
                sign_up(session, here.programme_id, here.sian, dated, actor_id=None, today=TODAY)
        except Exception as fault:  # noqa: BLE001  looked at below
            return str(fault)
        return "coming"

    with ThreadPoolExecutor(2) as taps:
        results = [taps.submit(cancel), taps.submit(join)]
        said = [each.result() for each in results][1]
    with transaction(engine) as session:
        coming = session.scalar(select(func.count()).where(SignUp.status == SignUpStatus.COMING))
    assert (said, coming) in {("coming", 2), ("This session was cancelled. You are not signed up. Choose another day.", 1)}


def test_two_workers_remind_once(engine: Engine, planned: Planned) -> None:
    here, start = planned.place, Barrier(2)
    with transaction(engine) as session, clock.standing_at(NOW):
        planned.place.session = session
        planned.give_address(here.sian, "sian@example.org")
        planned.sign_up(here.sian)
        due = planned.on().begins - timedelta(hours=20)

    def go(_worker: int) -> int:
        start.wait()
        with transaction(engine) as session:
            return send_reminders(session, here.programme_id, now=due)

    with ThreadPoolExecutor(2) as workers:
        assert sorted(workers.map(go, range(2))) == [0, 1]
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(MailMessage)) == 1
