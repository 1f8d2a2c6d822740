"""The programme's venues: which take credits, and stopping one."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.network.agreements import venue_agreements_to_tell
from timecredits.network.permissions import FREEZE_VENUES
from timecredits.spending.freezing import find_venue_state, freeze_venue, list_venue_states, unfreeze_venue
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.forms import show_rule
from timecredits.web.programme.blueprint import blueprint

_LONGEST = 100


class StopForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Why a venue is stopped."""

    reason = StringField(lazy_gettext("Why?"), widget=GovTextInput())


@blueprint.get("/venues")
@allow(FREEZE_VENUES)
def venues() -> str:
    """List the programme's venues, those that are stopped first."""
    search = request.args.get("q", "")[:_LONGEST].strip()
    found = list_venue_states(db.session(), actor().programme, search=search)
    agreements = venue_agreements_to_tell(db.session(), actor().programme, clock.today())
    return render_template("programme/venues.html", venues=found, search=search, agreements=agreements)


@blueprint.route("/venues/<uuid:venue_id>/stop", methods=["GET", "POST"])
@allow(FREEZE_VENUES)
def venue_stop(venue_id: UUID) -> str | Response:
    """Let a venue take no credits of this programme, with a reason; or, where it is stopped, look at why and let it go on."""
    session, who = db.session(), actor()
    venue = find_venue_state(session, who.programme, venue_id)
    form = StopForm()
    if form.validate_on_submit():
        try:
            stopped = freeze_venue(session, who.programme, venue_id, reason=form.reason.data or "", actor_id=who.user_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            told = _("Stopped. From now on %(name)s can not take credits.", name=venue.name)
            flash(told if stopped else _("This venue is stopped already. Nothing was changed."), "success")
            return redirect(url_for("programme.venue", venue_id=venue_id))
    return render_template("programme/venue_stop.html", venue=venue, form=form)


@blueprint.post("/venues/<uuid:venue_id>/go-on")
@allow(FREEZE_VENUES)
def venue_go_on(venue_id: UUID) -> Response:
    """Let a venue take credits again."""
    venue = find_venue_state(db.session(), actor().programme, venue_id)
    unfreeze_venue(db.session(), actor().programme, venue_id, actor_id=actor().user_id)
    flash(_("Done. %(name)s can take credits again.", name=venue.name), "success")
    return redirect(url_for("programme.venue", venue_id=venue_id))
