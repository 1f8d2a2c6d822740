"""Results that are kept: of big surveys, and of closed ones, whose answers may then go."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.insight.impact.conftest import KEYRING, Town
from tests.insight.impact.test_results import AFTER, BEFORE, LATER, told
from timecredits.foundation import clock
from timecredits.insight.impact import keeping
from timecredits.insight.impact.answering import take_back_answers
from timecredits.insight.impact.keeping import keep_results, shown_result
from timecredits.insight.impact.results import survey_result
from timecredits.insight.impact.surveys import close_survey
from timecredits.insight.impact.telling import TooFew
from timecredits.insight.impact_models import Stage, SurveyAsk
from timecredits.records.privacy.retention import run_retention

MONTH = timedelta(days=31)


def keep(town: Town, days: int = 0) -> int:
    return keep_results(town.session, KEYRING, town.programme_id, now=LATER + timedelta(days=1 + days))


def test_a_small_survey_is_worked_out_on_the_page(town: Town) -> None:
    survey, _people = told(town, BEFORE, AFTER)
    assert keep(town) == 0
    assert shown_result(town.session, KEYRING, survey) == (survey_result(town.session, KEYRING, survey), None)


def test_a_big_one_is_kept_and_kept_anew_where_something_changed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_ON_A_PAGE", 3)
    survey, people = told(town, BEFORE, AFTER, asked=10)
    assert shown_result(town.session, KEYRING, survey) == (None, None)
    assert [keep(town), keep(town, 1)] == [1, 0]
    town.session.expire_all()  # as it comes back from the database
    result, as_of = shown_result(town.session, KEYRING, survey)
    assert (result, as_of) == (survey_result(town.session, KEYRING, survey), LATER + timedelta(days=1))
    take_back_answers(town.session, town.programme_id, town.must(survey, people[0], Stage.FOLLOW_UP).id)
    assert keep(town, 2) == 1
    result, _as_of = shown_result(town.session, KEYRING, survey)
    assert result is not None
    assert result.measures[0].found == TooFew()


def test_a_closed_one_stays_as_it_was_told_once_its_answers_are_gone(town: Town) -> None:
    survey, people = told(town, BEFORE, AFTER, asked=10)
    whole = survey_result(town.session, KEYRING, survey)
    with clock.standing_at(LATER + timedelta(hours=1)):
        close_survey(town.session, town.programme_id, None, survey.id, actor_id=None)
    much_later = LATER + 60 * MONTH
    assert run_retention(town.session, town.programme_id, now=much_later, actor_id=None)["answers"] == 0  # not kept yet
    assert [keep(town), keep(town)] == [1, 0]
    assert run_retention(town.session, town.programme_id, now=much_later, actor_id=None)["answers"] == 10
    assert set(town.session.scalars(select(SurveyAsk.sealed))) == {None}
    result, as_of = shown_result(town.session, KEYRING, survey)
    assert as_of is not None
    assert result is not None
    assert result.measures == whole.measures
    assert keep(town, 9) == 0
    assert len(people) == 10


def test_nobody_is_asked_again_because_their_answers_went(town: Town) -> None:
    told(town, BEFORE, AFTER)
    with clock.standing_at(LATER + 60 * MONTH):
        assert run_retention(town.session, town.programme_id, now=clock.now(), actor_id=None)["answers"] == 10
        assert town.ask() == 0
