"""Commands that bring spreadsheets in: `import-people` and `import-hours`.

Both exit 0 when every row is in, 1 when some rows were sent back (the good ones are in), 2 when the file can't be used.
"""

import json
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy.orm import Session

from timecredits.commands.database import open_engine, plainly, stop
from timecredits.foundation import clock
from timecredits.foundation.amounts import amount_text
from timecredits.foundation.db import READ_ONLY, new_id, transaction
from timecredits.hours.importing.import_hours import preview_import
from timecredits.hours.importing.import_uploads import import_file
from timecredits.hours.imports import Unreadable
from timecredits.hours.imports.limits import MOST_BYTES
from timecredits.hours.imports.people_list import PeopleProblem, read_people
from timecredits.network.import_people import NewPerson, PeopleImported, RefusedPerson
from timecredits.network.import_people import import_people as enrol_people
from timecredits.network.models import Organisation
from timecredits.network.programmes import find_organisation
from timecredits.network.standing import need_open
from timecredits.network.volunteers import split_name
from timecredits.records.opening.adding import import_list
from timecredits.records.opening.opening_list import read_list
from timecredits.records.opening.opening_plan import OpeningPlan, plan_opening

Command = TypeVar("Command", bound=Callable[..., Any])
Answer = TypeVar("Answer")

SENT_BACK = 1
"""The exit code when some rows were sent back."""


def _shared_options(command: Command) -> Command:
    for decorate in reversed(
        (
            click.argument("file", type=click.Path(path_type=Path, allow_dash=True)),
            click.option("--organisation", "organisation_slug", required=True, help="Short name of the organisation."),
            click.option("--programme", "programme_slug", help="Short name of its programme, where organisations share one."),
            click.option("--dry-run", is_flag=True, help="Say what would be added, and add nothing."),
            click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON."),
            click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The day to take as today."),
        )
    ):
        command = decorate(command)
    return command


@click.command("import-hours")
@_shared_options
@click.option("--activity", help="The activity of rows that don't name one.")
@plainly
def import_hours(
    file: Path,
    organisation_slug: str,
    programme_slug: str | None,
    today: datetime | None,
    activity: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Add the hours in FILE, a register in CSV, XLSX or ODS (- reads the standard input).

    Columns are found by their names: date, name or volunteer number, hours or start and end, activity, note.
    Rows that can't be used are sent back; the others go in. The same file again adds nothing. Coordinators see what was added
    under "Load a register", and can undo it there.
    """
    content, day = _read(file), _day(today)

    def work(session: Session, organisation: Organisation) -> Any:
        name = "" if str(file) == "-" else file.name
        place = (session, organisation.programme_id, organisation.id, content, name)
        if dry_run:
            return preview_import(*place, activity=activity, today=day)
        return import_file(*place, activity=activity, today=day, actor_id=None)

    result = _within(organisation_slug, programme_slug, work, dry_run=dry_run)
    outcome = {
        "ready": result.ready,
        "imported": result.imported,
        "already": result.already,
        "rows": [
            {
                "row": row.row,
                "volunteer": row.volunteer,
                "date": row.day.isoformat(),
                "minutes": row.minutes,
                "activity": row.activity,
                **_sheet(row.sheet),
            }
            for row in result.rows
        ],
    }
    verb = f"{result.to_add} to add" if dry_run else f"{result.imported} added"
    summary = f"{result.ready} good {_rows(result.ready)}: {verb}, {result.already} there before."
    _tell(outcome, summary, result.problems, result.warnings, as_json=as_json)


@click.command("import-people")
@_shared_options
@click.option("--opening", is_flag=True, help="Bring their credits so far over too, from the column “credits”.")
@plainly
def import_people(
    file: Path,
    organisation_slug: str,
    programme_slug: str | None,
    today: datetime | None,
    *,
    dry_run: bool,
    as_json: bool,
    opening: bool,
) -> None:
    """Enrol the people in FILE, a list in CSV or XLSX (- reads the standard input).

    Columns are found by their names: number, first name, last name (or name), joined. Who is known by number is passed over.
    With --opening also credits, phone and month of birth; the list is then shown under “Bring people in”, and undone there.
    """
    content, day = _read(file), _day(today)
    if opening:
        _bring_over(file, content, organisation_slug, programme_slug, dry_run=dry_run, as_json=as_json)
        return
    try:
        listed = read_people(content, today=day)
    except Unreadable as fault:
        stop(fault.sentence)
    people = []
    for row in listed.rows:
        first, last = (row.first_name, row.last_name) if row.first_name else split_name(row.name)
        people.append(NewPerson(row.row, row.number, first, last, row.joined_on))

    def work(session: Session, organisation: Organisation) -> PeopleImported:
        return enrol_people(
            session, organisation.programme_id, organisation.id, people, today=day, actor_id=None, dry_run=dry_run
        )

    result = _within(organisation_slug, programme_slug, work, dry_run=dry_run)
    outcome = {"ready": result.ready, "enrolled": result.enrolled, "already": result.already}
    verb = f"{result.ready - result.already} to enrol" if dry_run else f"{result.enrolled} enrolled"
    summary = f"{result.ready} good {_rows(result.ready)}: {verb}, {result.already} here before."
    problems: list[PeopleProblem | RefusedPerson] = [*listed.problems, *result.refused]
    problems.sort(key=lambda problem: problem.row)
    _tell(outcome, summary, problems, [*listed.warnings, *result.warnings], as_json=as_json)


def _bring_over(
    file: Path, content: bytes, organisation_slug: str, programme_slug: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """Enrol people and bring their credits over, as the page does."""
    name = "" if str(file) == "-" else file.name

    def work(session: Session, organisation: Organisation) -> OpeningPlan:
        here = session, organisation.programme_id, organisation.id
        if dry_run:
            return plan_opening(*here, read_list(content, today=clock.today()), import_id=new_id())
        need_open(*here)
        return import_list(*here, content, name, actor_id=None)[0]

    plan = _within(organisation_slug, programme_slug, work, dry_run=dry_run)
    done = 0 if dry_run else 1
    outcome = {
        "ready": len(plan.rows),
        "enrolled": plan.new_people * done,
        "credited": plan.credited * done,
        "minutes": plan.minutes * done,
        "already": plan.already,
    }
    people = f"{plan.new_people} {'to enrol' if dry_run else 'enrolled'}"
    credits_ = f"{amount_text(plan.minutes)} credits {'to bring over' if dry_run else 'brought over'} for {plan.credited}"
    summary = f"{len(plan.rows)} good {_rows(len(plan.rows))}: {people}, {credits_}, {plan.already} here before."
    _tell(outcome, summary, plan.problems, plan.warnings, as_json=as_json)


def _read(file: Path) -> bytes:
    """The file's bytes, or one more than we take."""
    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(MOST_BYTES + 1)
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except (OSError, ValueError) as fault:
        stop(f"{file} can't be opened: {getattr(fault, 'strerror', None) or fault}. Nothing was added.")


def _day(today: datetime | None) -> date:
    return clock.today() if today is None else today.date()


def _within(
    organisation_slug: str, programme_slug: str | None, work: Callable[[Session, Organisation], Answer], *, dry_run: bool
) -> Answer:
    """Do the work for the organisation in one transaction, read-only for a dry run."""
    engine = open_engine()
    try:
        with transaction(engine) as session:
            if dry_run:
                session.connection(execution_options=READ_ONLY)
            return work(session, find_organisation(session, organisation_slug, programme_slug=programme_slug))
    except Unreadable as fault:
        stop(fault.sentence)
    finally:
        engine.dispose()


def _sheet(name: str) -> dict[str, str]:
    """The sheet a row stands on, told only where a workbook's rows come from several."""
    return {"sheet": name} if name else {}


def _rows(number: int) -> str:
    return "row" if number == 1 else "rows"


def _tell(outcome: dict[str, Any], summary: str, problems: Sequence[Any], warnings: Sequence[object], *, as_json: bool) -> None:
    """Print what came of it, and end with the exit code that says so."""
    if as_json:
        outcome["problems"] = [
            {"row": each.row, "column": each.column, "message": str(each.message), **_sheet(getattr(each, "sheet", ""))}
            for each in problems
        ]
        outcome["warnings"] = [str(each) for each in warnings]
        click.echo(json.dumps(outcome))
    else:
        click.echo(summary)
        for each in problems:
            place = ", ".join([*_sheet(getattr(each, "sheet", "")).values(), f"row {each.row}", each.column])
            click.echo(f"{place[:1].upper()}{place[1:]}: {each.message}", err=True)
        for warning in warnings:
            click.echo(f"Look: {warning}", err=True)
        if problems:
            click.echo(f"{len(problems)} sent back. Mend these rows and load the whole file again.", err=True)
    if problems:
        sys.exit(SENT_BACK)
