"""Approving logged hours: what was seen, once, and what a rule stops stays without holding up the rest."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.hours.conftest import TODAY, Place, make_place
from tests.hours.self_logged.logged import approve_all, give_sign_in, here, log, row
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.books import check_hours
from timecredits.hours.history.hour_history import hour_history
from timecredits.hours.models import HourEntry, HourSource, LoggedStatus
from timecredits.hours.self_logged.approving import approve, approve_changed, mark_of
from timecredits.hours.self_logged.given_time import DayPart
from timecredits.hours.self_logged.logged_decisions import ask
from timecredits.hours.self_logged.logged_hours import change_logged, withdraw
from timecredits.ledger.books import check_ledger
from timecredits.network.users import create_user


def acts(place: Place) -> list[str]:
    return sorted(place.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("logged%"))))


def test_what_is_approved_counts_with_the_coordinator_s_name(place: Place) -> None:
    coordinator = create_user(place.session, email="jo@example.org", name="Jo Reed").id
    [first], [second] = log(place, place.sian, 120).ids, log(place, place.lukasz, 90).ids
    answer = approve_all(place, first, second, actor_id=coordinator)
    assert (set(answer.approved), answer.minutes, answer.recorded.people) == ({first, second}, 210, 2)
    assert (place.credits(place.sian), place.credits(place.lukasz)) == (120, 90)
    entry = place.session.get_one(HourEntry, (place.programme_id, first))
    assert (entry.source, entry.recorded_by) == (HourSource.SELF_LOGGED, coordinator)
    [line] = hour_history(place.session, place.programme_id, place.sian, as_of=TODAY).lines
    assert (line.minutes, line.confirmed_by) == (120, "Jo Reed")
    assert acts(place) == ["logged hours approved"] * 2


def test_approving_twice_adds_once(place: Place) -> None:
    [log_id] = log(place, place.sian).ids
    mark = mark_of(row(place, log_id))
    approve_all(place, log_id)
    again = approve(place.session, *here(place), {log_id: mark}, actor_id=None, today=TODAY)
    assert (again.approved, again.already, again.kept_back) == ((), (log_id,), {})
    assert place.credits(place.sian) == 120


def test_a_rule_that_stops_one_lets_the_others_in(place: Place) -> None:
    day = TODAY - timedelta(days=1)
    [long], [short], [fine] = (
        log(place, place.sian, 1200, day).ids,
        log(place, place.sian, 180, day).ids,
        log(place, place.sian).ids,
    )
    place.record(place.new(place.sian, 120, day))
    answer = approve_all(place, long, short, fine)
    assert set(answer.approved) == {long, fine}
    assert "That would be more than 24 hours on 20 November 2026." in str(answer.kept_back[short])
    assert str(answer.kept_back[short]).startswith("Not approved for Siân O'Neill-Wyn.")
    assert row(place, short).status is LoggedStatus.WAITING
    assert approve_all(place, short).kept_back.keys() == {short}
    assert check_ledger(place.session, place.programme_id) == check_hours(place.session, place.programme_id) == []


def test_what_changed_after_it_was_seen_is_kept_back(place: Place) -> None:
    [log_id] = log(place, place.sian).ids
    mark = mark_of(row(place, log_id))
    change_logged(
        place.session,
        place.programme_id,
        place.sian,
        log_id,
        activity_id=place.garden_id,
        part=DayPart(TODAY, 600),
        today=TODAY,
    )
    answer = approve(place.session, *here(place), {log_id: mark}, actor_id=None, today=TODAY)
    assert "This changed a moment ago" in str(answer.kept_back[log_id])
    assert place.credits(place.sian) == 0


def test_what_was_taken_back_or_sent_back_meanwhile_is_kept_back(place: Place) -> None:
    [gone], [asked] = log(place, place.sian).ids, log(place, place.lukasz).ids
    marks = {gone: mark_of(row(place, gone)), asked: mark_of(row(place, asked))}
    withdraw(place.session, place.programme_id, place.sian, gone)
    ask(place.session, *here(place), asked, question="Which day?", actor_id=None, base_url="http://localhost")
    answer = approve(place.session, *here(place), marks, actor_id=None, today=TODAY)
    assert "They took these hours back." in str(answer.kept_back[gone])
    assert "This changed a moment ago" in str(answer.kept_back[asked])
    assert approve_all(place, asked).approved == (asked,)  # who looked at the question may still say yes


def test_nobody_approves_their_own_hours(place: Place) -> None:
    user_id = give_sign_in(place, place.sian)
    [mine], [other] = log(place, place.sian).ids, log(place, place.lukasz).ids
    answer = approve_all(place, mine, other, actor_id=user_id)
    assert answer.approved == (other,)
    assert "your own hours" in str(answer.kept_back[mine])
    with pytest.raises(RuleError, match="your own hours"):
        approve_changed(place.session, *here(place), mine, minutes=60, reason="Less", actor_id=user_id, today=TODAY)


def test_another_organisation_s_row_is_answered_like_a_missing_one(place: Place) -> None:
    [log_id] = log(place, place.sian).ids
    elsewhere = place.programme_id, place.other_organisation_id
    for where, key in ((elsewhere, log_id), (here(place), new_id())):
        with pytest.raises(NotFoundError):
            approve(place.session, *where, {key: ""}, actor_id=None, today=TODAY)
        with pytest.raises(NotFoundError):
            approve_changed(place.session, *where, key, minutes=60, reason="Less", actor_id=None, today=TODAY)


def test_other_hours_are_approved_with_a_reason_once(place: Place) -> None:
    [log_id] = log(place, place.sian, 180, starts=600).ids

    def change(minutes: int = 120, reason: str = "We ended at noon") -> object:
        return approve_changed(place.session, *here(place), log_id, minutes=minutes, reason=reason, actor_id=None, today=TODAY)

    for bad, field in (((120, " "), "reason"), ((180, "Why"), "hours"), ((120, "x" * 301), "reason"), ((1500, "Why"), "minutes")):
        with pytest.raises(RuleError) as fault:
            change(*bad)
        assert fault.value.field == field
    assert place.credits(place.sian) == 0
    assert change() is not None
    assert change() is None
    assert (place.credits(place.sian), row(place, log_id).minutes, row(place, log_id).reason) == (120, 180, "We ended at noon")
    with pytest.raises(RuleError, match="decided before"):
        change(60, "Another thought")
    assert acts(place) == ["logged hours changed and approved"]


def test_two_coordinators_at_once_approve_once(engine: Engine) -> None:
    with transaction(engine) as session:
        place = make_place(session)
        ids = [log(place, who, 60, TODAY - timedelta(days=day)).ids[0] for who in (place.sian, place.lukasz) for day in range(3)]
        seen = {log_id: mark_of(row(place, log_id)) for log_id in ids}
    start = Barrier(3)

    def tap(turn: int) -> int:
        order = dict(sorted(seen.items(), reverse=turn % 2 == 0))
        start.wait()
        with transaction(engine) as session:
            return approve(session, place.programme_id, place.organisation_id, order, actor_id=None, today=TODAY).minutes

    with ThreadPoolExecutor(3) as taps:
        assert sorted(taps.map(tap, range(3))) == [0, 0, 360]
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(HourEntry)) == 6
        assert check_ledger(session, place.programme_id) == check_hours(session, place.programme_id) == []


def test_approving_and_taking_back_at_once_end_in_one_of_the_two(engine: Engine) -> None:
    with transaction(engine) as session:
        place = make_place(session)
        [log_id] = log(place, place.sian).ids
        mark = mark_of(row(place, log_id))
    start = Barrier(2)

    def approve_it() -> int:
        start.wait()
        with transaction(engine) as session:
            answer = approve(session, place.programme_id, place.organisation_id, {log_id: mark}, actor_id=None, today=TODAY)
            return answer.minutes

    def withdraw_it() -> bool:
        start.wait()
        try:
            with transaction(engine) as session:
                withdraw(session, place.programme_id, place.sian, log_id)
        except RuleError:
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        approved, withdrawn = both.submit(approve_it), both.submit(withdraw_it)
        assert (approved.result() == 120) != withdrawn.result()


@pytest.fixture
def sqlite_place(sqlite_url: str) -> Iterator[Place]:
    engine = make_engine(sqlite_url)
    with Session(engine, expire_on_commit=False) as session:
        yield make_place(session)
        session.rollback()
    engine.dispose()


# The place is the same for every example; each takes back what it did.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 1440), st.integers(0, 2)), min_size=1, max_size=8))
def test_what_goes_in_and_what_stays_is_all_that_was_logged(sqlite_place: Place, rows: list[tuple[int, int]]) -> None:
    with sqlite_place.session.begin_nested() as attempt:
        ids = []
        for minutes, days_ago in rows:
            try:
                ids += log(sqlite_place, sqlite_place.sian, minutes, TODAY - timedelta(days=days_ago)).ids
            except RuleError:
                continue
        before = sum(row(sqlite_place, each).minutes for each in ids)
        answer = approve_all(sqlite_place, *ids)
        kept = sum(row(sqlite_place, each).minutes for each in answer.kept_back)
        assert answer.minutes + kept == before
        assert sqlite_place.credits(sqlite_place.sian) == answer.minutes
        attempt.rollback()
