"""What covers the window, what is missing from it, and when that has slid out of it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from timecredits.journey.planning.plan_shapes import CoveredRun, Gap, GapKind, Plan
from timecredits.journey.planning.planner import plan_references
from timecredits.journey.planning.requirement import Contact, Episode, Evidence, Requirement

TODAY = date(2026, 11, 21)
YESTERDAY = TODAY - timedelta(days=1)
WINDOW_FROM = date(2025, 11, 21)
ASKED = Requirement(as_of=TODAY, referees=1, known_months=0, window_months=12, max_gap_days=31)
WEEKLY = tuple(WINDOW_FROM + timedelta(days=7 * each) for each in range(53))
"""Every week of the window, its first and its last day among them."""


def spell(start: date = WINDOW_FROM, end: date | None = None, evidence: str = "ledger", **facts: Any) -> Episode:
    return Episode(id="e", org="Hub", start=start, end=end, evidence=Evidence(evidence), **facts)


def plan(*episodes: Episode, asked: Requirement = ASKED) -> Plan:
    return plan_references(asked, [Contact(id="c", person="p", org="Hub", known_since=date(2020, 1, 1))], episodes)


def gaps(*episodes: Episode, asked: Requirement = ASKED) -> list[tuple[date, date, str]]:
    return [(gap.first, gap.last, gap.kind) for gap in plan(*episodes, asked=asked).gaps]


def test_the_window_ends_the_day_before() -> None:
    assert gaps(spell(end=YESTERDAY)) == []
    assert gaps(spell(end=YESTERDAY - timedelta(days=1))) == [(YESTERDAY, YESTERDAY, "minor")]
    assert gaps(spell(start=WINDOW_FROM + timedelta(days=1))) == [(WINDOW_FROM, WINDOW_FROM, "minor")]


def test_nothing_done_is_one_gap() -> None:
    assert plan().gaps == (Gap(WINDOW_FROM, YESTERDAY, 365, GapKind.UNCOVERED),)
    assert plan().ready_on is None
    assert gaps(asked=replace(ASKED, window_months=0)) == []
    assert plan(asked=replace(ASKED, window_months=0)).ready_now


def test_a_window_that_is_short_enough_is_no_gap() -> None:
    """February's 28 days are a gap that is allowed; the month before has 31."""
    month = replace(ASKED, as_of=date(2027, 2, 1), window_months=1, max_gap_days=28)
    assert plan(asked=month).ready_on == date(2027, 3, 1)
    assert plan(asked=replace(month, horizon_days=27)).ready_on is None


@pytest.mark.parametrize(("length", "kind"), [(31, "minor"), (32, "uncovered")])
def test_days_are_counted_with_both_ends(length: int, kind: str) -> None:
    first = date(2026, 3, 1)
    after = first + timedelta(days=length)
    found = plan(spell(end=date(2026, 2, 28)), spell(start=after)).gaps
    assert found == (Gap(first, after - timedelta(days=1), length, GapKind(kind)),)


def test_spells_that_touch_or_overlap_leave_no_gap() -> None:
    assert gaps(spell(end=date(2026, 3, 1)), spell(start=date(2026, 3, 2), evidence="document")) == []
    assert gaps(spell(end=date(2026, 3, 1)), spell(start=date(2026, 1, 2), end=YESTERDAY)) == []


def test_declared_spells_explain_a_gap_only_together_and_whole() -> None:
    before, after = spell(end=date(2026, 2, 28)), spell(start=date(2026, 5, 1))
    one, two = spell(date(2026, 2, 1), date(2026, 3, 31), "declared"), spell(date(2026, 4, 1), date(2026, 4, 30), "declared")
    assert [kind for *_, kind in gaps(before, after, one, two)] == ["needs_evidence"]
    assert [kind for *_, kind in gaps(before, after, one)] == ["uncovered"]
    assert [kind for *_, kind in gaps(before, after, replace(one, start=date(2026, 3, 2)), two)] == ["uncovered"]
    assert plan(before, after, one, two).ready_on == plan(before, after).ready_on != TODAY
    assert [kind for *_, kind in gaps(before, replace(one, end=None))] == ["needs_evidence"]


def test_an_accepted_document_covers_what_was_declared() -> None:
    before, after, absent = spell(end=date(2026, 2, 28)), spell(start=date(2026, 5, 1)), (date(2026, 3, 1), date(2026, 4, 30))
    assert not plan(before, after, spell(*absent, "declared")).ready_now
    assert plan(before, after, spell(*absent, "document")).ready_now


def test_a_gap_may_slide_out_of_the_window() -> None:
    found = plan(spell(end=date(2026, 2, 28)), spell(start=date(2026, 5, 1)))
    assert found.ready_on == date(2027, 3, 31)  # the window before it begins on 31 March 2026: 31 days are left of the gap
    assert found.referees_met_on == TODAY


def test_a_spell_that_has_ended_opens_a_gap_that_grows() -> None:
    """Ready only as long as what follows the last day is short: a referee who comes later comes too late."""
    ended = spell(date(2025, 1, 1), date(2026, 11, 1))
    assert plan(ended).ready_now
    late = Contact(id="c", person="p", org="Hub", known_since=date(2020, 1, 1), consent_from=date(2026, 12, 4))
    in_time = replace(late, consent_from=date(2026, 12, 3))
    assert plan_references(ASKED, [late], [ended]).ready_on is None
    assert plan_references(ASKED, [in_time], [ended]).ready_on == date(2026, 12, 3)


@pytest.mark.parametrize("length", [1, 2, 3, 7])
def test_a_gap_at_either_edge_of_the_window_counts_like_any_other(length: int) -> None:
    late = spell(start=WINDOW_FROM + timedelta(days=length))
    early = spell(date(2025, 1, 1), YESTERDAY - timedelta(days=length))
    for each in (late, early):
        assert plan(each, asked=replace(ASKED, max_gap_days=length)).ready_now
        assert not plan(each, asked=replace(ASKED, max_gap_days=length - 1)).ready_now
    assert plan(late, asked=replace(ASKED, max_gap_days=length - 1)).ready_on == TODAY + timedelta(days=1)
    assert plan(early, asked=replace(ASKED, max_gap_days=length - 1)).ready_on is None


def test_confirmed_days_carry_as_far_as_they_are_apart() -> None:
    weekly = spell(active=WEEKLY)
    assert gaps(weekly, asked=replace(ASKED, max_inactivity_days=7)) == []
    assert plan(weekly, asked=replace(ASKED, max_inactivity_days=7)).ready_now
    apart = gaps(weekly, asked=replace(ASKED, max_inactivity_days=6))
    assert len(apart) == 52
    assert apart[0] == (WINDOW_FROM + timedelta(days=1), WINDOW_FROM + timedelta(days=6), "minor")


def test_without_a_confirmed_day_a_spell_covers_nothing() -> None:
    assert [kind for *_, kind in gaps(spell(), asked=replace(ASKED, max_inactivity_days=31))] == ["uncovered"]
    for evidence in ("document", "declared"):
        whole = plan(spell(evidence=evidence), asked=replace(ASKED, max_inactivity_days=31)).covered
        assert [(run.first, run.last) for run in whole] == [(WINDOW_FROM, YESTERDAY)]


@pytest.mark.parametrize("ago", [0, 30, 31, 32])
def test_a_spell_goes_on_while_its_last_day_is_not_long_ago(ago: int) -> None:
    goes_on = ago <= 31
    last = TODAY - timedelta(days=ago)
    active = tuple(last - timedelta(days=31 * each) for each in range(20))
    asked = replace(ASKED, max_inactivity_days=31, max_gap_days=0)
    found = plan(spell(start=date(2024, 1, 1), active=active), asked=asked)
    assert found.ready_now is goes_on
    assert (found.gaps == ()) is goes_on
    late = Contact(id="c", person="p", org="Hub", known_since=date(2020, 1, 1), consent_from=TODAY + timedelta(days=365))
    then = plan_references(asked, [late], [spell(start=date(2024, 1, 1), active=active)])
    assert (then.ready_on is not None) is goes_on


def test_a_spell_with_an_end_goes_no_further_than_its_last_confirmed_day() -> None:
    asked = replace(ASKED, max_inactivity_days=31)
    found = gaps(spell(end=date(2026, 12, 31), active=(date(2026, 11, 1), WINDOW_FROM)), asked=asked)
    assert found[-1] == (date(2026, 11, 2), YESTERDAY, "minor")


def test_days_outside_the_spell_do_not_count() -> None:
    asked = replace(ASKED, max_inactivity_days=7, max_gap_days=0)
    inside = spell(date(2026, 1, 1), date(2026, 1, 31), active=(date(2025, 12, 31), date(2026, 1, 5), date(2026, 2, 1)))
    assert [(run.first, run.last) for run in plan(inside, asked=asked).covered] == [(date(2026, 1, 5), date(2026, 1, 5))]
    begun = spell(date(2026, 11, 20), active=(date(2026, 11, 19),))
    assert plan(begun, asked=asked).covered == ()


def test_the_same_day_twice_is_one_day() -> None:
    asked = replace(ASKED, max_inactivity_days=0)
    found = plan(spell(active=(date(2026, 1, 5), date(2026, 1, 5), date(2026, 1, 6))), asked=asked).covered
    assert [(run.first, run.last) for run in found] == [(date(2026, 1, day), date(2026, 1, day)) for day in (5, 6)]


def test_the_picture_shows_each_episode_s_part_of_the_window() -> None:
    found = plan(
        spell(date(2020, 1, 1), date(2026, 1, 31)),
        spell(date(2026, 1, 15), date(2026, 6, 30), "declared"),
        Episode(id="x", org="Cafe", start=date(2026, 7, 1), evidence=Evidence.DOCUMENT),
        spell(date(2020, 1, 1), date(2020, 2, 1)),
    ).covered
    assert found == (
        CoveredRun(WINDOW_FROM, date(2026, 1, 31), Evidence.LEDGER, "Hub"),
        CoveredRun(date(2026, 1, 15), date(2026, 6, 30), Evidence.DECLARED, "Hub"),
        CoveredRun(date(2026, 7, 1), YESTERDAY, Evidence.DOCUMENT, "Cafe"),
    )
