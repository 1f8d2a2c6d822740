"""The venue's tills: see how they are doing, pair one more, remove one, mark one as lost."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.network.permissions import KEEP_TILLS
from timecredits.network.shared_venues import speaks_for
from timecredits.spending.models import Till
from timecredits.spending.offline.gaps import find_gaps
from timecredits.spending.tills.pairing import PAIRING_FOR
from timecredits.spending.tills.till_keeping import invite_till, list_tills, remove_till
from timecredits.spending.tills.till_states import list_till_states
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.forms import show_rule
from timecredits.web.till_views import lost_page
from timecredits.web.venue.blueprint import blueprint

_INVITED = "till_invited"
"""Where the manager's own session keeps the code that was made, for as long as it is good."""


class TillForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A name for the till that is to be paired."""

    name = StringField(lazy_gettext("Name of the till"), widget=GovTextInput())


@blueprint.route("/tills", methods=["GET", "POST"])
@allow(KEEP_TILLS)
def tills() -> Response | str:
    """List the tills; POST makes a pairing code."""
    form = TillForm()
    who = actor()
    if form.validate_on_submit():
        try:
            code = invite_till(db.session(), who.programme, who.venue, name=form.name.data or "", actor_id=who.user_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            session[_INVITED] = [str(who.venue), code, clock.now().isoformat()]
            return redirect(url_for("venue.tills"))
    states, _more = list_till_states(db.session(), who.programme, venue_id=who.venue)
    return render_template(
        "venue/tills.html",
        form=form,
        tills=[till for till in states if till.removed_at is None],
        gone=[till for till in states if till.removed_at is not None],
        speaks=speaks_for(db.session(), who.venue, who.user, today=clock.today()),
        gaps=find_gaps(db.session(), who.programme, venue_id=who.venue),
        **_invitation(list_tills(db.session(), who.venue)),
    )


@blueprint.post("/tills/<uuid:till_id>/remove")
@allow(KEEP_TILLS)
def till_remove(till_id: UUID) -> Response:
    """Make a device a till no more."""
    who = actor()
    till = remove_till(db.session(), who.programme, who.venue, till_id, actor_id=who.user_id)
    flash(_("%(name)s is no longer a till. What it took stays as it is.", name=till.name), "success")
    return redirect(url_for("venue.tills"))


@blueprint.route("/tills/<uuid:till_id>/lost", methods=["GET", "POST"])
@allow(KEEP_TILLS)
def till_lost(till_id: UUID) -> str | Response:
    """Mark a till as lost or stolen."""
    return lost_page("venue", till_id, venue_id=actor().venue)


def _invitation(tills: Sequence[Till]) -> dict[str, Any]:
    kept = session.get(_INVITED)
    if kept is None:
        return {"code": ""}
    venue, code, made = kept
    made_at = datetime.fromisoformat(made)
    is_over = clock.now() >= made_at + PAIRING_FOR or any(till.paired_at >= made_at for till in tills)
    if venue != str(actor().venue) or is_over:
        session.pop(_INVITED)
        return {"code": ""}
    return {
        "code": f"{code[:4]} {code[4:]}",
        "until": made_at + PAIRING_FOR,
        "address": current_app.config["BASE_URL"] + url_for("till.pair"),
    }
