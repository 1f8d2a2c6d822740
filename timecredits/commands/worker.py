"""`timecredits worker`: what nobody waits for in front of a screen: reminders, sign-outs, jobs, unused notes, waiting mail.

It goes round: each part in turn, each in transactions of its own, so that a fault in one is told and the others go on. Two
workers at once do nothing twice. SIGTERM lets the step at hand finish and ends the command.
"""

import logging
import secrets
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from threading import Event
from time import perf_counter
from types import FrameType
from typing import NoReturn

import click
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from timecredits.commands.database import open_engine, settings, stop
from timecredits.commands.erasures import keep_list
from timecredits.commands.retention import erase_each, retain
from timecredits.commands.signing_keys import open_keys
from timecredits.community.directory.reviewing import remind_keepers
from timecredits.community.events.needs import forget_needs
from timecredits.community.first_steps.step_reminders import send_step_reminders
from timecredits.community.referrals.asking import forget_drafts
from timecredits.foundation import clock, log_lines, mail, slow_queries, texts
from timecredits.foundation.db import READ_ONLY, transaction
from timecredits.foundation.document_signing import DocumentSigner
from timecredits.foundation.jobs import Handler, run_waiting
from timecredits.foundation.keys import Keyring
from timecredits.foundation.pulse import Pulse, read_pulse, tell_systemd, write_pulse
from timecredits.foundation.text_gateways import TextGateway, text_gateway_for
from timecredits.hours.attendances.forgotten import settle_forgotten
from timecredits.hours.planning.reminders import send_reminders
from timecredits.hours.tidying import tidy
from timecredits.insight.books.book_jobs import ask_nightly
from timecredits.insight.counting.count_up import count_up
from timecredits.insight.impact.asking import ask_all
from timecredits.insight.impact.keeping import keep_results
from timecredits.insight.impact.survey_links import send_survey_mails
from timecredits.insight.spend_gap.radar import keep_radar
from timecredits.ledger.seals import seal_programme
from timecredits.network.agreement_mails import tell_of_endings
from timecredits.network.models import Programme
from timecredits.network.witness import write_witness
from timecredits.records.merging.forgetting import forget_moved
from timecredits.records.merging.strays import move_strays
from timecredits.records.opening.past_lists import forget_lists
from timecredits.records.webhooks.rounds import tell_others
from timecredits.spending.expiry_jobs import ask_for_expiry
from timecredits.spending.live_codes import clear_typed_codes
from timecredits.spending.notes.ending import expire_notes
from timecredits.web.issuing import issuer_of
from timecredits.web.jobs import HANDLERS, handlers
from timecredits.web.watching import MissingPackageError, sentry

ROUND_SECONDS = 30
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Part:
    """One kind of work: `run` does what is due and answers how much that was; `said` names it."""

    said: str
    run: Callable[[], int]


@click.command("worker")
@click.option("--once", is_flag=True, help="Do one round and end; exit 1 if a part of it failed.")
@click.option("--every", default=ROUND_SECONDS, show_default=True, type=click.IntRange(1, 3600), help="Seconds between rounds.")
@click.option("--healthy", is_flag=True, help="Only say whether the worker that writes WORKER_PULSE is alive; exit 1 if not.")
def worker(*, once: bool, every: int, healthy: bool) -> None:
    """Send reminders and mail, close forgotten sign-outs, and run jobs, until told to stop."""
    config = settings()
    if healthy:
        _say_health(config["WORKER_PULSE"])
    log_lines.set_up(*log_lines.settings_of(config))
    engine, keys = open_engine(), open_keys()
    slow_queries.watch(engine, config["SLOW_QUERY_MS"])
    try:
        sentry.set_up(config)
    except MissingPackageError as fault:
        stop(fault)
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
        keyring=keys.keyring,
        base_url=config["BASE_URL"],
        witness=config["WITNESS"],
        witness_mail=config["WITNESS_MAIL"],
        text_gateway=text_gateway_for(config["TEXT_URL"], config["TEXT_TOKEN"]),
    )
    if not once:
        click.echo("The worker is at work.")
    tell_systemd("READY=1")
    while True:
        begun = perf_counter()
        failed = go_round(parts, ending)
        _note_round(config["WORKER_PULSE"], perf_counter() - begun, failed, every)
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
    keyring: Keyring | None = None,
    base_url: str = "",
    witness: str = "",
    witness_mail: str = "",
    text_gateway: TextGateway | None = None,
) -> list[Part]:
    """Everything that one round does, in order; mail comes last, so that what the others wrote goes out with it."""
    return [
        Part("reminders", lambda: _in_each(engine, _remind)),
        Part("reminders to check entries", lambda: _in_each(engine, _ask_keepers)),
        Part("agreements that end", lambda: _in_each(engine, _tell_of_endings)),
        Part("notes to oneself", lambda: _in_each(engine, _send_step_reminders)),
        Part("questions asked", lambda: _in_each(engine, partial(_ask_people, keyring=keyring, base_url=base_url))),
        Part("forgotten sign-outs", lambda: _in_each(engine, _settle)),
        Part("jobs about credits that run out", lambda: _in_each(engine, _ask_for_expiry)),
        Part("moves of credits sealed", lambda: _count_up(engine, ending, seal_programme)),
        Part("heads written outside", lambda: write_witness(engine, witness, mail_to=witness_mail, now=clock.now())),
        Part("lists of erasures written outside", lambda: keep_list(engine, witness, now=clock.now())),
        Part("checks of the books", lambda: _in_each(engine, _ask_for_check)),
        Part("jobs", lambda: run_waiting(engine, work)),
        Part("notes not used", lambda: _in_each(engine, _end_notes)),
        Part("needs of events that are over", lambda: _in_each(engine, _forget_needs)),
        Part("requests not sent", lambda: _in_each(engine, _forget_drafts)),
        Part("lists of people not added", lambda: _in_each(engine, _forget_lists)),
        Part("people erased", lambda: erase_each(engine)),
        Part("what is kept no longer", lambda: _in_each(engine, retain)),
        Part("tidying", lambda: _in_each(engine, _tidy)),
        Part("counting for reports", lambda: _count_up(engine, ending)),
        Part("the spend-gap radar", lambda: _count_up(engine, ending, keep_radar)),
        Part("other computers told", lambda: tell_others(engine, keyring, base_url=base_url, ending=ending)),
        Part("texts", lambda: _deliver_texts(engine, text_gateway, ending)),
        Part("letters", lambda: _deliver(engine, gateway, sender, ending)),
    ]


def go_round(parts: list[Part], ending: Event) -> int:
    """Do each part once; answers how many failed. Writes a line of what was done, if anything was, and one for each fault."""
    done, failed, begun = [], 0, perf_counter()
    with log_lines.do("round", secrets.token_hex(4)) as now:
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
            tell_systemd("WATCHDOG=1")
        took = round((perf_counter() - begun) * 1000)
        more = log_lines.facts(failed=failed, milliseconds=took, queries=now.queries)
        _log.log(logging.INFO if done else logging.DEBUG, "%s", ", ".join(done) or "nothing was due", extra=more)
    return failed


def _note_round(path: str, seconds: float, failed: int, every: int) -> None:
    try:
        write_pulse(path, Pulse(clock.now().timestamp(), round(seconds, 3), failed, every))
    except OSError:
        _log.warning("the file that says that the worker lives could not be written")


def _say_health(path: str) -> NoReturn:
    if not path:
        stop("WORKER_PULSE is not set. Set it to a file, for the worker and here.")
    pulse = read_pulse(path)
    if pulse is None or not pulse.is_fresh:
        stop("The worker has written no sign of life, or none of late.", code=1)
    click.echo("The worker is well.")
    sys.exit(0)


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


def _tell_of_endings(session: Session, programme: Programme) -> int:
    return tell_of_endings(session, programme.id, today=clock.today())


def _send_step_reminders(session: Session, programme: Programme) -> int:
    return send_step_reminders(session, programme.id, now=clock.now())


def _ask_people(session: Session, programme: Programme, *, keyring: Keyring | None, base_url: str) -> int:
    asked = ask_all(session, programme.id, now=clock.now())
    if keyring is None:  # without it no private link can be made
        return asked
    kept = keep_results(session, keyring, programme.id, now=clock.now())
    return asked + kept + send_survey_mails(session, keyring, programme.id, base_url=base_url, now=clock.now())


def _settle(session: Session, programme: Programme) -> int:
    return settle_forgotten(session, programme.id, clock.now())


def _end_notes(session: Session, programme: Programme) -> int:
    return expire_notes(session, programme.id, now=clock.now())


def _ask_for_expiry(session: Session, programme: Programme) -> int:
    return ask_for_expiry(session, programme.id, clock.today())


def _ask_for_check(session: Session, programme: Programme) -> int:
    return ask_nightly(session, programme.id, clock.today())


def _forget_needs(session: Session, programme: Programme) -> int:
    return forget_needs(session, programme.id, now=clock.now())


def _forget_drafts(session: Session, programme: Programme) -> int:
    return forget_drafts(session, programme.id, now=clock.now())


def _forget_lists(session: Session, programme: Programme) -> int:
    return forget_lists(session, programme.id)


def _tidy(session: Session, programme: Programme) -> int:
    now = clock.now()
    return (
        tidy(session, programme.id, now=now)
        + clear_typed_codes(session, programme.id, now)
        + forget_moved(session, programme.id, now=now)
        + move_strays(session, programme.id, now=now)
    )


def _count_up(engine: Engine, ending: Event, count_one: Callable[..., int] = count_up) -> int:
    """Count each programme's sums in steps of its own. The first fault is raised once all have had their turn."""
    with Session(engine) as session:
        session.connection(execution_options=READ_ONLY)
        programmes = session.scalars(select(Programme.id).order_by(Programme.number)).all()
    count, faults = 0, []
    for programme_id in programmes:
        if ending.is_set():
            break
        try:
            count += count_one(engine, programme_id, now=clock.now())
        except Exception as fault:  # noqa: BLE001  the next programme has done nothing wrong
            faults.append(fault)
    if faults:
        raise faults[0]
    return count


def _deliver(engine: Engine, gateway: mail.Gateway, sender: str, ending: Event) -> int:
    sent = 0
    while not ending.is_set() and (round_sent := mail.deliver_waiting(engine, gateway, sender=sender).sent):
        sent += round_sent
    return sent


def _deliver_texts(engine: Engine, gateway: TextGateway | None, ending: Event) -> int:
    sent = 0
    while gateway and not ending.is_set() and (round_sent := texts.deliver_texts(engine, gateway)):
        sent += round_sent
    with transaction(engine) as session:
        texts.forget_numbers(session, now=clock.now())
    return sent


def _tell(part: Part, fault: BaseException) -> None:
    # Where it failed and how, but not the fault's words: a database quotes what was written.
    frames = "".join(traceback.format_tb(fault.__traceback__))
    _log.error("%s failed: %s\n%s", part.said, type(fault).__name__, frames)
