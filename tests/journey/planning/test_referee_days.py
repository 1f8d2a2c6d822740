"""Who qualifies and when, where the rules turn: one example for each choice that they leave."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from timecredits.journey.planning.plan_shapes import Plan, Standing
from timecredits.journey.planning.planner import plan_references
from timecredits.journey.planning.requirement import Consent, Contact, Requirement

TODAY = date(2026, 11, 21)
LONG_AGO = date(2020, 1, 1)
YESTERDAY, TOMORROW, NEXT_YEAR = TODAY - timedelta(days=1), TODAY + timedelta(days=1), date(2027, 11, 21)
ASKED = Requirement(as_of=TODAY, referees=1, window_months=0)
AT_ORG = replace(ASKED, must_be_at_org=True)


def known(name: str = "c1", since: date = LONG_AGO, **facts: Any) -> Contact:
    return Contact(**{"id": name, "person": name, "org": "Hub", "known_since": since, **facts})


def plan(*contacts: Contact, asked: Requirement = ASKED) -> Plan:
    return plan_references(asked, contacts, [])


def standing(asked: Requirement = ASKED, **facts: Any) -> Standing:
    return plan(known(**facts), asked=asked).contacts[0]


def told(asked: Requirement = ASKED, **facts: Any) -> tuple[str, date | None, list[str]]:
    found = standing(asked, **facts)
    return found.status, found.on, [*found.reasons]


def test_long_enough_on_the_very_day() -> None:
    assert told(since=date(2024, 11, 21)) == ("now", TODAY, [])
    assert told(since=date(2024, 11, 22)) == ("later", TOMORROW, [])
    leap = replace(ASKED, known_months=36)
    assert told(leap, since=date(2024, 2, 29)) == ("later", date(2027, 2, 28), [])


def test_who_stopped_knowing_you_on_the_anniversary_knew_you_long_enough() -> None:
    assert told(since=date(2020, 1, 1), known_until=date(2022, 1, 1)) == ("now", TODAY, [])
    assert told(since=date(2020, 1, 1), known_until=date(2021, 12, 31)) == ("blocked", None, ["never_known_long_enough"])


def test_who_can_never_be_known_long_enough_because_the_calendar_ends() -> None:
    assert told(since=date(9999, 1, 1)) == ("later", date.max, [])


def test_consent_counts_from_its_first_day_to_its_last() -> None:
    assert told(consent_from=TODAY, consent_until=TODAY) == ("now", TODAY, [])
    assert told(consent_from=TOMORROW) == ("later", TOMORROW, [])
    assert told(consent_until=YESTERDAY) == ("blocked", TODAY, ["consent_expired"])
    assert plan(known(consent_until=YESTERDAY)).referees_met_on is None
    assert plan(known(consent_until=YESTERDAY)).referees_met_on_if_asked == TODAY


def test_a_consent_that_ends_before_the_anniversary_has_to_be_asked_for_again() -> None:
    found = standing(since=date(2025, 11, 21), consent_until=TOMORROW)
    assert (found.status, found.on, [*found.reasons]) == ("blocked", NEXT_YEAR, ["consent_expired"])
    assert found.until == TOMORROW


def test_a_consent_put_right_is_a_new_one_without_an_end() -> None:
    late = known(since=date(2025, 11, 21), consent_from=YESTERDAY, consent_until=TOMORROW)
    assert plan(late).referees_met_on_if_asked == NEXT_YEAR


@pytest.mark.parametrize(
    ("facts", "day", "reasons"),
    [
        ({"consent": Consent.PENDING}, TODAY, ["consent_pending"]),
        ({"consent": Consent.PENDING, "since": date(2024, 11, 22)}, TOMORROW, ["consent_pending"]),
        ({"consent": Consent.PENDING, "consent_from": TOMORROW}, TOMORROW, ["consent_pending"]),
        ({"consent": Consent.PENDING, "consent_until": YESTERDAY}, TODAY, ["consent_pending", "consent_expired"]),
        ({"reachable": False}, TODAY, ["not_reachable"]),
        ({"reachable": False, "consent_from": TOMORROW}, TOMORROW, ["not_reachable"]),
        ({"consent": Consent.PENDING, "reachable": False}, TODAY, ["consent_pending", "not_reachable"]),
        ({"consent": Consent.DECLINED}, None, ["consent_declined"]),
        ({"consent": Consent.WITHDRAWN, "reachable": False}, None, ["consent_withdrawn", "not_reachable"]),
        ({"relation": "friend"}, None, ["relation_excluded"]),
        ({"relation": "family", "consent": Consent.PENDING}, None, ["relation_excluded", "consent_pending"]),
    ],
)
def test_the_day_it_would_be_if_put_right_today(facts: dict[str, Any], day: date | None, reasons: list[str]) -> None:
    assert told(**facts) == ("blocked", day, reasons)
    assert plan(known(**facts)).referees_met_on is None
    assert plan(known(**facts)).referees_met_on_if_asked == day


def test_who_left_counts_on_the_last_day_and_only_where_it_is_asked() -> None:
    assert told(AT_ORG, at_org_until=TODAY) == ("now", TODAY, [])
    assert told(AT_ORG, at_org_until=YESTERDAY) == ("blocked", None, ["left_organisation"])
    assert told(at_org_until=YESTERDAY) == ("now", TODAY, [])


def test_who_leaves_before_the_anniversary_will_have_left() -> None:
    assert told(AT_ORG, since=date(2025, 11, 21), at_org_until=date(2027, 11, 20)) == ("blocked", None, ["left_organisation"])
    assert told(AT_ORG, since=date(2025, 11, 21), at_org_until=NEXT_YEAR) == ("later", NEXT_YEAR, [])


def test_of_a_consent_and_a_stay_that_are_over_the_first_to_end_is_told() -> None:
    first, second = date(2026, 5, 1), date(2026, 6, 1)
    assert told(AT_ORG, consent_until=first, at_org_until=second) == ("blocked", None, ["consent_expired"])
    assert told(AT_ORG, consent_until=second, at_org_until=first) == ("blocked", None, ["left_organisation"])
    assert told(AT_ORG, consent_until=first, at_org_until=first) == ("blocked", None, ["consent_expired"])
    # The other one is over too, but only where it counts.
    assert told(ASKED, consent_until=second, at_org_until=first) == ("blocked", TODAY, ["consent_expired"])


def test_until_is_told_of_everybody() -> None:
    assert standing(AT_ORG, consent_until=NEXT_YEAR, at_org_until=TOMORROW).until == TOMORROW
    assert standing(ASKED, consent_until=NEXT_YEAR, at_org_until=TOMORROW).until == NEXT_YEAR
    assert standing(AT_ORG, relation="friend", at_org_until=TOMORROW).until == TOMORROW
    assert standing(known_until=NEXT_YEAR).until is None


def test_a_day_on_which_enough_qualify_at_once() -> None:
    """One's consent ends before the other's begins: never two at a time, though each qualifies."""
    one, other = known("a", consent_until=TOMORROW), known("b", consent_from=TOMORROW + timedelta(days=1))
    two = replace(ASKED, referees=2)
    assert plan(one, other, asked=two).referees_met_on is None
    assert plan(replace(one, consent_until=other.consent_from), other, asked=two).referees_met_on == other.consent_from


def test_the_horizon_s_last_day_counts() -> None:
    soon = known(since=date(2024, 12, 1))
    assert plan(soon, asked=replace(ASKED, horizon_days=10)).ready_on == date(2026, 12, 1)
    assert plan(soon, asked=replace(ASKED, horizon_days=9)).ready_on is None
    assert plan(soon, asked=replace(ASKED, horizon_days=9)).contacts[0].on == date(2026, 12, 1)


def test_still_there_first_then_longest_known_then_by_id() -> None:
    rows = [
        known("a", date(2010, 1, 1), at_org_until=YESTERDAY),
        known("b", date(2021, 1, 1), at_org_until=TODAY),
        known("d", date(2020, 1, 1)),
        known("c", date(2020, 1, 1)),
    ]
    assert plan(*rows).qualify_now == ("c", "d", "b", "a")
    assert plan(*rows, asked=replace(ASKED, referees=3)).suggested == ("c", "d", "b")
    assert plan(*rows, asked=replace(ASKED, referees=5)).suggested == ()


def test_one_of_each_organisation_first_until_there_are_enough() -> None:
    rows = [known(name, date(2010 + each, 1, 1), org=org) for each, (name, org) in enumerate(zip("abcde", "HHHCP", strict=True))]
    assert plan(*rows, asked=replace(ASKED, referees=3)).suggested == ("a", "b", "c")
    assert plan(*rows, asked=replace(ASKED, referees=3, min_orgs=2)).suggested == ("a", "d", "b")
    assert plan(*rows, asked=replace(ASKED, referees=3, min_orgs=3)).suggested == ("a", "d", "e")
    assert plan(*rows, asked=replace(ASKED, referees=3, min_orgs=2)).qualify_now == ("a", "d", "b", "c", "e")
    assert plan(*rows, asked=replace(ASKED, referees=3, min_orgs=4)).suggested == ()
    assert plan(*rows, asked=replace(ASKED, referees=1, min_orgs=2)).suggested == ("a", "d")


def test_a_person_has_one_vote_by_the_row_that_knows_you_longest() -> None:
    hub, cafe = known("a", person="Jo"), known("b", date(2021, 1, 1), person="Jo", org="Cafe")
    assert plan(hub, cafe).qualify_now == ("a",)
    assert plan(hub, cafe, asked=replace(ASKED, referees=2)).referees_met_on is None
    assert plan(hub, cafe, asked=replace(ASKED, min_orgs=2)).referees_met_on is None
    assert [each.status for each in plan(hub, cafe).contacts] == ["now", "now"]
    # When that row no longer qualifies, the next one speaks for them.
    ends = replace(hub, consent_until=YESTERDAY)
    assert plan(ends, cafe).qualify_now == ("b",)
    assert plan(known("b", person="Jo"), known("a", person="Jo", org="Cafe")).qualify_now == ("a",)


def test_nobody_known() -> None:
    found = plan()
    assert (found.contacts, found.qualify_now, found.suggested) == ((), (), ())
    assert (found.referees_met_on, found.referees_met_on_if_asked, found.ready_on, found.ready_now) == (None, None, None, False)
