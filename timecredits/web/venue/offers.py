"""The venue's offers: the list, one of them with all that is said about it, a new one, its price, pausing and ending it."""

from collections.abc import Sequence
from typing import Any
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
from timecredits.network.permissions import KEEP_OFFERS
from timecredits.network.scope import find
from timecredits.spending.models import Offer
from timecredits.spending.offers.offer_facts import OfferFacts, facts_of
from timecredits.spending.offers.offer_filling import list_filled
from timecredits.spending.offers.offer_keeping import (
    change_price,
    create_offer,
    end_offer,
    find_offer,
    list_venue_offers,
    pause_offer,
    resume_offer,
)
from timecredits.spending.offers.offer_limits import places_left
from timecredits.spending.offers.offer_people import list_letter_names
from timecredits.spending.offers.offer_pictures import picture_words
from timecredits.spending.offers.offer_words import opening_of, rules_of
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.forms import show_rule
from timecredits.web.venue.blueprint import blueprint
from timecredits.web.venue.offer_fields import PriceField
from timecredits.web.venue.offer_forms import OfferForm, add_time, as_fields, changed, prepare, show_offer_rule
from timecredits.web.venue.offer_views import parts_of, period_name


class PriceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What an offer costs, in credits."""

    adult = PriceField(lazy_gettext("Credits for an adult"))
    under_16 = PriceField(lazy_gettext("Credits for somebody under 16"), optional=True)


class PauseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Why an offer is paused."""

    reason = StringField(lazy_gettext("Why is it paused?"), widget=GovTextInput())


@blueprint.get("/offers")
@allow(KEEP_OFFERS)
def offers() -> str:
    """List the offers, paused ones too."""
    who, session = actor(), db.session()
    listed = list_venue_offers(session, who.programme, who.venue)
    return render_template(
        "venue/offers.html",
        offers=listed,
        ended=list_venue_offers(session, who.programme, who.venue, ended=True)[:20],
        **_at_a_glance(listed),
    )


@blueprint.get("/offers/<uuid:offer_id>")
@allow(KEEP_OFFERS)
def offer(offer_id: UUID) -> str:
    """One offer: all that is said about it, and how full it is."""
    who, session = actor(), db.session()
    found = find_offer(session, who.programme, who.venue, offer_id)
    names = dict(list_letter_names(session, who.programme)) if found.organisation_ids else {}
    return render_template(
        "venue/offer.html",
        offer=found,
        parts=parts_of(found, [names[UUID(each)] for each in found.organisation_ids if UUID(each) in names]),
        filled=[(period_name(each), each) for each in list_filled(session, who.programme, found, clock.now())],
        picture_shows=next(iter(picture_words(session, who.programme, [found.picture_id]).values()), ""),
        **_at_a_glance([found]),
    )


@blueprint.route("/offers/new", methods=["GET", "POST"])
@allow(KEEP_OFFERS)
def offer_new() -> Response | str:
    """Make an offer, from nothing or like another one."""
    who, session = actor(), db.session()
    form = prepare(_new_form(), list_letter_names(session, who.programme))
    if request.form.get("do") == "more":
        add_time(form)
    elif form.validate_on_submit():
        try:
            made = create_offer(
                session,
                who.programme,
                who.venue,
                changed(OfferFacts(name="", adult_minutes=0), form),
                actor_id=who.user_id,
                offer_id=form.created_id,
            )
        except RuleError as fault:
            show_offer_rule(form, fault)
        else:
            flash(_("Saved. People can find %(name)s now.", name=made.name), "success")
            return redirect(url_for("venue.offer", offer_id=made.id))
    return render_template("venue/offer_new.html", form=form)


@blueprint.route("/offers/<uuid:offer_id>/price", methods=["GET", "POST"])
@allow(KEEP_OFFERS)
def offer_price(offer_id: UUID) -> Response | str:
    """Change what an offer costs from now on."""
    who, session = actor(), db.session()
    found = find_offer(session, who.programme, who.venue, offer_id)
    form = PriceForm(data={"adult": found.adult_minutes, "under_16": found.under_16_minutes})
    if form.validate_on_submit():
        try:
            change_price(
                session,
                who.programme,
                who.venue,
                offer_id,
                adult_minutes=form.adult.minutes or 0,
                under_16_minutes=form.under_16.minutes,
                actor_id=who.user_id,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. The new price of %(name)s counts from now on.", name=found.name), "success")
            return redirect(url_for("venue.offers"))
    return render_template("venue/offer_price.html", form=form, offer=found)


@blueprint.route("/offers/<uuid:offer_id>/pause", methods=["GET", "POST"])
@allow(KEEP_OFFERS)
def offer_pause(offer_id: UUID) -> Response | str:
    """Pause an offer, with a reason that people will read."""
    who, session = actor(), db.session()
    found = find_offer(session, who.programme, who.venue, offer_id)
    form = PauseForm()
    if form.validate_on_submit():
        try:
            pause_offer(session, who.programme, who.venue, offer_id, reason=form.reason.data or "", actor_id=who.user_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("%(name)s is paused. No credits can be used for it until you start it again.", name=found.name), "success")
            return redirect(url_for("venue.offers"))
    return render_template("venue/offer_pause.html", form=form, offer=found)


@blueprint.post("/offers/<uuid:offer_id>/resume")
@allow(KEEP_OFFERS)
def offer_resume(offer_id: UUID) -> Response:
    """Start a paused offer again."""
    who = actor()
    found = resume_offer(db.session(), who.programme, who.venue, offer_id, actor_id=who.user_id)
    flash(_("%(name)s is on again.", name=found.name), "success")
    return redirect(url_for("venue.offers"))


@blueprint.route("/offers/<uuid:offer_id>/end", methods=["GET", "POST"])
@allow(KEEP_OFFERS)
def offer_end(offer_id: UUID) -> Response | str:
    """Take an offer off the list for good, once that was said twice."""
    who, session = actor(), db.session()
    if request.method == "POST":
        found = end_offer(session, who.programme, who.venue, offer_id, actor_id=who.user_id)
        flash(_("%(name)s has ended. What was used stays in your lists.", name=found.name), "success")
        return redirect(url_for("venue.offers"))
    return render_template("venue/offer_end.html", offer=find_offer(session, who.programme, who.venue, offer_id))


def _new_form() -> OfferForm:
    copied = request.args.get("copy", "") if request.method != "POST" else ""
    if not copied:
        return OfferForm()
    try:
        offer_id = UUID(copied)
    except ValueError:
        return OfferForm()
    other = find(db.session(), Offer, actor().programme, offer_id, venue_id=actor().venue)
    return OfferForm(data=as_fields(facts_of(other)))


def _at_a_glance(listed: Sequence[Offer]) -> dict[str, Any]:
    """What restricts each offer, whether it is on and how many can still come, by its id. One query."""
    now = clock.now()
    left = places_left(db.session(), actor().programme, listed, now)
    return {
        "rules": {each.id: rules_of(each, now, left=left.get(each.id)) for each in listed},
        "openings": {each.id: opening_of(each, now) for each in listed},
        "left": left,
    }
