"""Who can be asked for a reference today, when enough people can be, and what is missing: a pure function.

"A job asks for N referees who have each known me for Y years, covering the last Z years without a gap over G days." The rules are
those of design/return-to-work.md, "The reference planner"; what they leave open is said in referee_days.py and covered_days.py.
It goes by `as_of` and by what it is given, in any order; it never reads the clock.
"""

from collections.abc import Iterable
from datetime import date

from timecredits.journey.planning.covered_days import CoveredDays
from timecredits.journey.planning.plan_shapes import Plan
from timecredits.journey.planning.referee_days import Vote, examine, stretches_met, suggest
from timecredits.journey.planning.requirement import Contact, Episode, Requirement


def plan_references(requirement: Requirement, contacts: Iterable[Contact], episodes: Iterable[Episode]) -> Plan:
    """Answer a requirement. Ids of contacts are unique; the caller sees to that.

    `referees_met_on` is the first day from as_of on with enough referees, `referees_met_on_if_asked` the same with everybody who
    only has to be asked, asked again or reached. `ready_on` is the first day with enough referees whose own window has minor gaps
    only, if spells that go on now keep going on. All three are None beyond `horizon_days`, whose last day still counts.
    """
    referees = sorted((examine(each, requirement) for each in contacts), key=lambda each: each.contact.id)
    votes = [Vote(each.contact, each.days) for each in referees]
    if_asked = [Vote(each.contact, each.days_if_asked) for each in referees]
    covered = CoveredDays(episodes, requirement)
    today = requirement.as_of.toordinal()
    met = list(stretches_met(votes, requirement))
    ready = next((day for stretch in met for day in stretch if covered.has_only_minor_gaps(day)), None)
    qualify_now, suggested = suggest(votes, requirement)
    return Plan(
        contacts=tuple(each.standing for each in referees),
        qualify_now=qualify_now,
        suggested=suggested,
        referees_met_on=_first_day(met),
        referees_met_on_if_asked=_first_day(stretches_met(if_asked, requirement)),
        window_from=date.fromordinal(covered.window(today).start),
        gaps=covered.gaps(today),
        ready_on=None if ready is None else date.fromordinal(ready),
        ready_now=ready == today,
        covered=covered.picture(today),
    )


def _first_day(stretches: Iterable[range]) -> date | None:
    return next((date.fromordinal(each.start) for each in stretches), None)
