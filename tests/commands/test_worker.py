"""`timecredits worker`, run as a person runs it, against a real mail server; and one round when a part of it fails."""

import json
import logging
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select, text

from tests.hours.conftest import make_place
from tests.hours.planning.planned import plan_tuesdays
from tests.real.smtp import MailServer
from timecredits.commands.worker import go_round, make_parts, worker
from timecredits.foundation import clock, mail
from timecredits.foundation.db import make_engine, transaction
from timecredits.foundation.pulse import read_pulse, write_pulse
from timecredits.hours.activity_models import ActivityPlan, SignUp
from timecredits.hours.planning.sessions import find_dated_session
from timecredits.hours.planning.signing_up import sign_up

COMMAND = Path(sys.executable).parent / "timecredits"

DAILY = "checks of the books: 1, jobs: 1, the spend-gap radar: 1"
"""What the first round of a day also says."""


def somebody_due(engine: Engine) -> UUID:
    """Somebody signed up three days ago for a session an hour from now, and has an address."""
    soon = clock.now() + timedelta(hours=1)
    with transaction(engine) as session, clock.standing_at(clock.now() - timedelta(days=3)):
        planned = plan_tuesdays(make_place(session))
        planned.give_address(planned.place.sian, "sian@example.org")
        plan = session.get_one(ActivityPlan, (planned.programme_id, planned.plan_id))
        local = soon.astimezone(clock.LONDON)
        plan.rule, plan.starts_on, plan.starts = "", local.date(), local.hour * 60 + local.minute
        session.flush()
        dated = find_dated_session(session, planned.programme_id, plan.id, local.date())
        sign_up(session, planned.programme_id, planned.place.sian, dated, actor_id=None, today=clock.today())
    return planned.programme_id


def environment(url: str, mail_url: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": url, "TIMECREDITS_ENV": "development", "MAIL_URL": mail_url}


def run_once(url: str, mail_url: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [str(COMMAND), "worker", "--once"],
        env={**environment(url, mail_url), "LOG_FORMAT": "json", **more},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def told(answer: subprocess.CompletedProcess[str]) -> list[str]:
    """What the lines of the log say, jobs left out."""
    lines = [json.loads(line) for line in answer.stderr.splitlines()]
    assert len({line["round"] for line in lines}) <= 1
    assert all("job" in line for line in lines if line["said"] == "job")
    return [line["said"] for line in lines if line["said"] != "job"]


def test_one_round_sends_what_is_due_and_a_second_nothing(engine: Engine, database_url: str, mail_server: MailServer) -> None:
    somebody_due(engine)
    first = run_once(database_url, mail_server.url)
    assert (first.returncode, first.stdout, told(first)) == (0, "", [f"reminders: 1, {DAILY}, letters: 1"])
    assert mail_server.wait_for("sian@example.org")["Subject"] == "Fenland: a reminder"
    second = run_once(database_url, mail_server.url)
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert len(mail_server.messages) == 1


def test_it_ends_when_told_to(sqlite_url: str) -> None:
    with subprocess.Popen(  # noqa: S603
        [str(COMMAND), "worker", "--every", "3600"],
        env=environment(sqlite_url, "print:"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "The worker is at work.\n"
        process.send_signal(signal.SIGTERM)
        _said, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")


def test_a_database_that_is_behind_is_not_worked_on(tmp_path: Path) -> None:
    answer = run_once(f"sqlite:///{tmp_path / 'new.db'}", "print:")
    assert (answer.returncode, answer.stderr) == (2, "The database is behind. Run: timecredits migrate\n")


def test_a_fault_in_one_part_is_told_without_its_words_and_the_others_go_on(
    sqlite_url: str, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    engine = make_engine(sqlite_url, as_application=False)
    programme_id = somebody_due(engine)
    with transaction(engine) as session:
        session.execute(text("DROP TABLE attendance"))
    parts = make_parts(engine, mail.gateway_for(mail_server.url), sender="a@example.org", ending=Event())
    with caplog.at_level(logging.INFO, "timecredits.commands.worker"):
        assert go_round(parts, Event()) == 1
    fault, done = [each.getMessage() for each in caplog.records if each.name == "timecredits.commands.worker"]
    assert done == f"reminders: 1, {DAILY}, letters: 1"
    assert fault.startswith("forgotten sign-outs failed: OperationalError\n")
    assert "no such table" not in caplog.text
    assert len(mail_server.to("sian@example.org")) == 1
    with transaction(engine) as session:
        assert session.scalars(select(SignUp.reminded_at).where(SignUp.programme_id == programme_id)).one() is not None
    engine.dispose()


def test_a_mail_server_that_is_away_loses_nothing(engine: Engine, database_url: str, mail_server: MailServer) -> None:
    somebody_due(engine)
    mail_server.refuse = "451 Not now"
    away = run_once(database_url, mail_server.url)
    assert (away.returncode, told(away)) == (0, [f"reminders: 1, {DAILY}"])
    mail_server.refuse = None
    parts = make_parts(engine, mail.gateway_for(mail_server.url), sender="a@example.org", ending=Event())
    with clock.standing_at(clock.now() + timedelta(minutes=2)):
        assert go_round(parts, Event()) == 0
    assert len(mail_server.to("sian@example.org")) == 1


def test_once_told_to_end_no_further_part_begins(sqlite_url: str) -> None:
    engine, ending = make_engine(sqlite_url), Event()
    somebody_due(engine)
    ending.set()
    parts = make_parts(engine, mail.gateway_for("print:"), sender="a@example.org", ending=ending)
    assert go_round(parts, ending) == 0
    with transaction(engine) as session:
        assert session.scalars(select(SignUp.reminded_at)).all() == [None]
    engine.dispose()


def healthy(path: str) -> Result:
    return CliRunner().invoke(worker, ["--healthy"], env={"WORKER_PULSE": path})


def test_it_says_whether_it_is_alive(sqlite_url: str, tmp_path: Path) -> None:
    path = str(tmp_path / "worker.prom")
    answer = healthy(path)
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr == "The worker has written no sign of life, or none of late.\n"
    assert run_once(sqlite_url, "print:", WORKER_PULSE=path).returncode == 0
    assert healthy(path).stdout == "The worker is well.\n"
    pulse = read_pulse(path)
    assert pulse is not None
    assert (pulse.failed, pulse.every) == (0, 30)
    write_pulse(path, replace(pulse, ended=pulse.ended - 3600))
    assert healthy(path).exit_code == 1
    assert healthy("").exit_code == 2


def test_a_sign_of_life_that_can_not_be_written_stops_nothing(sqlite_url: str, tmp_path: Path) -> None:
    path = tmp_path / "worker.prom"
    path.mkdir()
    answer = run_once(sqlite_url, "print:", WORKER_PULSE=str(path))
    assert answer.returncode == 0
    assert "could not be written" in answer.stderr
