"""`timecredits worker`, run as a person runs it, against a real mail server; and one round when a part of it fails."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text

from tests.hours.conftest import make_place
from tests.hours.planning.planned import plan_tuesdays
from tests.real.smtp import MailServer
from timecredits.commands.worker import go_round, make_parts
from timecredits.foundation import clock, mail
from timecredits.foundation.db import make_engine, transaction
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


def run_once(url: str, mail_url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [str(COMMAND), "worker", "--once"],
        env=environment(url, mail_url),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_one_round_sends_what_is_due_and_a_second_nothing(engine: Engine, database_url: str, mail_server: MailServer) -> None:
    somebody_due(engine)
    first = run_once(database_url, mail_server.url)
    assert (first.returncode, first.stdout, first.stderr) == (0, f"reminders: 1, {DAILY}, letters: 1\n", "")
    assert mail_server.wait_for("sian@example.org")["Subject"] == "Fenland: a reminder"
    second = run_once(database_url, mail_server.url)
    assert (second.returncode, second.stdout) == (0, "")
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
    sqlite_url: str, mail_server: MailServer, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = make_engine(sqlite_url, as_application=False)
    programme_id = somebody_due(engine)
    with transaction(engine) as session:
        session.execute(text("DROP TABLE attendance"))
    parts = make_parts(engine, mail.gateway_for(mail_server.url), sender="a@example.org", ending=Event())
    assert go_round(parts, Event()) == 1
    captured = capsys.readouterr()
    assert captured.out == f"reminders: 1, {DAILY}, letters: 1\n"
    assert captured.err.startswith("forgotten sign-outs failed: OperationalError\n")
    assert "no such table" not in captured.err
    assert len(mail_server.to("sian@example.org")) == 1
    with transaction(engine) as session:
        assert session.scalars(select(SignUp.reminded_at).where(SignUp.programme_id == programme_id)).one() is not None
    engine.dispose()


def test_a_mail_server_that_is_away_loses_nothing(engine: Engine, database_url: str, mail_server: MailServer) -> None:
    somebody_due(engine)
    mail_server.refuse = "451 Not now"
    away = run_once(database_url, mail_server.url)
    assert (away.returncode, away.stdout) == (0, f"reminders: 1, {DAILY}\n")
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
