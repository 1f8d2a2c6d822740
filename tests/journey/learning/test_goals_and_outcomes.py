"""Goals in one's own words, and what came of it."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.hours.conftest import TODAY, Place
from tests.journey.learning.conftest import KEYRING
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.journey.learning.goals import MOST_OPEN, change_goal, find_goal, keep_goal, list_goals, mark_goal, remove_goal
from timecredits.journey.learning.outcomes import list_outcomes, outcome_text, take_back_outcome, tell_outcome
from timecredits.journey.learning_models import Goal, Outcome, OutcomeKind


def keep(place: Place, words: str = "Get a job", by_day: date | None = None) -> UUID:
    key = new_id()
    keep_goal(place.session, KEYRING, place.programme_id, place.sian, words, goal_id=key, by_day=by_day, today=TODAY)
    return key


def goals(place: Place) -> list[tuple[str | None, date | None]]:
    return [(goal.words, goal.done_on) for goal in list_goals(place.session, KEYRING, place.programme_id, place.sian)]


def tell(place: Place, kind: OutcomeKind = OutcomeKind.WORK, month: date = TODAY, key: UUID | None = None) -> UUID:
    key = key or new_id()
    whose = place.session, place.programme_id, place.sian
    tell_outcome(*whose, outcome_id=key, kind=kind, happened_in=month, today=TODAY)
    return key


def told(place: Place) -> list[tuple[OutcomeKind, date]]:
    return [(each.kind, each.happened_in) for each in list_outcomes(place.session, place.programme_id, place.sian)]


def test_a_goal_is_kept_done_opened_again_and_gone(place: Place) -> None:
    whose = place.session, place.programme_id, place.sian
    later, soon, some_day = keep(place, "C", TODAY + timedelta(days=9)), keep(place, "A", TODAY), keep(place, "B")
    assert [words for words, _ in goals(place)] == ["A", "C", "B"]
    for day in (TODAY - timedelta(days=1), TODAY):
        mark_goal(*whose, soon, done_on=day)
    assert goals(place) == [("C", None), ("B", None), ("A", TODAY - timedelta(days=1))]
    mark_goal(*whose, soon, done_on=None)
    assert goals(place)[0] == ("A", None)
    change_goal(place.session, KEYRING, place.programme_id, place.sian, later, "C again", by_day=None, today=TODAY)
    changed = find_goal(place.session, KEYRING, place.programme_id, place.sian, later)
    assert (changed.words, changed.by_day) == ("C again", None)
    for key in (later, soon, some_day):
        remove_goal(*whose, key)
    assert place.session.scalar(select(func.count()).select_from(Goal)) == 0


def test_a_day_that_has_gone_by_meanwhile_may_stay(place: Place) -> None:
    key = keep(place, by_day=TODAY)
    later = TODAY + timedelta(days=30)
    whose = place.session, KEYRING, place.programme_id, place.sian
    change_goal(*whose, key, "Still", by_day=TODAY, today=later)
    with pytest.raises(RuleError):
        change_goal(*whose, key, "Still", by_day=TODAY + timedelta(days=1), today=later)


@pytest.mark.parametrize(
    ("words", "by_day", "field"),
    [
        ("", None, "words"),
        ("x" * 301, None, "words"),
        ("Fly", TODAY - timedelta(days=1), "by_day"),
        ("Fly", date(TODAY.year + 21, 1, 1), "by_day"),
    ],
)
def test_a_goal_that_cannot_be_is_not_kept(place: Place, words: str, by_day: date | None, field: str) -> None:
    with pytest.raises(RuleError) as fault:
        keep(place, words, by_day)
    assert fault.value.field == field
    assert goals(place) == []


def test_there_is_an_end_to_open_goals(place: Place) -> None:
    keys = [keep(place, f"Goal {number}") for number in range(MOST_OPEN)]
    with pytest.raises(RuleError):
        keep(place)
    whose = place.session, KEYRING, place.programme_id, place.sian
    assert not keep_goal(*whose, "Sent twice", goal_id=keys[-1], by_day=None, today=TODAY)
    mark_goal(place.session, place.programme_id, place.sian, keys[0], done_on=TODAY)
    keep(place)


def test_a_goal_is_nobody_elses(place: Place) -> None:
    key = keep(place)
    for who in (place.lukasz, place.stranger):
        assert list_goals(place.session, KEYRING, place.programme_id, who) == []
        with pytest.raises(NotFoundError):
            find_goal(place.session, KEYRING, place.programme_id, who, key)
        with pytest.raises(NotFoundError):
            mark_goal(place.session, place.programme_id, who, key, done_on=TODAY)
        with pytest.raises(NotFoundError):
            remove_goal(place.session, place.programme_id, who, key)
    other = Keyring.from_secret("another-secret-0123456789abcdef01234")
    assert find_goal(place.session, other, place.programme_id, place.sian, key).words is None


def test_an_outcome_is_told_once_and_taken_back(place: Place) -> None:
    key = tell(place)
    assert tell(place, key=key) == key
    tell(place, OutcomeKind.COURSE, date(2026, 3, 31))
    assert told(place) == [(OutcomeKind.WORK, date(2026, 11, 1)), (OutcomeKind.COURSE, date(2026, 3, 1))]
    with pytest.raises(RuleError):
        tell(place, month=date(2026, 11, 1))
    for _ in range(2):
        take_back_outcome(place.session, place.programme_id, place.sian, key)
    assert told(place) == [(OutcomeKind.COURSE, date(2026, 3, 1))]
    tell(place)
    assert len(told(place)) == 2
    with pytest.raises(NotFoundError):
        take_back_outcome(place.session, place.programme_id, place.lukasz, key)


@pytest.mark.parametrize("month", [date(2026, 12, 1), date(1999, 12, 31)])
def test_an_outcome_of_no_such_month_is_not_kept(place: Place, month: date) -> None:
    with pytest.raises(RuleError) as fault:
        tell(place, month=month)
    assert fault.value.field == "month"
    assert place.session.scalar(select(func.count()).select_from(Outcome)) == 0


def test_every_kind_has_its_words() -> None:
    assert len({str(outcome_text(kind)) for kind in OutcomeKind}) == len(OutcomeKind)
