"""What holds for every question."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.journey.planning.questions import Question, easy_question, question
from timecredits.foundation import clock
from timecredits.journey.planning.plan_shapes import GapKind, Plan
from timecredits.journey.planning.planner import plan_references
from timecredits.journey.planning.requirement import Consent, Contact, Requirement

QUESTIONS = st.integers(0, 10**9).map(question)
EASY = st.integers(0, 10**9).map(easy_question)
NEVER = date.max
many = settings(max_examples=400, deadline=None)


@many
@given(
    asked=st.one_of(QUESTIONS, EASY),
    known_since=st.dates(date(2015, 1, 1), date(2030, 1, 1)),
    org=st.sampled_from(["Hub", "Cafe", "Elsewhere"]),
    place=st.integers(0, 8),
)
def test_one_more_who_agreed_never_makes_it_later(asked: Question, known_since: date, org: str, place: int) -> None:
    more = Contact(id="new", person="new", org=org, known_since=known_since, relation="manager")
    plan = asked.plan
    then = plan_references(asked.requirement, [*asked.contacts[:place], more, *asked.contacts[place:]], asked.episodes)
    assert (then.ready_on or NEVER) <= (plan.ready_on or NEVER)
    assert (then.referees_met_on or NEVER) <= (plan.referees_met_on or NEVER)
    assert (then.referees_met_on_if_asked or NEVER) <= (plan.referees_met_on_if_asked or NEVER)
    assert then.gaps == plan.gaps


@many
@given(asked=EASY, known_since=st.dates(date(2015, 1, 1), date(2030, 1, 1)), org=st.sampled_from(["Hub", "Cafe"]))
def test_one_more_row_of_somebody_known_makes_it_no_later_where_any_organisation_will_do(
    asked: Question, known_since: date, org: str
) -> None:
    more = Contact(id="new", person="p1", org=org, known_since=known_since, relation="manager")
    then = plan_references(asked.requirement, [*asked.contacts, more], asked.episodes)
    assert (then.ready_on or NEVER) <= (asked.plan.ready_on or NEVER)


@many
@given(asked=QUESTIONS, more_days=st.integers(0, 60))
def test_a_longer_gap_allowed_adds_none_that_matters(asked: Question, more_days: int) -> None:
    looser = replace(asked.requirement, max_gap_days=asked.requirement.max_gap_days + more_days)
    before, after = asked.plan, plan_references(looser, asked.contacts, asked.episodes)
    assert {gap for gap in after.gaps if gap.kind is not GapKind.MINOR} <= set(before.gaps)
    assert [(gap.first, gap.last) for gap in after.gaps] == [(gap.first, gap.last) for gap in before.gaps]
    assert (after.ready_on or NEVER) <= (before.ready_on or NEVER)


@many
@given(asked=st.one_of(QUESTIONS, EASY))
def test_ready_is_never_before_the_referees_are(asked: Question) -> None:
    plan, last = asked.plan, asked.requirement.as_of + timedelta(days=asked.requirement.horizon_days)
    assert (plan.ready_on or NEVER) >= (plan.referees_met_on or NEVER)
    for day in (plan.ready_on, plan.referees_met_on, plan.referees_met_on_if_asked):
        assert day is None or asked.requirement.as_of <= day <= last
    assert plan.ready_now == (plan.ready_on == asked.requirement.as_of)
    assert bool(plan.suggested) == (plan.referees_met_on == asked.requirement.as_of)


@many
@given(asked=QUESTIONS, seed=st.integers(0, 1000))
def test_the_order_of_what_is_given_changes_nothing(asked: Question, seed: int) -> None:
    mix = Random(seed)  # noqa: S311  the same order again by the same number
    contacts = mix.sample(asked.contacts, len(asked.contacts))
    episodes = [
        replace(each, active=tuple(mix.sample(each.active, len(each.active))))
        for each in mix.sample(asked.episodes, len(asked.episodes))
    ]
    assert plan_references(asked.requirement, contacts, episodes) == asked.plan


@many
@given(asked=QUESTIONS)
def test_what_is_suggested_is_enough_and_stands_first_among_those_who_qualify(asked: Question) -> None:
    plan, wanted = asked.plan, asked.requirement
    by_id = {each.id: each for each in asked.contacts}
    assert plan.qualify_now[: len(plan.suggested)] == plan.suggested
    assert len({by_id[each].person for each in plan.qualify_now}) == len(plan.qualify_now)
    if plan.suggested:
        assert len(plan.suggested) == max(wanted.referees, wanted.min_orgs)
        assert len({by_id[each].org for each in plan.suggested}) >= wanted.min_orgs
    assert {each.id for each in plan.contacts if each.status == "now"} >= set(plan.qualify_now)


@many
@given(asked=QUESTIONS)
def test_the_picture_and_the_gaps_fill_the_window_between_them(asked: Question) -> None:
    def days(runs: object) -> set[date]:
        found: set[date] = set()
        for run in runs:  # type: ignore[attr-defined]
            found |= {run.first + timedelta(days=each) for each in range((run.last - run.first).days + 1)}
        return found

    plan, as_of = asked.plan, asked.requirement.as_of
    proven, missing = days(run for run in plan.covered if run.kind != "declared"), days(plan.gaps)
    assert not proven & missing
    whole = {plan.window_from + timedelta(days=each) for each in range((as_of - plan.window_from).days)}
    assert proven | missing == whole
    assert days(plan.covered) <= whole


def test_it_never_asks_what_day_it_is() -> None:
    said = []
    for moment in (datetime(1990, 1, 1, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)):
        with clock.standing_at(moment):
            said.append([question(number).plan for number in range(100)])
    assert said[0] == said[1] == said[2]


def test_a_later_day_is_asked_of_by_as_of_alone() -> None:
    def on(as_of: date) -> Plan:
        who = Contact(id="c", person="p", org="Hub", known_since=date(2024, 11, 21), consent=Consent.GIVEN)
        return plan_references(Requirement(as_of=as_of, referees=1, window_months=0), [who], [])

    assert (on(date(2026, 11, 20)).ready_now, on(date(2026, 11, 20)).ready_on) == (False, date(2026, 11, 21))
    assert on(date(2026, 11, 21)).ready_now
    assert on(date(1999, 1, 1)).ready_on is None
