"""A backup that is made while people work: it is of one moment, keeps nobody from writing, and its books add up."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.commands.backup_runs import backed_up, run
from tests.hours.conftest import TODAY, make_place
from timecredits.commands.backup import restore_command
from timecredits.commands.backup_checks import verify_command
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.hours.models import HourEntry, HourSource
from timecredits.hours.recording import NewHours, record_hours

WRITERS = 3
FEWEST = 5
"""Entries that there are before a backup begins, and that come after it."""


@pytest.fixture
def garden(engine: Engine) -> tuple[UUID, UUID, UUID, list[UUID]]:
    """A programme, an organisation, its activity, and people."""
    with transaction(engine) as session:
        place = make_place(session)
        return place.programme_id, place.organisation_id, place.garden_id, [place.sian, place.lukasz]


class Writers:
    """Record hours until told to end; `acknowledged` are the ids that the database said it has."""

    def __init__(self, url: str, garden: tuple[UUID, UUID, UUID, list[UUID]]) -> None:
        self.url, self.garden = url, garden
        self.ending = Event()
        self.acknowledged: list[UUID] = []

    def write(self, number: int) -> int:
        programme_id, organisation_id, activity_id, people = self.garden
        engine = make_engine(self.url)
        count = 0
        try:
            while not self.ending.is_set():
                day = TODAY - timedelta(days=count * WRITERS + number)
                new = NewHours(new_id(), people[count % len(people)], activity_id, None, day, 60)
                with transaction(engine) as session:
                    record_hours(
                        session, programme_id, organisation_id, [new], source=HourSource.SINGLE, actor_id=None, today=TODAY
                    )
                self.acknowledged.append(new.id)
                count += 1
        finally:
            engine.dispose()
        return count

    def wait_for(self, count: int) -> None:
        while len(self.acknowledged) < count and not self.ending.wait(0.01):
            pass


def test_it_holds_what_was_there_before_and_its_books_add_up(
    garden: tuple[UUID, UUID, UUID, list[UUID]], database_url: str, new_url: Callable[[], str], tmp_path: Path
) -> None:
    writers = Writers(database_url, garden)
    with ThreadPoolExecutor(WRITERS) as pool:
        working = [pool.submit(writers.write, number) for number in range(WRITERS)]
        try:
            writers.wait_for(FEWEST)
            for attempt in range(20):  # one is so quick that now and then nobody gets to write meanwhile
                before = set(writers.acknowledged)
                file = backed_up(database_url, tmp_path / f"backup-{attempt}")
                during = len(writers.acknowledged) - len(before)
                writers.wait_for(len(writers.acknowledged) + FEWEST)
                if during:
                    break
        finally:
            writers.ending.set()
        assert sum(each.result() for each in working) == len(writers.acknowledged), "nobody was refused"
    assert during > 0, "people wrote while it was made"
    verified = run(database_url, verify_command, file)
    assert verified.exit_code == 0, verified.output
    new = new_url()
    assert run(new, restore_command, file).exit_code == 0
    held = entries(new)
    assert before <= held, "all that was acknowledged before it began"
    assert held < entries(database_url), "it is of a moment, and later ones came"


def entries(url: str) -> set[UUID]:
    engine = make_engine(url)
    with Session(engine) as session:
        found = set(session.scalars(select(HourEntry.id)))
    engine.dispose()
    return found
