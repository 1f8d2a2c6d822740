"""Setting up the second step, the first time that staff sign in: an app or a passkey, then ten codes to keep on paper."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from timecredits.foundation.errors import RuleError
from timecredits.foundation.qr import qr_svg
from timecredits.network.authenticator import app_address, confirm_app
from timecredits.network.models import User
from timecredits.network.passkeys import add_passkey, ask_to_add
from timecredits.network.permissions import SIGN_IN
from timecredits.network.recovery_codes import make_codes
from timecredits.network.second_factor import (
    StepAnswer,
    claim_step_try,
    end_sign_ins,
    hold_user,
    note_for_staff,
    second_steps,
)
from timecredits.web.access import allow
from timecredits.web.browser_words import browser_words
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.sign_in import half_way
from timecredits.web.sign_in.blueprint import blueprint
from timecredits.web.sign_in.challenges import Use, new_challenge, take_challenge
from timecredits.web.sign_in.forms import AppCodeForm, KeptForm
from timecredits.web.sign_in.second import come_in, too_late
from timecredits.web.sign_in.steps import site

__all__ = ["app_picture", "in_fours", "keep_app", "show_codes", "what_to_add"]

_BUSY = 429


@blueprint.route("/sign-in/set-up", methods=["GET", "POST"])
@allow(SIGN_IN)
def set_up() -> ResponseReturnValue:
    """Show the square code and the key of a new app, and take its first code."""
    found = half_way.half_way()
    if found is None:
        return too_late()
    if found.is_done and request.method == "POST":
        return _codes(found.user)  # sent twice: those shown before were perhaps not seen
    if second_steps(db.session(), found.user.id).any:
        return redirect(url_for(".second"))
    form, status = AppCodeForm(), 200
    if form.validate_on_submit():
        answer = keep_app(found.user, form.code.data, first=True)
        if answer is StepAnswer.FITS:
            return _codes(found.user)
        status = _BUSY if answer is StepAnswer.TOO_MANY else 200
        form.code.errors = [why_not_kept(answer)]
    return render_template("sign_in/set_up.html", form=form, **app_picture(found.user)), status


@blueprint.post("/sign-in/set-up/passkey/ask")
@allow(SIGN_IN)
def set_up_passkey_ask() -> ResponseReturnValue:
    """Answer what the browser needs in order to make a passkey: JSON, or 409 where nobody is half way in."""
    found = half_way.half_way()
    if found is None or second_steps(db.session(), found.user.id).any:
        return {}, 409
    return what_to_add(found.user)


@blueprint.post("/sign-in/set-up/passkey")
@allow(SIGN_IN)
def set_up_passkey() -> ResponseReturnValue:
    """Take the passkey that the browser made."""
    found = half_way.half_way()
    if found is None:
        return too_late()
    if found.is_done:
        return _codes(found.user)
    user = hold_user(db.session(), found.user.id)
    if second_steps(db.session(), user.id).any:
        return redirect(url_for(".second"))
    if not keep_passkey(user, request.form.get("credential", "")):
        return redirect(url_for(".set_up"))
    return _codes(user)


@blueprint.post("/sign-in/set-up/kept")
@allow(SIGN_IN)
def kept() -> ResponseReturnValue:
    """Take their word that the codes are kept, and let them in."""
    found = half_way.half_way()
    if found is None:
        return too_late()
    if not found.is_done:
        return redirect(url_for(".set_up"))
    if not KeptForm().validate_on_submit():
        flash(_("These codes are new. Those of before do not work. Tick the box once you have kept them."), "message")
        return _codes(found.user)
    return come_in(found.user.id, role_id=found.role_id, said=_("Your second step is set up. We ask for it each time."))


def keep_app(user: User, typed: str, *, first: bool) -> StepAnswer:
    """Keep the app that this browser is setting up, if `typed` is its code. `first`: only for somebody who has nothing yet."""
    session = db.session()
    hold_user(session, user.id)
    if first and second_steps(session, user.id).any:
        return StepAnswer.WRONG
    if not claim_step_try(session, user.id, known=True):
        return StepAnswer.TOO_MANY
    key = half_way.new_app_key(user)
    if not confirm_app(session, current_app.config["KEYRING"], user.id, key=key, typed=typed):
        return StepAnswer.WRONG
    half_way.drop_new_key()
    note_for_staff(session, user.id, "second step set up", actor_id=user.id)
    return StepAnswer.FITS


def keep_passkey(user: User, answer: str) -> bool:
    """Keep the passkey that the browser made for our challenge; what is wrong with it is told on the next page."""
    challenge = take_challenge(Use.ADD)
    name = browser_words(request.headers.get("User-Agent", ""))
    if challenge is None:
        flash(_("That took a while. Please begin again."), "message")
        return False
    try:
        add_passkey(db.session(), site(), user.id, challenge=challenge, answer=answer, name=name)
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
        return False
    note_for_staff(db.session(), user.id, "passkey added", actor_id=user.id)
    return True


def what_to_add(user: User) -> ResponseReturnValue:
    """What the browser needs in order to make a passkey, as JSON."""
    text = ask_to_add(db.session(), site(), user, challenge=new_challenge(Use.ADD))
    return current_app.response_class(text, mimetype="application/json")


def app_picture(user: User) -> dict[str, str]:
    """The square code (SVG) of the app about to be set up, and its key in groups of four."""
    key = half_way.new_app_key(user)
    address = app_address(key, account=user.email or user.name, issuer="Time Credits")
    drawn = qr_svg(address, title=_("A square code for your app. The key below does the same."))
    return {"qr": Markup(drawn), "key": in_fours(key)}  # noqa: S704  our own drawing


def in_fours(code: str) -> str:
    """A code in groups that are easy to read and type."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def show_codes(user: User, action: str) -> str:
    """Ten new recovery codes, shown this once. `action` is where "I have kept them" leads."""
    codes = make_codes(db.session(), current_app.config["KEYRING"], user.id)
    return render_template(
        "sign_in/codes.html", codes=[in_fours(code) for code in codes], action=action, form=KeptForm(formdata=None)
    )


def why_not_kept(answer: StepAnswer) -> str:
    """What to say of a code that a new app didn't show."""
    if answer is StepAnswer.TOO_MANY:
        return str(_("There were many tries. To keep you safe, wait 15 minutes. Then try again. Nothing is lost."))
    return str(_("That code did not work. Wait for the next one, then type it. Is the clock of your phone right?"))


def _codes(user: User) -> str:
    """What follows the setting up on the way in. Every other browser of theirs is signed out."""
    half_way.note_done()
    end_sign_ins(db.session(), user.id)
    return show_codes(user, url_for(".kept"))
