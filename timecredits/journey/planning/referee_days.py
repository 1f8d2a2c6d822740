"""Who qualifies as a referee, from when to when, and in which order they are suggested (design/return-to-work.md, rules 1 to 5).

Where the rules leave a choice:

- The first day somebody could qualify is the latest of as_of, the anniversary and the beginning of their consent, whatever else
  stands in the way. A consent or a stay that ends before it is over for this purpose, though its last day may lie ahead. When
  both are, only the one that ends first is told, and the consent when they end together.
- `consent_from` and `consent_until` bound a consent that is pending just as one that is given: to put it right is to get a yes to
  what was asked. To put an expired one right is a new consent that begins today and has no end.
- So an expired consent has no day when the stay is over as well, even if the consent, which ended first, is all that is told.
- One person's vote is the row that has known you longest, then the smallest id, and it counts for that row's organisation only.
  So a further row of the same person may move their vote to another organisation; one of a new person never takes anything away.
- Somebody is still there on as_of when `at_org_until` is empty or not before it, whether or not the job asks for that.
- The organisation rule comes first: the best of an organisation that has nobody yet, until there are `min_orgs`; then the rest in
  order.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from timecredits.journey.planning.day_ranges import add_months, days_between
from timecredits.journey.planning.plan_shapes import Reason, Standing, Status
from timecredits.journey.planning.requirement import Consent, Contact, Requirement

_NO_DAYS: Final = range(0)
_HARD: Final = {
    Reason.RELATION_EXCLUDED,
    Reason.NEVER_KNOWN_LONG_ENOUGH,
    Reason.LEFT_ORGANISATION,
    Reason.CONSENT_DECLINED,
    Reason.CONSENT_WITHDRAWN,
}
_CONSENT: Final = {
    Consent.PENDING: Reason.CONSENT_PENDING,
    Consent.DECLINED: Reason.CONSENT_DECLINED,
    Consent.WITHDRAWN: Reason.CONSENT_WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Referee:
    """A contact, where they stand, the days they qualify on, and those they would qualify on if soft blocks were put right."""

    contact: Contact
    standing: Standing
    days: range
    days_if_asked: range


@dataclass(frozen=True, slots=True)
class Vote:
    """That one contact may be a referee on some days."""

    contact: Contact
    days: range


def examine(contact: Contact, requirement: Requirement) -> Referee:
    """Where a contact stands on as_of (rules 2 to 4)."""
    as_of = requirement.as_of
    anniversary = _anniversary(contact, requirement.known_months)
    known = max(as_of, anniversary)
    first = max(known, contact.consent_from or known)
    stay_ends = contact.at_org_until if requirement.must_be_at_org else None
    is_over = contact.consent_until is not None and contact.consent_until < first
    reasons = _standing_reasons(contact, requirement)
    if contact.known_until is not None and contact.known_until < anniversary:
        reasons.append(Reason.NEVER_KNOWN_LONG_ENOUGH)
    if is_over and _earliest(contact.consent_until, stay_ends) == contact.consent_until:
        reasons.append(Reason.CONSENT_EXPIRED)
    elif stay_ends is not None and stay_ends < first:
        reasons.append(Reason.LEFT_ORGANISATION)
    until = _earliest(contact.consent_until, stay_ends)
    if _HARD.isdisjoint(reasons):
        if_asked = days_between(known, stay_ends) if is_over else days_between(first, until)
    else:
        if_asked = _NO_DAYS
    status = Status.BLOCKED if reasons else Status.NOW if first == as_of else Status.LATER
    on = date.fromordinal(if_asked.start) if if_asked else None
    return Referee(contact, Standing(contact.id, status, on, until, tuple(reasons)), _NO_DAYS if reasons else if_asked, if_asked)


def stretches_met(votes: Iterable[Vote], requirement: Requirement) -> Iterator[range]:
    """The days from as_of to the horizon on which there are enough referees of enough organisations, in order (rule 8).

    Who qualifies changes only where somebody's days begin or end, so it is looked at there and holds until the next such day.
    """
    ranked = _by_person_s_best(votes)
    begin = requirement.as_of.toordinal()
    end = begin + requirement.horizon_days + 1
    turns = {begin, end, *(turn for each in ranked for turn in (each.days.start, each.days.stop) if begin < turn < end)}
    for here, there in pairwise(sorted(turns)):
        if _is_enough(_voters(ranked, here), requirement):
            yield range(here, there)


def suggest(votes: Iterable[Vote], requirement: Requirement) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ids of those who qualify on as_of, one a person, in the order of suggestion; and of those suggested (rule 5)."""
    as_of = requirement.as_of

    def order(contact: Contact) -> tuple[bool, date, str]:
        has_left = contact.at_org_until is not None and contact.at_org_until < as_of
        return has_left, contact.known_since, contact.id

    voters = sorted(_voters(_by_person_s_best(votes), as_of.toordinal()), key=order)
    first_of_org: dict[str, Contact] = {}
    for each in voters:
        if len(first_of_org) < requirement.min_orgs:
            first_of_org.setdefault(each.org, each)
    ahead = [each.id for each in first_of_org.values()]
    ids = (*ahead, *(each.id for each in voters if each.id not in ahead))
    wanted = max(requirement.referees, requirement.min_orgs)
    return ids, ids[:wanted] if _is_enough(voters, requirement) else ()


def _anniversary(contact: Contact, months: int) -> date:
    """The first day on which they have known you long enough, if they know you until then."""
    try:
        return add_months(contact.known_since, months)
    except OverflowError:
        return date.max  # the calendar ends there


def _standing_reasons(contact: Contact, requirement: Requirement) -> list[Reason]:
    """What stands in the way today and has nothing to do with days."""
    reasons = []
    if contact.relation in requirement.excluded:
        reasons.append(Reason.RELATION_EXCLUDED)
    if contact.consent is not Consent.GIVEN:
        reasons.append(_CONSENT[contact.consent])
    if not contact.reachable:
        reasons.append(Reason.NOT_REACHABLE)
    return reasons


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _by_person_s_best(votes: Iterable[Vote]) -> list[Vote]:
    return sorted((each for each in votes if each.days), key=lambda each: (each.contact.known_since, each.contact.id))


def _voters(ranked: Sequence[Vote], day: int) -> list[Contact]:
    """Each person's best row of those that qualify on the day."""
    best: dict[str, Contact] = {}
    for each in ranked:
        if day in each.days:
            best.setdefault(each.contact.person, each.contact)
    return list(best.values())


def _is_enough(voters: Sequence[Contact], requirement: Requirement) -> bool:
    return len(voters) >= requirement.referees and len({each.org for each in voters}) >= requirement.min_orgs
