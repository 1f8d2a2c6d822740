"""What people worry about, for the programme's safeguarding leads; an organisation's in need, with a reason, and leads told."""

from typing import Any
from uuid import UUID

from flask import current_app, render_template
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovSelect, GovTextArea
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import SelectChoice, SelectField, TextAreaField

from timecredits.community.safety.looks import MOST_AT_ONCE, open_in_need
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.models import Organisation
from timecredits.network.permissions import HANDLE_ALL_CONCERNS
from timecredits.web.access import actor, allow
from timecredits.web.concern_views import (
    DANGERS,
    STATES,
    ConcernDesk,
    concern_note_page,
    concern_page,
    concern_state_page,
    concerns_page,
)
from timecredits.web.database import db
from timecredits.web.forms import show_rule
from timecredits.web.programme.blueprint import blueprint

_DESK = ConcernDesk("programme")


class NeedForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Whose concerns, and why."""

    place = SelectField(_("Which organisation?"), validate_choice=False, widget=GovSelect())
    reason = TextAreaField(_("Why must you see them?"), widget=GovTextArea())


@blueprint.get("/concerns")
@allow(HANDLE_ALL_CONCERNS)
def concerns() -> str:
    """Show what is open, or closed."""
    return concerns_page(_DESK)


@blueprint.get("/concerns/<uuid:concern_id>")
@allow(HANDLE_ALL_CONCERNS)
def concern(concern_id: UUID) -> str:
    """Show one."""
    return concern_page(_DESK, concern_id)


@blueprint.post("/concerns/<uuid:concern_id>/note")
@allow(HANDLE_ALL_CONCERNS)
def concern_note(concern_id: UUID) -> str | Response:
    """Write something down about it."""
    return concern_note_page(_DESK, concern_id)


@blueprint.post("/concerns/<uuid:concern_id>/state")
@allow(HANDLE_ALL_CONCERNS)
def concern_state(concern_id: UUID) -> Response:
    """Take it in hand, close it, or open it again."""
    return concern_state_page(_DESK, concern_id)


@blueprint.route("/concerns/in-need", methods=["GET", "POST"])
@allow(HANDLE_ALL_CONCERNS)
def concerns_in_need() -> str:
    """Open an organisation's concerns with a written reason. They stand in the answer, and nowhere else."""
    form, who = NeedForm(), actor()
    form.place.choices = _places()
    if not form.validate_on_submit():
        return render_template("programme/concerns_in_need.html", form=form)
    try:
        found = open_in_need(
            db.session(),
            current_app.config["KEYRING"],
            who.programme,
            _chosen(form),
            form.reason.data or "",
            actor_id=who.user,
            base_url=current_app.config["BASE_URL"],
        )
    except RuleError as fault:
        show_rule(form, fault)
        return render_template("programme/concerns_in_need.html", form=form)
    return render_template("programme/concerns_opened.html", concerns=found, most=MOST_AT_ONCE, states=STATES, dangers=DANGERS)


def _places() -> list[Any]:
    rows = db.session().execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.programme_id == actor().programme)
        .order_by(Organisation.name, Organisation.id)
    )
    return [SelectChoice(str(row.id), row.name) for row in rows]


def _chosen(form: NeedForm) -> UUID:
    try:
        return UUID(form.place.data or "")
    except ValueError:
        raise NotFoundError from None
