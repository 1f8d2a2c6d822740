"""Questions on paper: a page to print for one person, and typing in what came back. Nobody reads it again afterwards."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from flask import Response as PlainResponse
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField

from timecredits.foundation.errors import RuleError
from timecredits.insight.impact.paper import enter_answers, find_by_code, print_survey, waiting_ask, write_paper
from timecredits.insight.impact.questions import questions_of
from timecredits.insight.impact.surveys import introduction_of
from timecredits.network.permissions import KEEP_OWN_SURVEYS
from timecredits.network.tries import count_try
from timecredits.network.volunteers import list_enrolled
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule
from timecredits.web.pdf_answers import pdf_answer
from timecredits.web.survey_answers import answer_form, chosen
from timecredits.web.survey_views import SurveyDesk

_MOST_TRIES: Final = 200
_HOUR: Final = timedelta(hours=1)
_PAGE: Final = 50


class CodeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The number at the foot of a page."""

    code = StringField(lazy_gettext("Number of the page"), widget=GovTextInput())


@blueprint.get("/surveys/<uuid:survey_id>/people")
@allow(KEEP_OWN_SURVEYS)
def survey_people(survey_id: UUID) -> str:
    """For whom to print a page. It doesn't tell who answered."""
    survey = SurveyDesk("coordinator", actor().organisation).find(survey_id)
    search, page = request.args.get("q", "").strip(), max(request.args.get("page", 1, type=int), 1)
    found = list_enrolled(db.session(), actor().programme, actor().organisation, search=search)
    return render_template(
        "coordinator/survey_people.html",
        survey=survey,
        people=[each.volunteer for each in found[(page - 1) * _PAGE : page * _PAGE]],
        search=search,
        page=page,
        has_more=len(found) > page * _PAGE,
    )


@blueprint.get("/surveys/<uuid:survey_id>/people/<uuid:volunteer_id>.pdf")
@allow(KEEP_OWN_SURVEYS)
def survey_paper(survey_id: UUID, volunteer_id: UUID) -> PlainResponse | Response:
    """The page for one person, with no name on it."""
    who, session, keyring = actor(), db.session(), current_app.config["KEYRING"]
    try:
        ask = waiting_ask(session, who.programme, who.organisation, survey_id, volunteer_id)
        return pdf_answer(print_survey(write_paper(session, keyring, who.organisation, ask)), "questions.pdf")
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
        return redirect(url_for(".survey_people", survey_id=survey_id))


@blueprint.route("/surveys/paper", methods=["GET", "POST"])
@allow(KEEP_OWN_SURVEYS)
def survey_enter() -> str | Response:
    """First the number of the page, then what is crossed on it."""
    form = CodeForm()
    if not form.validate_on_submit():
        return render_template("coordinator/survey_code.html", form=form)
    who, session, keyring = actor(), db.session(), current_app.config["KEYRING"]
    typed = form.code.data or ""
    try:
        if count_try(session, f"survey codes of {who.user}", within=_HOUR) > _MOST_TRIES:
            form.code.errors = [_("You tried many numbers. Nothing was saved. Try again in an hour.")]
            return render_template("coordinator/survey_code.html", form=form)
        _ask, survey = find_by_code(session, keyring, who.programme, who.organisation, typed)
    except RuleError as fault:
        show_rule(form, fault)
        return render_template("coordinator/survey_code.html", form=form)
    questions = questions_of(survey)
    answers: Any = answer_form(questions)
    if "save" in request.form and answers.validate():
        try:
            enter_answers(session, keyring, who.programme, who.organisation, typed, chosen(answers, questions), actor_id=who.user)
        except RuleError as fault:
            show_rule(answers, fault)
        else:
            flash(_("Saved. Nobody can read these answers now, not even you. You can throw the page away."), "success")
            return redirect(url_for(".survey_enter"))
    return render_template(
        "coordinator/survey_enter.html", form=answers, code=typed, survey=survey, introduction=introduction_of(survey)
    )
