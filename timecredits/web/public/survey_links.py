"""A few questions behind a private link, for somebody who has no password. Looking saves nothing, and shows no answers."""

from flask import current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from timecredits.foundation.errors import RuleError
from timecredits.insight.impact.answering import AskState, OwnAsk, answer_ask, change_mind, refuse_ask
from timecredits.insight.impact.survey_links import ask_behind
from timecredits.network.permissions import ANSWER_ONE_TIME_LINK
from timecredits.web.access import allow
from timecredits.web.database import db
from timecredits.web.forms import show_rule
from timecredits.web.public.blueprint import blueprint
from timecredits.web.survey_answers import answer_form, chosen, step

_OPEN = {AskState.WAITING, AskState.PUT_OFF}


@blueprint.route("/q/<code>", methods=["GET", "POST"])
@allow(ANSWER_ONE_TIME_LINK)
def survey_link(code: str) -> str | Response:
    """Answer, or see where it stands."""
    own = _open(code)
    if own.state not in _OPEN:  # sent again, or closed in between: nothing is saved, and the page says how it stands
        return render_template("public/survey_said.html", own=own, code=code)
    form = answer_form(own.questions)
    at, is_sent = step(form)
    if form.validate_on_submit() and is_sent:
        try:
            answer_ask(db.session(), current_app.config["KEYRING"], own.ask.programme_id, own.ask.id, chosen(form, own.questions))
        except RuleError as fault:
            at = None
            show_rule(form, fault)
        else:
            return redirect(url_for(".survey_link", code=code))
    return render_template("public/survey_ask.html", own=own, form=form, at=at, code=code)


@blueprint.post("/q/<code>/rather-not")
@allow(ANSWER_ONE_TIME_LINK)
def survey_link_rather_not(code: str) -> Response:
    """Refuse: these are not asked again."""
    own = _open(code)
    if own.state in _OPEN:
        refuse_ask(db.session(), own.ask.programme_id, own.ask.id)
    return redirect(url_for(".survey_link", code=code))


@blueprint.post("/q/<code>/change-mind")
@allow(ANSWER_ONE_TIME_LINK)
def survey_link_change_mind(code: str) -> Response:
    """Answer after all."""
    own = _open(code)
    if own.state is AskState.REFUSED and own.survey.closed_at is None:
        change_mind(db.session(), own.ask.programme_id, own.ask.id)
    return redirect(url_for(".survey_link", code=code))


def _open(code: str) -> OwnAsk:
    return ask_behind(db.session(), current_app.config["KEYRING"], code)
