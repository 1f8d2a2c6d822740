"""What each setting is called, what it means, which values it may have, and what choosing one would change: all in words."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from timecredits.foundation.amounts import credits_text, hours_text
from timecredits.foundation.wording import Sentence
from timecredits.hours.earning import earn, policy_for
from timecredits.network.settings import Rest, Settings, Severity, SpentCorrection
from timecredits.web.programme.keeping_setting_words import KEEPING_GROUPS, keeping_meaning, keeping_value
from timecredits.web.programme.setting_shape import SettingWords
from timecredits.web.programme.spending_setting_words import SPENDING_GROUPS, spending_meaning, spending_value

__all__ = ["GROUPS", "SETTINGS", "SettingWords", "value_text", "what_it_means"]

EXAMPLE = 170
"""Minutes of an example: 2 hours 50 minutes bring something else with every step."""

_NO_LIMIT = Sentence("No limit")
_SEVERITIES = (
    (Severity.WARN, Sentence("Save, and say so")),
    (Severity.STOP, Sentence("Do not save")),
)


GROUPS: tuple[tuple[Sentence, tuple[SettingWords, ...]], ...] = (
    (
        Sentence("Credits"),
        (
            SettingWords(
                "credit_step",
                Sentence("Steps of credit"),
                Sentence("One hour is one credit. This says how exact that is."),
                (
                    (1, Sentence("To the minute")),
                    (15, Sentence("Quarters of a credit")),
                    (30, Sentence("Half credits")),
                    (60, Sentence("Whole credits")),
                ),
            ),
            SettingWords(
                "credit_rest",
                Sentence("Minutes left over"),
                Sentence("What becomes of minutes that do not fill a step."),
                ((Rest.CARRY, Sentence("They carry over to the next time")), (Rest.DROP, Sentence("They bring no credit"))),
            ),
            SettingWords(
                "credits_a_day",
                Sentence("Most credits a day"),
                Sentence("For one person, at all groups together. Hours over it still count as hours."),
                unit="credits",
                may_be_empty=True,
            ),
            SettingWords(
                "credits_a_week",
                Sentence("Most credits a week"),
                Sentence("For one person, from Monday to Sunday. Hours over it still count as hours."),
                unit="credits",
                may_be_empty=True,
            ),
        ),
    ),
    (
        Sentence("Checks on hours"),
        (
            SettingWords(
                "overlap",
                Sentence("Hours at the same time"),
                Sentence("When somebody has other hours at the same time of day."),
                _SEVERITIES,
            ),
            SettingWords(
                "same_twice",
                Sentence("The same hours twice"),
                Sentence("When somebody has as many hours for the same thing on the same day."),
                _SEVERITIES,
            ),
            SettingWords(
                "before_joining",
                Sentence("Hours from before they joined"),
                Sentence("When a day is before the person joined the group. Old sheets may hold such days."),
                _SEVERITIES,
            ),
            SettingWords(
                "daily_limit",
                Sentence("Many hours in a day"),
                Sentence("From how many hours a day at one group we ask for a check."),
                unit="hours",
            ),
            SettingWords(
                "over_daily_limit",
                Sentence("When there are more in a day"),
                Sentence("What happens when somebody has more hours in a day than that."),
                _SEVERITIES,
            ),
        ),
    ),
    (
        Sentence("When hours are put right"),
        (
            SettingWords(
                "spent_correction",
                Sentence("Credits used already"),
                Sentence("When hours turn out to be fewer, but their credits are used."),
                (
                    (SpentCorrection.GOODWILL, Sentence("The programme makes up for it")),
                    (SpentCorrection.SHORTFALL, Sentence("Their next hours pay it back")),
                ),
            ),
        ),
    ),
    (
        Sentence("Sign in and out"),
        (
            SettingWords(
                "attendance_rounding",
                Sentence("How exact the times are"),
                Sentence("Times of signing in and out are kept to the nearest step."),
                (
                    (1, Sentence("To the minute")),
                    (15, Sentence("Quarter of an hour")),
                    (30, Sentence("Half an hour")),
                ),
            ),
        ),
    ),
    (
        Sentence("Reminders"),
        (
            SettingWords(
                "reminder_hours",
                Sentence("Remind people"),
                Sentence("How long before a session people who signed up get an email."),
                (
                    (0, Sentence("Not at all")),
                    (2, Sentence("2 hours before")),
                    (24, Sentence("A day before")),
                    (48, Sentence("2 days before")),
                    (168, Sentence("A week before")),
                ),
            ),
        ),
    ),
    *SPENDING_GROUPS,
    *KEEPING_GROUPS,
)

SETTINGS: Mapping[str, SettingWords] = {each.name: each for _, group in GROUPS for each in group}


def value_text(name: str, value: Any) -> Sentence:
    """A value of a setting in words."""
    words = SETTINGS[name]
    known: dict[Any, Sentence] = dict(words.choices)
    if value in known:
        return known[value]
    if value is None:
        return _NO_LIMIT
    if name == "reminder_hours":
        return Sentence("%(hours)s before", hours=hours_text(value * 60))
    said = spending_value(name, value) or keeping_value(name, value)
    if said is not None:
        return said
    return credits_text(value) if words.unit == "credits" else hours_text(value)


def what_it_means(settings: Settings, name: str, value: Any) -> Sentence:
    """What the setting does once it has this value, with an example where numbers help."""
    if name in {"credit_step", "credit_rest"}:
        return _example(replace(settings, **{name: value}))
    if name in {"credits_a_day", "credits_a_week"}:
        return _most_earned(name, value)
    if (meaning := spending_meaning(name, value) or keeping_meaning(name, value)) is not None:
        return meaning
    if name == "daily_limit":
        return Sentence("More than %(most)s for one person in a day stands out.", most=hours_text(value))
    return _MEANINGS.get((name, value), Sentence("It will be: %(value)s.", value=value_text(name, value)))


def _most_earned(name: str, value: int | None) -> Sentence:
    if value is None:
        return Sentence("Every hour brings its credit, however many there are.")
    if name == "credits_a_day":
        return Sentence("Nobody gets more than %(most)s for one day.", most=credits_text(value))
    return Sentence("Nobody gets more than %(most)s for one week.", most=credits_text(value))


def _example(settings: Settings) -> Sentence:
    earning = earn(policy_for(replace(settings, credits_a_day=None, credits_a_week=None)), EXAMPLE)
    brings = Sentence("%(hours)s of help brings %(credits)s.", hours=hours_text(EXAMPLE), credits=credits_text(earning.earned))
    if earning.carried:
        return Sentence("%(brings)s %(rest)s carry over.", brings=brings, rest=hours_text(earning.carried))
    if earning.earned < EXAMPLE:
        return Sentence("%(brings)s %(rest)s bring nothing.", brings=brings, rest=hours_text(EXAMPLE - earning.earned))
    return brings


_SAVED = Sentence("Such hours are saved. Staff are asked to check them.")
_NOT_SAVED = Sentence("Such hours are not saved. Staff are told why.")
_MEANINGS: Mapping[tuple[str, Any], Sentence] = {
    **{(name, Severity.WARN): _SAVED for name in ("overlap", "same_twice", "before_joining", "over_daily_limit")},
    **{(name, Severity.STOP): _NOT_SAVED for name in ("overlap", "same_twice", "before_joining", "over_daily_limit")},
    ("spent_correction", SpentCorrection.GOODWILL): Sentence("The programme adds what is missing. Nobody owes anything."),
    ("spent_correction", SpentCorrection.SHORTFALL): Sentence(
        "The programme lends what is missing. The person's next hours pay it back. Their page tells them so."
    ),
    ("reminder_hours", 0): Sentence("Nobody is reminded."),
}
