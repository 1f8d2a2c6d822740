"""Everything dies by SIGKILL in the middle of a burst: whatever a till was told to be done is there afterwards, once."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from tests.real.postgresql_server import PostgresqlServer
from tests.spending.shop import KEYRING, NOON, credits_of, earn, scan, till_of
from tests.web.world import World, build_world
from timecredits.foundation import clock, migrating
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.ledger.books import check_ledger
from timecredits.network.models import Programme
from timecredits.spending.answers import Outcome
from timecredits.spending.books import check_spending
from timecredits.spending.codes import LiveCodeParts, encode, step_at
from timecredits.spending.models import CodeKind, Credential, Redemption
from timecredits.spending.redemption import attempt_id_of, redeem

SCANS = 400
TOLD_BEFORE = 60
"""How many answers are waited for before everything is killed: the burst is then in full flow."""


@pytest.fixture
def durable_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresqlServer]:
    server = PostgresqlServer(tmp_path_factory.mktemp("pg"), settings=())
    server.start()
    yield server
    server.stop("immediate")


def prepare(url: str, folder: Path) -> tuple[World, list[list[str]], Path]:
    """A world with credits for half of what will be asked for, and a file of scans."""
    migrating.upgrade(url)
    engine = make_engine(url)
    with clock.standing_at(NOON), transaction(engine) as session:
        world = build_world(session)
        earn(session, world, SCANS * 30)
        number = session.get_one(Programme, world.programme_id).number
        scans = []
        for reference in range(SCANS):
            session.add(
                Credential(
                    programme_id=world.programme_id,
                    id=new_id(),
                    volunteer_id=world.volunteer_id,
                    kind=CodeKind.LIVE,
                    reference=reference,
                    created_at=NOON,
                )
            )
            scans.append([str(uuid4()), encode(KEYRING, LiveCodeParts(number, reference, step_at(NOON)))])
    engine.dispose()
    file = folder / "burst.json"
    till = till_of(world)
    file.write_text(json.dumps({"till": [str(till.till_id), str(till.venue_id)], "offer": str(world.offer_id), "scans": scans}))
    return world, scans, file


def burst(url: str, file: Path, kill: Callable[[], None]) -> set[UUID]:
    """Run the burst, kill the till and whatever `kill` kills, and answer the ids it had been told were taken."""
    told: list[str] = []
    command = [sys.executable, "-m", "tests.faults.burst", url, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as till:  # noqa: S603
        assert till.stdout is not None
        for line in till.stdout:
            told.append(line)
            if len(told) == TOLD_BEFORE:
                till.kill()
                kill()
    assert TOLD_BEFORE <= len(told) < SCANS, "it was over before it was killed"
    return {UUID(line.split()[0]) for line in told if line.endswith(f" {Outcome.TAKEN}\n")}


def look(url: str, world: World, scans: list[list[str]], told: set[UUID]) -> None:
    """Nothing told is lost; a till that sends everything again takes each once; the books add up before and after."""
    till, engine = till_of(world), make_engine(url)
    with clock.standing_at(NOON), transaction(engine) as session:
        kept = set(session.scalars(select(Redemption.id)))
        assert {attempt_id_of(till, each) for each in told} <= kept
        assert credits_of(session, world) == SCANS * 30 - 60 * len(kept)
        assert check_ledger(session, world.programme_id) == []
        assert check_spending(session, world.programme_id) == []
    outcomes = []
    for sent_id, code in scans:
        with clock.standing_at(NOON), transaction(engine) as session:
            outcomes.append(redeem(session, KEYRING, till, scan(world, code, id=UUID(sent_id))).outcome)
    assert outcomes.count(Outcome.TAKEN) + outcomes.count(Outcome.ALREADY_DONE) == SCANS // 2
    assert outcomes.count(Outcome.ALREADY_DONE) >= len(told)
    with transaction(engine) as session:
        assert credits_of(session, world) == 0
        assert check_ledger(session, world.programme_id) == []
        assert check_spending(session, world.programme_id) == []
    engine.dispose()


def test_on_sqlite_nothing_told_is_lost(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'burst.db'}"
    world, scans, file = prepare(url, tmp_path)
    look(url, world, scans, burst(url, file, lambda: None))


@pytest.mark.postgresql
def test_on_postgresql_nothing_told_is_lost(durable_server: PostgresqlServer, tmp_path: Path) -> None:
    url = durable_server.url()
    world, scans, file = prepare(url, tmp_path)
    told = burst(url, file, durable_server.kill)
    durable_server.start()
    look(url, world, scans, told)
