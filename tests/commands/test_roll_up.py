"""`timecredits roll-up`, and the worker's part that counts for the reports."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from threading import Event

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from tests.insight.reports.programmes import Made, Step, counted, make_programme
from timecredits.commands.worker import go_round, make_parts
from timecredits.foundation import clock, mail
from timecredits.foundation.db import transaction
from timecredits.insight.roll_up_models import PersonMonth, RollUp
from timecredits.network.models import Programme

COMMAND = Path(sys.executable).parent / "timecredits"


def run(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  our own command
        [str(COMMAND), "roll-up", *words],
        env={**os.environ, "DATABASE_URL": url, "TIMECREDITS_ENV": "development"},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def told(engine: Engine) -> Made:
    """A programme in which two people gave time and one used some, long enough ago to be counted."""
    made = make_programme(engine)
    made.do_all([Step("hours", 1), Step("hours", 1, who=1, minutes=120), Step("use", 1)])
    return made


def test_it_counts_and_with_again_counts_all_anew(engine: Engine, database_url: str) -> None:
    made, other = told(engine), told(engine)
    first = run(database_url)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.count("sums counted.") == 2  # one line a programme
    right = counted(engine, made.programme_id)
    assert right["person_month"]
    with transaction(engine) as session:
        slug = session.get_one(Programme, made.programme_id).slug
        session.execute(update(PersonMonth).values(minutes=1))
    wrong = counted(engine, other.programme_id)
    assert run(database_url, "--programme", slug).stdout == f"{slug}: 0 sums counted.\n"
    assert counted(engine, made.programme_id) != right
    assert "0 sums" not in run(database_url, "--again", "--programme", slug).stdout
    assert counted(engine, made.programme_id) == right
    assert counted(engine, other.programme_id) == wrong


def test_a_programme_that_is_not_there_is_said(engine: Engine, database_url: str) -> None:
    told(engine)
    refused = run(database_url, "--again", "--programme", "nowhere")
    assert refused.returncode != 0
    assert "There is no programme nowhere." in refused.stdout + refused.stderr


def test_the_worker_counts_each_programme_on_its_round(engine: Engine) -> None:
    made = [told(engine), told(engine)]
    ending = Event()
    parts = [
        part
        for part in make_parts(engine, mail.gateway_for("print:"), sender="a@example.org", ending=ending)
        if part.said == "counting for reports"
    ]
    assert len(parts) == 1
    assert go_round(parts, ending) == 0
    for each in made:
        assert counted(engine, each.programme_id)["person_month"]
    with Session(engine) as session:
        watermarks = session.scalars(select(RollUp.counted_to)).all()
    assert len(watermarks) == len(made)
    assert all(clock.now() - mark >= timedelta(minutes=2) for mark in watermarks)
    assert parts[0].run() == 0
    ending.set()
    assert parts[0].run() == 0
