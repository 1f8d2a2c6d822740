"""One venue of the programme: how it stands, what it charges, its totals, and its leaving."""

from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import format_date, lazy_gettext, ngettext
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.insight.venue_totals import one_programme
from timecredits.network.agreements import agreement_of
from timecredits.network.permissions import FREEZE_VENUES, KEEP_VENUES
from timecredits.network.settings import read_settings
from timecredits.network.venue_facts import find_membership, find_venue
from timecredits.network.venue_sharing import may_share, share_venue
from timecredits.spending.freezing import LONGEST_REASON, find_venue_state
from timecredits.spending.offers.offer_keeping import list_venue_offers
from timecredits.spending.venue_leaving import leave_programme
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule
from timecredits.web.programme.blueprint import blueprint


class LeaveForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Why a venue leaves."""

    reason = StringField(lazy_gettext("Why?"), widget=GovTextInput())


@blueprint.get("/venues/<uuid:venue_id>")
@allow(KEEP_VENUES)
def venue(venue_id: UUID) -> str:
    """How the venue stands, and all there is to do about it."""
    session, who = db.session(), actor()
    part = find_membership(session, who.programme, venue_id)
    return render_template(
        "programme/venue.html",
        venue=find_venue(session, who.programme, venue_id),
        state=find_venue_state(session, who.programme, venue_id),
        part=part,
        agreement=agreement_of(part, clock.today()),
        offers=len(list_venue_offers(session, who.programme, venue_id)),
        may_share=may_share(session, who.programme, venue_id),
    )


@blueprint.post("/venues/<uuid:venue_id>/national")
@allow(KEEP_VENUES)
def venue_national(venue_id: UUID) -> Response:
    """Say that other programmes may have the venue, too, or not any more."""
    who, is_national = actor(), request.form.get("national") == "yes"
    try:
        changed = share_venue(db.session(), who.programme, venue_id, is_national=is_national, actor_id=who.user_id)
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
        return redirect(url_for("programme.venue", venue_id=venue_id))
    said = _("Done. Other programmes can invite it now.") if is_national else _("Done. It is for your programme alone.")
    return _done(venue_id, said if changed else _("It is like that now. Nothing was changed."))


@blueprint.get("/venues/<uuid:venue_id>/prices")
@allow(KEEP_VENUES)
def venue_prices(venue_id: UUID) -> str:
    """The venue's price list as a table, to read and to print."""
    session, who = db.session(), actor()
    place = find_venue(session, who.programme, venue_id)
    return render_template(
        "programme/venue_prices.html",
        venue=place,
        offers=list_venue_offers(session, who.programme, venue_id),
        today=clock.today(),
    )


@blueprint.get("/venues/<uuid:venue_id>/totals")
@allow(KEEP_VENUES)
def venue_totals(venue_id: UUID) -> str:
    """What the programme's people used there, by month. Months with few people are not shown."""
    session, who = db.session(), actor()
    place = find_venue(session, who.programme, venue_id)
    starts_in = read_settings(session, who.programme).year_starts_in
    return render_template(
        "programme/venue_totals.html",
        venue=place,
        found=one_programme(session, who.programme, venue_id, starts_in=starts_in, today=clock.today()),
        month_name=_month_name,
        programme_id=who.programme,
    )


@blueprint.route("/venues/<uuid:venue_id>/leave", methods=["GET", "POST"])
@allow(FREEZE_VENUES)
def venue_leave(venue_id: UUID) -> str | Response:
    """Let a venue leave the programme, once that was said with a reason."""
    session, who, form = db.session(), actor(), LeaveForm()
    place = find_venue(session, who.programme, venue_id)
    if form.validate_on_submit():
        try:
            ended = leave_programme(session, who.programme, venue_id, reason=form.reason.data or "", actor_id=who.user_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            said = ngettext(
                "Done. It takes no more credits. %(num)s offer ended.",
                "Done. It takes no more credits. %(num)s offers ended.",
                ended,
            )
            return _done(venue_id, said)
    return render_template(
        "programme/venue_leave.html",
        form=form,
        venue=place,
        offers=len(list_venue_offers(session, who.programme, venue_id)),
        longest=LONGEST_REASON,
    )


def _month_name(month: date) -> str:
    return str(format_date(month, "MMMM y"))


def _done(venue_id: UUID, words: str) -> Response:
    flash(words, "success")
    return redirect(url_for("programme.venue", venue_id=venue_id))
