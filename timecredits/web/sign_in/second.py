"""The second step of staff: a code of their app, a recovery code, or a passkey."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from timecredits.network.permissions import SIGN_IN
from timecredits.network.second_factor import StepAnswer, second_steps
from timecredits.web.access import allow
from timecredits.web.database import db
from timecredits.web.sign_in import half_way
from timecredits.web.sign_in.blueprint import blueprint
from timecredits.web.sign_in.door import Way, let_in
from timecredits.web.sign_in.forms import AppCodeForm, RecoveryForm
from timecredits.web.sign_in.steps import check_app, check_recovery

_BUSY = 429


@blueprint.route("/sign-in/second", methods=["GET", "POST"])
@allow(SIGN_IN)
def second() -> ResponseReturnValue:
    """Ask for the code that their app shows now."""
    found = half_way.half_way()
    if found is None:
        return too_late()
    steps = second_steps(db.session(), found.user.id)
    if not steps.any:
        return redirect(url_for(".set_up"))
    form, status = AppCodeForm(), 200
    if steps.has_app and form.validate_on_submit():
        answer = check_app(found.user, form.code.data)
        if answer is StepAnswer.FITS:
            return come_in(found.user.id, role_id=found.role_id)
        status = _BUSY if answer is StepAnswer.TOO_MANY else 200
        form.code.errors = [_why(answer, _("That code did not work. Wait for the next one, then type it."))]
    return render_template("sign_in/second.html", form=form, steps=steps), status


@blueprint.route("/sign-in/recovery", methods=["GET", "POST"])
@allow(SIGN_IN)
def recovery() -> ResponseReturnValue:
    """Ask for one of the codes on paper."""
    found = half_way.half_way()
    if found is None:
        return too_late()
    form, status = RecoveryForm(), 200
    if form.validate_on_submit():
        answer = check_recovery(found.user, form.code.data)
        if answer is StepAnswer.FITS:
            left = second_steps(db.session(), found.user.id).codes_left
            said = ngettext("That code is used up. You have %(num)s more.", "That code is used up. You have %(num)s more.", left)
            return come_in(found.user.id, role_id=found.role_id, said=said)
        status = _BUSY if answer is StepAnswer.TOO_MANY else 200
        form.code.errors = [_why(answer, _("That code did not work. Check it. Each code works once."))]
    return render_template("sign_in/recovery.html", form=form), status


def come_in(user_id: UUID, *, role_id: UUID | None = None, said: str = "", way: Way = Way.BOTH_STEPS) -> Response:
    """Let somebody in who passed both steps. Who has no role any more is told so."""
    half_way.end()
    response = let_in(user_id, way, role_id=role_id)
    if response is None:
        flash(_("You have no role here right now. Ask your owner or your coordinator."), "warning")
        return redirect(url_for(".start"))
    if said:
        flash(said, "message")
    if role_id is not None:
        flash(_("Welcome. You can begin now."), "success")
    return response


def too_late() -> Response:
    """Lead back to where one begins."""
    half_way.end()
    flash(_("That took a while. Please begin again."), "message")
    return redirect(url_for(".password"))


def _why(answer: StepAnswer, wrong: str) -> str:
    if answer is StepAnswer.TOO_MANY:
        return str(_("There were many tries. To keep you safe, wait 15 minutes. Then try again. Nothing is lost."))
    return wrong
