"""One next step by plain rules, and the lines of a CV."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hours.conftest import TODAY, Place
from tests.journey.learning.conftest import KEYRING
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.journey.learning.cv_section import CvFacts, CvPart, CvRole, cv_facts, cv_sections
from timecredits.journey.learning.goals import keep_goal
from timecredits.journey.learning.journey_page import Journey, own_journey
from timecredits.journey.learning.next_step import NextStep, Step, StepFacts, next_step
from timecredits.journey.learning.reflections import ReflectionWords, keep_reflection
from timecredits.journey.learning.training import TrainingFacts, add_training
from timecredits.journey.learning_models import TrainingKind
from timecredits.journey.models import ReferenceRequest
from timecredits.network.models import Organisation

ALL = frozenset(CvPart)
ABOUT = new_id()
BUSY = StepFacts(minutes=1200, confirmed_minutes=1200, has_letter=True, has_open_goal=True, last_day=TODAY, noted_until=TODAY)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        (StepFacts(), Step.FIND_ACTIVITY),
        (StepFacts(ending_training=ABOUT), Step.RENEW_TRAINING),
        (replace(BUSY, ending_training=ABOUT), Step.RENEW_TRAINING),
        (replace(BUSY, has_letter=False), Step.ASK_FOR_LETTER),
        (replace(BUSY, has_letter=False, confirmed_minutes=1199), Step.GO_ON),
        (replace(BUSY, past_goal=ABOUT), Step.LOOK_AT_GOAL),
        (replace(BUSY, dateless_goal=ABOUT), Step.DATE_GOAL),
        (replace(BUSY, noted_until=YESTERDAY), Step.WRITE_NOTE),
        (replace(BUSY, noted_until=None), Step.WRITE_NOTE),
        (replace(BUSY, noted_until=None, last_day=TODAY - timedelta(days=14)), Step.WRITE_NOTE),
        (replace(BUSY, noted_until=None, last_day=TODAY - timedelta(days=15)), Step.MAKE_CV),
        (replace(BUSY, has_open_goal=False), Step.SET_GOAL),
        (BUSY, Step.MAKE_CV),
        (replace(BUSY, has_letter=False, minutes=60, confirmed_minutes=60), Step.GO_ON),
    ],
)
def test_each_rule(facts: StepFacts, step: Step) -> None:
    found = next_step(facts, TODAY)
    assert found.step is step
    assert found.about == (ABOUT if step in {Step.RENEW_TRAINING, Step.LOOK_AT_GOAL, Step.DATE_GOAL} else None)


def test_every_step_has_a_rule_that_leads_to_it() -> None:
    changes: list[dict[str, Any]] = [
        {"minutes": 0},
        {"has_letter": False},
        {"ending_training": ABOUT},
        {"past_goal": ABOUT},
        {"dateless_goal": ABOUT},
        {"noted_until": None},
        {"has_open_goal": False},
        {"confirmed_minutes": 5},
    ]
    chosen = [{}, *changes, *(first | second for first, second in combinations(changes, 2))]
    assert {next_step(replace(BUSY, **change), TODAY).step for change in chosen} == set(Step)


def journey(place: Place) -> Journey:
    return own_journey(place.session, KEYRING, place.programme_id, place.sian, today=TODAY)


def learn(place: Place, title: str, done: date, ends: date | None = None) -> None:
    facts = TrainingFacts(TrainingKind.TRAINING, title, "St Example", done, ends)
    add_training(place.session, place.programme_id, place.sian, facts, training_id=new_id(), today=TODAY)


def note(place: Place, skill: str) -> None:
    whose = place.session, KEYRING, place.programme_id, place.sian
    words = ReflectionWords("Private words", "")
    keep_reflection(*whose, words, reflection_id=new_id(), skill=skill, done_on=TODAY, today=TODAY)


def test_a_way_from_the_first_day(place: Place) -> None:
    """The same page, asked after each thing that a person does."""
    whose = place.session, KEYRING, place.programme_id, place.sian
    assert journey(place).step == NextStep(Step.FIND_ACTIVITY)
    place.record(*(place.new(place.sian, 240, TODAY - timedelta(weeks=week)) for week in range(5)))
    found = journey(place)
    assert (found.hours.total_minutes, found.step) == (1200, NextStep(Step.ASK_FOR_LETTER))
    assert found.hours.regularity == {"weeks_with_time": 5, "weeks": 5}
    asked = ReferenceRequest(
        programme_id=place.programme_id,
        id=new_id(),
        organisation_id=place.organisation_id,
        volunteer_id=place.sian,
        asked_at=clock.now(),
        holder_name="Siân",
    )
    place.session.add(asked)
    place.session.flush()
    assert journey(place).step == NextStep(Step.WRITE_NOTE)
    note(place, "calm")
    assert journey(place).step == NextStep(Step.SET_GOAL)
    goal = new_id()
    keep_goal(*whose, "Get a job", goal_id=goal, by_day=None, today=TODAY)
    assert journey(place).step == NextStep(Step.DATE_GOAL, goal)
    learn(place, "First aid", TODAY - timedelta(days=900), TODAY - timedelta(days=61))
    assert [each.facts.title for each in journey(place).ending] == ["First aid"]
    assert journey(place).step == NextStep(Step.DATE_GOAL, goal), "what ended long ago is no news"
    learn(place, "Boats", TODAY, TODAY + timedelta(days=60))
    found = journey(place)
    assert found.step == NextStep(Step.RENEW_TRAINING, found.ending[1].id)
    learn(place, "BOATS", TODAY)
    learn(place, "First Aid", TODAY)
    assert journey(place).ending == []


def lines(facts: CvFacts, parts: frozenset[CvPart] = ALL) -> list[str]:
    return [str(line) for section in cv_sections(facts, parts, today=TODAY) for line in section.lines]


def test_a_cv_says_what_is_known(place: Place) -> None:
    organisation = place.session.get_one(Organisation, (place.programme_id, place.organisation_id))
    organisation.name, organisation.letter_name = "Recovery group", "Fenland Growing"
    kitchen = create_activity(
        place.session, place.programme_id, place.organisation_id, ActivityFacts("Lunch club"), actor_id=None
    )
    for day, minutes, activity in (
        (date(2023, 5, 2), 90, place.garden_id),
        (date(2026, 11, 3), 120, place.garden_id),
        (date(2024, 1, 9), 45, kitchen.id),
    ):
        place.record(place.new(place.sian, minutes, day, activity_id=activity))
    learn(place, "First aid", date(2025, 11, 1), date(2028, 10, 31))
    learn(place, "Boats", date(2020, 1, 1), date(2023, 1, 1))
    for skill in ("calm", "cooking", "calm", ""):
        note(place, skill)
    found = cv_facts(place.session, place.programme_id, place.sian, today=TODAY)
    assert lines(found) == [
        "Volunteer, Garden group, Fenland Growing, May 2023 to now: 3 hours",
        "Volunteer, Lunch club, Fenland Growing, January 2024: 45 minutes",
        "I gave time in 1 of the last 26 weeks.",
        "First aid, St Example, November 2025 (until October 2028)",
        "Keeping calm (2 times)",
        "Cooking (1 time)",
    ]
    assert lines(found, frozenset({CvPart.ROLES})) == [
        "Volunteer, Garden group, Fenland Growing",
        "Volunteer, Lunch club, Fenland Growing",
    ]
    assert lines(found, ALL - {CvPart.DAYS})[0] == "Volunteer, Garden group, Fenland Growing: 3 hours"
    assert lines(found, ALL - {CvPart.HOURS})[0] == "Volunteer, Garden group, Fenland Growing, May 2023 to now"
    assert lines(found, frozenset({CvPart.TRAINING})) == ["First aid, St Example"]
    everything = "\n".join(lines(found))
    assert "Recovery" not in everything
    assert "Private" not in everything


def test_nothing_is_no_cv(place: Place) -> None:
    assert cv_sections(cv_facts(place.session, place.programme_id, place.stranger, today=TODAY), ALL, today=TODAY) == []


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2023, 5, 1), TODAY - timedelta(days=90), "May 2023 to now"),
        (date(2023, 5, 1), TODAY - timedelta(days=91), "May 2023 to August 2026"),
        (date(2023, 5, 1), date(2023, 5, 31), "May 2023"),
    ],
)
def test_a_role_runs_to_now_while_it_goes_on(first: date, last: date, words: str) -> None:
    facts = CvFacts([CvRole("Garden", "Growers", first, last, 60)], None, [], [])
    assert lines(facts) == [f"Volunteer, Garden, Growers, {words}: 1 hour"]


@given(st.frozensets(st.sampled_from(CvPart)))
def test_leaving_a_part_out_adds_nothing(parts: frozenset[CvPart]) -> None:
    """Fewer ticks, never more lines; and no line of a part that was left out."""
    role = CvRole("Garden", "Growers", date(2023, 5, 1), TODAY, 5760)
    facts = CvFacts([role], {"weeks_with_time": 22, "weeks": 26}, [], [("calm", 3)])
    said = "\n".join(lines(facts, parts))
    for part, words in (
        (CvPart.ROLES, "Garden"),
        (CvPart.HOURS, "96 hours"),
        (CvPart.DAYS, "2023"),
        (CvPart.REGULARITY, "22"),
        (CvPart.SKILLS, "calm"),
    ):
        assert part in parts or words not in said
        needs = {part} if part is CvPart.SKILLS else {part, CvPart.ROLES}
        assert words in said or not needs <= parts
