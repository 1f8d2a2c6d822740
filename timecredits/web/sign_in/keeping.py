"""The page "How I sign in": where one is signed in, and the ways in. Changing a way asks first to show that it is you."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timecredits.foundation.errors import RuleError
from timecredits.network.models import User
from timecredits.network.passkeys import list_passkeys
from timecredits.network.passwords import PasswordAnswer, change_password
from timecredits.network.permissions import KEEP_SIGN_IN
from timecredits.network.second_factor import end_sign_ins, is_staff, note_for_staff, second_steps
from timecredits.network.sign_ins import end_one_sign_in, list_sign_ins
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.forms import show_rule
from timecredits.web.freshness import fresh
from timecredits.web.sign_in.blueprint import blueprint
from timecredits.web.sign_in.forms import ChangePasswordForm

_BUSY = 429


@blueprint.get("/how-i-sign-in")
@allow(KEEP_SIGN_IN)
def keeping() -> str:
    """Show the ways in, and every browser that is signed in."""
    who, session = actor(), db.session()
    user = session.get_one(User, who.user)
    return render_template(
        "sign_in/keeping.html",
        staff=is_staff(session, user.id),
        has_password=user.password_hash is not None,
        has_email=user.email is not None,
        steps=second_steps(session, user.id),
        passkeys=list_passkeys(session, user.id),
        sign_ins=list_sign_ins(session, user.id),
        here=who.sign_in_id,
    )


@blueprint.post("/how-i-sign-in/browsers/<uuid:sign_in_id>/end")
@allow(KEEP_SIGN_IN)
def keeping_end(sign_in_id: UUID) -> ResponseReturnValue:
    """Sign one other browser out."""
    end_one_sign_in(db.session(), actor().user, sign_in_id)
    flash(_("That browser is signed out."), "success")
    return redirect(url_for(".keeping"))


@blueprint.post("/how-i-sign-in/browsers/end-others")
@allow(KEEP_SIGN_IN)
def keeping_end_others() -> ResponseReturnValue:
    """Sign every other browser out."""
    who = actor()
    end_sign_ins(db.session(), who.user, but=who.sign_in_id)
    flash(_("All other browsers are signed out."), "success")
    return redirect(url_for(".keeping"))


@blueprint.route("/how-i-sign-in/password", methods=["GET", "POST"])
@allow(KEEP_SIGN_IN)
@fresh
def keeping_password() -> ResponseReturnValue:
    """Change one's password. Every other browser is signed out by it."""
    who, session = actor(), db.session()
    user = session.get_one(User, who.user)
    if user.email is None:
        flash(_("A password goes with an email address, and we know none of yours."), "message")
        return redirect(url_for(".keeping"))
    form, status = ChangePasswordForm(), 200
    if user.password_hash is None:
        del form.old
    if form.validate_on_submit():
        old = form.old.data if form.old else ""
        try:
            answer = change_password(session, user.id, old=old, new=form.password.data, sign_in_id=who.sign_in_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            if answer is PasswordAnswer.FITS:
                note_for_staff(session, user.id, "password changed", actor_id=user.id)
                flash(_("Saved. Use it the next time you sign in. Other devices are signed out."), "success")
                return redirect(url_for(".keeping"))
            status = _BUSY if answer is PasswordAnswer.TOO_MANY else 200
            form.old.errors = [
                _("There were many tries. Wait 15 minutes. Nothing was changed.")
                if answer is PasswordAnswer.TOO_MANY
                else _("That is not your password now. Nothing was changed.")
            ]
    return render_template("sign_in/new_password.html", form=form, address=user.email), status
