"""Marking a till as lost, for the rooms that may: the venue's and the programme's."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import DataRequired

from timecredits.foundation.errors import RuleError
from timecredits.spending.offline.policies import read_policy
from timecredits.spending.tills.till_keeping import lose_till
from timecredits.spending.tills.till_states import find_till_state
from timecredits.web.access import actor
from timecredits.web.database import db
from timecredits.web.forms import show_rule


class LostForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What happened to a till."""

    reason = StringField(
        lazy_gettext("What happened?"),
        [DataRequired(lazy_gettext("Say what happened, in a few words. Nothing was changed."))],
        widget=GovTextInput(),
    )


def lost_page(room: str, till_id: UUID, *, venue_id: UUID | None = None) -> str | Response:
    """Say what a lost till may still hold, and mark it; `venue_id` where the room is of one venue."""
    session, who = db.session(), actor()
    till = find_till_state(session, who.programme, till_id, venue_id=venue_id)
    form = LostForm()
    if form.validate_on_submit():
        try:
            marked = lose_till(session, who.programme, till_id, reason=form.reason.data or "", actor_id=who.user_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            told = _("%(name)s can take no more credits. What it still sends is looked at first.", name=till.name)
            flash(told if marked else _("Noted. It had been removed before."), "success")
            return redirect(url_for(f"{room}.tills"))
    policy = read_policy(session, who.programme)
    return render_template(f"{room}/till_lost.html", till=till, form=form, policy=policy)
