"""Changing what is said about an offer, one part at a time, and its picture."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from govuk_frontend_wtf.wtforms_widgets import GovFileInput, GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField

from timecredits.foundation.errors import RuleError
from timecredits.foundation.pictures import make_picture
from timecredits.network.permissions import KEEP_OFFERS
from timecredits.spending.offers.offer_facts import facts_of
from timecredits.spending.offers.offer_keeping import edit_offer, find_offer, set_picture
from timecredits.spending.offers.offer_people import list_letter_names
from timecredits.spending.offers.offer_pictures import read_offer_picture
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.forms import show_rule
from timecredits.web.uploads import takes_picture
from timecredits.web.venue.blueprint import blueprint
from timecredits.web.venue.offer_forms import PARTS, add_time, as_fields, changed, prepare, show_offer_rule


class PictureForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A picture of what is offered."""

    picture = FileField(
        lazy_gettext("Picture"), [FileRequired(lazy_gettext("Choose a picture. Nothing was saved."))], widget=GovFileInput()
    )
    shows = StringField(lazy_gettext("What does it show?"), widget=GovTextInput())


@blueprint.route("/offers/<uuid:offer_id>/change/<part>", methods=["GET", "POST"])
@allow(KEEP_OFFERS)
def offer_change(offer_id: UUID, part: str) -> Response | str:
    """Change one part of what is said: what, when, places, who or there."""
    who, session = actor(), db.session()
    found = find_offer(session, who.programme, who.venue, offer_id)
    if part not in PARTS:
        abort(404)
    before = facts_of(found)
    form = PARTS[part](data=as_fields(before)) if request.method != "POST" else PARTS[part]()
    prepare(form, list_letter_names(session, who.programme) if part == "who" else [])
    if part == "when" and (request.form.get("do") == "more" or (request.method != "POST" and before.times)):
        add_time(form)
    elif form.validate_on_submit():
        try:
            edit_offer(session, who.programme, who.venue, offer_id, changed(before, form), actor_id=who.user_id)
        except RuleError as fault:
            show_offer_rule(form, fault)
        else:
            flash(_("Saved. It counts from now on."), "success")
            return redirect(url_for("venue.offer", offer_id=offer_id))
    return render_template("venue/offer_change.html", form=form, offer=found, part=part)


@blueprint.route("/offers/<uuid:offer_id>/picture", methods=["GET", "POST"])
@allow(KEEP_OFFERS)
@takes_picture
def offer_picture(offer_id: UUID) -> Response | str:
    """Show a picture with an offer; another takes its place."""
    who, session = actor(), db.session()
    found = find_offer(session, who.programme, who.venue, offer_id)
    form = PictureForm()
    if form.validate_on_submit():
        try:
            made = make_picture(form.picture.data.read())
            set_picture(session, who.programme, who.venue, offer_id, made, shows=form.shows.data or "", actor_id=who.user_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. People see the picture with your offer."), "success")
            return redirect(url_for("venue.offer", offer_id=offer_id))
    return render_template("venue/offer_picture.html", form=form, offer=found)


@blueprint.get("/offers/<uuid:offer_id>/picture.jpg")
@allow(KEEP_OFFERS)
def offer_picture_file(offer_id: UUID) -> Response:
    """The picture itself."""
    who, session = actor(), db.session()
    found = find_offer(session, who.programme, who.venue, offer_id)
    jpeg = read_offer_picture(session, who.programme, found.id)
    if jpeg is None:
        abort(404)
    return Response(jpeg, mimetype="image/jpeg")


@blueprint.post("/offers/<uuid:offer_id>/picture/remove")
@allow(KEEP_OFFERS)
def offer_picture_remove(offer_id: UUID) -> Response:
    """Show no picture."""
    who = actor()
    set_picture(db.session(), who.programme, who.venue, offer_id, None, shows="", actor_id=who.user_id)
    flash(_("The picture is gone."), "success")
    return redirect(url_for("venue.offer", offer_id=offer_id))
