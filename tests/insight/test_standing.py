"""How the service stands, in numbers: on both databases, in five queries, and true after each thing that changes them."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.spending.shop import counted_statements
from tests.web.world import World, build_world
from timecredits.foundation import clock, mail, texts
from timecredits.foundation.db import new_id
from timecredits.foundation.jobs import Job, enqueue
from timecredits.insight.books.book_jobs import CHECK
from timecredits.insight.readiness import what_is_wrong
from timecredits.insight.standing import see_standing
from timecredits.network.programmes import create_programme
from timecredits.spending.models import RedemptionAttempt, Till


def asked(statements: list[str]) -> int:
    return sum(each.startswith("SELECT") for each in statements)


def job(session: Session, programme_id: UUID, kind: str = "a kind", **more: object) -> UUID:
    key = enqueue(session, programme_id, kind, {}, made_by=None)
    session.execute(update(Job).where(Job.programme_id == programme_id, Job.id == key).values(**more)) if more else None
    return key


def test_an_empty_installation_has_nothing_that_waits(session: Session) -> None:
    with counted_statements(session) as statements:
        found = see_standing(session, clock.now())
    assert asked(statements) == 5
    assert set(found.jobs.values()) == {0}
    assert (found.oldest_job, found.oldest_check, found.tills) == (0.0, 0.0, 0)
    assert found.books == {"add_up": 0, "faults": 0, "unchecked": 0}
    assert found.silent_tills == {"hour": 0, "day": 0, "week": 0, "ever": 0}


def test_jobs_are_told_apart_by_state(session: Session) -> None:
    now, programme_id = clock.now(), build_world(session).programme_id
    before = see_standing(session, now).jobs
    job(session, programme_id, made_at=now - timedelta(minutes=9))
    job(session, programme_id, made_at=now - timedelta(minutes=30), started_at=now)
    job(session, programme_id, finished_at=now, started_at=now, fault="KeyError")
    job(session, programme_id, finished_at=now - timedelta(days=2), started_at=now, fault="KeyError")
    job(session, programme_id, finished_at=now, started_at=now, outcome={})
    found = see_standing(session, now)
    assert {name: found.jobs[name] - before[name] for name in before} == {"waiting": 1, "running": 1, "failed": 1}
    assert found.oldest_job == pytest.approx(540)


def test_letters_that_wait_and_those_given_up(session: Session) -> None:
    for number in range(3):
        mail.queue(session, recipient=f"a{number}@example.org", subject="s", body="b")
    session.flush()
    first = session.query(mail.MailMessage).filter_by(recipient="a0@example.org").one()
    second = session.query(mail.MailMessage).filter_by(recipient="a1@example.org").one()
    first.sent_at, second.tries = clock.now(), mail.MAX_TRIES
    assert texts.queue_text(session, number="07700 900123", body="Hello", key=new_id())
    session.flush()
    found = see_standing(session, clock.now())
    assert found.mails == {"waiting": 1, "given_up": 1}
    assert found.texts == {"waiting": 1, "given_up": 0}


def test_the_last_check_of_each_programme_counts(session: Session) -> None:
    now, first = clock.now(), build_world(session).programme_id
    second, third = (create_programme(session, slug=slug, name=slug.title()).id for slug in ("second", "third"))
    old, new = now - timedelta(days=3), now - timedelta(hours=2)
    fault = {"rule": "x", "count": 1, "ids": []}
    job(session, first, CHECK, finished_at=old, outcome={"faults": [fault]})
    job(session, first, CHECK, finished_at=new, outcome={"faults": []})
    job(session, second, CHECK, finished_at=old, outcome={"faults": [fault]})
    job(session, third, CHECK, finished_at=new, fault="died")
    with counted_statements(session) as statements:
        found = see_standing(session, now)
    assert found.books == {"add_up": 1, "faults": 1, "unchecked": 1}
    assert found.oldest_check == pytest.approx(3 * 86400)
    assert asked(statements) == 5, "however many programmes there are"


def test_tills_are_silent_from_when_they_were_last_heard_of(session: Session) -> None:
    now, world = clock.now(), build_world(session)
    till = session.get_one(Till, world.till_id)
    till.paired_at = now - timedelta(days=30)
    session.flush()
    assert see_standing(session, now).silent_tills == {"hour": 1, "day": 1, "week": 1, "ever": 1}
    till.last_seen_at = now - timedelta(days=2)
    session.flush()
    assert see_standing(session, now).silent_tills == {"hour": 1, "day": 1, "week": 0, "ever": 0}
    _attempt(session, world)
    found = see_standing(session, now)
    assert (found.tills, found.silent_tills) == (1, {"hour": 0, "day": 0, "week": 0, "ever": 0})
    till.revoked_at = now
    session.flush()
    assert see_standing(session, now).tills == 0


def _attempt(session: Session, world: World) -> None:
    session.add(
        RedemptionAttempt(
            programme_id=world.programme_id,
            till_id=world.till_id,
            body_hash=b"",
            outcome="taken",
            answer={},
            scanned_at=clock.now(),
            arrived_at=clock.now(),
        )
    )
    session.flush()


def test_a_database_that_is_whole_has_nothing_wrong(session: Session) -> None:
    with counted_statements(session) as statements:
        assert what_is_wrong(session.connection()) is None
    assert asked(statements) <= 4
