"""What an organisation says about an activity, and what that must keep to."""

from dataclasses import dataclass, replace
from typing import Any

from timecredits.foundation.errors import RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Activity, ActivityCategory, ActivityKind, Forgotten, OpenTo, Talking
from timecredits.hours.hour_rules import LONGEST_DAY
from timecredits.network.settings import Rest

LONGEST_NAME = 120
LONGEST_TEXT = 1000
LONGEST_ROLE = 4000
MOST_PLACES = 1000
CREDIT_STEPS = (1, 15, 30, 60)
_MOST_FACTS = 20
_LONGEST_FACT = 80
_WEEK = 7 * LONGEST_DAY

ACCESS_FACTS = (
    Sentence("Step-free"),
    Sentence("Accessible toilet"),
    Sentence("Near a bus stop or station"),
    Sentence("Blue badge parking"),
    Sentence("You can sit down"),
    Sentence("A quiet place to take a break"),
    Sentence("Hearing loop"),
    Sentence("Assistance dogs welcome"),
    Sentence("Bring somebody to support you"),
    Sentence("Bring your children"),
)
"""What is offered to tick; an organisation may add lines in its own words."""


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """What an organisation says about an activity. `usual_minutes` is what a register begins with.

    `capacity` None is any number. `forgotten_minutes` None is the usual time. Of the four about earning, None is whatever
    the programme has set; all are minutes. `talking` belongs to a good first step.
    """

    name: str
    summary: str = ""
    place: str = ""
    when_text: str = ""
    usual_minutes: int = 120
    earns_credits: bool = True
    good_first_step: bool = False
    role: str = ""
    access_facts: tuple[str, ...] = ()
    capacity: int | None = None
    open_to: OpenTo = OpenTo.EVERYBODY
    forgotten: Forgotten = Forgotten.LOOK
    forgotten_minutes: int | None = None
    credit_step: int | None = None
    credit_rest: Rest | None = None
    credits_a_day: int | None = None
    credits_a_week: int | None = None
    kind: ActivityKind = ActivityKind.ROLE
    counts_hours: bool = True
    talking: Talking | None = None
    category: ActivityCategory = ActivityCategory.OTHER


def facts_of(activity: Activity) -> ActivityFacts:
    """What is said about an activity now."""
    values = {column: getattr(activity, column) for column in ActivityFacts.__slots__}
    return ActivityFacts(**values | {"access_facts": tuple(activity.access_facts)})


def columns_of(facts: ActivityFacts) -> dict[str, Any]:
    """The row's columns that hold these facts."""
    said = {column: getattr(facts, column) for column in ActivityFacts.__slots__}
    return said | {"folded_name": fold(facts.name), "access_facts": list(facts.access_facts)}


def tidied(facts: ActivityFacts) -> ActivityFacts:
    """Return the facts without stray spaces, and each access fact once."""
    found = {fold(fact): fact for each in facts.access_facts if (fact := " ".join(each.split()))}
    return replace(
        facts,
        name=" ".join(facts.name.split()),
        summary=facts.summary.strip(),
        role=facts.role.strip(),
        place=" ".join(facts.place.split()),
        when_text=" ".join(facts.when_text.split()),
        access_facts=tuple(found.values()),
    )


def check_facts(facts: ActivityFacts) -> None:
    """Raise RuleError for what can't be said, at the field it speaks of."""
    if not any(map(str.isalnum, facts.name)):
        raise RuleError(Sentence("Type the name of the activity. Nothing was saved."), field="name")
    if len(facts.name) > LONGEST_NAME:
        raise RuleError(Sentence("That name is too long. Use at most %(most)s letters.", most=LONGEST_NAME), field="name")
    for field, text, most in (
        ("summary", facts.summary, LONGEST_TEXT),
        ("place", facts.place, LONGEST_TEXT),
        ("when_text", facts.when_text, LONGEST_TEXT),
        ("role", facts.role, LONGEST_ROLE),
    ):
        if len(text) > most:
            raise RuleError(Sentence("That is too long. Use at most %(most)s letters.", most=most), field=field)
    if len(facts.access_facts) > _MOST_FACTS or any(len(each) > _LONGEST_FACT for each in facts.access_facts):
        raise RuleError(
            Sentence(
                "Keep it short: at most %(facts)s lines of %(letters)s letters. Nothing was saved.",
                facts=_MOST_FACTS,
                letters=_LONGEST_FACT,
            ),
            field="access_facts",
        )
    if not 0 < facts.usual_minutes <= LONGEST_DAY:
        raise RuleError(Sentence("Type how long it is, from 1 minute to 24 hours."), field="usual")
    check_capacity(facts.capacity)
    _check_earning(facts)


def check_capacity(capacity: int | None) -> None:
    """Raise RuleError unless this many people can be the most who come; None is any number."""
    if capacity is not None and not 0 < capacity <= MOST_PLACES:
        raise RuleError(
            Sentence("Type how many may come, from 1 to %(most)s. Leave it empty for any number.", most=MOST_PLACES),
            field="capacity",
        )


def _check_earning(facts: ActivityFacts) -> None:
    if facts.forgotten_minutes is not None and not 0 < facts.forgotten_minutes <= LONGEST_DAY:
        raise RuleError(Sentence("Type how long it is, from 1 minute to 24 hours."), field="forgotten_minutes")
    if facts.credit_step is not None and facts.credit_step not in CREDIT_STEPS:
        raise RuleError(Sentence("Choose one of the steps. Nothing was saved."), field="credit_step")
    for field, limit, most in (
        ("credits_a_day", facts.credits_a_day, LONGEST_DAY),
        ("credits_a_week", facts.credits_a_week, _WEEK),
    ):
        if limit is not None and not 0 < limit <= most:
            raise RuleError(
                Sentence("Type how many credits at most, up to %(most)s. Leave it empty for no limit here.", most=most // 60),
                field=field,
            )
