"""Requests to nobody in particular: the programme reads what would help, and passes them on. Who asks isn't shown."""

from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from timecredits.community.referral_models import ReferralState
from timecredits.community.referrals.asking import places_to_ask
from timecredits.community.referrals.numbers import FEWEST, numbers_by_organisation, request_numbers
from timecredits.community.referrals.passing_on import (
    MOST_SHOWN,
    count_undirected,
    list_undirected,
    pass_on,
    read_undirected,
    was_passed_on,
)
from timecredits.community.referrals.stages import OUTCOMES
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.permissions import PASS_ON_REFERRALS
from timecredits.web.access import actor, allow
from timecredits.web.card_forms import ChoiceField
from timecredits.web.database import db
from timecredits.web.forms import show_rule
from timecredits.web.programme.blueprint import blueprint
from timecredits.web.referral_words import AIM_DAYS, KINDS, STATES, WISHES, words_of


class PassOnForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Whom to pass it on to."""

    organisation = ChoiceField(
        lazy_gettext("Who should get in touch?"), lazy_gettext("Choose an organisation. Nothing was changed."), []
    )


@blueprint.get("/referrals")
@allow(PASS_ON_REFERRALS)
def referrals() -> str:
    """What waits to be passed on, and the year's numbers."""
    session, programme_id = db.session(), actor().programme
    return render_template(
        "programme/referrals.html",
        waiting=list_undirected(session, _keyring(), programme_id),
        found=count_undirected(session, programme_id),
        most=MOST_SHOWN,
        numbers=request_numbers(session, programme_id),
        by_organisation=numbers_by_organisation(session, programme_id),
        outcomes=[*OUTCOMES, ReferralState.WITHDRAWN, ReferralState.NEW],
        fewest=FEWEST,
        **_words(),
    )


@blueprint.route("/referrals/<uuid:referral_id>", methods=["GET", "POST"])
@allow(PASS_ON_REFERRALS)
def referral(referral_id: UUID) -> str | Response:
    """Read what would help, and pass it on to one organisation."""
    session, programme_id, form = db.session(), actor().programme, PassOnForm()
    try:
        shown = read_undirected(session, _keyring(), programme_id, referral_id)
    except NotFoundError:
        if request.method != "POST" or not was_passed_on(session, programme_id, referral_id):
            raise
        flash(_("This was passed on already. Nothing more was done."), "message")
        return redirect(url_for("programme.referrals"))
    form.organisation.choices = [
        SelectChoice(str(each.organisation_id), f"{each.name}, {each.town}" if each.town else each.name)
        for each in places_to_ask(session, programme_id)
    ]
    if form.validate_on_submit():
        try:
            pass_on(
                session,
                _keyring(),
                programme_id,
                referral_id,
                UUID(form.organisation.data),
                actor_id=actor().user,
                base_url=current_app.config["BASE_URL"],
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Passed on. We told them that a request waits."), "success")
            return redirect(url_for("programme.referrals"))
    return render_template("programme/referral_pass_on.html", form=form, shown=shown, **_words())


def _words() -> dict[str, Any]:
    return {
        "kinds": KINDS,
        "state_names": STATES,
        "aim": AIM_DAYS,
        "wish_words": lambda values: words_of(values, WISHES),
    }


def _keyring() -> Any:
    return current_app.config["KEYRING"]
