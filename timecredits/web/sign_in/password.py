"""Signing in with a password: the first step of staff, and all that volunteers need who chose one."""

from uuid import UUID

from flask import redirect, render_template, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.network.passwords import PasswordAnswer, check_password
from timecredits.network.permissions import SIGN_IN, ActorKind
from timecredits.network.second_factor import is_staff
from timecredits.web.access import actor, allow, home
from timecredits.web.database import db
from timecredits.web.sign_in import half_way
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
        return _go_on(checking.user_id, form)
    if checking.outcome is PasswordAnswer.TOO_MANY:
        form.password.errors = [_("There were many tries. To keep you safe, wait 15 minutes. Then try again. Nothing is lost.")]
        return render_template("sign_in/password.html", form=form), 429
    form.password.errors = [_("That email and password do not go together. Check both and try again.")]
    return render_template("sign_in/password.html", form=form)


def _go_on(user_id: UUID, form: PasswordForm) -> str | Response:
    """On to the second step for staff; in, for a volunteer."""
    if is_staff(db.session(), user_id):
        return half_way.begin(user_id)
    response = let_in(user_id, Way.PASSWORD)
    if response is not None:
        return response
    form.email.errors = [_("You have no role here right now. Ask your owner or your coordinator.")]
    return render_template("sign_in/password.html", form=form)
