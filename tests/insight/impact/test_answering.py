"""Answering once, leaving out, refusing, taking back; and what stands in the database meanwhile."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect, select, update

from tests.insight.impact.conftest import KEYRING, Town
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import Base, new_id
from timecredits.foundation.documents import page_count
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.insight.impact.answering import (
    AskState,
    answer_ask,
    change_mind,
    count_waiting,
    find_own_ask,
    own_asks,
    put_off,
    read_answers,
    refuse_ask,
    state_of,
    take_back_answers,
)
from timecredits.insight.impact.paper import enter_answers, find_by_code, paper_code, print_survey, waiting_ask, write_paper
from timecredits.insight.impact.questions import (
    LONELINESS,
    METRIC,
    Measure,
    Question,
    licensed_questions,
    measures_of,
    own_questions,
    score,
)
from timecredits.insight.impact.surveys import SurveyFacts, close_survey, take_out_question, write_survey
from timecredits.insight.impact_models import Stage, Survey, SurveyAsk, SurveyKind
from timecredits.network.models import Enrolment

START = datetime(2026, 3, 31, 12, tzinfo=UTC)
ITEMS = tuple(f"A licensed statement, number {number}" for number in range(1, 8))
LICENSED = SurveyFacts(
    SurveyKind.WELLBEING,
    "Licensed",
    texts=ITEMS,
    answers=("One", "Two", "Three", "Four", "Five"),
    introduction="Some statements.",
    licence="W-1234",
    copyright="© Its owner, 2006.",
)


def test_answers_are_kept_sealed_and_read_back_by_the_person(town: Town) -> None:
    person = town.person()
    ask = town.must(town.survey(), person)
    answer_ask(town.session, KEYRING, town.programme_id, ask.id, [1, 0, 3, 5])
    assert ask.sealed is not None
    assert b"[1,0" not in ask.sealed
    assert find_own_ask(town.session, KEYRING, town.programme_id, person, ask.id).answers == (1, 0, 3, 5)
    assert read_answers(KEYRING, new_id(), ask.sealed) is None  # bound to its row


def test_sealed_answers_are_as_long_whatever_was_answered(town: Town) -> None:
    """So that nobody who looks into the database tells who left much out."""
    lengths = set()
    asks = [town.person(str(number)) for number in range(3)]
    survey = town.survey()
    for person, answers in zip(asks, ([1, 2, 3, 4], [0, 0, 0, 5], [3, 0, 1, 0]), strict=True):
        ask = town.must(survey, person)
        answer_ask(town.session, KEYRING, town.programme_id, ask.id, answers)
        lengths.add(len(ask.sealed or b""))
    assert len(lengths) == 1


@pytest.mark.parametrize("answers", [[], [0, 0, 0, 0]])
def test_no_answer_at_all_is_sent_back(town: Town, answers: list[int]) -> None:
    person = town.person()
    ask = town.must(town.survey(), person)
    with pytest.raises(RuleError, match="Answer one question at least"):
        answer_ask(town.session, KEYRING, town.programme_id, ask.id, answers)
    assert ask.answered_at is None


@pytest.mark.parametrize(("answers", "field"), [([4, 0, 0, 0], "q0"), ([1, 1, 1, 6], "q3"), ([1, -1, 0, 0], "q1")])
def test_an_answer_that_is_not_there_is_sent_back(town: Town, answers: list[int], field: str) -> None:
    person = town.person()
    ask = town.must(town.survey(), person)
    with pytest.raises(RuleError) as caught:
        answer_ask(town.session, KEYRING, town.programme_id, ask.id, answers)
    assert caught.value.field == field


def test_a_second_answer_changes_nothing(town: Town) -> None:
    person = town.person()
    ask = town.must(town.survey(), person)
    answer_ask(town.session, KEYRING, town.programme_id, ask.id, [1, 1, 1, 1])
    with pytest.raises(RuleError, match="first answers stand"):
        answer_ask(town.session, KEYRING, town.programme_id, ask.id, [3, 3, 3, 5])
    with pytest.raises(RuleError, match="take your answers back"):
        refuse_ask(town.session, town.programme_id, ask.id)
    assert read_answers(KEYRING, ask.id, ask.sealed) == (1, 1, 1, 1)


def test_a_survey_that_closed_meanwhile_takes_nothing(town: Town) -> None:
    person = town.person()
    survey = town.survey()
    ask = town.must(survey, person)
    close_survey(town.session, town.programme_id, None, survey.id, actor_id=None)
    with pytest.raises(RuleError, match="closed now"):
        answer_ask(town.session, KEYRING, town.programme_id, ask.id, [1, 1, 1, 1])
    assert state_of(ask, survey) is AskState.CLOSED


def test_somebody_who_left_meanwhile_is_not_asked(town: Town) -> None:
    person = town.person()
    ask = town.must(town.survey(), person)
    town.session.execute(update(Enrolment).where(Enrolment.volunteer_id == person).values(left_on=clock.today()))
    with pytest.raises(RuleError, match="closed now"):
        answer_ask(town.session, KEYRING, town.programme_id, ask.id, [1, 1, 1, 1])


def test_a_question_taken_out_meanwhile_is_left_out(town: Town) -> None:
    person = town.person()
    survey = town.survey(SurveyFacts(SurveyKind.OWN, "Ours", texts=("One", "Two"), answers=("No", "Yes")))
    take_out_question(town.session, town.programme_id, None, survey.id, 0, actor_id=None)
    ask = town.must(survey, person)
    with pytest.raises(RuleError, match="one question at least"):
        answer_ask(town.session, KEYRING, town.programme_id, ask.id, [2, 0])
    answer_ask(town.session, KEYRING, town.programme_id, ask.id, [2, 1])
    assert read_answers(KEYRING, ask.id, ask.sealed) == (0, 1)


def test_what_is_for_later_is_not_there_yet(town: Town) -> None:
    person = town.person()
    survey = town.survey()
    answer_ask(town.session, KEYRING, town.programme_id, town.must(survey, person).id, [1, 1, 1, 1])
    later = town.must(survey, person, Stage.FOLLOW_UP)
    with pytest.raises(NotFoundError):
        answer_ask(town.session, KEYRING, town.programme_id, later.id, [1, 1, 1, 1])
    later.asked_at = clock.now()
    with pytest.raises(RuleError, match="for later"):
        answer_ask(town.session, KEYRING, town.programme_id, later.id, [1, 1, 1, 1])


def test_first_answers_are_read_until_they_answer_again(town: Town) -> None:
    with clock.standing_at(START):
        person = town.person()
        survey = town.survey()
        first = town.must(survey, person)
        answer_ask(town.session, KEYRING, town.programme_id, first.id, [1, 1, 1, 1])
    with clock.standing_at(START + timedelta(days=200)):
        town.ask()
        assert [each.answers for each in own_asks(town.session, KEYRING, town.programme_id, person)] == [None, (1, 1, 1, 1)]
        again = town.must(survey, person, Stage.FOLLOW_UP)
        answer_ask(town.session, KEYRING, town.programme_id, again.id, [2, 2, 2, 2])
        assert [each.answers for each in own_asks(town.session, KEYRING, town.programme_id, person)] == [(2, 2, 2, 2), None]
        assert find_own_ask(town.session, KEYRING, town.programme_id, person, first.id).answers is None


def test_follow_up_without_first_answers_is_sent_back(town: Town) -> None:
    with clock.standing_at(START):
        person = town.person()
        survey = town.survey()
        first = town.must(survey, person)
        answer_ask(town.session, KEYRING, town.programme_id, first.id, [1, 1, 1, 1])
    with clock.standing_at(START + timedelta(days=200)):
        town.ask()
        again = town.must(survey, person, Stage.FOLLOW_UP)
        town.session.execute(update(SurveyAsk).where(SurveyAsk.id == first.id).values(answered_at=None, sealed=None))
        with pytest.raises(RuleError, match="no first answers"):
            answer_ask(town.session, KEYRING, town.programme_id, again.id, [2, 2, 2, 2])


def test_taking_back_throws_away_and_is_not_asked_again(town: Town) -> None:
    person = town.person()
    survey = town.survey()
    ask = town.must(survey, person)
    answer_ask(town.session, KEYRING, town.programme_id, ask.id, [1, 1, 1, 1])
    take_back_answers(town.session, town.programme_id, ask.id)
    take_back_answers(town.session, town.programme_id, ask.id)
    assert (ask.sealed, ask.answered_at) == (None, None)
    assert state_of(ask, survey) is AskState.REFUSED
    assert town.asked(survey, person, Stage.FOLLOW_UP) is None
    change_mind(town.session, town.programme_id, ask.id)
    answer_ask(town.session, KEYRING, town.programme_id, ask.id, [2, 2, 2, 2])
    assert town.must(survey, person, Stage.FOLLOW_UP).asked_at is None


def test_not_now_stays_and_rather_not_goes(town: Town) -> None:
    person = town.person()
    survey = town.survey()
    ask = town.must(survey, person)
    assert count_waiting(town.session, town.programme_id, person) == 1
    put_off(town.session, town.programme_id, ask.id)
    assert count_waiting(town.session, town.programme_id, person) == 0
    assert state_of(ask, survey) is AskState.PUT_OFF
    refuse_ask(town.session, town.programme_id, ask.id)
    assert state_of(ask, survey) is AskState.REFUSED
    close_survey(town.session, town.programme_id, None, survey.id, actor_id=None)
    with pytest.raises(RuleError, match="closed now"):
        change_mind(town.session, town.programme_id, ask.id)


def test_nobody_reads_another_s(town: Town) -> None:
    mine, other = town.person(), town.person("Moss")
    ask = town.must(town.survey(), mine)
    with pytest.raises(NotFoundError):
        find_own_ask(town.session, KEYRING, town.programme_id, other, ask.id)


# --- on paper


def test_paper_bears_a_code_and_no_name(town: Town) -> None:
    person = town.person("Wilhelmina")
    survey = town.survey()
    ask = waiting_ask(town.session, town.programme_id, town.here, survey.id, person)
    record = write_paper(town.session, KEYRING, town.here, ask)
    assert "Wilhelmina" not in json.dumps(record)
    assert record["display"]["code"] == paper_code(KEYRING, ask.id)
    assert page_count(print_survey(record)) == 1
    actor = new_id()
    typed = record["display"]["code"].lower().replace("-", " ")
    enter_answers(town.session, KEYRING, town.programme_id, town.here, typed, [3, 3, 3, 1], actor_id=actor)
    assert (ask.on_paper, ask.entered_by, read_answers(KEYRING, ask.id, ask.sealed)) == (True, actor, (3, 3, 3, 1))
    with pytest.raises(RuleError, match="No open form"):
        find_by_code(town.session, KEYRING, town.programme_id, town.here, typed)
    with pytest.raises(RuleError, match="nothing to ask"):
        waiting_ask(town.session, town.programme_id, town.here, survey.id, person)


def test_a_code_works_only_where_the_person_gives_time(town: Town) -> None:
    person = town.person()
    survey = town.survey()
    code = paper_code(KEYRING, town.must(survey, person).id)
    for typed, at in ((code, town.there), ("", town.here), ("0000-0000", town.here), (code[:-1], town.here)):
        with pytest.raises(RuleError) as caught:
            find_by_code(town.session, KEYRING, town.programme_id, at, typed)
        assert caught.value.field == "code"
    with pytest.raises(NotFoundError):
        waiting_ask(town.session, town.programme_id, town.there, survey.id, person)


def test_the_longest_form_is_one_page(town: Town) -> None:
    person = town.person()
    words = "A question as long as it may be, which goes on and on until there is no more room for it on its line, and then "
    texts = tuple(f"{number} {words * 2}"[:140] for number in range(10))
    answers = tuple(f"{number} answer as long as it may well be"[:30] for number in range(7))
    survey = town.survey(SurveyFacts(SurveyKind.OWN, "Long", texts=texts, answers=answers))
    record = write_paper(town.session, KEYRING, town.here, town.must(survey, person))
    assert page_count(print_survey(record)) == 1


def test_the_licensed_form_is_printed_word_for_word(town: Town) -> None:
    person = town.person()
    survey = town.survey(LICENSED)
    shown = write_paper(town.session, KEYRING, town.here, town.must(survey, person))["display"]
    assert [each["text"] for each in shown["questions"]] == list(ITEMS)
    assert (shown["introduction"], shown["copyright"]) == (LICENSED.introduction, LICENSED.copyright)


# --- questions and scores


def test_the_standard_questions_score_as_published() -> None:
    ucla, direct = measures_of(Survey(kind=SurveyKind.LONELINESS))
    assert [len(each.answers) for each in LONELINESS] == [3, 3, 3, 5]
    assert score(LONELINESS, ucla, (1, 1, 1, 0)) == 3
    assert score(LONELINESS, ucla, (3, 3, 3, 0)) == 9
    assert score(LONELINESS, ucla, (3, 0, 3, 1)) is None
    assert score(LONELINESS, direct, (0, 0, 0, 1)) == 5  # often or always
    assert score(LONELINESS, direct, (0, 0, 0, 5)) == 1  # never


def test_the_metric_table_has_a_score_for_each_raw_score_and_rises() -> None:
    assert len(METRIC) == 29
    assert list(METRIC) == sorted(set(METRIC))
    assert (METRIC[0], METRIC[14], METRIC[28]) == (7.0, 19.25, 35.0)


@given(st.lists(st.integers(1, 5), min_size=7, max_size=7))
def test_a_raw_score_becomes_its_metric_score(answers: list[int]) -> None:
    [measure] = measures_of(Survey(kind=SurveyKind.WELLBEING))
    questions = [Question(text, ("1", "2", "3", "4", "5"), (1, 2, 3, 4, 5)) for text in ITEMS]
    assert score(questions, measure, answers) == METRIC[sum(answers) - 7]
    assert score(questions, measure, [*answers[:6], 0]) is None


@given(st.lists(st.integers(0, 4), min_size=1, max_size=4), st.integers(0, 3))
def test_a_score_needs_every_question_of_its_measure(answers: list[int], missing: int) -> None:
    questions = [Question(str(place), ("a", "b", "c", "d"), (1, 2, 3, 4)) for place in range(4)]
    whole = Measure("all", (0, 1, 2, 3), 4, 16, measures_of(Survey(kind=SurveyKind.LONELINESS))[0].better)
    found = score(questions, whole, answers)
    assert (found is None) == (len(answers) < 4 or 0 in answers)
    assert found is None or found == sum(answers), missing


@pytest.mark.parametrize(
    ("items", "answers", "field"),
    [
        (ITEMS[:6], LICENSED.answers, "items"),
        ((*ITEMS, "One more"), LICENSED.answers, "items"),
        (ITEMS, LICENSED.answers[:4], "item_answers"),
        (ITEMS, (*LICENSED.answers, "Six"), "item_answers"),
    ],
)
def test_a_licensed_set_has_seven_statements_and_five_answers(
    items: tuple[str, ...], answers: tuple[str, ...], field: str
) -> None:
    with pytest.raises(RuleError) as caught:
        licensed_questions(items, answers)
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("texts", "answers", "field"),
    [
        ((), ("No", "Yes"), "own_items"),
        (tuple(map(str, range(11))), ("No", "Yes"), "own_items"),
        (("Same", "same"), ("No", "Yes"), "own_items"),
        (("x" * 141,), ("No", "Yes"), "own_items"),
        (("One",), ("No",), "own_answers"),
        (("One",), tuple(map(str, range(8))), "own_answers"),
        (("One",), ("No", "no"), "own_answers"),
    ],
)
def test_own_questions_have_limits(texts: tuple[str, ...], answers: tuple[str, ...], field: str) -> None:
    with pytest.raises(RuleError) as caught:
        own_questions(texts, answers)
    assert caught.value.field == field


@pytest.mark.parametrize("missing", ["licence", "introduction", "copyright", "name"])
def test_nothing_licensed_is_asked_without_all_that_belongs_to_it(town: Town, missing: str) -> None:
    with pytest.raises(RuleError) as caught:
        write_survey(
            town.session,
            town.programme_id,
            None,
            replace(LICENSED, **{missing: "  "}),
            survey_id=new_id(),
            actor_id=None,
        )
    assert caught.value.field == missing


def test_answers_stand_in_no_column_of_any_table(town: Town) -> None:
    """The canary: a set of answers that is nowhere else, and every column of every table read for it."""
    person = town.person()
    texts = tuple(f"Question {number}" for number in range(1, 11))
    survey = town.survey(SurveyFacts(SurveyKind.OWN, "Ours", texts=texts, answers=tuple("abcdefg")))
    told = [7, 1, 6, 2, 5, 3, 4, 7, 7, 1]
    ask = town.must(survey, person)
    enter_answers(town.session, KEYRING, town.programme_id, town.here, paper_code(KEYRING, ask.id), told, actor_id=new_id())
    town.session.flush()
    marks = [str(told).encode(), str(told).replace(" ", "").encode(), "".join(map(str, told)).encode(), bytes(told)]
    marks += ["".join("abcdefg"[answer - 1] for answer in told).encode()]
    read = 0
    for table in Base.metadata.sorted_tables:
        for row in town.session.execute(select(table)):
            for value in row:
                raw = value if isinstance(value, bytes) else str(value).encode()
                read += 1
                assert not any(mark in raw for mark in marks), table.name
    assert read > 50
    assert inspect(town.session.connection()).has_table("survey_ask")
    entry = town.session.scalars(select(AuditEntry).where(AuditEntry.action == "survey answers entered")).one()
    assert entry.subject_id == survey.id  # not whose
