"""`timecredits worker`: what nobody waits for in front of a screen: reminders, sign-outs, jobs, unused notes, waiting mail.

It goes round: each part in turn, each in transactions of its own, so that a fault in one is told and the others go on. Two
workers at once do nothing twice. SIGTERM lets the step at hand finish and ends the command.
"""

import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Event
from types import FrameType

import click
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from timecredits.commands.database import open_engine, settings
from timecredits.commands.signing_keys import open_keys
from timecredits.community.directory.reviewing import remind_keepers
from timecredits.community.events.needs import forget_needs
from timecredits.community.first_steps.step_reminders import send_step_reminders
from timecredits.community.referrals.asking import forget_drafts
from timecredits.foundation import clock, mail
from timecredits.foundation.db import READ_ONLY, transaction
from timecredits.foundation.document_signing import DocumentSigner
from timecredits.foundation.jobs import Handler, run_waiting
from timecredits.hours.attendances.forgotten import settle_forgotten
from timecredits.hours.planning.reminders import send_reminders
from timecredits.hours.tidying import tidy
from timecredits.network.models import Programme
from timecredits.spending.expiry_jobs import ask_for_expiry
from timecredits.spending.live_codes import clear_typed_codes
from timecredits.spending.notes.ending import expire_notes
from timecredits.web.issuing import issuer_of
from timecredits.web.jobs import HANDLERS, handlers

ROUND_SECONDS = 30


@dataclass(frozen=True)
class Part:
    """One kind of work: `run` does what is due and answers how much that was; `said` names it."""

    said: str
    run: Callable[[], int]


@click.command("worker")
@click.option("--once", is_flag=True, help="Do one round and end; exit 1 if a part of it failed.")
@click.option("--every", default=ROUND_SECONDS, show_default=True, type=click.IntRange(1, 3600), help="Seconds between rounds.")
def worker(*, once: bool, every: int) -> None:
    """Send reminders and mail, close forgotten sign-outs, and run jobs, until told to stop."""
    engine, config, keys = open_engine(), settings(), open_keys()
    signer = DocumentSigner(keys.documents) if keys.documents else None
    issuer = issuer_of({**config, "KEYRING": keys.keyring, "DOCUMENT_SIGNER": signer})
    ending = Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ending.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    parts = make_parts(
        engine,
        mail.gateway_for(config["MAIL_URL"]),
        sender=config["MAIL_SENDER"],
        ending=ending,
        work=handlers(keys.keyring, issuer),
    )
    if not once:
        click.echo("The worker is at work.")
    while True:
        failed = go_round(parts, ending)
        if once or ending.wait(every):
            break
    engine.dispose()
    sys.exit(1 if once and failed else 0)


def make_parts(
    engine: Engine,
    gateway: mail.Gateway,
    *,
    sender: str,
    ending: Event,
    work: Mapping[str, Handler] = HANDLERS,
) -> list[Part]:
    """Everything that one round does, in order; mail comes last, so that what the others wrote goes out with it."""
    return [
        Part("reminders", lambda: _in_each(engine, _remind)),
        Part("reminders to check entries", lambda: _in_each(engine, _ask_keepers)),
        Part("notes to oneself", lambda: _in_each(engine, _send_step_reminders)),
        Part("forgotten sign-outs", lambda: _in_each(engine, _settle)),
        Part("jobs about credits that run out", lambda: _in_each(engine, _ask_for_expiry)),
        Part("jobs", lambda: run_waiting(engine, work)),
        Part("notes not used", lambda: _in_each(engine, _end_notes)),
        Part("needs of events that are over", lambda: _in_each(engine, _forget_needs)),
        Part("requests not sent", lambda: _in_each(engine, _forget_drafts)),
        Part("tidying", lambda: _in_each(engine, _tidy)),
        Part("letters", lambda: _deliver(engine, gateway, sender, ending)),
    ]


def go_round(parts: list[Part], ending: Event) -> int:
    """Do each part once; answers how many failed. Says in a line what was done, if anything was."""
    done, failed = [], 0
    for part in parts:
        if ending.is_set():
            break
        try:
            count = part.run()
        except Exception as fault:  # noqa: BLE001  one part's fault must not stop the others
            failed += 1
            _tell(part, fault)
        else:
            if count:
                done.append(f"{part.said}: {count}")
    if done:
        click.echo(", ".join(done))
    return failed


def _in_each(engine: Engine, work: Callable[[Session, Programme], int]) -> int:
    """Do something in every programme, in a transaction for each. The first fault is raised once all have had their turn."""
    with Session(engine) as session:
        session.connection(execution_options=READ_ONLY)
        programmes = session.scalars(select(Programme).order_by(Programme.number)).all()
    count, faults = 0, []
    for programme in programmes:
        try:
            with transaction(engine) as session:
                count += work(session, programme)
        except Exception as fault:  # noqa: BLE001  the next programme has done nothing wrong
            faults.append(fault)
    if faults:
        raise faults[0]
    return count


def _remind(session: Session, programme: Programme) -> int:
    return send_reminders(session, programme.id, now=clock.now())


def _ask_keepers(session: Session, programme: Programme) -> int:
    return remind_keepers(session, programme.id, now=clock.now())


def _send_step_reminders(session: Session, programme: Programme) -> int:
    return send_step_reminders(session, programme.id, now=clock.now())


def _settle(session: Session, programme: Programme) -> int:
    return settle_forgotten(session, programme.id, clock.now())


def _end_notes(session: Session, programme: Programme) -> int:
    return expire_notes(session, programme.id, now=clock.now())


def _ask_for_expiry(session: Session, programme: Programme) -> int:
    return ask_for_expiry(session, programme.id, clock.today())


def _forget_needs(session: Session, programme: Programme) -> int:
    return forget_needs(session, programme.id, now=clock.now())


def _forget_drafts(session: Session, programme: Programme) -> int:
    return forget_drafts(session, programme.id, now=clock.now())


def _tidy(session: Session, programme: Programme) -> int:
    now = clock.now()
    return tidy(session, programme.id, now=now) + clear_typed_codes(session, programme.id, now)


def _deliver(engine: Engine, gateway: mail.Gateway, sender: str, ending: Event) -> int:
    sent = 0
    while not ending.is_set() and (round_sent := mail.deliver_waiting(engine, gateway, sender=sender).sent):
        sent += round_sent
    return sent


def _tell(part: Part, fault: BaseException) -> None:
    # Where it failed and how, but not the fault's words: a database quotes what was written.
    frames = "".join(traceback.format_tb(fault.__traceback__))
    click.echo(f"{part.said} failed: {type(fault).__name__}\n{frames}", err=True)
