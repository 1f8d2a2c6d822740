"""Making a browser a till, and letting it be none again."""

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from timecredits.network.permissions import PAIR_TILL, TAKE_CREDITS, ActorKind
from timecredits.spending.tills.pairing import pair_till, pairing_is_paused
from timecredits.spending.tills.till_keeping import forget_till
from timecredits.web.access import actor, allow, be_device, till_cookie
from timecredits.web.database import db
from timecredits.web.till.blueprint import blueprint

_LONGEST = 40


@blueprint.route("/pair", methods=["GET", "POST"])
@allow(PAIR_TILL)
def pair() -> Response | str:
    """Ask for the one-time code and keep the till's token in a cookie of its own."""
    if request.method != "POST":
        return _ask()
    typed = request.form.get("code", "")[:_LONGEST]
    session = db.session()
    if pairing_is_paused(session):
        return _ask(typed, _("Too many codes did not work. Wait ten minutes. Then try again."))
    paired = pair_till(session, typed)
    if paired is None:
        return _ask(typed, _("That code did not work. Check it, or make a new one on the Tills page."))
    flash(_("This device is now a till. Keep this page open."), "success")
    response = redirect(url_for("till.scan"))
    be_device(response, ActorKind.TILL, paired.token)
    return response


@blueprint.post("/forget")
@allow(TAKE_CREDITS)
def forget() -> Response:
    """Let this device be a till no more."""
    till_id = actor().till_id
    if till_id is not None:
        forget_till(db.session(), till_id)
    flash(_("This device is no longer a till. Nothing that was taken has changed."), "success")
    response = redirect(url_for("till.pair"))
    response.delete_cookie(
        till_cookie(current_app),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Strict",
    )
    return response


@blueprint.get("/token")
@allow(TAKE_CREDITS)
def token() -> Response:
    """A fresh form token, for a till whose page has stood open all day."""
    return make_response((generate_csrf(), {"Content-Type": "text/plain; charset=utf-8"}))


def _ask(typed: str = "", error: str = "") -> str:
    errors = [{"text": error, "href": "#code"}] if error else []
    return render_template("till/pair.html", typed=typed, page_errors=errors)
