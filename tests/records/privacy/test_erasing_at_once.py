"""Erasing while something else happens to the same person, each over a connection of its own: one comes first, the books hold."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.real.at_once import at_once, in_one
from tests.spending.shop import KEYRING, NOON, credits_of, earn, scan, show, till_of
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.errors import RuleError
from timecredits.hours.books import check_hours
from timecredits.ledger.books import check_ledger
from timecredits.network.models import Volunteer
from timecredits.records.models import Erasure
from timecredits.records.privacy.erasing import ask_to_erase, call_off, erase_one
from timecredits.spending.answers import Outcome
from timecredits.spending.books import check_spending
from timecredits.spending.models import Redemption
from timecredits.spending.redemption import redeem

TIMES = 3
"""So often each pair is let loose: which of the two comes first differs."""


@pytest.fixture
def kept(engine: Engine) -> World:
    """A world that other connections see, with two credits."""
    with clock.standing_at(NOON), transaction(engine) as session:
        world = build_world(session)
        earn(session, world, 120)
    return world


def asked(engine: Engine, world: World) -> UUID:
    """An erasing of the world's volunteer."""
    with clock.standing_at(NOON - timedelta(days=30)), transaction(engine) as session:
        row = ask_to_erase(session, world.programme_id, world.volunteer_id, erasure_id=new_id(), actor_id=None)
        return row.id


def faults(session: Session, world: World) -> list[Any]:
    checks = (check_ledger, check_hours, check_spending)
    return [fault for check in checks for fault in check(session, world.programme_id)]


def times_erased(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "person erased")) or 0


def test_credits_used_at_that_moment_are_used_or_run_out_and_never_both(engine: Engine, database_url: str, kept: World) -> None:
    erasure_id = asked(engine, kept)
    with clock.standing_at(NOON), transaction(engine) as session:
        code = show(session, kept).qr_text

    def use(each: Session) -> Outcome:
        return redeem(each, KEYRING, till_of(kept), scan(kept, code)).outcome

    def erase(each: Session) -> bool:
        return erase_one(each, kept.programme_id, erasure_id)

    acts: list[Any] = [in_one(use), in_one(erase)]
    outcome, erased = at_once(database_url, acts, at=NOON)
    assert erased is True
    with transaction(engine) as session:
        person = session.get_one(Volunteer, (kept.programme_id, kept.volunteer_id))
        assert person.erased_at is not None
        assert credits_of(session, kept) == 0
        uses = session.scalars(select(Redemption)).all()
        assert len(uses) == (outcome is Outcome.TAKEN)
        counts = session.get_one(Erasure, (kept.programme_id, erasure_id)).counts or {}
        assert counts["minutes_passed_on"] == 120 - sum(each.minutes for each in uses)
        assert faults(session, kept) == []


@pytest.mark.parametrize("_time", range(TIMES))
def test_called_off_at_that_moment_is_called_off_or_done(engine: Engine, database_url: str, kept: World, _time: int) -> None:
    erasure_id = asked(engine, kept)

    def stop(each: Session) -> bool:
        try:
            call_off(each, kept.programme_id, kept.volunteer_id, actor_id=None)
        except RuleError:
            return False
        return True

    def erase(each: Session) -> bool:
        return erase_one(each, kept.programme_id, erasure_id)

    stopped, erased = at_once(database_url, [in_one(stop), in_one(erase)], at=NOON)
    assert stopped is not erased
    with transaction(engine) as session:
        row = session.get_one(Erasure, (kept.programme_id, erasure_id))
        assert (row.called_off_at is None, row.done_at is None) == (erased, stopped)
        person = session.get_one(Volunteer, (kept.programme_id, kept.volunteer_id))
        assert (person.erased_at is not None) is erased
        assert credits_of(session, kept) == (0 if erased else 120)
        assert faults(session, kept) == []


def test_two_workers_erase_once(engine: Engine, database_url: str, kept: World) -> None:
    erasure_id = asked(engine, kept)

    def erase(each: Session) -> bool:
        return erase_one(each, kept.programme_id, erasure_id)

    answers = at_once(database_url, [in_one(erase)] * 3, at=NOON)
    assert sorted(answers) == [False, False, True]
    with transaction(engine) as session:
        assert times_erased(session) == 1
        assert (session.get_one(Erasure, (kept.programme_id, erasure_id)).counts or {})["minutes_passed_on"] == 120
        assert faults(session, kept) == []
