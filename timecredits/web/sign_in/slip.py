"""Signing in with the code of a printed slip: for volunteers without email."""

from flask import current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timecredits.network.permissions import SIGN_IN, ActorKind
from timecredits.network.slips import SlipAnswer, take_slip
from timecredits.web.access import actor, allow, home
from timecredits.web.database import db
from timecredits.web.sign_in.blueprint import blueprint
from timecredits.web.sign_in.door import Way, let_in
from timecredits.web.sign_in.forms import SlipCodeForm

_BUSY = 429


@blueprint.route("/sign-in/slip", methods=["GET", "POST"])
@allow(SIGN_IN)
def slip() -> ResponseReturnValue:
    """Take a slip's code. Any code that can't be used gets the same answer."""
    if actor().kind is not ActorKind.VISITOR:
        return redirect(home())
    form, status = SlipCodeForm(), 200
    if form.validate_on_submit():
        place = request.remote_addr or "unknown"
        found = take_slip(db.session(), current_app.config["KEYRING"], form.code.data, asked_from=place)
        if found.user_id is not None:
            response = let_in(found.user_id, Way.SLIP, volunteer_id=found.volunteer_id)
            if response is not None:
                return response
        status = _BUSY if found.answer is SlipAnswer.TOO_MANY else 200
        form.code.errors = [_why(found.answer)]
    return render_template("sign_in/slip.html", form=form), status


def _why(answer: SlipAnswer) -> str:
    if answer is SlipAnswer.TOO_MANY:
        return str(_("There were many tries. Wait 15 minutes. Then try again. Nothing is lost."))
    if answer is SlipAnswer.STAFF:
        return str(_("You work here, so please sign in with your password."))
    return str(_("That code does not work. Check it, or ask for a new slip. It works for 72 hours, once."))
