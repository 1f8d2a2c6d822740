"""What the planner says about one person: how it stands, why, and what to do next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from timecredits.foundation.display import display_day, display_span
from timecredits.foundation.wording import Sentence
from timecredits.journey.planning.day_ranges import add_months
from timecredits.journey.planning.gathering import Gathered
from timecredits.journey.planning.plan_shapes import Plan, Reason, Standing, Status
from timecredits.journey.planning.requirement import Requirement
from timecredits.journey.planning.requirement_words import months_words
from timecredits.journey.referees.referees import RefereeLine, RefereeState

__all__ = ["NextStep", "PersonAnswer", "people_words"]

_SOFT: Final = {Reason.CONSENT_PENDING, Reason.CONSENT_EXPIRED, Reason.NOT_REACHABLE}

_PLAIN: Final = {
    Reason.RELATION_EXCLUDED: Sentence("The job does not take somebody like them."),
    Reason.CONSENT_DECLINED: Sentence("They said no. That is their choice."),
    Reason.CONSENT_WITHDRAWN: Sentence("They said yes before, but they no longer agree."),
    Reason.NOT_REACHABLE: Sentence("We have no email or phone of theirs. An employer needs one."),
    Reason.LEFT_ORGANISATION: Sentence("The job wants somebody who is still there. They are not, or will not be."),
}


class NextStep(StrEnum):
    """What the volunteer can do about a person."""

    NOTHING = "nothing"
    ASK = "ask"
    ASK_AGAIN = "ask_again"
    REACH = "reach"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class PersonAnswer:
    """One person. `state` in a few words, `why` in sentences; `later` marks those who will be ready by themselves."""

    line: RefereeLine
    status: Status
    state: Sentence
    why: tuple[Sentence, ...]
    step: NextStep
    is_suggested: bool
    can_be_settled: bool


def people_words(plan: Plan, requirement: Requirement, gathered: Gathered) -> list[PersonAnswer]:
    """Everybody on the list: those ready now (suggested ones first), those ready later by day, the others."""
    standings = {each.id: each for each in plan.contacts}
    place = {each: number for number, each in enumerate(plan.qualify_now)}

    def order(each: Standing) -> tuple[int, int, date, str]:
        rank = 0 if each.status is Status.NOW else 1 if each.status is Status.LATER else 2 if each.on else 3
        return rank, place.get(each.id, len(place)), each.on or date.max, each.id

    return [_person(each, plan, requirement, gathered) for each in sorted(standings.values(), key=order)]


def _person(standing: Standing, plan: Plan, requirement: Requirement, gathered: Gathered) -> PersonAnswer:
    line = gathered.lines[standing.id]
    why = list(_why(standing, line, requirement))
    if standing.status is Status.NOW and standing.id not in plan.qualify_now:
        why.append(Sentence("They are on your list twice. They count once."))
    return PersonAnswer(
        line=line,
        status=standing.status,
        state=_state(standing),
        why=tuple(why),
        step=_step(standing, line, requirement),
        is_suggested=standing.id in plan.suggested,
        can_be_settled=standing.status is Status.BLOCKED and standing.on is not None,
    )


def _state(standing: Standing) -> Sentence:
    if standing.status is Status.NOW:
        return Sentence("Ready now")
    if standing.status is Status.LATER and standing.on is not None:
        return Sentence("Ready on %(day)s", day=display_day(standing.on))
    return Sentence("Not ready yet") if standing.on else Sentence("Not for this job")


def _why(standing: Standing, line: RefereeLine, requirement: Requirement) -> Iterator[Sentence]:
    for reason in _told(standing):
        yield from _because(reason, standing, line, requirement)
    if requirement.min_orgs > 1 and not line.organisation_name and (standing.on is not None or not standing.reasons):
        yield Sentence("The job wants people from different places. Add where you know them from.")
    if standing.status is Status.NOW and standing.until is not None:
        yield Sentence("This holds until %(day)s.", day=display_day(standing.until))
    if standing.status is Status.LATER:
        yield from _until_then(line, requirement)
    if standing.status is Status.BLOCKED and standing.on is not None:
        if standing.on > requirement.as_of:
            yield Sentence("Then they are ready on %(day)s.", day=display_day(standing.on))
        else:
            yield Sentence("When they say yes, they are ready.")


def _told(standing: Standing) -> list[Reason]:
    """All reasons; where one of them is for good, only those: nothing else needs to be put right then."""
    for_good = [reason for reason in standing.reasons if reason not in _SOFT]
    return for_good or list(standing.reasons)


def _because(reason: Reason, standing: Standing, line: RefereeLine, requirement: Requirement) -> Iterator[Sentence]:
    match reason:
        case Reason.CONSENT_PENDING:
            yield _asked(line, requirement)
        case Reason.NEVER_KNOWN_LONG_ENOUGH:
            yield from _too_short(line, requirement)
        case Reason.CONSENT_EXPIRED:
            yield _ended(standing, requirement)
        case Reason.NOT_REACHABLE if line.has_left_staff:
            yield Sentence("They no longer work there, so we can not write to them.")
            yield Sentence("Do you have their own email? Add them once more with it.")
        case _:
            yield _PLAIN[reason]


def _asked(line: RefereeLine, requirement: Requirement) -> Sentence:
    if line.state(requirement.as_of) is not RefereeState.ASKED:
        return Sentence("They have not said yes. Ask them first.")
    if line.asked_on is None:
        return Sentence("You asked. They have not answered yet.")
    return Sentence("You asked on %(day)s. They have not answered yet.", day=display_day(line.asked_on))


def _too_short(line: RefereeLine, requirement: Requirement) -> Iterator[Sentence]:
    if line.known_until is None:  # the calendar ends before they know you so long
        return
    yield Sentence(
        "They knew you for %(time)s. The job asks for %(asked)s.",
        time=display_span(line.known_since, line.known_until),
        asked=months_words(requirement.known_months),
    )
    needed = add_months(line.known_since, requirement.known_months)
    yield Sentence("It is too short by %(time)s.", time=display_span(line.known_until, needed))


def _ended(standing: Standing, requirement: Requirement) -> Sentence:
    if standing.until is None or standing.until < requirement.as_of:
        return Sentence("Their yes has ended. Ask them again.")
    return Sentence("Their yes ends on %(day)s. That is too soon for this job.", day=display_day(standing.until))


def _until_then(line: RefereeLine, requirement: Requirement) -> Iterator[Sentence]:
    needed = add_months(line.known_since, requirement.known_months)
    if needed > requirement.as_of:
        yield Sentence(
            "They will then have known you for %(time)s. Nothing to do but go on.", time=months_words(requirement.known_months)
        )
    else:
        yield Sentence("Their yes begins on that day.")


def _step(standing: Standing, line: RefereeLine, requirement: Requirement) -> NextStep:
    reasons = set(standing.reasons)
    if standing.on is None or not reasons or reasons - _SOFT:
        return NextStep.NOTHING
    if Reason.NOT_REACHABLE in reasons:
        return NextStep.NOTHING if line.has_left_staff else NextStep.REACH
    if Reason.CONSENT_EXPIRED in reasons and Reason.CONSENT_PENDING not in reasons:
        return NextStep.ASK_AGAIN
    return NextStep.WAIT if line.state(requirement.as_of) is RefereeState.ASKED else NextStep.ASK
