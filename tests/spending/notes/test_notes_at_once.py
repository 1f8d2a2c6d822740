"""Many at the same instant, on both databases: a note comes to one end, and one form makes one batch."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.real.at_once import at_once, in_one
from tests.spending.notes.sheaf import faults, float_of, notes_in, printed, text_of, use_by_hand
from tests.spending.shop import KEYRING, NOON, credits_of, earn, scan, till_of
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.errors import RuleError
from timecredits.spending.answers import Outcome
from timecredits.spending.notes.ending import expire_notes, void_notes
from timecredits.spending.notes.passes import make_passes
from timecredits.spending.notes.replacing import replace_note
from timecredits.spending.redemption import redeem

Act = Callable[[Session], Any]


@pytest.fixture
def kept_world(engine: Engine) -> World:
    """A world that is committed, so that other connections see it; its volunteer has ten credits."""
    with clock.standing_at(NOON), transaction(engine) as session:
        world = build_world(session)
        earn(session, world, 600)
    return world


def together(database_url: str, acts: list[Act]) -> list[Any]:
    """Let all begin at once; a rule's refusal is an answer."""

    def heard(act: Act) -> Callable[[Engine], Any]:
        def run(engine: Engine) -> Any:
            try:
                return in_one(act)(engine)
            except RuleError as refused:
                return str(refused.sentence)

        return run

    return at_once(database_url, [heard(act) for act in acts], at=NOON)


def batch_of(engine: Engine, world: World, count: int) -> tuple[UUID, list[UUID]]:
    with clock.standing_at(NOON), transaction(engine) as session:
        batch = printed(session, world, count=count)
        return batch.id, [note.id for note in notes_in(session, world, batch.id)]


def check(engine: Engine, world: World, *, mine: int, out: int) -> None:
    with transaction(engine) as session:
        assert (credits_of(session, world), float_of(session, world)) == (mine, out)
        assert faults(session, world) == []


def test_one_form_sent_eight_times_makes_one_batch(engine: Engine, database_url: str, kept_world: World) -> None:
    batch_id = new_id()
    answers = together(database_url, [lambda session: printed(session, kept_world, batch_id=batch_id, count=2).id] * 8)
    assert set(answers) == {batch_id}
    check(engine, kept_world, mine=480, out=120)


def test_batches_drain_a_balance_to_nought_and_not_below(engine: Engine, database_url: str, kept_world: World) -> None:
    answers = together(database_url, [lambda session: printed(session, kept_world, count=3).id] * 6)
    assert sum(isinstance(each, UUID) for each in answers) == 3
    check(engine, kept_world, mine=60, out=540)


def test_a_stop_and_a_use_at_once_end_a_note_once(engine: Engine, database_url: str, kept_world: World) -> None:
    batch_id, notes = batch_of(engine, kept_world, 6)
    here = kept_world.programme_id, kept_world.organisation_id, batch_id

    def using(note: UUID) -> Act:
        return lambda session: use_by_hand(session, kept_world, note, 60)

    def stopping(note: UUID) -> Act:
        return lambda session: void_notes(session, *here, [note], reason="Lost", actor_id=None) == 1

    answers = together(database_url, [*map(using, notes), *map(stopping, notes)])
    used, stopped = answers[:6], answers[6:]
    assert all(first != second for first, second in zip(used, stopped, strict=True))
    check(engine, kept_world, mine=240 + 60 * sum(stopped), out=0)


def test_a_stop_and_a_scan_at_once_end_a_note_once(engine: Engine, database_url: str, kept_world: World) -> None:
    batch_id, notes = batch_of(engine, kept_world, 4)
    here = kept_world.programme_id, kept_world.organisation_id, batch_id
    with transaction(engine) as session:
        texts = [text_of(session, kept_world, note) for note in notes_in(session, kept_world, batch_id)]

    def scanning(text: str) -> Act:
        return lambda session: redeem(session, KEYRING, till_of(kept_world), scan(kept_world, text)).outcome

    def stopping(note: UUID) -> Act:
        return lambda session: void_notes(session, *here, [note], reason="Lost", actor_id=None) == 1

    answers = together(database_url, [*map(scanning, texts), *map(stopping, notes)])
    for outcome, stopped in zip(answers[:4], answers[4:], strict=True):
        assert outcome is (Outcome.REVOKED if stopped else Outcome.TAKEN)
    check(engine, kept_world, mine=360 + 60 * sum(answers[4:]), out=0)


def test_all_the_ways_to_end_many_notes_never_wait_for_each_other_for_good(
    engine: Engine, database_url: str, kept_world: World
) -> None:
    batch_id, notes = batch_of(engine, kept_world, 8)
    here = kept_world.programme_id, kept_world.organisation_id
    late = NOON + timedelta(days=500)
    acts: list[Act] = [
        lambda session: void_notes(session, *here, batch_id, None, reason="Lost", actor_id=None),
        lambda session: void_notes(session, *here, batch_id, notes[::-1], reason="Lost", actor_id=None),
        lambda session: expire_notes(session, kept_world.programme_id, now=late),
        lambda session: expire_notes(session, kept_world.programme_id, now=late),
    ]
    assert sum(together(database_url, acts)) == 8
    check(engine, kept_world, mine=600, out=0)


def test_a_note_replaced_twice_at_once_gets_one_replacement(engine: Engine, database_url: str, kept_world: World) -> None:
    _batch_id, [note] = batch_of(engine, kept_world, 1)
    here = kept_world.programme_id, kept_world.organisation_id
    answers = together(database_url, [lambda session: replace_note(session, *here, note, actor_id=None).id] * 6)
    assert len(set(answers)) == 1
    check(engine, kept_world, mine=540, out=60)


def test_passes_made_at_once_are_five_at_most(engine: Engine, database_url: str, kept_world: World) -> None:
    def carry(session: Session) -> UUID:
        me = kept_world.programme_id, kept_world.volunteer_id
        return make_passes(session, *me, batch_id=new_id(), minutes=60, count=2, user_id=None).id

    answers = together(database_url, [carry] * 5)
    assert sum(isinstance(each, UUID) for each in answers) == 2
    check(engine, kept_world, mine=360, out=240)
