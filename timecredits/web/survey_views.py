"""Surveys on the pages of those who ask: an organisation's staff, and the programme's. Nobody sees one person's answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response as PlainResponse
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from govuk_frontend_wtf.wtforms_widgets import GovTextArea, GovTextInput
from werkzeug.wrappers import Response
from wtforms import SelectChoice, StringField, TextAreaField

from timecredits.foundation import clock
from timecredits.foundation.csv_text import csv_text
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.insight.impact.asking import ask_survey
from timecredits.insight.impact.keeping import shown_result
from timecredits.insight.impact.questions import MOST_QUESTIONS, questions_of
from timecredits.insight.impact.surveys import (
    AGAIN_AFTER,
    SurveyFacts,
    close_survey,
    find_survey,
    introduction_of,
    list_surveys,
    remove_survey,
    start_survey,
    take_out_question,
    write_survey,
)
from timecredits.insight.impact_models import Survey, SurveyKind
from timecredits.web import survey_words
from timecredits.web.access import actor
from timecredits.web.card_forms import ChoiceField
from timecredits.web.database import db
from timecredits.web.file_answers import csv_answer
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule

_ALL = "all"


class SurveyForm(CreatingForm):
    """What every survey has: a name for staff, whom to ask, and when to ask again."""

    name = StringField(lazy_gettext("A name for staff"), widget=GovTextInput())
    asks = ChoiceField(
        lazy_gettext("Whom do you want to ask?"),
        lazy_gettext("Choose whom to ask. Nothing was saved."),
        [
            SelectChoice(_ALL, lazy_gettext("Everybody who is here now, and who joins later")),
            SelectChoice("new", lazy_gettext("Only people who join from now on")),
        ],
    )
    again_after_months = ChoiceField(
        lazy_gettext("When do you want to ask the same people again?"),
        lazy_gettext("Choose when to ask again. Nothing was saved."),
        [SelectChoice(str(each), lazy_gettext("%(num)s months after they answered", num=each)) for each in AGAIN_AFTER],
    )

    @property
    def facts(self) -> dict[str, Any]:
        """What was chosen. Only once the form was found good."""
        return {
            "name": self.name.data or "",
            "asks_all": self.asks.data == _ALL,
            "again_after_months": int(self.again_after_months.data),
        }


class OwnSurveyForm(SurveyForm):
    """One's own questions, one on each line."""

    own_items = TextAreaField(lazy_gettext("Your questions"), widget=GovTextArea())
    own_answers = TextAreaField(lazy_gettext("The answers to choose from"), widget=GovTextArea())

    @property
    def facts(self) -> dict[str, Any]:
        """The same, with the questions."""
        return super().facts | {"texts": _lines(self.own_items), "answers": _lines(self.own_answers)}


class LicensedSurveyForm(SurveyForm):
    """A licensed set, typed in as its owner licensed it."""

    licence = StringField(lazy_gettext("Number of your licence"), widget=GovTextInput())
    introduction = TextAreaField(lazy_gettext("The words before the statements"), widget=GovTextArea())
    items = TextAreaField(lazy_gettext("The 7 statements"), widget=GovTextArea())
    item_answers = TextAreaField(lazy_gettext("The 5 answers"), widget=GovTextArea())
    copyright = TextAreaField(lazy_gettext("The copyright line"), widget=GovTextArea())

    @property
    def facts(self) -> dict[str, Any]:
        """The same, with the set."""
        return super().facts | {
            "texts": _lines(self.items),
            "answers": _lines(self.item_answers),
            "licence": self.licence.data or "",
            "introduction": self.introduction.data or "",
            "copyright": self.copyright.data or "",
        }


_FORMS = {SurveyKind.LONELINESS: SurveyForm, SurveyKind.OWN: OwnSurveyForm, SurveyKind.WELLBEING: LicensedSurveyForm}


@dataclass(frozen=True)
class SurveyDesk:
    """Whose pages these are: the blueprint's name, and the organisation, or None for the programme's."""

    name: str
    organisation_id: UUID | None = None

    @property
    def layout(self) -> str:
        """The template that this room's pages stand in."""
        return f"layouts/{self.name}.html"

    def href(self, endpoint: str, **values: Any) -> str:
        """The address of one of the room's pages about surveys."""
        return url_for(f"{self.name}.{endpoint}", **values)

    def is_ours(self, survey: Survey) -> bool:
        """Whether these staff ask it: only they begin and close it."""
        return survey.organisation_id == self.organisation_id

    def find(self, survey_id: UUID) -> Survey:
        """A survey that may be looked at here: one's own; what the programme asks; for the programme, all that have begun."""
        survey = find_survey(db.session(), actor().programme, survey_id)
        if self.is_ours(survey):
            return survey
        if survey.started_at is not None and (self.organisation_id is None or survey.organisation_id is None):
            return survey
        raise NotFoundError


def surveys_page(desk: SurveyDesk) -> str:
    """Every survey of theirs, open ones first."""
    found = list_surveys(
        db.session(), actor().programme, organisation_id=desk.organisation_id, programmes_too=desk.organisation_id is not None
    )
    return render_template(
        "surveys/list.html",
        desk=desk,
        surveys=[each for each in found if desk.is_ours(each.survey) or each.survey.started_at is not None],
        kinds=survey_words.KINDS,
        state_of=survey_words.survey_state,
    )


def survey_new_page(desk: SurveyDesk) -> str | Response:
    """Choose what to ask (`?kind=`), then write it down."""
    wanted = request.args.get("kind", "")
    if wanted not in set(SurveyKind):
        return render_template("surveys/kinds.html", desk=desk)
    kind, who = SurveyKind(wanted), actor()
    form: Any = _FORMS[kind](again_after_months="6")
    if form.validate_on_submit():
        try:
            survey = write_survey(
                db.session(),
                who.programme,
                desk.organisation_id,
                SurveyFacts(kind, **form.facts),
                survey_id=form.created_id,
                actor_id=who.user,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. Nobody was asked yet. Read it through, then begin."), "success")
            return redirect(desk.href("survey", survey_id=survey.id))
    return render_template("surveys/new.html", desk=desk, form=form, kind=kind, kinds=survey_words.KINDS, most=MOST_QUESTIONS)


def survey_page(desk: SurveyDesk, survey_id: UUID) -> str:
    """One survey: what it asks, what can be done with it, and what came out."""
    survey = desk.find(survey_id)
    sees_results = survey.started_at is not None and (desk.organisation_id is None or desk.is_ours(survey))
    result, as_of = shown_result(db.session(), current_app.config["KEYRING"], survey) if sees_results else (None, None)
    return render_template(
        "surveys/show.html",
        desk=desk,
        survey=survey,
        is_ours=desk.is_ours(survey),
        introduction=introduction_of(survey),
        questions=questions_of(survey),
        sees_results=sees_results,
        result=result,
        as_of=as_of,
        kinds=survey_words.KINDS,
        state=survey_words.survey_state(survey),
        words=survey_words,
    )


def survey_start_page(desk: SurveyDesk, survey_id: UUID) -> Response:
    """Begin to ask."""

    def start() -> str:
        start_survey(db.session(), actor().programme, desk.organisation_id, survey_id, actor_id=actor().user)
        ask_survey(db.session(), desk.find(survey_id), now=clock.now())
        return str(_("It has begun. People find the questions on their own pages."))

    return _act(desk, survey_id, start)


def survey_close_page(desk: SurveyDesk, survey_id: UUID) -> Response:
    """Ask nobody any more."""

    def close() -> str:
        close_survey(db.session(), actor().programme, desk.organisation_id, survey_id, actor_id=actor().user)
        return str(_("Closed. Nobody is asked any more. What people said still counts."))

    return _act(desk, survey_id, close)


def survey_out_page(desk: SurveyDesk, survey_id: UUID, place: int) -> Response:
    """Ask one of one's own questions no more."""

    def take_out() -> str:
        take_out_question(db.session(), actor().programme, desk.organisation_id, survey_id, place, actor_id=actor().user)
        return str(_("Taken out. Nobody is asked this from now on. What people said still counts."))

    return _act(desk, survey_id, take_out)


def survey_remove_page(desk: SurveyDesk, survey_id: UUID) -> Response:
    """Throw one away that has not begun."""
    try:
        remove_survey(db.session(), actor().programme, desk.organisation_id, survey_id, actor_id=actor().user)
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
        return redirect(desk.href("survey", survey_id=survey_id))
    flash(_("Thrown away. Nobody was asked."), "success")
    return redirect(desk.href("surveys"))


def survey_csv_page(desk: SurveyDesk, survey_id: UUID) -> PlainResponse | Response:
    """The results as a file."""
    survey = desk.find(survey_id)
    if survey.started_at is None or not (desk.organisation_id is None or desk.is_ours(survey)):
        raise NotFoundError
    result, _as_of = shown_result(db.session(), current_app.config["KEYRING"], survey)
    if result is None:
        flash(_("We are still counting these. Come back in some minutes."), "message")
        return redirect(desk.href("survey", survey_id=survey_id))
    return csv_answer(csv_text(survey_words.CSV_COLUMNS, survey_words.csv_rows(result)), "results.csv")


def _act(desk: SurveyDesk, survey_id: UUID, act: Callable[[], str]) -> Response:
    try:
        said = act()
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        flash(said, "success")
    return redirect(desk.href("survey", survey_id=survey_id))


def _lines(field: Any) -> tuple[str, ...]:
    return tuple((field.data or "").splitlines())
