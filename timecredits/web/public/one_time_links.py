"""Somebody without an account answers the one question that they were sent a link for. Any other link is no page at all."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import SelectChoice, StringField

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.journey.elsewhere.spell_confirming import GOOD_FOR, answer_spell, read_confirmation
from timecredits.journey.planning_models import Consent, Relation
from timecredits.journey.referees.referee_consent import Answer, answer_consent, read_consent
from timecredits.journey.referees.referees import RefereeLine
from timecredits.network.permissions import ANSWER_ONE_TIME_LINK
from timecredits.web.access import actor, allow
from timecredits.web.card_forms import ChoiceField
from timecredits.web.database import db
from timecredits.web.filters import day
from timecredits.web.forms import show_rule
from timecredits.web.public.blueprint import blueprint

_KNOWN_AS = {
    Relation.SUPERVISOR: lazy_gettext("You led their work"),
    Relation.COLLEAGUE: lazy_gettext("You worked together"),
    Relation.TEACHER: lazy_gettext("You taught them"),
    Relation.PROFESSIONAL: lazy_gettext("Through your own job"),
    Relation.FRIEND: lazy_gettext("As a friend"),
    Relation.FAMILY: lazy_gettext("As family"),
}
"""How the referee knows the volunteer, as the referee reads it."""


class ConsentForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A referee's answer."""

    answer = ChoiceField(
        lazy_gettext("Do you agree?"),
        lazy_gettext("Choose an answer. Nothing was sent."),
        [
            SelectChoice(Answer.ALWAYS.value, lazy_gettext("Yes, until I say otherwise")),
            SelectChoice(Answer.YEAR.value, ""),
            SelectChoice(Answer.NO.value, lazy_gettext("No")),
        ],
    )


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """Who says that it is right."""

    name = StringField(lazy_gettext("Your name"), widget=GovTextInput())
    role = StringField(lazy_gettext("Your role there"), widget=GovTextInput())


@blueprint.route("/r/<code>", methods=["GET", "POST"])
@allow(ANSWER_ONE_TIME_LINK)
def consent(code: str) -> str | Response:
    """Ask a referee whether they agree to be named, or show what they answered."""
    session, keyring = db.session(), current_app.config["KEYRING"]
    page = read_consent(session, keyring, code)
    form = ConsentForm(answer=_said(page.referee))
    year = _("Yes, until %(day)s", day=day(page.year_ends))
    form.answer.choices = [SelectChoice(each.value, each.label or year) for each in form.answer.choices]
    leaving = request.form.get("answer") == Answer.REMOVE.value
    if leaving:
        form.answer.choices.append(SelectChoice(Answer.REMOVE.value, ""))
    if form.validate_on_submit():
        try:
            page_after = answer_consent(
                session, keyring, code, Answer(form.answer.data), user_id=actor().user_id, today=clock.today()
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            if page_after is None:
                return render_template("public/consent_removed.html", asked_by=page.asked_by)
            flash(_("Thank you. We have your answer."), "success")
            return redirect(url_for(".consent", code=code))
    if leaving:
        form.answer.choices.pop()
    return render_template(
        "public/consent_ask.html", form=form, page=page, state=page.referee.state(clock.today()), known_as=_KNOWN_AS
    )


@blueprint.route("/c/<code>", methods=["GET", "POST"])
@allow(ANSWER_ONE_TIME_LINK)
def confirm_spell(code: str) -> str | Response:
    """Ask a contact whether what a volunteer told is right, once."""
    session, keyring = db.session(), current_app.config["KEYRING"]
    page = read_confirmation(session, keyring, code)
    if page.is_answered:
        return render_template("public/confirm_done.html")
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            answer_spell(session, keyring, code, **_answer(form), user_id=actor().user_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            return redirect(url_for(".confirm_spell", code=code))
    ends = page.spell.asked_on + GOOD_FOR if page.spell.asked_on else None
    return render_template("public/confirm_ask.html", form=form, page=page, ends=ends)


def _said(line: RefereeLine) -> str | None:
    """What stands chosen: the answer they gave, if it can be given again as it was."""
    if line.consent is Consent.GIVEN:
        return None if line.consent_until else Answer.ALWAYS.value
    return Answer.NO.value if line.consent in {Consent.DECLINED, Consent.WITHDRAWN} else None


def _answer(form: Any) -> dict[str, Any]:
    """Only the button that says so is a no; a form sent with the Enter key has its first button, the yes."""
    return {"is_right": request.form.get("answer") != "no", "name": form.name.data or "", "role": form.role.data or ""}
