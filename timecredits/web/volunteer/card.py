"""My card: that there is one, what it asks for, and stopping it when it is lost. And the photo I said yes to."""

from flask import Response as FlaskResponse
from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.models import Volunteer
from timecredits.network.permissions import KEEP_OWN_CARD
from timecredits.network.scope import find
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.cards.choosing import choose_check
from timecredits.spending.cards.finding import find_live_card
from timecredits.spending.cards.photos import person_photo, remove_photo
from timecredits.spending.cards.stopping import CardEnd, stop_card
from timecredits.web.access import actor, allow
from timecredits.web.card_forms import PinForm, SecondCheckForm
from timecredits.web.database import db
from timecredits.web.volunteer.blueprint import blueprint


@blueprint.get("/card")
@allow(KEEP_OWN_CARD)
def card() -> str:
    """Show what my card asks for, or that I have none."""
    volunteer, found = _mine()
    return render_template("volunteer/card.html", volunteer=volunteer, card=found)


@blueprint.route("/card/check", methods=["GET", "POST"])
@allow(KEEP_OWN_CARD)
def card_check() -> str | Response:
    """Choose what my card asks for."""
    volunteer, found = _with_card()
    form = SecondCheckForm(data={"check": found.check.value})
    if volunteer.photo_id is None:
        form.without_photo()
    if form.validate_on_submit():
        try:
            changed = _choose(form.chosen, form.secret)
        except RuleError as fault:
            form.show_rule(fault)
        else:
            if changed.check is SecondCheck.PIN and changed.secret_hash is None:
                flash(_("Saved. Now choose your PIN."), "success")
                return redirect(url_for("volunteer.card_pin"))
            flash(_("Saved. Places ask for this from now on."), "success")
            return redirect(url_for("volunteer.card"))
    return render_template("volunteer/card_check.html", form=form, volunteer=volunteer)


@blueprint.route("/card/pin", methods=["GET", "POST"])
@allow(KEEP_OWN_CARD)
def card_pin() -> str | Response:
    """Choose a PIN for my card. It is never shown."""
    _with_card()
    form = PinForm()
    if form.validate_on_submit():
        try:
            _choose(SecondCheck.PIN, form.pin.data)
        except RuleError as fault:
            form.show_rule(fault)
        else:
            flash(_("Saved. Your new PIN works from now on."), "success")
            return redirect(url_for("volunteer.card"))
    return render_template("volunteer/card_pin.html", form=form)


@blueprint.route("/card/stop", methods=["GET", "POST"])
@allow(KEEP_OWN_CARD)
def card_stop() -> str | Response:
    """I lost my card: stop it. My credits stay mine, and I stay signed in here."""
    _with_card()
    form = FlaskForm()
    if form.validate_on_submit():
        stop_card(
            db.session(),
            actor().programme,
            actor().volunteer,
            CardEnd.LOST,
            organisation_id=None,
            actor_id=actor().user_id,
            keep_sign_in=actor().sign_in_id,
        )
        flash(_("Stopped. Nobody can use that card now. Your credits are safe."), "success")
        return redirect(url_for("volunteer.card"))
    return render_template("volunteer/card_stop.html", form=form)


@blueprint.route("/card/photo", methods=["GET", "POST"])
@allow(KEEP_OWN_CARD)
def card_photo() -> str | Response:
    """Look at my photo, and take my yes back."""
    volunteer, found = _mine()
    if volunteer.photo_id is None:
        return redirect(url_for("volunteer.card"))
    form = FlaskForm()
    if form.validate_on_submit():
        wants_pin = remove_photo(
            db.session(), actor().programme, actor().volunteer, organisation_id=None, actor_id=actor().user_id
        )
        if wants_pin:
            flash(_("Your photo is gone. Your card now needs a PIN."), "success")
            return redirect(url_for("volunteer.card_pin"))
        flash(_("Your photo is gone."), "success")
        return redirect(url_for("volunteer.card"))
    return render_template("volunteer/card_photo.html", form=form, card=found)


@blueprint.get("/card/photo.jpg")
@allow(KEEP_OWN_CARD)
def card_photo_file() -> Response:
    """The photo itself."""
    jpeg = person_photo(db.session(), actor().programme, actor().volunteer, organisation_id=None)
    if jpeg is None:
        abort(404)
    return FlaskResponse(jpeg, mimetype="image/jpeg")


def _choose(check: SecondCheck, secret: str) -> Card:
    who = actor()
    return choose_check(
        db.session(),
        who.programme,
        who.volunteer,
        check,
        secret,
        organisation_id=None,
        actor_id=who.user_id,
        keep_sign_in=who.sign_in_id,
    )


def _mine() -> tuple[Volunteer, Card | None]:
    who = actor()
    return find(db.session(), Volunteer, who.programme, who.volunteer), find_live_card(db.session(), who.programme, who.volunteer)


def _with_card() -> tuple[Volunteer, Card]:
    volunteer, found = _mine()
    if found is None:
        raise NotFoundError
    return volunteer, found
