"""Bring in people and the credits they had before: choose a list, look at what it would do, say yes; see what came of it."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.file import FileField, FileRequired
from govuk_frontend_wtf.wtforms_widgets import GovFileInput, GovSelect
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.validators import AnyOf

from timecredits.foundation.errors import RuleError
from timecredits.hours.imports.cells import Unreadable
from timecredits.network.models import Organisation
from timecredits.network.permissions import MOVE_DATA
from timecredits.records.opening.past_lists import find_list, list_lists
from timecredits.records.opening.uploads import add_list, choose_columns, drop_list, keep_list, look_at
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.programme.blueprint import blueprint

ROWS_AT_FIRST = 10
ROWS_A_PAGE = 50
PROBLEMS_SHOWN = 100
_MOST_COLUMNS = 60
COLUMNS = {
    "": lazy_gettext("Not used"),
    "number": lazy_gettext("Volunteer number"),
    "name": lazy_gettext("Name"),
    "first_name": lazy_gettext("First name"),
    "last_name": lazy_gettext("Last name"),
    "credits": lazy_gettext("Credits so far"),
    "phone": lazy_gettext("Phone"),
    "born": lazy_gettext("Month of birth"),
    "joined": lazy_gettext("Joined on"),
}


class ListForm(CreatingForm):
    """Whose people they are, and the file."""

    organisation = SelectField(
        lazy_gettext("Which organisation are they with?"),
        validators=[AnyOf((), message=lazy_gettext("Choose an organisation first. Nothing was added."))],
        widget=GovSelect(),
        validate_choice=False,
    )
    file = FileField(
        lazy_gettext("Your list"),
        [FileRequired(lazy_gettext("Choose a file first. Nothing was added."))],
        widget=GovFileInput(),
    )

    def offer(self, organisations: list[tuple[str, str]]) -> None:
        """Let one of these be chosen."""
        self.organisation.choices = [("", _("Choose one")), *organisations]
        known = [each for each, _name in organisations]
        self.organisation.validators = [AnyOf(known, message=_("Choose an organisation first. Nothing was added."))]


@blueprint.route("/people-list", methods=["GET", "POST"])
@allow(MOVE_DATA)
def opening() -> str | Response:
    """Choose an organisation and a file; the lists that came before."""
    who, form, session = actor(), ListForm(), db.session()
    form.offer(_organisations())
    if form.validate_on_submit():
        try:
            kept = keep_list(
                session,
                who.programme,
                UUID(form.organisation.data),
                form.file.data.read(),
                form.file.data.filename or "",
                uploaded_by=who.user_id,
                import_id=form.created_id,
            )
        except Unreadable as fault:
            form.file.errors = [say(fault.sentence)]
        except RuleError as fault:
            show_rule(form, fault)
        else:
            return redirect(url_for(".opening_look", import_id=kept))
    return render_template("programme/opening.html", form=form, past=list_lists(session, who.programme))


@blueprint.get("/people-list/<uuid:import_id>")
@allow(MOVE_DATA)
def opening_look(import_id: UUID) -> str | Response:
    """Show what the list would add, and what it would not."""
    return _look(import_id)


@blueprint.post("/people-list/<uuid:import_id>/columns")
@allow(MOVE_DATA)
def opening_columns(import_id: UUID) -> str | Response:
    """Keep what somebody says the columns mean, and look again."""
    chosen = {name.removeprefix("column-"): value for name, value in request.form.items() if name.startswith("column-")}
    try:
        choose_columns(db.session(), actor().programme, import_id, dict(list(chosen.items())[:_MOST_COLUMNS]))
    except RuleError as fault:
        return _look(import_id, fault=say(fault.sentence), typed=chosen)
    return redirect(url_for(".opening_look", import_id=import_id))


@blueprint.post("/people-list/<uuid:import_id>/add")
@allow(MOVE_DATA)
def opening_add(import_id: UUID) -> Response:
    """Add the people and their credits, or have a job add many. A second time changes nothing."""
    who = actor()
    try:
        kept = add_list(db.session(), who.programme, import_id, actor_id=who.user_id)
    except Unreadable:  # the columns were changed in another window
        return redirect(url_for(".opening_look", import_id=import_id))
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
        return redirect(url_for(".opening_look", import_id=import_id))
    return redirect(url_for(".opening_done" if kept.job_id is None else ".opening_progress", import_id=import_id))


@blueprint.post("/people-list/<uuid:import_id>/drop")
@allow(MOVE_DATA)
def opening_drop(import_id: UUID) -> Response:
    """Throw the list away."""
    if not drop_list(db.session(), actor().programme, import_id):
        if not find_list(db.session(), actor().programme, import_id).stopped:
            flash(_("This list was added already. Nothing was changed."), "warning")
        return redirect(url_for(".opening_done", import_id=import_id))
    flash(_("We threw the list away. Nothing was added."), "message")
    return redirect(url_for(".opening"))


@blueprint.get("/people-list/<uuid:import_id>/done")
@allow(MOVE_DATA)
def opening_done(import_id: UUID) -> str | Response:
    """Say what came of it."""
    kept = find_list(db.session(), actor().programme, import_id)
    if kept.job_id is not None:
        return redirect(url_for(".opening_progress", import_id=import_id))
    if kept.imported_at is None:
        return redirect(url_for(".opening_look", import_id=import_id))
    return render_template("programme/opening_done.html", kept=kept, columns=COLUMNS)


def _look(import_id: UUID, *, fault: str = "", typed: dict[str, str] | None = None) -> str | Response:
    seen = look_at(db.session(), actor().programme, import_id)
    if seen.kept.imported_at is not None or seen.kept.job_id is not None:
        return redirect(url_for(".opening_done", import_id=import_id))
    page = request.args.get("page", 0, type=int)
    rows = seen.plan.rows if seen.plan else ()
    pages = -(-len(rows) // ROWS_A_PAGE)
    page = min(max(page, 0), pages)
    shown: Any = rows[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE] if page else rows[:ROWS_AT_FIRST]
    fields = [
        (each, [(value, words, value == (typed or {}).get(each.letter, each.role)) for value, words in COLUMNS.items()])
        for each in seen.columns[:_MOST_COLUMNS]
    ]
    return render_template(
        "programme/opening_look.html",
        kept=seen.kept,
        plan=seen.plan,
        fault=fault or (say(seen.fault) if seen.fault else ""),
        fields=fields,
        rows=shown,
        page=page,
        pages=pages,
        columns=COLUMNS,
        problems_shown=PROBLEMS_SHOWN,
    )


def _organisations() -> list[tuple[str, str]]:
    query = select(Organisation.id, Organisation.name).where(Organisation.programme_id == actor().programme)
    return [(str(row.id), row.name) for row in db.session().execute(query.order_by(Organisation.name, Organisation.id))]
