"""Concerns on the pages of those who look after them: an organisation's safeguarding leads, and the programme's.

Anybody else of the same room learns only that the page isn't theirs, whatever there is.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from govuk_frontend_wtf.wtforms_widgets import GovCharacterCount
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from timecredits.community.safety.concerns import Danger, set_state
from timecredits.community.safety.reading import LONGEST_NOTE, add_note, find_concern, list_concerns
from timecredits.community.safety_models import ConcernState
from timecredits.foundation.errors import RuleError
from timecredits.network.models import DutyKind
from timecredits.web.access import actor
from timecredits.web.database import db
from timecredits.web.duties import need_duty
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule

STATES = {
    ConcernState.NEW: lazy_gettext("New"),
    ConcernState.IN_HAND: lazy_gettext("In hand"),
    ConcernState.CLOSED: lazy_gettext("Closed"),
}
DANGERS = {
    Danger.YES: lazy_gettext("In danger now"),
    Danger.NO: lazy_gettext("Not in danger now"),
    Danger.NOT_SURE: lazy_gettext("Not sure about danger"),
}
_SAID = {
    ConcernState.IN_HAND: lazy_gettext("Saved. It is in hand. Nobody was told."),
    ConcernState.CLOSED: lazy_gettext("Closed. You can open it again. Nobody was told."),
}


class NoteForm(CreatingForm):
    """What a lead writes down."""

    words = TextAreaField(lazy_gettext("Write down what you did or heard"), widget=GovCharacterCount())


@dataclass(frozen=True)
class ConcernDesk:
    """Whose pages these are: the blueprint's name, and the organisation, or None for the programme's."""

    name: str
    organisation_id: UUID | None = None

    @property
    def layout(self) -> str:
        """The template that this room's pages stand in."""
        return f"layouts/{self.name}.html"

    def href(self, endpoint: str, **values: Any) -> str:
        """The address of one of the room's pages about concerns."""
        return url_for(f"{self.name}.{endpoint}", **values)

    def need_lead(self) -> None:
        """Answer 403 unless who asks is a safeguarding lead here."""
        need_duty(DutyKind.SAFEGUARDING_LEAD, organisation_id=self.organisation_id)


def concerns_page(desk: ConcernDesk) -> str:
    """What stands on the desk: open, or with ?closed=yes what is closed."""
    desk.need_lead()
    closed = request.args.get("closed") == "yes"
    listed = list_concerns(
        db.session(),
        current_app.config["KEYRING"],
        actor().programme,
        desk.organisation_id,
        closed=closed,
        page=request.args.get("page", 1, type=int),
    )
    return render_template("concerns/list.html", desk=desk, listed=listed, closed=closed, states=STATES, dangers=DANGERS)


def concern_page(desk: ConcernDesk, concern_id: UUID, form: NoteForm | None = None) -> str:
    """One concern, with its notes and who else opened it."""
    desk.need_lead()
    shown = find_concern(db.session(), current_app.config["KEYRING"], actor().programme, desk.organisation_id, concern_id)
    return render_template(
        "concerns/show.html",
        desk=desk,
        concern=shown,
        form=form or NoteForm(formdata=None),
        longest=LONGEST_NOTE,
        states=STATES,
        dangers=DANGERS,
    )


def concern_note_page(desk: ConcernDesk, concern_id: UUID) -> str | Response:
    """Keep a note."""
    desk.need_lead()
    who, form = actor(), NoteForm()
    if not form.validate_on_submit():
        return concern_page(desk, concern_id, form)
    try:
        add_note(
            db.session(),
            current_app.config["KEYRING"],
            who.programme,
            desk.organisation_id,
            concern_id,
            form.words.data or "",
            note_id=form.created_id,
            actor_id=who.user,
        )
    except RuleError as fault:
        show_rule(form, fault)
        return concern_page(desk, concern_id, form)
    flash(_("Saved. Only safeguarding leads can read it."), "success")
    return redirect(desk.href("concern", concern_id=concern_id))


def concern_state_page(desk: ConcernDesk, concern_id: UUID) -> Response:
    """Take it in hand, close it, or open it again."""
    desk.need_lead()
    wanted = request.form.get("state", "")
    try:
        state = ConcernState.CLOSED if wanted == ConcernState.CLOSED else ConcernState.IN_HAND
        set_state(db.session(), actor().programme, desk.organisation_id, concern_id, state, actor_id=actor().user_id)
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        flash(str(_SAID[state]), "success")
    return redirect(desk.href("concern", concern_id=concern_id))
