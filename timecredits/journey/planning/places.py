"""Planning for a job that wants people from different places, where some stand on the list without a place: they add none.

The planner itself takes any text for a place. So those without one are put at somebody else's place, at each place in turn. On a
day with too few places, whoever is put at one that is there already adds none: only the days of all turns have enough.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import reduce

from timecredits.journey.planning.covered_days import CoveredDays
from timecredits.journey.planning.gathering import Gathered
from timecredits.journey.planning.plan_shapes import Plan
from timecredits.journey.planning.planner import plan_references
from timecredits.journey.planning.referee_days import Vote, examine, stretches_met
from timecredits.journey.planning.requirement import Contact, Requirement

__all__ = ["plan_gathered"]


def plan_gathered(requirement: Requirement, gathered: Gathered) -> Plan:
    """Answer a requirement for what was gathered. Contacts whose `org` is "" count as people and as no place."""
    contacts = gathered.contacts
    plan = plan_references(requirement, contacts, gathered.episodes)
    if requirement.min_orgs == 1 or all(each.org for each in contacts):
        return plan
    met = _met(contacts, requirement, if_asked=False)
    covered = CoveredDays(gathered.episodes, requirement)
    ready = next((day for stretch in met for day in stretch if covered.has_only_minor_gaps(day)), None)
    met_on, if_asked = _first_day(met), _first_day(_met(contacts, requirement, if_asked=True))
    in_order = _ordered(plan, requirement, {each.id: each for each in contacts})
    wanted = max(requirement.referees, requirement.min_orgs)
    return replace(
        plan,
        qualify_now=in_order,
        suggested=in_order[:wanted] if met_on == requirement.as_of else (),
        referees_met_on=met_on,
        referees_met_on_if_asked=if_asked,
        ready_on=None if ready is None else date.fromordinal(ready),
        ready_now=ready == requirement.as_of.toordinal(),
    )


def _met(contacts: Sequence[Contact], requirement: Requirement, *, if_asked: bool) -> list[range]:
    """The days with enough people and places, in order."""
    stretches = []
    for place in sorted({each.org for each in contacts if each.org}) or [""]:
        found = [examine(each if each.org else replace(each, org=place), requirement) for each in contacts]
        votes = [Vote(each.contact, each.days_if_asked if if_asked else each.days) for each in found]
        stretches.append(list(stretches_met(votes, requirement)))
    return reduce(lambda some, others: list(_in_both(some, others)), stretches)


def _in_both(some: Iterable[range], others: Sequence[range]) -> Iterator[range]:
    for each in some:
        for other in others:
            both = range(max(each.start, other.start), min(each.stop, other.stop))
            if both:
                yield both


def _ordered(plan: Plan, requirement: Requirement, contacts: dict[str, Contact]) -> tuple[str, ...]:
    """Those who qualify, as the planner orders them, where nobody without a place stands for one."""

    def order(contact: Contact) -> tuple[bool, date, str]:
        has_left = contact.at_org_until is not None and contact.at_org_until < requirement.as_of
        return has_left, contact.known_since, contact.id

    found = sorted((contacts[each] for each in plan.qualify_now), key=order)
    first_of: dict[str, str] = {}
    for each in found:
        if each.org and len(first_of) < requirement.min_orgs:
            first_of.setdefault(each.org, each.id)
    ahead = tuple(first_of.values())
    return (*ahead, *(each.id for each in found if each.id not in ahead))


def _first_day(stretches: Sequence[range]) -> date | None:
    return date.fromordinal(stretches[0].start) if stretches else None
