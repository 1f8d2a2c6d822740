"""A professional asks for somebody: first whether the person agrees, then everything on one page."""

from typing import Any, Final
from uuid import UUID

from flask import current_app, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from timecredits.community.referral_models import Referral, ReferralKind, ReferralState
from timecredits.community.referrals.asking import LONGEST_WORDS, begin_draft, places_to_ask, throw_away
from timecredits.community.referrals.sending import send_for_somebody
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.models import Organisation, Programme
from timecredits.network.permissions import ASK_FOR_CONTACT
from timecredits.network.scope import find
from timecredits.web.access import allow
from timecredits.web.database import db
from timecredits.web.forms import show_rule
from timecredits.web.public.areas import PAGES, find_area
from timecredits.web.public.ask_forms import ConsentForm, ReferForm
from timecredits.web.public.asking_limits import too_many
from timecredits.web.public.blueprint import blueprint
from timecredits.web.referral_fields import said_by
from timecredits.web.referral_words import AIM_DAYS

_KEPT: Final = "refer"
_UNSURE: Final = "unsure"


@blueprint.route("/in/<area>/refer", methods=["GET", "POST"])
@allow(ASK_FOR_CONTACT)
def refer(area: str) -> str | Response | tuple[str, int]:
    """Ask first whether the person knows and agrees. A no ends it kindly, and nothing is kept."""
    programme, form = find_area(area), ConsentForm()
    places = places_to_ask(db.session(), programme.id)
    form.organisation.choices = [
        *(SelectChoice(str(each.organisation_id), f"{each.name}, {each.town}" if each.town else each.name) for each in places),
        SelectChoice(_UNSURE, _("I am not sure. Please pass it on")),
    ]
    if request.method == "POST" and request.form.get("agrees") == "no":
        _forget(programme)
        return render_template("public/refer_no.html", area=area)
    status = 200
    if form.validate_on_submit():
        if too_many():
            form.agrees.errors = [_("There were many requests from here. Nothing was saved. Wait an hour, or ring.")]
            status = 429
        else:
            chosen = None if form.organisation.data == _UNSURE else UUID(form.organisation.data)
            kept = begin_draft(
                db.session(),
                current_app.config["KEYRING"],
                programme.id,
                chosen,
                draft_id=_kept_id(),
                kind=ReferralKind.PROFESSIONAL,
            )
            session[_KEPT] = str(kept)
            return redirect(url_for("public.refer_somebody", area=area))
    return render_template("public/refer_consent.html", form=form, area=area, places=places), status


@blueprint.route("/in/<area>/refer/somebody", methods=["GET", "POST"])
@allow(ASK_FOR_CONTACT)
def refer_somebody(area: str) -> str | Response:
    """Say who asks, for whom, how to reach them and what would help. Sent twice is one request."""
    programme, form = find_area(area), ReferForm()
    row = _kept(programme)
    if row is None:
        return redirect(url_for("public.refer", area=area))
    if row.state is not ReferralState.DRAFT:
        return redirect(url_for("public.refer_sent", area=area))
    if form.validate_on_submit():
        try:
            send_for_somebody(
                db.session(),
                current_app.config["KEYRING"],
                programme.id,
                row.id,
                said_by(form),
                base_url=current_app.config["BASE_URL"],
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            return redirect(url_for("public.refer_sent", area=area))
    return render_template(
        "public/refer_form.html", form=form, area=area, organisation=_asked(programme, row), longest=LONGEST_WORDS
    )


@blueprint.get("/in/<area>/refer/sent")
@allow(ASK_FOR_CONTACT)
def refer_sent(area: str) -> str | Response:
    """Say that it was sent, and what happens next."""
    programme = find_area(area)
    row = _kept(programme)
    if row is None or row.state is ReferralState.DRAFT:
        return redirect(url_for("public.refer", area=area))
    return render_template("public/refer_sent.html", area=area, organisation=_asked(programme, row), aim=AIM_DAYS)


def _forget(programme: Programme) -> None:
    """A yes that was said before counts no more."""
    kept = _kept_id()
    if kept is not None:
        throw_away(db.session(), programme.id, kept, kind=ReferralKind.PROFESSIONAL)
        session.pop(_KEPT, None)


def _asked(programme: Programme, row: Referral) -> Organisation | None:
    return None if row.organisation_id is None else find(db.session(), Organisation, programme.id, row.organisation_id)


def _kept_id() -> UUID | None:
    try:
        return UUID(str(session.get(_KEPT, "")))
    except ValueError:
        return None


def _kept(programme: Programme) -> Any:
    kept = _kept_id()
    if kept is None:
        return None
    try:
        return find(db.session(), Referral, programme.id, kept, kind=ReferralKind.PROFESSIONAL)
    except NotFoundError:
        return None


PAGES["refer"] = "public.refer"
