"""The programme's privacy work: what is due to go, the register of processing, and the impact assessment."""

from typing import Any

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextArea
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.models import Programme
from timecredits.network.permissions import KEEP_PRIVACY
from timecredits.network.settings import read_settings
from timecredits.records.privacy.erasing import list_waiting
from timecredits.records.privacy.register import (
    ASSESSMENT,
    QUESTIONS,
    REGISTER,
    SAFEGUARDS,
    answer_history,
    answers_of,
    basis_of,
    print_assessment,
    print_register,
    register_rows,
    write_answer,
)
from timecredits.records.privacy.retention import (
    MOST_PEOPLE,
    RULES,
    count_due,
    is_switched_on,
    list_runs,
    people_due,
    run_retention,
    switch,
)
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule
from timecredits.web.pdf_answers import pdf_answer
from timecredits.web.programme.blueprint import blueprint

RULE_WORDS = {
    "people": (lazy_gettext("People who left"), lazy_gettext("They get a mail, and a day when they are erased.")),
    "requests": (lazy_gettext("Requests to be in touch"), lazy_gettext("What was said is emptied. The count stays.")),
    "letters": (lazy_gettext("Letters asked for and not written"), lazy_gettext("The request goes.")),
    "words": (
        lazy_gettext("Words on mentoring, safety and sessions"),
        lazy_gettext("What was written down goes, once it is over."),
    ),
    "answers": (
        lazy_gettext("Answers on how people are doing"),
        lazy_gettext("What was said goes. Results of closed ones stay. Open ones count it no more."),
    ),
    "looks": (lazy_gettext("Looks at letters"), lazy_gettext("That somebody looked, and when, goes.")),
    "mails": (lazy_gettext("Mails that were sent"), lazy_gettext("Where they went to goes, 30 days after.")),
    "sign_ins": (lazy_gettext("Old sign-ins and codes"), lazy_gettext("They go, 30 days after they ended.")),
}


class AnswerForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """An answer in the programme's own words."""

    words = TextAreaField(lazy_gettext("Your answer"), widget=GovTextArea())


@blueprint.get("/privacy")
@allow(KEEP_PRIVACY)
def privacy() -> str:
    """Everything there is to do."""
    session, who = db.session(), actor()
    answers = answers_of(session, who.programme)
    waiting = list_waiting(session, who.programme)
    return render_template(
        "programme/privacy.html",
        waiting=len(waiting),
        next_due=waiting[0].due_on if waiting else None,
        due=sum(count_due(session, who.programme, now=clock.now()).values()),
        is_on=is_switched_on(session, who.programme),
        missing=sum(each.name not in answers for each in (*REGISTER, *ASSESSMENT)),
    )


@blueprint.route("/privacy/retention", methods=["GET", "POST"])
@allow(KEEP_PRIVACY)
def retention() -> str | Response:
    """What would go today, by rule; then do it."""
    session, who, form = db.session(), actor(), FlaskForm()
    if form.validate_on_submit():
        counts = run_retention(session, who.programme, now=clock.now(), actor_id=who.user)
        done = sum(counts.values())
        flash(ngettext("Done. %(num)s entry went.", "Done. %(num)s entries went.", done), "success")
        return redirect(url_for("programme.retention"))
    counts = count_due(session, who.programme, now=clock.now())
    return render_template(
        "programme/retention.html",
        rules=[(*RULE_WORDS[name], counts[name]) for name in RULES],
        total=sum(counts.values()),
        many_people=MOST_PEOPLE if counts["people"] > MOST_PEOPLE else 0,
        people=people_due(session, who.programme, today=clock.today(), most=50),
        settings=read_settings(session, who.programme),
        is_on=is_switched_on(session, who.programme),
        runs=[(each.ran_at, sum(each.counts.values()), each.ran_by is None) for each in list_runs(session, who.programme)],
    )


@blueprint.post("/privacy/retention/switch")
@allow(KEEP_PRIVACY)
def retention_switch() -> Response:
    """Let it run by itself each day, or no more."""
    is_wanted = request.form.get("to") == "on"
    switch(db.session(), actor().programme, on=is_wanted, actor_id=actor().user)
    flash(_("Saved. It runs by itself once a day.") if is_wanted else _("Saved. It does not run by itself."), "success")
    return redirect(url_for("programme.retention"))


@blueprint.get("/privacy/register")
@allow(KEEP_PRIVACY)
def processing_register() -> str:
    """The register of processing."""
    rows = register_rows(db.session(), actor().programme)
    return render_template("programme/processing_register.html", rows=rows, basis_of=basis_of, **_questions(REGISTER))


@blueprint.get("/privacy/assessment")
@allow(KEEP_PRIVACY)
def assessment() -> str:
    """The impact assessment."""
    rows = register_rows(db.session(), actor().programme)
    return render_template("programme/assessment.html", rows=rows, safeguards=SAFEGUARDS, **_questions(ASSESSMENT))


@blueprint.get("/privacy/register.pdf")
@allow(KEEP_PRIVACY)
def processing_register_pdf() -> FlaskResponse:
    """The same to print."""
    return pdf_answer(print_register(db.session(), actor().programme, programme=_name()), "register-of-processing.pdf")


@blueprint.get("/privacy/assessment.pdf")
@allow(KEEP_PRIVACY)
def assessment_pdf() -> FlaskResponse:
    """The same to print."""
    return pdf_answer(print_assessment(db.session(), actor().programme, programme=_name()), "impact-assessment.pdf")


@blueprint.route("/privacy/answers/<name>", methods=["GET", "POST"])
@allow(KEEP_PRIVACY)
def privacy_answer(name: str) -> str | Response:
    """Write one answer; what stood before stays to be read."""
    session, who = db.session(), actor()
    history = answer_history(session, who.programme, name)
    question = QUESTIONS.get(name)
    if question is None:
        raise NotFoundError
    back = "programme.assessment" if question in ASSESSMENT else "programme.processing_register"
    form = AnswerForm(data={"words": history[0].words if history else ""})
    if form.validate_on_submit():
        try:
            changed = write_answer(session, who.programme, name, form.words.data or "", actor_id=who.user)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved.") if changed else _("It stands so already. Nothing was changed."), "success")
            return redirect(url_for(back))
    aim = next((row.name for row in register_rows(session, who.programme) if basis_of(row.aim) is question), None)
    return render_template(
        "programme/privacy_answer.html", form=form, question=question, aim=aim, history=history[1:], back=url_for(back)
    )


def _questions(questions: Any) -> dict[str, Any]:
    return {"questions": questions, "answers": answers_of(db.session(), actor().programme), "say": say}


def _name() -> str:
    return db.session().get_one(Programme, actor().programme).name
