"""Signing in with a code by email: ask for it, then type it."""

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from timecredits.foundation import mail
from timecredits.foundation.secret_values import new_secret
from timecredits.network.email_codes import Asked, Asking, Checked, Checking, ask_for_code, check_code
from timecredits.network.permissions import SIGN_IN, ActorKind
from timecredits.web.access import actor, allow, home
from timecredits.web.database import db
from timecredits.web.sign_in.blueprint import blueprint
from timecredits.web.sign_in.door import NEXT, Way, known_user_id, let_in
from timecredits.web.sign_in.forms import CodeForm, EmailForm
from timecredits.web.sign_in.next_page import safe_next

_BROWSER = "code_browser"
_ADDRESS = "code_address"

Answer = str | Response | tuple[str, int]


@blueprint.get("/sign-in")
@allow(SIGN_IN)
def start() -> Answer:
    """Ask who somebody is: a volunteer, or staff."""
    if actor().kind is not ActorKind.VISITOR:
        return redirect(home())
    if wanted := safe_next(request.args.get("next")):
        session[NEXT] = wanted
    return render_template("sign_in/start.html", form=EmailForm())


@blueprint.route("/sign-in/email", methods=["GET", "POST"])
@allow(SIGN_IN)
def email() -> Answer:
    """Send a code. The next page looks the same whether or not anybody has this address."""
    form = EmailForm()
    if not form.validate_on_submit():
        return render_template("sign_in/start.html", form=form)
    session[_BROWSER] = browser = new_secret()
    session[_ADDRESS] = address = str(form.email.data).strip()
    asking = ask_for_code(db.session(), _key(), email=address, browser=browser, known_user_id=known_user_id())
    if asking.outcome is Asked.TOO_MANY:
        form.email.errors = [_("You asked for many codes. Wait 15 minutes. Then ask for a new one.")]
        return render_template("sign_in/start.html", form=form), 429
    _send(asking)
    return redirect(url_for("sign_in.code"))


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@allow(SIGN_IN)
def code() -> Answer:
    """Take the code, and let the volunteer in."""
    browser, address = session.get(_BROWSER), session.get(_ADDRESS)
    if not isinstance(browser, str) or not isinstance(address, str):
        flash(_("Start here. A code works only on the device that asked for it."), "message")
        return redirect(url_for("sign_in.start"))
    form = CodeForm()
    if form.validate_on_submit():
        checking = check_code(db.session(), _key(), typed=form.code.data, browser=browser)
        if checking.user_id is not None and (response := let_in(checking.user_id, Way.EMAIL_CODE)) is not None:
            return response
        form.code.errors = [_why(checking)]
    return render_template("sign_in/code.html", form=form, address=address)


def _key() -> bytes:
    _number, key = current_app.config["KEYRING"].signing_key("email code")
    return bytes(key)


def _why(checking: Checking) -> object:
    if checking.outcome is Checked.WRONG:
        return ngettext(
            "That code did not work. Check the newest email. You can try %(num)s more time.",
            "That code did not work. Check the newest email. You can try %(num)s more times.",
            checking.tries_left,
        )
    if checking.outcome is Checked.TOO_MANY:
        return _("We are very busy right now. Wait 10 minutes. Then try again.")
    return _("That code does not work any more. Ask for a new one below.")


def _send(asking: Asking) -> None:
    if asking.outcome is Asked.CODE:
        body = render_template("mail/sign_in_code.txt", code=f"{asking.code[:4]} {asking.code[4:]}")
    elif asking.outcome is Asked.STAFF:
        body = render_template("mail/sign_in_password.txt", href=current_app.config["BASE_URL"] + url_for("sign_in.password"))
    else:
        return
    mail.queue(db.session(), recipient=asking.recipient, subject=_("Your sign-in code"), body=body)
