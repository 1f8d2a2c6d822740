"""The planner and a slow reading of the same rules agree on every question, and the questions reach every corner of the rules."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.journey.planning.oracle import Oracle
from tests.journey.planning.questions import Question, question

QUESTIONS = 1200
FAR = 25


def oracle_answer(asked: Question) -> dict[str, object]:
    return Oracle(asked.requirement, asked.contacts, asked.episodes).answer()


@pytest.mark.parametrize("start", range(0, QUESTIONS, 100))
def test_both_say_the_same(start: int) -> None:
    for number in range(start, start + 100):
        asked = question(number)
        assert asked.answer == oracle_answer(asked), number


def test_both_say_the_same_over_ten_years() -> None:
    for number in range(FAR):
        asked = question(number, far=True)
        assert asked.answer == oracle_answer(asked), number


def corners(asked: Question) -> Iterator[object]:
    """What a question is about."""
    plan, wanted = asked.plan, asked.requirement
    yield from (("inactivity", wanted.max_inactivity_days), ("orgs", wanted.min_orgs), ("at org", wanted.must_be_at_org))
    yield from (("gap", gap.kind) for gap in plan.gaps)
    yield from ((each.status, len(each.reasons) > 1, each.on is None) for each in plan.contacts)
    yield from (reason for each in plan.contacts for reason in each.reasons)
    for each in asked.contacts:
        yield each.consent
        yield "consent to come", each.consent_from is not None and each.consent_from > wanted.as_of
        yield "consent over", each.consent_until is not None and each.consent_until < wanted.as_of
        yield "consent ends", each.consent_until is not None and each.consent_until >= wanted.as_of
        yield "stay ends", each.at_org_until is not None
        yield "known until", each.known_until is not None
        yield "leap day", (each.known_since.month, each.known_since.day) == (2, 29)
        yield "month end", (each.known_since + timedelta(days=1)).day == 1
        yield "reachable", each.reachable
        yield "excluded", each.relation in wanted.excluded
    yield "several rows of one person", len({each.person for each in asked.contacts}) < len(asked.contacts)
    yield "no contacts", not asked.contacts
    yield "no episodes", not asked.episodes
    yield "enough", plan.referees_met_on is not None
    yield "asking helps", plan.referees_met_on_if_asked != plan.referees_met_on
    yield "ready", "now" if plan.ready_now else "later" if plan.ready_on else "not"
    yield "ready after referees", plan.ready_on is not None and plan.ready_on != plan.referees_met_on
    yield "organisations first", [*plan.qualify_now] != sorted(plan.qualify_now)
    yield "window", wanted.window_months == 0
    for spell in asked.episodes:
        yield spell.evidence, spell.end is None
        yield "active outside", any(day < spell.start or (spell.end is not None and day > spell.end) for day in spell.active)
        yield "active after as_of", any(day > wanted.as_of for day in spell.active)
        yield "nothing active", not spell.active
        yield "twice the same day", any(one == two for one, two in pairwise(sorted(spell.active)))


def test_the_questions_reach_every_corner() -> None:
    seen = {corner for number in range(QUESTIONS) for corner in corners(question(number))}
    yes_or_no = (
        "at org, consent to come, consent over, consent ends, stay ends, known until, leap day, month end, reachable, excluded, "
        "several rows of one person, no contacts, no episodes, enough, asking helps, ready after referees, organisations first, "
        "window, active outside, active after as_of, nothing active"
    )
    missing = {(name, told) for name in yes_or_no.split(", ") for told in (True, False)} - seen
    missing |= {("inactivity", each) for each in (None, 0, 1, 7, 31)} - seen
    missing |= {("orgs", each) for each in (1, 2, 3)} - seen
    missing |= {("gap", each) for each in ("minor", "needs_evidence", "uncovered")} - seen
    missing |= {("ready", each) for each in ("now", "later", "not")} - seen
    missing |= {(each, told) for each in ("ledger", "document", "declared") for told in (True, False)} - seen
    missing |= {"given", "pending", "declined", "withdrawn"} - seen
    missing |= {
        "relation_excluded",
        "consent_pending",
        "consent_declined",
        "consent_withdrawn",
        "not_reachable",
        "never_known_long_enough",
        "consent_expired",
        "left_organisation",
    } - seen
    missing |= {("now", False, False), ("later", False, False), ("blocked", False, False), ("blocked", True, False)} - seen
    missing |= {("blocked", False, True), ("blocked", True, True)} - seen
    assert missing == set()
