"""The planner's answer in sentences: first of all one that says how it stands, then the years, then each person.

Nothing here is a promise; the page says so beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from timecredits.foundation.display import display_day
from timecredits.foundation.wording import Sentence, counted
from timecredits.journey.planning.gathering import Gathered
from timecredits.journey.planning.plan_shapes import GapKind, Plan, Reason, Standing, Status
from timecredits.journey.planning.requirement import Contact, Requirement
from timecredits.journey.planning.requirement_words import months_words
from timecredits.journey.referees.referees import RefereeState

__all__ = ["ToSettle", "headline", "names_words", "ready_words", "sooner_words", "to_settle", "years_words"]

_SECOND: Final = 2
_THIRD: Final = 3


class _How(StrEnum):
    ASK = "ask"
    WAIT = "wait"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class ToSettle:
    """The people who make it enough once what is in the way with them is put right, and the day on which it is enough then."""

    ids: tuple[str, ...]
    on: date


def headline(plan: Plan, requirement: Requirement, gathered: Gathered) -> Sentence:
    """Say in one sentence, or two short ones, how it stands with the people."""
    wanted, have = _wanted(requirement), len(plan.qualify_now)
    if not plan.contacts:
        return Sentence("You have nobody on your list yet. Add somebody who knows you well.")
    if plan.suggested:
        return counted("The one person you need is ready now.", "All %(num)s are ready now.", wanted)
    settle = to_settle(plan, requirement, gathered)
    if settle is not None and (settle.on == requirement.as_of or plan.referees_met_on is None):
        return _if_settled(settle, requirement, gathered, have, wanted)
    if plan.referees_met_on is not None:
        return _later(display_day(plan.referees_met_on), requirement, have, wanted)
    return _add_others(requirement, have, wanted)


def sooner_words(plan: Plan, requirement: Requirement, gathered: Gathered) -> Sentence | None:
    """Say who brings the day nearer, where the headline names a later day."""
    settle = to_settle(plan, requirement, gathered)
    if plan.referees_met_on is None or settle is None or settle.on == requirement.as_of:
        return None
    return Sentence("%(todo)s: then it is %(day)s.", todo=_todo(settle.ids, requirement, gathered), day=display_day(settle.on))


def years_words(plan: Plan, requirement: Requirement) -> Sentence | None:
    """Say how it stands with the years, or None where the job asks about none."""
    if not requirement.window_months:
        return None
    time = months_words(requirement.window_months)
    if not plan.covered:
        return Sentence("Nothing shows what you did in the last %(time)s yet.", time=time)
    long_gaps = sum(gap.kind is not GapKind.MINOR for gap in plan.gaps)
    if long_gaps:
        return counted(
            "There is %(num)s gap in the last %(time)s that is too long.",
            "There are %(num)s gaps in the last %(time)s that are too long.",
            long_gaps,
            time=time,
        )
    if plan.gaps:
        return Sentence("The last %(time)s have only short gaps. The job allows them.", time=time)
    return Sentence("The last %(time)s have no gap.", time=time)


def ready_words(plan: Plan, requirement: Requirement, gathered: Gathered) -> Sentence | None:
    """Say when people and years are ready together, or None where that goes without saying."""
    if plan.ready_now or not requirement.window_months:
        return None
    if plan.ready_on is None:
        return Sentence("We can not name a day yet when all of it is ready. See below what helps.")
    day = display_day(plan.ready_on)
    if gathered.gives_time_now:
        return Sentence("If you keep volunteering as now, all of it is ready on %(day)s.", day=day)
    return Sentence("If things stay as they are, all of it is ready on %(day)s.", day=day)


def to_settle(plan: Plan, requirement: Requirement, gathered: Gathered) -> ToSettle | None:
    """Whom to ask, or to put right, so that there are enough sooner; None where that changes nothing.

    As few as will do, those who qualify first before others.
    """
    day = plan.referees_met_on_if_asked
    if day is None or (plan.referees_met_on is not None and plan.referees_met_on <= day):
        return None
    contacts = {each.id: each for each in gathered.contacts}
    there = [each for each in plan.contacts if each.on is not None and each.on <= day and _lasts_to(each, day)]
    settled = [contacts[each.id] for each in there if each.status is not Status.BLOCKED]
    soft = sorted(
        (each for each in there if each.status is Status.BLOCKED),
        key=lambda each: (each.on, contacts[each.id].known_since, each.id),
    )
    chosen = [contacts[each.id] for each in soft]
    if not _is_enough([*settled, *chosen], requirement):
        return None
    for each in reversed(list(chosen)):
        others = [other for other in chosen if other.id != each.id]
        if _is_enough([*settled, *others], requirement):
            chosen = others
    return ToSettle(tuple(each.id for each in chosen), day)


def names_words(names: Sequence[str]) -> Sentence | str:
    """A list of names in a sentence."""
    if len(names) == 1:
        return names[0]
    if len(names) == 2:  # noqa: PLR2004
        return Sentence("%(first)s and %(last)s", first=names[0], last=names[1])
    return Sentence("%(first)s, %(rest)s", first=names[0], rest=names_words(names[1:]))


def _wanted(requirement: Requirement) -> int:
    return max(requirement.referees, requirement.min_orgs)


def _add_others(requirement: Requirement, have: int, wanted: int) -> Sentence:
    if have >= wanted:
        return Sentence("You have enough people, but not from %(places)s different places.", places=requirement.min_orgs)
    if have:
        return counted(
            "%(num)s of %(wanted)s is ready now. You need to add somebody else.",
            "%(num)s of %(wanted)s are ready now. You need to add somebody else.",
            have,
            wanted=wanted,
        )
    return Sentence("Nobody on your list can be ready for this job. You need to add somebody else.")


def _later(day: str, requirement: Requirement, have: int, wanted: int) -> Sentence:
    if have >= wanted:
        return Sentence(
            "You have enough people, but not from %(places)s different places. It is enough on %(day)s.",
            places=requirement.min_orgs,
            day=day,
        )
    if not have:
        return counted(
            "Nobody is ready now. The one you need is ready on %(day)s.",
            "Nobody is ready now. All %(num)s are ready on %(day)s.",
            wanted,
            day=day,
        )
    if (have, wanted) == (1, _SECOND):
        return Sentence("1 of 2 is ready now; the second on %(day)s.", day=day)
    if (have, wanted) == (2, _THIRD):
        return Sentence("2 of 3 are ready now; the third on %(day)s.", day=day)
    return counted(
        "%(num)s of %(wanted)s is ready now; all of them on %(day)s.",
        "%(num)s of %(wanted)s are ready now; all of them on %(day)s.",
        have,
        wanted=wanted,
        day=day,
    )


def _if_settled(settle: ToSettle, requirement: Requirement, gathered: Gathered, have: int, wanted: int) -> Sentence:
    todo = _todo(settle.ids, requirement, gathered)
    values = {"wanted": wanted, "todo": todo}
    if have >= wanted:
        return _if_settled_places(settle, requirement, todo)
    if settle.on != requirement.as_of:
        day = display_day(settle.on)
        if not have:
            return Sentence("Nobody is ready yet. %(todo)s: then you have enough on %(day)s.", todo=todo, day=day)
        return counted(
            "%(num)s of %(wanted)s is ready. %(todo)s: then all are ready on %(day)s.",
            "%(num)s of %(wanted)s are ready. %(todo)s: then all are ready on %(day)s.",
            have,
            **values,
            day=day,
        )
    if not have:
        return counted(
            "Nobody is ready yet. %(todo)s: then you have the one you need.",
            "Nobody is ready yet. %(todo)s: then all %(num)s are ready.",
            wanted,
            todo=todo,
        )
    return counted(
        "%(num)s of %(wanted)s is ready. %(todo)s: then %(wanted)s of %(wanted)s are ready.",
        "%(num)s of %(wanted)s are ready. %(todo)s: then %(wanted)s of %(wanted)s are ready.",
        have,
        **values,
    )


def _if_settled_places(settle: ToSettle, requirement: Requirement, todo: Sentence) -> Sentence:
    places = requirement.min_orgs
    if settle.on == requirement.as_of:
        return Sentence(
            "You have enough people, but not from %(places)s different places. %(todo)s: then it is enough.",
            places=places,
            todo=todo,
        )
    return Sentence(
        "You have enough people, but not from %(places)s different places. %(todo)s: then it is enough on %(day)s.",
        places=places,
        todo=todo,
        day=display_day(settle.on),
    )


def _todo(ids: Iterable[str], requirement: Requirement, gathered: Gathered) -> Sentence:
    lines = [gathered.lines[each] for each in ids]
    names = names_words([line.name for line in lines])
    ways = {_how(line.is_reachable, line.state(requirement.as_of)) for line in lines}
    if ways == {_How.ASK}:
        return Sentence("Ask %(names)s", names=names)
    if ways == {_How.WAIT}:
        return Sentence("Get a yes from %(names)s", names=names)
    return Sentence("Do the steps below with %(names)s", names=names)


def _how(is_reachable: bool, state: RefereeState) -> _How:  # noqa: FBT001
    if not is_reachable:
        return _How.LOOK
    return _How.WAIT if state is RefereeState.ASKED else _How.ASK


def _lasts_to(standing: Standing, day: date) -> bool:
    """Whether they still qualify on a later day. A consent that is over is given anew, without an end."""
    return Reason.CONSENT_EXPIRED in standing.reasons or standing.until is None or standing.until >= day


def _is_enough(contacts: Sequence[Contact], requirement: Requirement) -> bool:
    """As the planner counts: one vote a person, for the place of the row that has known you longest. No place is none."""
    best: dict[str, Contact] = {}
    for each in sorted(contacts, key=lambda each: (each.known_since, each.id)):
        best.setdefault(each.person, each)
    places = {each.org for each in best.values() if each.org}
    return len(best) >= requirement.referees and (requirement.min_orgs == 1 or len(places) >= requirement.min_orgs)
