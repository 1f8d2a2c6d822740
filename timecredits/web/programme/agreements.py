"""What is agreed with an organisation or a venue: noted, changed and taken back, on one page for both."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.network.agreements import forget_agreement, forget_venue_agreement, note_agreement, note_venue_agreement
from timecredits.network.models import Organisation, ProgrammeVenue
from timecredits.network.organisations import find_organisation_here
from timecredits.network.permissions import KEEP_ORGANISATIONS, KEEP_VENUES
from timecredits.network.venue_facts import find_membership, find_venue
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.forms import show_rule
from timecredits.web.hour_fields import DayField, OptionalDayField
from timecredits.web.programme.blueprint import blueprint


class AgreementForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """When an agreement was signed, and until when it holds."""

    agreed_on = DayField(lazy_gettext("When was it signed?"))
    ends_on = OptionalDayField(lazy_gettext("What is its last day?"))


@blueprint.route("/organisations/<uuid:organisation_id>/agreement", methods=["GET", "POST"])
@allow(KEEP_ORGANISATIONS)
def organisation_agreement(organisation_id: UUID) -> str | Response:
    """Note when the agreement was signed and its last day, or change both."""
    session, who = db.session(), actor()
    row = find_organisation_here(session, who.programme, organisation_id)
    return _page(
        row,
        partial(note_agreement, session, who.programme, organisation_id),
        title=_("The agreement"),
        name=row.name,
        back=_organisation(organisation_id),
        take_back=url_for(".organisation_agreement_take_back", organisation_id=organisation_id),
    )


@blueprint.post("/organisations/<uuid:organisation_id>/agreement/take-back")
@allow(KEEP_ORGANISATIONS)
def organisation_agreement_take_back(organisation_id: UUID) -> Response:
    """Say that there is no agreement after all."""
    done = forget_agreement(db.session(), actor().programme, organisation_id, actor_id=actor().user_id)
    return _taken_back(_organisation(organisation_id), done=done)


@blueprint.route("/venues/<uuid:venue_id>/agreement", methods=["GET", "POST"])
@allow(KEEP_VENUES)
def venue_agreement(venue_id: UUID) -> str | Response:
    """The same for a venue."""
    session, who = db.session(), actor()
    return _page(
        find_membership(session, who.programme, venue_id),
        partial(note_venue_agreement, session, who.programme, venue_id),
        title=_("The venue's agreement"),
        name=find_venue(session, who.programme, venue_id).name,
        back=_venue(venue_id),
        take_back=url_for(".venue_agreement_take_back", venue_id=venue_id),
    )


@blueprint.post("/venues/<uuid:venue_id>/agreement/take-back")
@allow(KEEP_VENUES)
def venue_agreement_take_back(venue_id: UUID) -> Response:
    """The same for a venue."""
    done = forget_venue_agreement(db.session(), actor().programme, venue_id, actor_id=actor().user_id)
    return _taken_back(_venue(venue_id), done=done)


def _page(
    agreed: Organisation | ProgrammeVenue, note: Callable[..., bool], *, title: str, name: str, back: str, take_back: str
) -> str | Response:
    today = clock.today()
    form = (
        AgreementForm()
        if request.method == "POST"
        else AgreementForm(agreed_on=agreed.agreed_on or today, ends_on=agreed.agreement_ends_on)
    )
    if form.validate_on_submit():
        try:
            changed = note(agreed_on=form.agreed_on.day, ends_on=form.ends_on.data, today=today, actor_id=actor().user_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            return _done(back, _("Saved. The agreement is noted.") if changed else _same())
    return render_template(
        "programme/agreement.html", form=form, title=title, name=name, back=back, take_back=take_back if agreed.agreed_on else ""
    )


def _taken_back(back: str, *, done: bool) -> Response:
    return _done(back, _("Taken back. No agreement is noted now.") if done else _same())


def _organisation(organisation_id: UUID) -> str:
    return url_for("programme.organisation", organisation_id=organisation_id)


def _venue(venue_id: UUID) -> str:
    return url_for("programme.venue", venue_id=venue_id)


def _same() -> str:
    return str(_("It is like that now. Nothing was changed."))


def _done(back: str, words: str) -> Response:
    flash(words, "success")
    return redirect(back)
