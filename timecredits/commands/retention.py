"""`timecredits retention run`: keep no longer than needed. By itself it only says what would go."""

import json

import click
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

import timecredits.insight.impact_models
import timecredits.insight.roll_up_models  # noqa: F401  the list of what is held speaks of every table
from timecredits.commands.database import open_engine, plainly, stop
from timecredits.foundation import clock
from timecredits.foundation.db import READ_ONLY, transaction
from timecredits.network.models import Programme
from timecredits.records.privacy.erasing import due_erasures, erase_one
from timecredits.records.privacy.retention import count_due, run_retention, run_when_due
from timecredits.records.privacy.tidying import tidy_records

__all__ = ["erase_each", "retain", "retention"]

_WORDS = {
    "people": "people who left, who get a mail and a day",
    "requests": "requests to be in touch",
    "letters": "letters asked for and not written",
    "words": "words on mentoring, safety and sessions",
    "answers": "answers on how people are doing",
    "looks": "looks at letters",
    "mails": "mails that were sent",
    "sign_ins": "old sign-ins and codes",
}


@click.group()
def retention() -> None:
    """Keep no longer than needed."""


@retention.command("run")
@click.option("--dry-run", "mode", flag_value="look", default="look", help="Say what would go, and change nothing (the default).")
@click.option("--really", "mode", flag_value="do", help="Let it go.")
@click.option("--programme", "slug", help="Short name of one programme; all of them otherwise.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
@plainly
def run(mode: str, slug: str | None, *, as_json: bool) -> None:
    """Count what is due under each rule of each programme, or with --really let it go."""
    engine = open_engine()
    try:
        told = {programme: _one(engine, programme, really=mode == "do") for programme in _slugs(engine, slug)}
    finally:
        engine.dispose()
    if as_json:
        click.echo(json.dumps({"dry_run": mode == "look", "programmes": told}))
        return
    for programme, counts in told.items():
        click.echo(f"{programme}:")
        for name, count in counts.items():
            click.echo(f"  {count:>6}  {_WORDS[name]}")
    click.echo("Nothing went. Run it with --really to let it go." if mode == "look" else "Done.")


def erase_each(engine: Engine) -> int:
    """Erase whoever is due, each in a transaction of its own; answers how many. A fault is raised once all had their turn."""
    with Session(engine) as session:
        session.connection(execution_options=READ_ONLY)
        programmes = session.scalars(select(Programme.id).order_by(Programme.number)).all()
        due = [(each, erasure_id) for each in programmes for erasure_id in due_erasures(session, each, today=clock.today())]
    done, faults = 0, []
    for programme_id, erasure_id in due:
        try:
            with transaction(engine) as session:
                done += erase_one(session, programme_id, erasure_id)
        except Exception as fault:  # noqa: BLE001  the next person has done nothing wrong
            faults.append(fault)
    if faults:
        raise faults[0]
    return done


def retain(session: Session, programme: Programme) -> int:
    """What goes by itself in one programme: after days, and what its own rules say where it switched that on."""
    now = clock.now()
    return tidy_records(session, programme.id, now=now) + run_when_due(session, programme.id, now=now)


def _slugs(engine: Engine, slug: str | None) -> list[str]:
    with Session(engine) as session:
        session.connection(execution_options=READ_ONLY)
        known = list(session.scalars(select(Programme.slug).order_by(Programme.number)))
    if slug is not None and slug not in known:
        stop(f"There is no programme {slug}. Nothing was done.")
    return known if slug is None else [slug]


def _one(engine: Engine, slug: str, *, really: bool) -> dict[str, int]:
    with transaction(engine) as session:
        if not really:
            session.connection(execution_options=READ_ONLY)
        programme_id = session.scalars(select(Programme.id).where(Programme.slug == slug)).one()
        if really:
            return run_retention(session, programme_id, now=clock.now(), actor_id=None)
        return count_due(session, programme_id, now=clock.now())
