"""Signing in with a password: staff, and volunteers who chose one."""

from flask import redirect, render_template, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.network.passwords import PasswordAnswer, check_password
from timecredits.network.permissions import SIGN_IN, ActorKind
from timecredits.web.access import actor, allow, home
from timecredits.web.database import db
from timecredits.web.sign_in.blueprint import blueprint
from timecredits.web.sign_in.door import NEXT, Way, known_user_id, let_in
from timecredits.web.sign_in.forms import PasswordForm


@blueprint.route("/sign-in/password", methods=["GET", "POST"])
@allow(SIGN_IN)
def password() -> str | Response | tuple[str, int]:
    """Take an address and a password. A wrong address and a wrong password get the same answer."""
    if actor().kind is not ActorKind.VISITOR and NEXT not in session:
        return redirect(home())
    form = PasswordForm()
    if not form.validate_on_submit():
        return render_template("sign_in/password.html", form=form)
    checking = check_password(
        db.session(),
        email=str(form.email.data),
        password=form.password.data,
        known_user_id=known_user_id(),
    )
    if checking.user_id is not None:
        response = let_in(checking.user_id, Way.PASSWORD)
        if response is not None:
            return response
        form.email.errors = [_("You have no role here right now. Ask your owner or your coordinator.")]
        return render_template("sign_in/password.html", form=form)
    if checking.outcome is PasswordAnswer.TOO_MANY:
        form.password.errors = [_("There were many tries. To keep you safe, wait 15 minutes. Then try again. Nothing is lost.")]
        return render_template("sign_in/password.html", form=form), 429
    form.password.errors = [_("That email and password do not go together. Check both and try again.")]
    return render_template("sign_in/password.html", form=form)
