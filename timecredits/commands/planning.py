"""`timecredits plan-references`: whom to ask for a reference, and when, from a file. It needs no database."""

import json
import sys
from pathlib import Path

import click

from timecredits.commands.database import plainly, stop
from timecredits.journey.planning.plan_json import MOST_BYTES, as_answer, read_question
from timecredits.journey.planning.planner import plan_references


@click.command("plan-references")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@plainly
def plan_references_command(file: Path) -> None:
    """Plan references from FILE, a question in JSON (- reads the standard input), and print the answer as JSON.

    The question holds "requirement", "contacts" and "episodes". It goes by the requirement's "as_of", never by today's date.
    """
    requirement, contacts, episodes = read_question(_read(file))
    click.echo(json.dumps(as_answer(plan_references(requirement, contacts, episodes)), indent=1))


def _read(file: Path) -> bytes:
    """The file's bytes, or one more than we take."""
    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(MOST_BYTES + 1)
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as fault:
        stop(f"{file} can't be opened: {fault.strerror}.")
