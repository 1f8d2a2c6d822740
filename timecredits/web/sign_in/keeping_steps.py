"""Changing one's second step while signed in: another app, more passkeys, new recovery codes. Others are signed out by it."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timecredits.network.authenticator import remove_app
from timecredits.network.models import User
from timecredits.network.passkeys import remove_passkey
from timecredits.network.permissions import KEEP_SIGN_IN
from timecredits.network.second_factor import (
    StepAnswer,
    end_sign_ins,
    hold_user,
    is_staff,
    note_for_staff,
    second_steps,
)
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.freshness import fresh
from timecredits.web.sign_in.blueprint import blueprint
from timecredits.web.sign_in.forms import AppCodeForm
from timecredits.web.sign_in.set_up import app_picture, keep_app, keep_passkey, show_codes, what_to_add, why_not_kept

_BUSY = 429


@blueprint.route("/how-i-sign-in/app", methods=["GET", "POST"])
@allow(KEEP_SIGN_IN)
@fresh
def keeping_app() -> ResponseReturnValue:
    """Set up an app, in place of the one before. That one works until the new one's first code is typed."""
    user, form, status = _me(), AppCodeForm(), 200
    if user.password_hash is None:
        flash(_("Choose a password first. The app comes after it."), "message")
        return redirect(url_for(".keeping"))
    if form.validate_on_submit():
        answer = keep_app(user, form.code.data, first=False)
        if answer is StepAnswer.FITS:
            return _changed(user, _("Your app is set up. Other browsers are signed out."))
        status = _BUSY if answer is StepAnswer.TOO_MANY else 200
        form.code.errors = [why_not_kept(answer)]
    return render_template("sign_in/new_app.html", form=form, **app_picture(user)), status


@blueprint.post("/how-i-sign-in/app/remove")
@allow(KEEP_SIGN_IN)
@fresh
def keeping_app_remove() -> ResponseReturnValue:
    """Take the app away, where a passkey is left."""
    user = hold_user(db.session(), actor().user)
    if _is_last(user, apps=1):
        return _kept()
    if remove_app(db.session(), user.id):
        note_for_staff(db.session(), user.id, "second step removed", actor_id=user.id)
    return _changed(user, _("The app is removed. Other browsers are signed out."))


@blueprint.post("/how-i-sign-in/passkeys/ask")
@allow(KEEP_SIGN_IN)
@fresh
def keeping_passkey_ask() -> ResponseReturnValue:
    """Answer what the browser needs in order to make a passkey: JSON."""
    return what_to_add(_me())


@blueprint.post("/how-i-sign-in/passkeys")
@allow(KEEP_SIGN_IN)
@fresh
def keeping_passkey() -> ResponseReturnValue:
    """Take a passkey that the browser made."""
    user = hold_user(db.session(), actor().user)
    if not keep_passkey(user, request.form.get("credential", "")):
        return redirect(url_for(".keeping"))
    return _changed(user, _("Your passkey is saved. Other browsers are signed out."))


@blueprint.post("/how-i-sign-in/passkeys/<uuid:passkey_id>/remove")
@allow(KEEP_SIGN_IN)
@fresh
def keeping_passkey_remove(passkey_id: UUID) -> ResponseReturnValue:
    """Take a passkey away, where another way is left."""
    user = hold_user(db.session(), actor().user)
    if _is_last(user, passkeys=1):
        return _kept()
    remove_passkey(db.session(), user.id, passkey_id)
    note_for_staff(db.session(), user.id, "second step removed", actor_id=user.id)
    return _changed(user, _("The passkey is removed. Other browsers are signed out."))


@blueprint.post("/how-i-sign-in/codes")
@allow(KEEP_SIGN_IN)
@fresh
def keeping_codes() -> ResponseReturnValue:
    """Make ten new recovery codes, and show them this once."""
    user = hold_user(db.session(), actor().user)
    if not second_steps(db.session(), user.id).any:
        flash(_("Set up an app or a passkey first. The codes come after it."), "message")
        return redirect(url_for(".keeping"))
    note_for_staff(db.session(), user.id, "recovery codes made", actor_id=user.id)
    return show_codes(user, url_for(".keeping_kept"))


@blueprint.post("/how-i-sign-in/codes/kept")
@allow(KEEP_SIGN_IN)
def keeping_kept() -> ResponseReturnValue:
    """Take their word that the codes are kept."""
    flash(_("Good. The codes of before do not work any more."), "success")
    return redirect(url_for(".keeping"))


def _changed(user: User, said: str) -> ResponseReturnValue:
    """Sign every other browser out, and say what was done."""
    end_sign_ins(db.session(), user.id, but=actor().sign_in_id)
    flash(said, "success")
    return redirect(url_for(".keeping"))


def _is_last(user: User, *, apps: int = 0, passkeys: int = 0) -> bool:
    """Whether staff would be left with no second step. Volunteers need none."""
    steps = second_steps(db.session(), user.id)
    left = (int(steps.has_app) - apps) + (steps.passkeys - passkeys)
    return is_staff(db.session(), user.id) and left < 1


def _kept() -> ResponseReturnValue:
    flash(_("You need one of them. Set up another first. Nothing was changed."), "warning")
    return redirect(url_for(".keeping"))


def _me() -> User:
    return db.session().get_one(User, actor().user)
