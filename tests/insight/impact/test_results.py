"""Results as a statistician would work them out by hand, and nothing of them where it could tell on somebody."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import update

from tests.insight.impact.conftest import KEYRING, LONELY, Town
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.insight.impact.answering import answer_ask, take_back_answers
from timecredits.insight.impact.results import SurveyResult, survey_result
from timecredits.insight.impact.surveys import SurveyFacts, close_survey
from timecredits.insight.impact.telling import Count, Shown, TooFew
from timecredits.insight.impact_models import Stage, Survey, SurveyAsk, SurveyKind
from timecredits.records.merging.merging import merge_people

START = datetime(2026, 1, 10, 12, tzinfo=UTC)
LATER = START + timedelta(days=200)


def told(
    town: Town,
    before: list[list[int]],
    after: list[list[int]],
    *,
    asked: int = 0,
    facts: SurveyFacts = LONELY,
) -> tuple[Survey, list[UUID]]:
    """A survey in which so many people answered first, the first of them again, and others (up to `asked`) never."""
    with clock.standing_at(START):
        people = [town.person(f"Person {number}") for number in range(max(asked, len(before)))]
        survey = town.survey(facts)
        for person, answers in zip(people, before, strict=False):
            answer_ask(town.session, KEYRING, town.programme_id, town.must(survey, person).id, answers)
    again(town, survey, people, after)
    return survey, people


def again(town: Town, survey: Survey, people: list[UUID], after: list[list[int]]) -> None:
    with clock.standing_at(LATER):
        town.ask()
    for minute, (person, answers) in enumerate(zip(people, after, strict=False)):
        with clock.standing_at(LATER + timedelta(minutes=minute)):
            ask = town.must(survey, person, Stage.FOLLOW_UP)
            answer_ask(town.session, KEYRING, town.programme_id, ask.id, answers)


def result_of(town: Town, survey: Survey) -> SurveyResult:
    return survey_result(town.session, KEYRING, survey)


# UCLA totals 7, 6, 5, 6, 9 become 5, 5, 4, 6, 8: the five people of test_pairs, worked out there with a pencil.
BEFORE = [[3, 2, 2, 1], [2, 2, 2, 1], [2, 2, 1, 2], [3, 2, 1, 2], [3, 3, 3, 1]]
AFTER = [[2, 2, 1, 3], [2, 2, 1, 3], [2, 1, 1, 3], [2, 2, 2, 3], [3, 3, 2, 2]]


def test_five_of_ten_answered_twice(town: Town) -> None:
    survey, _people = told(town, BEFORE, AFTER, asked=10)
    ucla, direct = result_of(town, survey).measures
    assert (ucla.asked, ucla.answered, ucla.asked_again, ucla.paired) == (Count(10, 10), Count(5, 5), Count(5, 5), Count(5, 5))
    assert (ucla.first_rate, ucla.again_rate, ucla.rate) == ((50, True), (100, True), (50, True))
    assert isinstance(ucla.found, Shown)
    change = ucla.found.change
    assert (change.mean_first, change.mean_again, change.mean_change) == (6.6, 5.6, -1.0)
    assert (round(change.low or 0, 3), round(change.high or 0, 3)) == (-1.878, -0.122)
    assert ucla.found.shares is None  # one person stayed the same
    assert ucla.goes == 1  # lower is less lonely
    # Asked directly: 5, 5, 4, 4, 5 (often first) become 3, 3, 3, 3, 4.
    assert isinstance(direct.found, Shown)
    assert (direct.found.change.mean_first, direct.found.change.mean_again) == (4.6, 3.2)
    assert direct.found.shares == (0, 0, 5)


def test_four_pairs_show_nothing(town: Town) -> None:
    survey, _people = told(town, BEFORE, AFTER[:4], asked=10)
    for measure in result_of(town, survey).measures:
        assert measure.found == TooFew()
        assert measure.paired == Count(0, 0)
        assert measure.goes == 0


def test_one_pair_nobody_and_an_empty_programme(town: Town) -> None:
    assert all(each.found == TooFew() and each.rate is None for each in result_of(town, town.survey()).measures)


def test_who_left_a_question_out_counts_where_they_answered(town: Town) -> None:
    before = [*BEFORE, [0, 2, 2, 3]]
    survey, _people = told(town, before, [*AFTER[:4], [3, 0, 2, 2], [1, 1, 1, 4]], asked=12)
    ucla, direct = result_of(town, survey).measures
    assert ucla.found == TooFew()  # 4 with all three
    assert isinstance(direct.found, Shown)
    assert direct.paired == Count(5, 5)


def test_all_the_same_answers_are_not_shown(town: Town) -> None:
    survey, _people = told(town, [[2, 2, 2, 3]] * 5, [[2, 2, 2, 3]] * 5)
    assert [each.found for each in result_of(town, survey).measures] == [TooFew(is_alike=True)] * 2


def test_the_same_step_for_everybody_says_that_nobody_can_tell(town: Town) -> None:
    survey, _people = told(town, [[2, 2, 2, n] for n in range(1, 6)], [[1, 2, 2, min(n + 1, 5)] for n in range(1, 6)])
    direct = result_of(town, survey).measures[1]
    assert isinstance(direct.found, Shown)
    flat, _others = told(town, [[3, 3, n, 0] for n in (1, 2, 3, 1, 2)], [[2, 3, n, 0] for n in (1, 2, 3, 1, 2)], facts=OWN4)
    measure = result_of(town, flat).measures[2]
    assert isinstance(measure.found, Shown)
    assert not measure.found.change.has_spread
    assert measure.goes == 0


OWN4 = SurveyFacts(SurveyKind.OWN, "Ours", texts=("A", "B", "C", "D"), answers=("1", "2", "3", "4", "5"))


def test_taking_back_takes_one_out_of_the_result(town: Town) -> None:
    survey, people = told(town, BEFORE, AFTER)
    take_back_answers(town.session, town.programme_id, town.must(survey, people[0], Stage.FOLLOW_UP).id)
    assert result_of(town, survey).measures[0].found == TooFew()


def test_a_second_time_before_the_first_is_no_pair(town: Town) -> None:
    survey, people = told(town, BEFORE, AFTER)
    first = town.must(survey, people[0])
    town.session.execute(update(SurveyAsk).where(SurveyAsk.id == first.id).values(answered_at=LATER + timedelta(days=1)))
    town.session.expire_all()
    assert result_of(town, survey).measures[0].found == TooFew()


def test_answers_that_can_not_be_opened_are_no_pair(town: Town) -> None:
    survey, people = told(town, BEFORE, AFTER)
    first, other = (town.must(survey, people[number]) for number in (0, 1))
    town.session.execute(update(SurveyAsk).where(SurveyAsk.id == first.id).values(sealed=other.sealed))
    town.session.expire_all()
    assert result_of(town, survey).measures[0].found == TooFew()


def test_organisations_are_shown_once_it_is_closed_and_only_if_each_may_be(town: Town) -> None:
    with clock.standing_at(START):
        mine = [town.person(f"Here {number}") for number in range(5)]
        theirs = [town.person(f"There {number}", town.there) for number in range(5)]
        survey = town.survey()
        for person, answers in zip([*mine, *theirs], [*BEFORE, *reversed(BEFORE)], strict=True):
            answer_ask(town.session, KEYRING, town.programme_id, town.must(survey, person).id, answers)
    again(town, survey, [*mine, *theirs], [*AFTER, *reversed(AFTER)])
    assert result_of(town, survey).by_organisation == {}
    close_survey(town.session, town.programme_id, None, survey.id, actor_id=None)
    parts = result_of(town, survey).by_organisation["ucla"]
    assert [(part.name, part.result.paired.least) for part in parts] == [("Lantern House", 5), ("Riverside Trust", 5)]
    take_back_answers(town.session, town.programme_id, town.must(survey, theirs[0], Stage.FOLLOW_UP).id)
    found = result_of(town, survey)
    assert isinstance(found.measures[0].found, Shown)  # 9 people, of whom 5 count
    assert found.by_organisation == {}


def test_one_person_with_two_records_counts_once(town: Town) -> None:
    survey, people = told(town, [*BEFORE, BEFORE[0]], [*AFTER, AFTER[0]])
    ids = {"merge_id": new_id(), "kept_id": people[0], "gone_id": people[5]}
    merge_people(town.session, town.programme_id, reason="One card.", actor_id=None, **ids)
    ucla = result_of(town, survey).measures[0]
    assert (ucla.asked, ucla.answered, ucla.asked_again, ucla.paired) == (Count(5, 5),) * 4
    assert isinstance(ucla.found, Shown)
    assert (ucla.found.change.mean_first, ucla.found.change.mean_again) == (6.6, 5.6)
