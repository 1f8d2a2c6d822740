"""The page "Show that it is you", to which web/freshness.py leads: staff give both steps again, volunteers sign in again."""

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from timecredits.network.models import User
from timecredits.network.passkeys import KeyAnswer, ask_to_show
from timecredits.network.passwords import PasswordAnswer, check_password
from timecredits.network.permissions import KEEP_SIGN_IN
from timecredits.network.second_factor import StepAnswer, second_steps
from timecredits.network.sign_ins import prove_sign_in
from timecredits.web.access import actor, allow, forget, home
from timecredits.web.database import db
from timecredits.web.freshness import KEPT
from timecredits.web.redirects import stays_here
from timecredits.web.sign_in.blueprint import blueprint
from timecredits.web.sign_in.challenges import Use, new_challenge
from timecredits.web.sign_in.door import NEXT, known_user_id
from timecredits.web.sign_in.forms import ProveForm
from timecredits.web.sign_in.next_page import safe_next
from timecredits.web.sign_in.steps import check_either, check_passkey, site

_BUSY = 429


@blueprint.route("/show-it-is-you", methods=["GET", "POST"])
@allow(KEEP_SIGN_IN)
def prove() -> ResponseReturnValue:
    """Ask for both steps again. What was typed on a page that came too late is carried along."""
    given = "password" in request.form  # not yet, on the way here from a form that came too late
    form, status = ProveForm() if given else ProveForm(formdata=None), 200
    if given and form.validate_on_submit():
        answer = _check(form.password.data, form.code.data)
        if answer is StepAnswer.FITS:
            return _go_on()
        status = _BUSY if answer is StepAnswer.TOO_MANY else 200
        form.code.errors = [
            _("There were many tries. To keep you safe, wait 15 minutes. Then try again. Nothing is lost.")
            if answer is StepAnswer.TOO_MANY
            else _("The password or the code did not work. Type both again.")
        ]
    return _page(form), status


@blueprint.post("/show-it-is-you/passkey/ask")
@allow(KEEP_SIGN_IN)
def prove_passkey_ask() -> ResponseReturnValue:
    """Answer what the browser needs in order to show one of their passkeys: JSON."""
    text = ask_to_show(db.session(), site(), actor().user, challenge=new_challenge(Use.PROVE))
    return current_app.response_class(text, mimetype="application/json")


@blueprint.post("/show-it-is-you/passkey")
@allow(KEEP_SIGN_IN)
def prove_passkey() -> ResponseReturnValue:
    """Take what their passkey signed."""
    form = ProveForm(formdata=None)
    checking = check_passkey(request.form.get("credential", ""), Use.PROVE, user=_me())
    if checking.user_id is not None:
        return _go_on()
    if checking.answer is KeyAnswer.TOO_MANY:
        flash(_("There were many tries. To keep you safe, wait 15 minutes. Then try again. Nothing is lost."), "warning")
        return _page(form), _BUSY
    flash(_("That passkey did not work here. Try again, or use another way."), "warning")
    return _page(form)


@blueprint.post("/show-it-is-you/again")
@allow(KEEP_SIGN_IN)
def prove_again() -> ResponseReturnValue:
    """Sign out, to sign in again and come back: what volunteers do, in whatever way they sign in."""
    wanted = safe_next(request.form.get("next"))
    forget()
    if wanted:
        session[NEXT] = wanted
    return redirect(url_for(".start"))


def _check(password: str, code: str) -> StepAnswer:
    user = _me()
    checking = check_password(db.session(), email=user.email or "", password=password, known_user_id=known_user_id())
    if checking.outcome is PasswordAnswer.TOO_MANY:
        return StepAnswer.TOO_MANY
    if checking.user_id != user.id:
        return StepAnswer.WRONG
    return check_either(user, code)


def _go_on() -> ResponseReturnValue:
    who = actor()
    if who.sign_in_id is not None:
        prove_sign_in(db.session(), who.sign_in_id)
    target = request.form.get("target", "")
    if _takes_a_form(target):
        return render_template("sign_in/go_on.html", target=target, fields=_kept(strip=True))
    return redirect(safe_next(request.values.get("next")) or home())


def _page(form: ProveForm) -> str:
    target = request.form.get("target", "")
    return render_template(
        "sign_in/prove.html",
        form=form,
        staff=actor().role_id is not None,
        steps=second_steps(db.session(), actor().user),
        next=safe_next(request.values.get("next")) or "",
        target=target if _takes_a_form(target) else "",
        kept=_kept(strip=False),
    )


def _kept(*, strip: bool) -> list[tuple[str, str]]:
    """The fields that are carried along, under their own names again where that is wanted."""
    return [
        (name.removeprefix(KEPT) if strip else name, value)
        for name, values in request.form.lists()
        if name.startswith(KEPT)
        for value in values
    ]


def _takes_a_form(target: str) -> bool:
    """Whether an address is that of a form of ours."""
    if not target or not stays_here(target):
        return False
    try:
        current_app.url_map.bind("localhost").match(target.partition("?")[0], method="POST")
    except (HTTPException, RequestRedirect):
        return False
    return True


def _me() -> User:
    return db.session().get_one(User, actor().user)
