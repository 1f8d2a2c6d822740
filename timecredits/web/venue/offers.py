"""The venue's offers: what they cost, and whether they are on."""

from decimal import Decimal, InvalidOperation
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField

from timecredits.foundation.amounts import MINUTES_A_CREDIT, credits_text
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.permissions import KEEP_OFFERS
from timecredits.network.scope import find
from timecredits.spending.models import Offer
from timecredits.spending.offer_keeping import change_price, list_venue_offers, pause_offer, resume_offer
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import day, say
from timecredits.web.forms import show_rule
from timecredits.web.venue.blueprint import blueprint

_FRACTIONS = {"¼": ".25", "½": ".5", "¾": ".75"}
_LONGEST = 12


class PriceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What an offer costs, in credits."""

    adult = StringField(lazy_gettext("Credits for an adult"), widget=GovTextInput())
    under_16 = StringField(lazy_gettext("Credits for somebody under 16"), widget=GovTextInput())


class PauseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Why an offer is paused."""

    reason = StringField(lazy_gettext("Why is it paused?"), widget=GovTextInput())


@blueprint.get("/offers")
@allow(KEEP_OFFERS)
def offers() -> str:
    """List the offers, paused ones too."""
    return render_template(
        "venue/offers.html",
        offers=list_venue_offers(db.session(), actor().programme, actor().venue),
        facts_of=_facts,
    )


@blueprint.route("/offers/<uuid:offer_id>/price", methods=["GET", "POST"])
@allow(KEEP_OFFERS)
def offer_price(offer_id: UUID) -> Response | str:
    """Change what an offer costs from now on."""
    who, session = actor(), db.session()
    offer = find(session, Offer, who.programme, offer_id, venue_id=who.venue)
    under_16 = "" if offer.under_16_minutes is None else _as_typed(offer.under_16_minutes)
    form = PriceForm(data={"adult": _as_typed(offer.adult_minutes), "under_16": under_16})
    if form.validate_on_submit():
        try:
            change_price(
                session,
                who.programme,
                who.venue,
                offer_id,
                adult_minutes=_minutes(form.adult.data, "adult"),
                under_16_minutes=_minutes(form.under_16.data, "under_16") if (form.under_16.data or "").strip() else None,
                actor_id=who.user_id,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. The new price of %(name)s counts from now on.", name=offer.name), "success")
            return redirect(url_for("venue.offers"))
    return render_template("venue/offer_price.html", form=form, offer=offer)


@blueprint.route("/offers/<uuid:offer_id>/pause", methods=["GET", "POST"])
@allow(KEEP_OFFERS)
def offer_pause(offer_id: UUID) -> Response | str:
    """Pause an offer, with a reason that people will read."""
    who, session = actor(), db.session()
    offer = find(session, Offer, who.programme, offer_id, venue_id=who.venue)
    form = PauseForm()
    if form.validate_on_submit():
        try:
            pause_offer(session, who.programme, who.venue, offer_id, reason=form.reason.data or "", actor_id=who.user_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("%(name)s is paused. No credits can be used for it until you start it again.", name=offer.name), "success")
            return redirect(url_for("venue.offers"))
    return render_template("venue/offer_pause.html", form=form, offer=offer)


@blueprint.post("/offers/<uuid:offer_id>/resume")
@allow(KEEP_OFFERS)
def offer_resume(offer_id: UUID) -> Response:
    """Start a paused offer again."""
    who = actor()
    offer = resume_offer(db.session(), who.programme, who.venue, offer_id, actor_id=who.user_id)
    flash(_("%(name)s is on again.", name=offer.name), "success")
    return redirect(url_for("venue.offers"))


def _facts(offer: Offer) -> list[tuple[str, str]]:
    found = [(_("Adult"), say(credits_text(offer.adult_minutes)))]
    if offer.under_16_minutes is None:
        found.append((_("Under 16"), _("Can't come on this offer")))
    else:
        found.append((_("Under 16"), say(credits_text(offer.under_16_minutes)) if offer.under_16_minutes else _("Free")))
    found.append((_("Most people at once"), str(offer.most_people)))
    if offer.restrictions:
        found.append((_("Good to know"), offer.restrictions))
    if offer.starts_on:
        found.append((_("First day"), day(offer.starts_on)))
    if offer.ends_on:
        found.append((_("Last day"), day(offer.ends_on)))
    return found


def _as_typed(minutes: int) -> str:
    return f"{Decimal(minutes) / MINUTES_A_CREDIT:.2f}".rstrip("0").rstrip(".")


def _minutes(typed: str | None, field: str) -> int:
    text = (typed or "").strip().replace(",", ".")[:_LONGEST]
    for sign, decimal in _FRACTIONS.items():
        text = text.replace(sign, decimal)
    try:
        minutes = Decimal(text) * MINUTES_A_CREDIT
        whole = int(minutes)
    except (InvalidOperation, ValueError, OverflowError):
        whole, minutes = -1, Decimal(0)
    if whole != minutes:
        raise RuleError(Sentence("Type the price in credits, like 1 or 1.5. The least is a quarter."), field=field)
    return whole
