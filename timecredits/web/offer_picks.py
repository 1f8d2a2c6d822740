"""Offers as they are chosen where credits are taken, with what must be known first. Shared by the till and the poster's pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from timecredits.spending.visits import TillOffer
from timecredits.web.filters import say

_ICONS = {"booking": "calendar", "times": "clock", "days": "calendar", "places": "people", "once": "again", "people": "people"}


@dataclass(frozen=True, slots=True)
class Rule:
    """Something to know before credits are taken, with its sign (components/icons.html)."""

    icon: str
    text: str


@dataclass(frozen=True, slots=True)
class OfferPick:
    """One offer to choose. `rules` stand above the name and the price; `programme_name` is empty where there is only one."""

    id: UUID
    name: str
    adult_minutes: int
    under_16_minutes: int | None
    most_people: int
    programme_name: str
    rules: tuple[Rule, ...]

    @property
    def asks_party(self) -> bool:
        """Whether it must be said how many come."""
        return self.most_people > 1

    def price(self, adults: int, under_16s: int) -> int:
        """What so many people cost, in minutes."""
        return adults * self.adult_minutes + under_16s * (self.under_16_minutes or 0)


def picks_of(offers: Sequence[TillOffer]) -> list[OfferPick]:
    """The offers to choose from, in their order."""
    return [
        OfferPick(
            offer.id,
            offer.name,
            offer.adult_minutes,
            offer.under_16_minutes,
            offer.most_people,
            offer.programme_name,
            tuple(_rules(offer)),
        )
        for offer in offers
    ]


def _rules(offer: TillOffer) -> list[Rule]:
    """What must be known; that it is closed just now comes first of all."""
    opening = offer.opening
    closed = [Rule("warning", say(opening.sentence))] if not opening.is_on and opening.sentence else []
    return closed + [Rule(_ICONS.get(rule.kind, "info"), say(rule.text)) for rule in offer.rules]
