"""The look at a file: what it would add, and what its columns mean, to be changed by whoever knows better."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.hours.importing.import_matchings import choose_matching
from timecredits.hours.importing.import_uploads import Look, look_at_upload
from timecredits.network.permissions import IMPORT_HOURS
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.filters import say

ROWS_AT_FIRST = 10
ROWS_A_PAGE = 50
PROBLEMS_SHOWN = 100
WARNINGS_SHOWN = 20
_MOST_SHEETS = 60
_LONGEST_ACTIVITY = 120
_LONGEST_NAME = 200
COLUMNS = {
    "date": lazy_gettext("Date"),
    "volunteer": lazy_gettext("Volunteer"),
    "hours": lazy_gettext("Hours"),
    "activity": lazy_gettext("Activity"),
}
CHOICES = {
    "ignore": lazy_gettext("Not used"),
    "date": lazy_gettext("Date"),
    "name": lazy_gettext("Name"),
    "first_name": lazy_gettext("First name"),
    "last_name": lazy_gettext("Last name"),
    "number": lazy_gettext("Volunteer number"),
    "hours": lazy_gettext("Hours"),
    "minutes": lazy_gettext("Minutes"),
    "time": lazy_gettext("From and to, like 10:00-12:30"),
    "start": lazy_gettext("Start"),
    "end": lazy_gettext("Finish"),
    "break": lazy_gettext("Break"),
    "activity": lazy_gettext("Activity"),
    "note": lazy_gettext("Note"),
    "week": lazy_gettext("First day of the week"),
}


@dataclass(frozen=True)
class ColumnField:
    """A column and what may be chosen for it: (value, words, whether it is chosen now)."""

    name: str
    letter: str
    heading: str
    samples: Sequence[str]
    choices: Sequence[tuple[str, object, bool]]


def show_columns(seen: Look) -> list[ColumnField]:
    """The columns of an upload that somebody may say the meaning of."""
    shown = seen.layout.shown if seen.layout is not None else ()
    typed = request.form if request.method == "POST" else {}
    fields = []
    for column in shown:
        name = f"column-{column.letter}"
        now = typed.get(name) or (seen.chosen or {}).get(column.key) or column.role or "ignore"
        choices = [(value, words, value == now) for value, words in CHOICES.items()]
        fields.append(ColumnField(name, column.letter, column.heading, column.samples, choices))
    return fields


def show_look(import_id: UUID, *, fault: str = "") -> str | Response:
    """Show the look; `fault` is what was wrong with what was just chosen for the columns."""
    who = actor()
    seen = look_at_upload(db.session(), who.programme, who.organisation, import_id, today=clock.today())
    if seen.kept.imported_at is not None or seen.kept.job_id is not None:
        return redirect(url_for(".hour_import_done", import_id=import_id))
    rows = seen.result.rows if seen.result is not None else ()
    pages = max(1, -(-len(rows) // ROWS_A_PAGE))
    page = min(max(request.args.get("page", 0, int), 0), pages)
    fields = show_columns(seen)
    fault = fault or (say(seen.fault) if seen.fault is not None else "")
    return render_template(
        "coordinator/import_look.html",
        kept=seen.kept,
        look=seen.result,
        layout=seen.layout,
        fault=fault,
        page_errors=[{"text": fault, "href": f"#{fields[0].name}" if fields else "#activity"}] if fault else [],
        remembered=seen.remembered,
        fields=fields,
        rows=rows[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE] if page else rows[:ROWS_AT_FIRST],
        page=page,
        pages=pages,
        columns=COLUMNS,
        problems_shown=PROBLEMS_SHOWN,
        warnings_shown=WARNINGS_SHOWN,
    )


@blueprint.post("/imports/<uuid:import_id>/columns")
@allow(IMPORT_HOURS)
def hour_import_columns(import_id: UUID) -> str | Response:
    """Let the file be read as it was said, and look again."""
    who, session = actor(), db.session()
    seen = look_at_upload(session, who.programme, who.organisation, import_id, today=clock.today())
    shown = seen.layout.shown if seen.layout is not None else ()
    try:
        choose_matching(
            session,
            who.programme,
            who.organisation,
            import_id,
            columns={column.key: request.form.get(f"column-{column.letter}", "") for column in shown},
            sheets=tuple(name[:_LONGEST_NAME] for name in request.form.getlist("sheet")[:_MOST_SHEETS]),
            activity=" ".join(request.form.get("activity", "")[:_LONGEST_ACTIVITY].split()) or None,
            today=clock.today(),
        )
    except RuleError as fault:
        return show_look(import_id, fault=say(fault.sentence))
    return redirect(url_for(".hour_import_look", import_id=import_id))
