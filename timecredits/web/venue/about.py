"""What the venue says about itself, for people who look for a place to go."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextArea, GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.network.permissions import KEEP_OFFERS
from timecredits.network.shared_venues import speaks_for
from timecredits.network.venue_facts import VenueFacts, describe_venue, find_venue
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.forms import show_rule
from timecredits.web.venue.blueprint import blueprint


class AboutForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What and where the venue is."""

    summary = TextAreaField(lazy_gettext("What it is, in a sentence"), widget=GovTextArea())
    address = TextAreaField(lazy_gettext("Address"), widget=GovTextArea())
    postcode = StringField(lazy_gettext("Postcode"), widget=GovTextInput())
    access_facts = TextAreaField(lazy_gettext("Getting in and being there"), widget=GovTextArea())

    @property
    def facts(self) -> VenueFacts:
        """What was typed."""
        return VenueFacts(
            summary=self.summary.data or "",
            address=tuple((self.address.data or "").splitlines()),
            postcode=self.postcode.data or "",
            access_facts=tuple((self.access_facts.data or "").splitlines()),
        )


@blueprint.route("/about", methods=["GET", "POST"])
@allow(KEEP_OFFERS)
def about() -> Response | str:
    """Say what and where the venue is."""
    who, session = actor(), db.session()
    venue = find_venue(session, who.programme, who.venue)
    said = {
        "summary": venue.summary,
        "address": "\n".join(venue.address),
        "postcode": venue.postcode_district,
        "access_facts": "\n".join(venue.access_facts),
    }
    form = AboutForm(data=said) if request.method != "POST" else AboutForm()
    if form.validate_on_submit():
        try:
            describe_venue(session, who.programme, who.venue, form.facts, actor_id=who.user_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. People see it when they look for a place."), "success")
            return redirect(url_for("venue.offers"))
    speaks = speaks_for(session, who.venue, who.user, today=clock.today())
    return render_template("venue/about.html", form=form, venue=venue, speaks=speaks)
