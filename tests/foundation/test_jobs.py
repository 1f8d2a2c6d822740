"""Jobs on both kinds of database: asked for with their cause, run once, watched, and taken up when a runner died."""

import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock, jobs
from timecredits.foundation.audit import AuditEntry, record
from timecredits.foundation.background import Background
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.jobs import Handler, Job, JobLostError, JobState, Work, enqueue, find_job, run_waiting, try_again
from timecredits.foundation.wording import Sentence
from timecredits.network.programmes import create_programme


@pytest.fixture
def programme_id(engine: Engine) -> UUID:
    with transaction(engine) as session:
        return create_programme(session, name="Fenland", slug="fenland").id


def ask(engine: Engine, programme_id: UUID, kind: str = "count", job_id: UUID | None = None) -> UUID:
    with transaction(engine) as session:
        return enqueue(session, programme_id, kind, {"to": 3}, made_by=None, job_id=job_id)


def state(engine: Engine, programme_id: UUID, job_id: UUID) -> JobState:
    with transaction(engine) as session:
        return find_job(session, programme_id, job_id, organisation_id=None)


def written(engine: Engine) -> int:
    with transaction(engine) as session:
        return session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "job counted")) or 0


def count(work: Work) -> Mapping[str, Any]:
    """Write a line a step."""
    for number in range(work.wanted["to"]):
        with work.step(done=number + 1, total=3) as session:
            record(session, work.programme_id, "job counted", actor_id=None)
    return {"counted": work.wanted["to"]}


KNOWN: Mapping[str, Handler] = {"count": count}


def test_a_job_is_run_once_and_says_how_far_it_came(engine: Engine, programme_id: UUID) -> None:
    job_id = ask(engine, programme_id)
    before = state(engine, programme_id, job_id)
    assert (before.done, before.total, before.finished) == (0, None, False)
    assert run_waiting(engine, KNOWN) == 1
    after = state(engine, programme_id, job_id)
    assert (after.done, after.total, after.outcome, after.fault, after.finished) == (3, 3, {"counted": 3}, None, True)
    assert run_waiting(engine, KNOWN) == 0
    assert written(engine) == 3


def test_the_same_job_asked_for_twice_is_one(engine: Engine, programme_id: UUID) -> None:
    job_id = ask(engine, programme_id)
    assert ask(engine, programme_id, job_id=job_id) == job_id
    assert run_waiting(engine, KNOWN) == 1
    ask(engine, programme_id, job_id=job_id)
    assert run_waiting(engine, KNOWN) == 0


def test_what_is_rolled_back_asked_for_nothing(engine: Engine, programme_id: UUID) -> None:
    with Session(engine) as session:
        enqueue(session, programme_id, "count", {"to": 3}, made_by=None)
        assert session.info.pop(jobs.WAITING)
        session.rollback()
    assert run_waiting(engine, KNOWN) == 0


def test_a_kind_nobody_knows_waits_for_somebody_who_does(engine: Engine, programme_id: UUID) -> None:
    job_id = ask(engine, programme_id, kind="unknown")
    assert run_waiting(engine, KNOWN) == 0
    assert run_waiting(engine, {"unknown": count}) == 1
    assert state(engine, programme_id, job_id).finished


def test_a_job_that_fails_is_tried_three_times_and_can_be_begun_again(engine: Engine, programme_id: UUID) -> None:
    tries: list[int] = []

    def fails_at_first(work: Work) -> Mapping[str, Any]:
        tries.append(1)
        with work.step(done=1) as session:
            record(session, work.programme_id, "job counted", actor_id=None)
        if len(tries) <= jobs.MAX_TRIES:
            raise ZeroDivisionError
        return {}

    job_id = ask(engine, programme_id)
    assert run_waiting(engine, {"count": fails_at_first}) == 1
    given_up = state(engine, programme_id, job_id)
    assert (given_up.fault, given_up.finished, len(tries)) == ("ZeroDivisionError", True, jobs.MAX_TRIES)
    with transaction(engine) as session:
        try_again(session, programme_id, job_id, organisation_id=None)
    assert run_waiting(engine, {"count": fails_at_first}) == 1
    assert state(engine, programme_id, job_id).fault is None
    with transaction(engine) as session:
        try_again(session, programme_id, job_id, organisation_id=None)  # it is done: nothing to try again
    assert run_waiting(engine, {"count": fails_at_first}) == 0


def test_a_rule_that_says_no_ends_the_job_with_its_sentence(engine: Engine, programme_id: UUID) -> None:
    def refuses(work: Work) -> Mapping[str, Any]:
        with work.step() as session:
            record(session, work.programme_id, "job counted", actor_id=None)
            raise RuleError(Sentence("Not today."))

    job_id = ask(engine, programme_id)
    assert run_waiting(engine, {"count": refuses}) == 1
    refused = state(engine, programme_id, job_id)
    assert (refused.fault, refused.outcome) == ("refused", {"sentence": "Not today."})
    assert written(engine) == 0


class DiedError(BaseException):
    """The process ends here: nothing that a runner does about faults happens."""


def test_a_runner_that_died_leaves_its_job_to_the_next_when_the_lease_ends(engine: Engine, programme_id: UUID) -> None:
    def dies(work: Work) -> Mapping[str, Any]:
        with work.step(done=1) as session:
            record(session, work.programme_id, "job counted", actor_id=None)
        raise DiedError(work.job_id)

    job_id = ask(engine, programme_id)
    with pytest.raises(DiedError):
        run_waiting(engine, {"count": dies})
    assert run_waiting(engine, KNOWN) == 0
    with clock.standing_at(clock.now() + jobs.LEASE + timedelta(minutes=1)):
        assert run_waiting(engine, KNOWN) == 1
    assert state(engine, programme_id, job_id).outcome == {"counted": 3}


def test_a_lease_from_before_the_clock_was_set_back_holds_nobody_up(engine: Engine, programme_id: UUID) -> None:
    def dies(work: Work) -> Mapping[str, Any]:
        raise DiedError(work.job_id)

    job_id = ask(engine, programme_id)
    with clock.standing_at(clock.now() + timedelta(days=300)), pytest.raises(DiedError):
        run_waiting(engine, {"count": dies})
    assert run_waiting(engine, KNOWN) == 1
    assert state(engine, programme_id, job_id).outcome == {"counted": 3}


def test_a_job_that_kills_every_runner_is_given_up(engine: Engine, programme_id: UUID) -> None:
    def dies(work: Work) -> Mapping[str, Any]:
        raise DiedError(work.job_id)

    job_id, now = ask(engine, programme_id), clock.now()
    for hour in range(jobs.MAX_TRIES):
        with clock.standing_at(now + timedelta(hours=hour)), pytest.raises(DiedError):
            run_waiting(engine, {"count": dies})
    with clock.standing_at(now + timedelta(hours=9)):
        assert run_waiting(engine, {"count": dies}) == 0
    assert state(engine, programme_id, job_id).fault == "died"


def test_a_slow_runner_finds_that_its_job_is_anothers_before_it_writes(engine: Engine, programme_id: UUID) -> None:
    lost: list[Work] = []

    def stalls(work: Work) -> Mapping[str, Any]:
        with clock.standing_at(clock.now() + jobs.LEASE + timedelta(minutes=1)):
            assert run_waiting(engine, KNOWN) == 1
        lost.append(work)
        with work.step() as session:
            record(session, work.programme_id, "job counted", actor_id=None)
        return {"counted": 99}

    job_id = ask(engine, programme_id)
    assert run_waiting(engine, {"count": stalls}) == 0
    assert state(engine, programme_id, job_id).outcome == {"counted": 3}
    assert written(engine) == 3
    with pytest.raises(JobLostError), lost[0].step():
        pass


def test_two_runners_at_once_share_the_jobs_and_do_each_once(engine: Engine, programme_id: UUID) -> None:
    for _ in range(6):
        ask(engine, programme_id)
    together, ended = threading.Barrier(2), []

    def run() -> None:
        together.wait()
        ended.append(run_waiting(engine, KNOWN))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(ended) == 6
    assert written(engine) == 18


def test_no_more_than_the_limit_are_run_and_the_oldest_first(engine: Engine, programme_id: UUID) -> None:
    first, second = ask(engine, programme_id), ask(engine, programme_id)
    assert run_waiting(engine, KNOWN, limit=1) == 1
    assert state(engine, programme_id, first).finished
    assert not state(engine, programme_id, second).finished


def test_a_job_of_another_organisation_is_not_found(engine: Engine, programme_id: UUID) -> None:
    job_id = ask(engine, programme_id)
    with transaction(engine) as session:
        for wanted, organisation_id in ((job_id, new_id()), (new_id(), None)):
            with pytest.raises(NotFoundError):
                find_job(session, programme_id, wanted, organisation_id=organisation_id)
            with pytest.raises(NotFoundError):
                try_again(session, programme_id, wanted, organisation_id=organisation_id)


def test_a_thread_runs_what_waits_and_ends_and_can_be_woken_again(engine: Engine, programme_id: UUID) -> None:
    thread = Background("jobs", lambda: run_waiting(engine, KNOWN))
    for _ in range(2):
        job_id = ask(engine, programme_id)
        thread.wake()
        thread.wake()
        thread.wait()
        assert state(engine, programme_id, job_id).finished
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 2
