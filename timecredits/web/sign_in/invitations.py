"""Taking up an invitation, with a link from a mail or a code from a slip. Looking uses nothing up; saying yes is a POST.

Whoever says yes is at work in the new role, by one way (:func:`_begin`): at once where both steps of the sign-in are done, and
else by way of the second step.
"""

from typing import Any, Final
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovTextInput
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.passwords import PasswordAnswer, check_password, has_password
from timecredits.network.permissions import ACCEPT_INVITATION
from timecredits.network.sign_ins import list_capacities
from timecredits.network.taking_up import (
    Newcomer,
    OpenInvitation,
    TakenUp,
    TypedCode,
    WhoComes,
    find_typed,
    read_invitation,
    take_up,
    taken_by,
)
from timecredits.web.access import HOMES, actor, allow, home
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule
from timecredits.web.sign_in import half_way
from timecredits.web.sign_in.blueprint import blueprint
from timecredits.web.sign_in.door import NEXT, act_as, both_proved, known_user_id, password_proved, proofs, proved_when

_BUSY: Final = 429
_NOT_THERE: Final = 404


class SlipForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The code from a slip."""

    code = StringField(
        lazy_gettext("The 12 letters and numbers on your slip"),
        [DataRequired(lazy_gettext("Type the 12 letters and numbers on your slip."))],
        widget=GovTextInput(),
    )


class YesForm(FlaskForm):  # type: ignore[misc]
    """What it takes to say yes; a page leaves out what isn't needed of whoever it is."""

    name = StringField(lazy_gettext("Your name"), widget=GovTextInput())
    email = StringField(lazy_gettext("Your email address, to sign in with"), widget=GovTextInput())
    new_password = PasswordField(lazy_gettext("A new password, at least 12 characters"), widget=GovPasswordInput())
    password = PasswordField(
        lazy_gettext("Your password"), [DataRequired(lazy_gettext("Type your password."))], widget=GovPasswordInput()
    )

    def keep(self, *names: str) -> None:
        """Leave out every field but these."""
        for name in ("name", "email", "new_password", "password"):
            if name not in names:
                delattr(self, name)


@blueprint.route("/join", methods=["GET", "POST"])
@allow(ACCEPT_INVITATION)
def invitation_code() -> ResponseReturnValue:
    """Take the code from a slip, and lead on to the invitation. Any code that can't be used gets the same answer."""
    form, status = SlipForm(), 200
    if form.validate_on_submit():
        place = request.remote_addr or "unknown"
        found = find_typed(db.session(), current_app.config["KEYRING"], form.code.data, asked_from=place)
        if found.outcome is TypedCode.FOUND:
            return redirect(url_for(".invitation", code=found.link))
        if found.outcome is TypedCode.TOO_MANY:
            status = _BUSY
            form.code.errors = [_("There were many tries. Wait 15 minutes. Then try again. Nothing is lost.")]
        else:
            form.code.errors = [_("That code does not work. Check it, or ask for a new slip. It works for 72 hours.")]
    return render_template("sign_in/join_code.html", form=form), status


@blueprint.route("/join/<code>", methods=["GET", "POST"])
@allow(ACCEPT_INVITATION)
def invitation(code: str) -> ResponseReturnValue:
    """Show who asks and for what, and take the yes."""
    opened = read_invitation(db.session(), current_app.config["KEYRING"], code)
    if opened is None:
        return _over(code)
    form, user_id = YesForm(), actor().user_id
    if user_id is not None:
        form.keep(*([] if has_password(db.session(), user_id) else ["new_password"]))
    elif opened.who is WhoComes.NEW:
        form.keep("name", "new_password", *([] if opened.email else ["email"]))
        if request.method != "POST":
            form.name.data = opened.name
    else:
        form.keep(*(["password"] if opened.who is WhoComes.PASSWORD else []))
    if form.validate_on_submit():
        return _say_yes(code, opened, form)
    return _page(code, opened, form)


def _say_yes(code: str, opened: OpenInvitation, form: Any) -> ResponseReturnValue:
    """Take the yes of who is signed in, of who gives the password of the address, or of somebody new."""
    user_id = actor().user_id
    if user_id is not None:
        if has_password(db.session(), user_id) and not password_proved():
            session[NEXT] = url_for(".invitation", code=code)
            flash(_("Type your password to go on. Then say yes."), "message")
            return redirect(url_for(".password"))
    elif opened.who is WhoComes.SIGN_IN:
        return redirect(url_for(".start", next=url_for(".invitation", code=code)))
    elif opened.who is WhoComes.PASSWORD:
        known = known_user_id()
        checking = check_password(db.session(), email=opened.email, password=form.password.data, known_user_id=known)
        if checking.user_id is None:
            return _not_let_in(code, opened, form, checking.outcome)
        user_id = checking.user_id
    return _take_up(code, opened, form, user_id)


def _take_up(code: str, opened: OpenInvitation, form: Any, user_id: UUID | None) -> ResponseReturnValue:
    new = _newcomer(form) if form.new_password else None
    try:
        taken = take_up(db.session(), current_app.config["KEYRING"], code, user_id=user_id, new=new, today=clock.today())
    except NotFoundError:
        return _over(code)
    except RuleError as fault:
        if new is None or not fault.field:
            return _page(code, opened, form, fault)
        show_rule(form, RuleError(fault.sentence, field="new_password" if fault.field == "password" else fault.field))
        return _page(code, opened, form)
    return _begin(taken)


def _newcomer(form: Any) -> Newcomer:
    return Newcomer(
        name=form.name.data or "" if form.name else "",
        password=form.new_password.data or "",
        email=form.email.data or "" if form.email else "",
    )


def _begin(taken: TakenUp) -> Response:
    """Let whoever said yes act in the new role, once both steps are done; the only way from an invitation to staff's pages."""
    capacities = list_capacities(db.session(), taken.user_id)
    capacity = next((each for each in capacities if each.role_id == taken.role_id), None)
    if capacity is None:
        raise NotFoundError
    session.pop(NEXT, None)
    if actor().user_id != taken.user_id or not both_proved():
        return half_way.begin(taken.user_id, role_id=taken.role_id)
    act_as(taken.user_id, capacity, proved=proofs(), proved_at=proved_when())
    flash(_("Welcome. You can begin now."), "success")
    return redirect(url_for(HOMES[capacity.kind]))


def _over(code: str) -> ResponseReturnValue:
    """Answer the same for every link that can't be used. A form that was sent twice goes on where the first one led."""
    taken = taken_by(db.session(), current_app.config["KEYRING"], code, today=clock.today())
    if request.method == "POST" and taken is not None:
        user, role_id = taken
        if actor().user_id == user.id:
            return redirect(home())
        typed = request.form.get("new_password") or request.form.get("password") or ""
        if typed and check_password(db.session(), email=user.email or "", password=typed).user_id == user.id:
            return _begin(TakenUp(user.id, role_id))
    return render_template("sign_in/join_over.html"), _NOT_THERE


def _not_let_in(code: str, opened: OpenInvitation, form: Any, why: PasswordAnswer) -> ResponseReturnValue:
    if why is PasswordAnswer.TOO_MANY:
        form.password.errors = [_("There were many tries. To keep you safe, wait 15 minutes. Then try again. Nothing is lost.")]
        return _page(code, opened, form), _BUSY
    form.password.errors = [_("That is not the password of this address. Check it and try again. Nothing was changed.")]
    return _page(code, opened, form)


def _page(code: str, opened: OpenInvitation, form: Any, fault: RuleError | None = None) -> str:
    who = actor()
    user_id: UUID | None = who.user_id
    return render_template(
        "sign_in/join.html",
        code=code,
        opened=opened,
        form=form,
        page_errors=[{"text": say(fault.sentence)}] if fault else [],
        who=opened.who.value,
        signed_in=who.display_name if user_id is not None else "",
        is_signed_in=user_id is not None,
    )
