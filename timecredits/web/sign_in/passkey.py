"""Signing in with a passkey: alone, with no address typed, or as the second step after a password."""

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timecredits.network.passkeys import KeyAnswer, ask_to_show
from timecredits.network.permissions import SIGN_IN
from timecredits.web.access import allow
from timecredits.web.database import db
from timecredits.web.sign_in import half_way
from timecredits.web.sign_in.blueprint import blueprint
from timecredits.web.sign_in.challenges import Use, new_challenge
from timecredits.web.sign_in.door import Way
from timecredits.web.sign_in.second import come_in
from timecredits.web.sign_in.steps import check_passkey, site


@blueprint.post("/sign-in/passkey/ask")
@allow(SIGN_IN)
def passkey_ask() -> ResponseReturnValue:
    """Answer what the browser needs in order to show a passkey: JSON. Half way in, only that user's are asked for."""
    found = half_way.half_way() if request.form.get("half_way") else None
    user_id = found.user.id if found is not None else None
    text = ask_to_show(db.session(), site(), user_id, challenge=new_challenge(Use.SIGN_IN))
    return current_app.response_class(text, mimetype="application/json")


@blueprint.post("/sign-in/passkey")
@allow(SIGN_IN)
def passkey() -> ResponseReturnValue:
    """Take what the passkey signed, and let its owner in. It looked at its owner, so it is both steps at once."""
    found = half_way.half_way() if request.form.get("half_way") else None
    checking = check_passkey(request.form.get("credential", ""), Use.SIGN_IN, user=found.user if found else None)
    if checking.user_id is not None:
        return come_in(checking.user_id, role_id=found.role_id if found else None, way=Way.PASSKEY)
    if checking.answer is KeyAnswer.TOO_MANY:
        flash(_("There were many tries. To keep you safe, wait 15 minutes. Then try again. Nothing is lost."), "warning")
    elif checking.answer is KeyAnswer.WENT_BACK:
        flash(_("To keep you safe, we did not take this passkey. Sign in in another way. Then remove it."), "warning")
    else:
        flash(_("That passkey did not work here. Try again, or sign in in another way."), "warning")
    return redirect(url_for(".second" if found else ".start"))
