"""Inviting a venue: its name and an email address, and one question where a venue of that name is known."""

from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from wtforms import SelectChoice, StringField

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.network.permissions import KEEP_VENUES
from timecredits.network.venue_inviting import KnownVenue, invite_venue, known_venues
from timecredits.web.access import actor, allow
from timecredits.web.card_forms import ChoiceField
from timecredits.web.database import db
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.programme.blueprint import blueprint

_NEW = "new"


class VenueInviteForm(CreatingForm):
    """Which venue, and who will run it."""

    name = StringField(lazy_gettext("The venue's name"), widget=GovTextInput())
    email = StringField(lazy_gettext("The email address of who will run it"), widget=GovTextInput())
    same = ChoiceField(lazy_gettext("Is it this venue?"), lazy_gettext("Say if it is this venue. Nothing was sent."), [])


@blueprint.route("/venues/invite", methods=["GET", "POST"])
@allow(KEEP_VENUES)
def venue_invite() -> ResponseReturnValue:
    """Make the venue and invite who runs it. Where one of that name is known, ask once whether it is the same."""
    session, who, form = db.session(), actor(), VenueInviteForm()
    known = known_venues(session, who.programme, form.name.data or "") if form.is_submitted() else []
    form.same.choices = [SelectChoice(str(each.id), _words(each)) for each in known]
    form.same.choices.append(SelectChoice(_NEW, _("No, it is another one")))
    asked = form.same.data is not None
    if not known:
        del form.same
    if form.validate_on_submit():
        chosen = form.same.data if form.same else _NEW
        try:
            invited = invite_venue(
                session,
                current_app.config["KEYRING"],
                who.programme,
                invitation_id=form.created_id,
                typed=form.name.data or "",
                email=form.email.data or "",
                same_as=None if chosen == _NEW else UUID(chosen),
                actor_id=who.user_id,
                base_url=current_app.config["BASE_URL"],
                today=clock.today(),
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            told = _("Sent. They can say yes within 7 days. Then they add what they offer.")
            if any(str(each.id) == chosen and not each.is_here for each in known):
                told = _("Sent. The venue joins once somebody who runs it now says yes. Until then nothing changes.")
            flash(told if invited.is_new else _("They are invited already. Nothing more was sent."), "success")
            return redirect(url_for("programme.venue_staff", venue_id=invited.invitation.venue_id))
    elif known and not asked:
        form.same.errors = []  # the first time it is a question, not a fault
    return render_template("programme/venue_invite.html", form=form, asks=bool(known))


def _words(venue: KnownVenue) -> Any:
    values = {"name": venue.name, "town": venue.town}
    if venue.is_here:
        return (
            _("Yes: %(name)s, %(town)s. It takes part already.", **values)
            if venue.town
            else _("Yes: %(name)s. It takes part already.", name=venue.name)
        )
    return _("Yes: %(name)s, %(town)s", **values) if venue.town else _("Yes: %(name)s", name=venue.name)
