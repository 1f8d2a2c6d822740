"""What kinds of job usually ask: ours, and what each programme makes of them."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.journey.charity import TODAY, Charity
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.journey.planning.asked_for import tidy_asked
from timecredits.journey.planning.presets import (
    LONGEST_NAME,
    MOST_PRESETS,
    Preset,
    PresetFacts,
    add_preset,
    change_preset,
    find_preset,
    hide_preset,
    presets_of,
    reset_preset,
    show_preset,
    usual_presets,
)
from timecredits.journey.planning.requirement_words import requirement_words
from timecredits.journey.planning_models import RequirementPreset
from timecredits.network.programmes import create_programme

FACTS = PresetFacts("Bus driver", tidy_asked({"referees": 3}), "The bus firm's advert", date(2026, 11, 1))
ACTOR = None


def listed(charity: Charity, **how: Any) -> dict[str, Preset]:
    return {each.key: each for each in presets_of(charity.session, charity.programme_id, **how)}


def done(charity: Charity) -> list[str]:
    query = select(AuditEntry.action).where(AuditEntry.action.startswith("preset")).order_by(AuditEntry.id)
    return list(charity.session.scalars(query))


def add(charity: Charity, facts: PresetFacts = FACTS, preset_id: UUID | None = None) -> str:
    return add_preset(charity.session, charity.programme_id, facts, preset_id=preset_id or new_id(), actor_id=ACTOR)


def test_each_usual_preset_says_what_it_asks_and_where_that_was_read() -> None:
    usual = usual_presets()
    assert len({each.key for each in usual}) == len({each.name for each in usual}) == len(usual)
    for each in usual:
        assert requirement_words(each.requirement)
        assert each.requirement == tidy_asked(each.requirement)
        assert each.source.endswith(".")
        assert each.checked_on <= date(2026, 11, 22)
        assert len(each.name) <= LONGEST_NAME


@pytest.mark.parametrize(
    ("key", "months", "gap"), [("nhs", 36, 31), ("bpss", 36, 31), ("bs7858_2019", 60, 31), ("bs7858_2012", 60, 28)]
)
def test_the_usual_presets_hold_what_the_documents_say(key: str, months: int, gap: int) -> None:
    found = {each.key: each.requirement for each in usual_presets()}[key]
    assert (found["window_months"], found["max_gap_days"]) == (months, gap)


def test_a_new_programme_has_the_usual_ones(charity: Charity) -> None:
    assert list(listed(charity).values()) == list(usual_presets())


def test_one_that_was_changed_takes_the_place_of_the_usual_one_and_gives_it_back(charity: Charity) -> None:
    place = list(listed(charity)).index("nhs")
    assert change_preset(charity.session, charity.programme_id, "nhs", FACTS, actor_id=ACTOR)
    now = list(listed(charity).values())[place]
    assert (now.key, now.name, now.requirement["referees"], now.is_changed, now.has_usual) == ("nhs", "Bus driver", 3, True, True)
    assert not change_preset(charity.session, charity.programme_id, "nhs", FACTS, actor_id=ACTOR)
    assert change_preset(charity.session, charity.programme_id, "nhs", replace(FACTS, source="Their page"), actor_id=ACTOR)
    reset_preset(charity.session, charity.programme_id, "nhs", actor_id=ACTOR)
    assert list(listed(charity).values()) == list(usual_presets())
    reset_preset(charity.session, charity.programme_id, "nhs", actor_id=ACTOR)
    assert done(charity) == ["preset changed", "preset changed", "preset set back"]


def test_one_that_is_hidden_is_seen_by_managers_only_until_it_is_shown(charity: Charity) -> None:
    for _ in range(2):
        hide_preset(charity.session, charity.programme_id, "nhs", actor_id=ACTOR)
    assert "nhs" not in listed(charity)
    assert listed(charity, with_hidden=True)["nhs"].is_hidden
    with pytest.raises(NotFoundError):
        find_preset(charity.session, charity.programme_id, "nhs")
    change_preset(charity.session, charity.programme_id, "nhs", FACTS, actor_id=ACTOR)
    assert listed(charity, with_hidden=True)["nhs"].is_hidden
    show_preset(charity.session, charity.programme_id, "nhs", actor_id=ACTOR)
    assert listed(charity)["nhs"].name == "Bus driver"
    assert done(charity) == ["preset hidden", "preset changed", "preset shown"]


def test_shown_again_and_never_changed_it_follows_the_usual_one(charity: Charity) -> None:
    hide_preset(charity.session, charity.programme_id, "nhs", actor_id=ACTOR)
    show_preset(charity.session, charity.programme_id, "nhs", actor_id=ACTOR)
    assert list(listed(charity).values()) == list(usual_presets())
    assert charity.session.scalar(select(func.count()).select_from(RequirementPreset)) == 0
    assert done(charity) == ["preset hidden", "preset shown"]


def test_no_preset_asks_for_years_without_the_days_between_visits(charity: Charity) -> None:
    key = add(charity, replace(FACTS, requirement={"referees": 3, "max_inactivity_days": None}))
    charity.session.query(RequirementPreset).one().requirement = dict(tidy_asked({"referees": 3}))  # as it was kept before
    charity.session.flush()
    assert listed(charity)[key].requirement["max_inactivity_days"] == 56
    assert all(each.requirement["max_inactivity_days"] for each in usual_presets())


def test_one_of_their_own_stands_after_the_usual_ones_until_it_is_removed(charity: Charity) -> None:
    key = add(charity)
    own = list(listed(charity).values())[-1]
    assert (own.key, own.name, own.has_usual) == (key, "Bus driver", False)
    reset_preset(charity.session, charity.programme_id, key, actor_id=ACTOR)
    assert key not in listed(charity, with_hidden=True)
    with pytest.raises(NotFoundError):
        reset_preset(charity.session, charity.programme_id, key, actor_id=ACTOR)
    assert done(charity) == ["preset added", "preset removed"]


def test_a_double_save_adds_one(charity: Charity) -> None:
    preset_id = new_id()
    assert add(charity, preset_id=preset_id) == add(charity, preset_id=preset_id)
    assert len(listed(charity)) == len(usual_presets()) + 1


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (replace(FACTS, name="  "), "name"),
        (replace(FACTS, name="x" * (LONGEST_NAME + 1)), "name"),
        (replace(FACTS, name="a job in the  NHS"), "name"),
        (replace(FACTS, source=""), "source"),
        (replace(FACTS, source="x" * 301), "source"),
        (replace(FACTS, checked_on=date(TODAY.year, 12, 31)), "checked_on"),
        (replace(FACTS, requirement={"referees": 0}), "requirement.referees"),
        (replace(FACTS, requirement={"horizon": 1}), "requirement.horizon"),
    ],
)
def test_what_can_not_be_is_refused_and_changes_nothing(charity: Charity, facts: PresetFacts, field: str) -> None:
    with pytest.raises(RuleError) as refused:
        add(charity, facts)
    assert refused.value.field == field
    with pytest.raises(RuleError):
        change_preset(charity.session, charity.programme_id, "bpss", facts, actor_id=ACTOR)
    assert list(listed(charity).values()) == list(usual_presets())


def test_there_is_an_end_to_how_many(charity: Charity) -> None:
    for number in range(MOST_PRESETS):
        add(charity, replace(FACTS, name=f"Job {number}"))
    with pytest.raises(RuleError, match="There are 50 kinds of job"):
        add(charity, replace(FACTS, name="One more"))


def test_another_programme_has_its_own(charity: Charity) -> None:
    other = create_programme(charity.session, name="Fens", slug="fens")
    key = add(charity)
    hide_preset(charity.session, charity.programme_id, "nhs", actor_id=ACTOR)
    assert presets_of(charity.session, other.id) == list(usual_presets())
    with pytest.raises(NotFoundError):
        change_preset(charity.session, other.id, key, FACTS, actor_id=ACTOR)
