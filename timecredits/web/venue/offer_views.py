"""What is said about an offer, part by part, as its manager reads it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import format_date
from flask_babel import gettext as _

from timecredits.foundation.amounts import credits_text
from timecredits.spending.models import Offer, Per
from timecredits.spending.offers.offer_filling import Filled
from timecredits.spending.offers.offer_words import times_words
from timecredits.web.filters import day, say


@dataclass(frozen=True)
class PartView:
    """One part: its name in the address, a title, and what is said, as names and values."""

    part: str
    title: str
    facts: list[tuple[str, str]]


def parts_of(offer: Offer, groups: Sequence[str]) -> list[PartView]:
    """All parts of an offer. `groups` are the names of those it is kept for."""
    return [
        PartView("what", _("What it is and costs"), _what(offer)),
        PartView("when", _("When it is on"), _when(offer)),
        PartView("places", _("How many and how often"), _places(offer)),
        PartView("who", _("Who may use it"), _who(offer, groups)),
        PartView("there", _("What it is like there"), _there(offer)),
    ]


def period_name(filled: Filled) -> str:
    """A slot, day or month as people say it: "21 November 2026, 10am", "November 2026"."""
    if filled.is_month:
        return str(format_date(filled.day, "MMMM y"))
    return f"{day(filled.day)}, {say(filled.starts)}" if filled.starts else day(filled.day)


def _what(offer: Offer) -> list[tuple[str, str]]:
    if offer.under_16_minutes is None:
        under_16 = _("Can't come on this offer")
    else:
        under_16 = say(credits_text(offer.under_16_minutes)) if offer.under_16_minutes else _("Free")
    return [
        (_("Good to know"), offer.restrictions or _("Nothing said")),
        (_("Booking"), offer.booking_note or _("Not needed")),
        (_("Adult"), say(credits_text(offer.adult_minutes))),
        (_("Under 16"), under_16),
        (_("Most people at once"), str(offer.most_people)),
    ]


def _when(offer: Offer) -> list[tuple[str, str]]:
    times = [say(each) for each in times_words(offer.times)]
    found = [(_("In the week"), "; ".join(times) or _("At any time you are open"))]
    if offer.starts_on:
        found.append((_("First day"), day(offer.starts_on)))
    found.append((_("Last day"), day(offer.ends_on) if offer.ends_on else _("It goes on")))
    return found


def _places(offer: Offer) -> list[tuple[str, str]]:
    each = {Per.SLOT: _("each time"), Per.DAY: _("a day"), Per.MONTH: _("a month")}
    often = {Per.DAY: _("Once a day"), Per.WEEK: _("Once a week"), Per.MONTH: _("Once a month")}
    counted = f"{offer.places} {each[offer.places_per]}" if offer.places and offer.places_per else _("Not counted")
    return [
        (_("Places"), counted),
        (_("One person may come"), often[offer.once_a] if offer.once_a else _("As often as they like")),
    ]


def _who(offer: Offer, groups: Sequence[str]) -> list[tuple[str, str]]:
    return [
        (_("Youngest age"), str(offer.least_age) if offer.least_age else _("Any age")),
        (_("Groups"), ", ".join(groups) or _("Everybody")),
    ]


def _there(offer: Offer) -> list[tuple[str, str]]:
    said = [
        (offer.is_step_free, _("Step-free all the way")),
        (offer.is_quiet, _("A quiet time or place")),
        (offer.alone_is_fine, _("You can come alone and need not talk")),
        (offer.good_first_step, _("A good first step")),
    ]
    return [(text, _("Yes") if is_so else _("Not said")) for is_so, text in said]
