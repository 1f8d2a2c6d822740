"""What a job asks for, in sentences that the volunteer and the employer read alike."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from timecredits.foundation.wording import Sentence, counted
from timecredits.journey.planning.asked_for import on_day
from timecredits.journey.planning.requirement import Requirement

__all__ = ["months_words", "requirement_sentences", "requirement_words", "short_words"]

_YEAR: Final = 12
_ANY_DAY: Final = date(2000, 1, 1)
_LEFT_OUT: Final = {
    frozenset({"friend", "family"}): Sentence("Friends and family do not count."),
    frozenset({"friend"}): Sentence("Friends do not count."),
    frozenset({"family"}): Sentence("Family does not count."),
}


def requirement_words(asked: Mapping[str, Any]) -> list[str]:
    """A requirement (the planner's JSON, `as_of` left out) in plain English. Raises RuleError for what isn't one."""
    return [str(sentence) for sentence in requirement_sentences(asked)]


def requirement_sentences(asked: Mapping[str, Any]) -> list[Sentence]:
    """The same, still to be put into the reader's language."""
    return list(_sentences(on_day(asked, _ANY_DAY)))


def months_words(months: int) -> Sentence:
    """A number of months as people say it: "2 years", "2 years 6 months", "6 months"."""
    years, rest = divmod(months, _YEAR)
    said_years = counted("%(num)s year", "%(num)s years", years)
    said_months = counted("%(num)s month", "%(num)s months", rest)
    if years and rest:
        return Sentence("%(years)s %(months)s", years=said_years, months=said_months)
    return said_years if years else said_months


def short_words(asked: Mapping[str, Any]) -> Sentence:
    """What matters most of it in a few words, for a list: "2 people, known for 2 years; the last 3 years"."""
    found = on_day(asked, _ANY_DAY)
    people = counted("%(num)s person", "%(num)s people", found.referees)
    known, window = months_words(found.known_months), months_words(found.window_months)
    if found.known_months and found.window_months:
        return Sentence("%(people)s, known for %(known)s; the last %(window)s", people=people, known=known, window=window)
    if found.known_months:
        return Sentence("%(people)s, known for %(known)s", people=people, known=known)
    if found.window_months:
        return Sentence("%(people)s; the last %(window)s", people=people, window=window)
    return people


def _sentences(asked: Requirement) -> Iterator[Sentence]:
    yield counted("%(num)s person who can give a reference.", "%(num)s people who can give a reference.", asked.referees)
    if asked.min_orgs > 1:
        yield Sentence("They come from at least %(places)s different places.", places=asked.min_orgs)
    if asked.known_months:
        yield Sentence("Each has known the person for %(time)s.", time=months_words(asked.known_months))
    if asked.must_be_at_org:
        yield Sentence("Each is still at the place they know the person from.")
    if asked.excluded in _LEFT_OUT:
        yield _LEFT_OUT[asked.excluded]
    elif asked.excluded:
        yield Sentence("Some kinds of people do not count.")
    if asked.window_months:
        yield Sentence("What the person did in the last %(time)s is shown.", time=months_words(asked.window_months))
        yield (
            counted("No gap is longer than %(num)s day.", "No gap is longer than %(num)s days.", asked.max_gap_days)
            if asked.max_gap_days
            else Sentence("There is no gap at all.")
        )
        if asked.max_inactivity_days is not None:
            yield counted(
                "Visits up to %(num)s day apart count as steady.",
                "Visits up to %(num)s days apart count as steady.",
                asked.max_inactivity_days,
            )
