"""Signing in with a card and its PIN: for volunteers without email. Two fields."""

from flask import redirect, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovTextInput
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired

from timecredits.network.permissions import SIGN_IN, ActorKind
from timecredits.spending.cards.card_sign_in import CardAnswer, CardSignIn, check_card_pin
from timecredits.web.access import actor, allow, home
from timecredits.web.database import db
from timecredits.web.sign_in.blueprint import blueprint
from timecredits.web.sign_in.door import Way, let_in

_BUSY = 429


class CardForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What stands on the card, and what its owner knows."""

    code = StringField(
        lazy_gettext("The 8 letters and numbers on your card"),
        [DataRequired(lazy_gettext("Type the 8 letters and numbers on your card."))],
        widget=GovTextInput(),
    )
    pin = PasswordField(lazy_gettext("Your PIN"), [DataRequired(lazy_gettext("Type your PIN."))], widget=GovPasswordInput())


@blueprint.route("/sign-in/card", methods=["GET", "POST"])
@allow(SIGN_IN)
def card() -> str | Response | tuple[str, int]:
    """Take a card's code and its PIN. A code that is no card's and a wrong PIN get the same answer."""
    if actor().kind is not ActorKind.VISITOR:
        return redirect(home())
    form, status = CardForm(), 200
    if form.validate_on_submit():
        found = check_card_pin(db.session(), code=form.code.data, pin=form.pin.data)
        if (response := _let_in(found)) is not None:
            return response
        status = _BUSY if found.outcome is CardAnswer.TOO_MANY else 200
        form.pin.errors = [_why(found.outcome)]
    return render_template("sign_in/card.html", form=form), status


def _let_in(found: CardSignIn) -> Response | None:
    if found.user_id is None:
        return None
    return let_in(found.user_id, Way.CARD, volunteer_id=found.volunteer_id)


def _why(outcome: CardAnswer) -> object:
    if outcome is CardAnswer.LOCKED:
        return _("To keep your credits safe, we locked this card. Nothing is lost. Your coordinator can open it again with you.")
    if outcome is CardAnswer.STAFF:
        return _("You work here, so please sign in with your password.")
    if outcome is CardAnswer.BY_EMAIL:
        return _("You have an email address with us. Please sign in with that.")
    if outcome is CardAnswer.TOO_MANY:
        return _("We are very busy right now. Wait 10 minutes. Then try again.")
    return _("That card and PIN do not go together. Check both and try again.")
