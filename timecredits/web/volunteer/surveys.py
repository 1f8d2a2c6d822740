"""How somebody is doing: questions for them, which they may answer, put off or refuse, and what they said."""

from uuid import UUID

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from timecredits.foundation.errors import RuleError
from timecredits.foundation.keys import Keyring
from timecredits.insight.impact.answering import (
    AskState,
    OwnAsk,
    answer_ask,
    change_mind,
    find_own_ask,
    own_asks,
    put_off,
    refuse_ask,
    take_back_answers,
)
from timecredits.network.permissions import ANSWER_SURVEYS
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule
from timecredits.web.survey_answers import answer_form, chosen, step
from timecredits.web.survey_words import ASK_STATES
from timecredits.web.volunteer.blueprint import blueprint

_OPEN = {AskState.WAITING, AskState.PUT_OFF}


@blueprint.get("/questions")
@allow(ANSWER_SURVEYS)
def questions() -> str:
    """What waits for an answer, and what was said."""
    found = own_asks(*_mine())
    return render_template(
        "volunteer/survey_list.html",
        waiting=[each for each in found if each.state in _OPEN],
        earlier=[each for each in found if each.state not in _OPEN],
        states=ASK_STATES,
    )


@blueprint.route("/questions/<uuid:ask_id>", methods=["GET", "POST"])
@allow(ANSWER_SURVEYS)
def question_set(ask_id: UUID) -> str | Response:
    """Answer, on one page or a question at a time; or read what one said."""
    own = find_own_ask(*_mine(), ask_id)
    form = answer_form(own.questions)
    at, is_sent = step(form)
    if form.validate_on_submit() and is_sent:
        try:
            answer_ask(db.session(), current_app.config["KEYRING"], actor().programme, ask_id, chosen(form, own.questions))
        except RuleError as fault:
            if own.state not in _OPEN:
                flash(say(fault.sentence), "warning")
                return redirect(url_for(".question_set", ask_id=ask_id))
            at = None
            show_rule(form, fault)
        else:
            flash(_("Thank you. We have your answers. Staff do not see what you said."), "success")
            return redirect(url_for(".questions"))
    return _page(own, form, at)


@blueprint.post("/questions/<uuid:ask_id>/not-now")
@allow(ANSWER_SURVEYS)
def question_not_now(ask_id: UUID) -> Response:
    """Put it off: nobody reminds them."""
    _find(ask_id)
    put_off(db.session(), actor().programme, ask_id)
    flash(_("That is fine. The questions stay here. We will not remind you."), "success")
    return redirect(url_for(".questions"))


@blueprint.post("/questions/<uuid:ask_id>/rather-not")
@allow(ANSWER_SURVEYS)
def question_rather_not(ask_id: UUID) -> Response:
    """Refuse it: this is not asked again."""
    _find(ask_id)
    try:
        refuse_ask(db.session(), actor().programme, ask_id)
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        flash(_("That is fine. We will not ask you these again."), "success")
    return redirect(url_for(".questions"))


@blueprint.post("/questions/<uuid:ask_id>/change-mind")
@allow(ANSWER_SURVEYS)
def question_change_mind(ask_id: UUID) -> Response:
    """Answer after all."""
    _find(ask_id)
    try:
        change_mind(db.session(), actor().programme, ask_id)
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    return redirect(url_for(".question_set", ask_id=ask_id))


@blueprint.post("/questions/<uuid:ask_id>/take-back")
@allow(ANSWER_SURVEYS)
def question_take_back(ask_id: UUID) -> Response:
    """Throw one's answers away."""
    _find(ask_id)
    take_back_answers(db.session(), actor().programme, ask_id)
    flash(_("Your answers are gone for good. They count nowhere now."), "success")
    return redirect(url_for(".questions"))


def _page(own: OwnAsk, form: object, at: int | None) -> str:
    said = []
    for place, question in enumerate(own.questions):
        answer = own.answers[place] if own.answers is not None and place < len(own.answers) else 0
        said.append((question.text, question.answers[answer - 1] if answer else _("You left this out")))
    return render_template(
        "volunteer/survey_set.html", own=own, form=form, at=at, said=said, is_open=own.state in _OPEN, states=ASK_STATES
    )


def _find(ask_id: UUID) -> OwnAsk:
    return find_own_ask(*_mine(), ask_id)


def _mine() -> tuple[Session, Keyring, UUID, UUID]:
    return db.session(), current_app.config["KEYRING"], actor().programme, actor().volunteer
