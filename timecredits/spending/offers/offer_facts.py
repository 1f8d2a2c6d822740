"""What a venue says about an offer, and what that must keep to."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Talking
from timecredits.spending.models import Offer, Per
from timecredits.spending.offers.offer_times import check_times

LONGEST_NAME = 100
LONGEST_TEXT = 300
MOST_MINUTES = 40 * 60
MOST_PEOPLE = 30
MOST_PLACES = 10_000
OLDEST_LEAST_AGE = 100
QUARTER = 15
_PLACES_PER = frozenset({Per.SLOT, Per.DAY, Per.MONTH})
_ONCE_A = frozenset({Per.DAY, Per.WEEK, Per.MONTH})


@dataclass(frozen=True)
class OfferFacts:
    """What a venue says about an offer. Prices are minutes of credit a person; under_16_minutes None: no under-16s.

    `times` are as in offer_times, none: always. `places` and `places_per` (slot, day or month) go together; None: no limit.
    `once_a` is day, week or month. No `organisation_ids`: for everybody. `least_age` is in years.
    """

    name: str
    adult_minutes: int
    under_16_minutes: int | None = None
    most_people: int = 1
    restrictions: str = ""
    good_first_step: bool = False
    starts_on: date | None = None
    ends_on: date | None = None
    times: tuple[dict[str, Any], ...] = ()
    places: int | None = None
    places_per: Per | None = None
    once_a: Per | None = None
    organisation_ids: tuple[UUID, ...] = field(default=())
    least_age: int | None = None
    booking_note: str = ""
    is_step_free: bool = False
    is_quiet: bool = False
    alone_is_fine: bool = False
    talking: Talking | None = None


def tidy(facts: OfferFacts) -> OfferFacts:
    """The facts as they are kept. Raises RuleError, with the field it speaks of, for facts that can't be."""
    name = " ".join(facts.name.split())
    if not name:
        raise RuleError(Sentence("Give the offer a name, such as Swim, one hour."), field="name")
    if len(name) > LONGEST_NAME:
        raise RuleError(Sentence("Use at most %(most)s letters for the name.", most=LONGEST_NAME), field="name")
    restrictions = _text(facts.restrictions, "restrictions")
    booking_note = _text(facts.booking_note, "booking_note")
    check_price(facts.adult_minutes, "adult")
    if facts.under_16_minutes:
        check_price(facts.under_16_minutes, "under_16")
    if not 1 <= facts.most_people <= MOST_PEOPLE:
        raise RuleError(Sentence("Say how many people may come at once: 1 to %(most)s.", most=MOST_PEOPLE), field="most_people")
    if facts.starts_on and facts.ends_on and facts.ends_on < facts.starts_on:
        raise RuleError(Sentence("The last day is before the first. Change one of them."), field="ends_on")
    times = tuple(check_times(facts.times))
    _check_places(facts, has_times=bool(times))
    if facts.once_a is not None and facts.once_a not in _ONCE_A:
        raise RuleError(Sentence("Choose once a day, a week or a month."), field="once_a")
    if facts.least_age is not None and not 1 <= facts.least_age <= OLDEST_LEAST_AGE:
        raise RuleError(Sentence("Type the least age in years, like 18."), field="least_age")
    return replace(facts, name=name, restrictions=restrictions, booking_note=booking_note, times=times)


def check_price(minutes: int, name: str) -> None:
    """Raise RuleError(field=name) for minutes of credit that can't be a price: whole quarters, above 0."""
    if not 0 < minutes <= MOST_MINUTES or minutes % QUARTER:
        raise RuleError(Sentence("Type the price in credits, like 1 or 1.5. The least is a quarter."), field=name)


def facts_of(offer: Offer) -> OfferFacts:
    """What is said about an offer now."""
    return OfferFacts(
        name=offer.name,
        adult_minutes=offer.adult_minutes,
        under_16_minutes=offer.under_16_minutes,
        most_people=offer.most_people,
        restrictions=offer.restrictions,
        good_first_step=offer.good_first_step,
        starts_on=offer.starts_on,
        ends_on=offer.ends_on,
        times=tuple(offer.times),
        places=offer.places,
        places_per=offer.places_per,
        once_a=offer.once_a,
        organisation_ids=tuple(UUID(each) for each in offer.organisation_ids),
        least_age=offer.least_age,
        booking_note=offer.booking_note,
        is_step_free=offer.is_step_free,
        is_quiet=offer.is_quiet,
        alone_is_fine=offer.alone_is_fine,
        talking=offer.talking,
    )


def _check_places(facts: OfferFacts, *, has_times: bool) -> None:
    if facts.places is None:
        if facts.places_per is not None:
            raise RuleError(Sentence("Type how many places there are, like 8."), field="places")
        return
    if facts.places_per not in _PLACES_PER:
        raise RuleError(Sentence("Choose what the places are for: each time, a day or a month."), field="places_per")
    if not 1 <= facts.places <= MOST_PLACES:
        raise RuleError(Sentence("Type how many places there are, like 8."), field="places")
    if facts.places < facts.most_people:
        raise RuleError(Sentence("More people may come at once than there are places. Change one of them."), field="places")
    if facts.places_per is Per.SLOT and not has_times:
        raise RuleError(Sentence("Say at what times it is on, or count the places by day."), field="places_per")


def _text(text: str, field_name: str) -> str:
    stripped = text.strip()
    if len(stripped) > LONGEST_TEXT:
        raise RuleError(Sentence("Use at most %(most)s letters here.", most=LONGEST_TEXT), field=field_name)
    return stripped
