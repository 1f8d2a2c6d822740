"""Made-up organisations, and venues of the kinds that take time credits in Cambridgeshire and Norfolk.

The national venues are named to show how such places stand in a programme; they have no part in this demo.
"""

from dataclasses import dataclass
from typing import Any

from timecredits.spending.models import Per
from timecredits.spending.offers.offer_facts import OfferFacts


@dataclass(frozen=True)
class SampleActivity:
    """An activity, the weekday it happens on (0 is Monday), its usual minutes, and how many come."""

    name: str
    summary: str
    weekday: int
    starts: int
    minutes: int
    people: int
    good_first_step: bool = False


@dataclass(frozen=True)
class SampleOrganisation:
    """An organisation with what people do there. `letter_name` is what stands on letters."""

    slug: str
    name: str
    letter_name: str
    town: str
    summary: str
    activities: tuple[SampleActivity, ...]


@dataclass(frozen=True)
class SampleVenue:
    """A venue with its offers, and the postcode district that it is in."""

    slug: str
    name: str
    town: str
    district: str
    summary: str
    offers: tuple[OfferFacts, ...]
    is_national: bool = False
    access: tuple[str, ...] = ("Step-free",)
    address: tuple[str, ...] = ()


def _times(*times: tuple[tuple[int, ...], str, str]) -> tuple[dict[str, Any], ...]:
    """Times of the week as an offer keeps them: days (0 is Monday), from, until."""
    return tuple({"days": list(days), "from": starts, "until": ends} for days, starts, ends in times)


TEN, ELEVEN, TWO, SIX = 600, 660, 840, 1080

ORGANISATIONS = (
    SampleOrganisation(
        "willow-house",
        "Willow House",
        "Willow House",
        "Cambridge",
        "A mental health charity with mentoring and peer support.",
        (
            SampleActivity("Welcome desk", "Greet people and put the kettle on.", 0, TEN, 120, 5, good_first_step=True),
            SampleActivity("Garden group", "Grow food and flowers together.", 2, TEN, 150, 8, good_first_step=True),
            SampleActivity("Peer support circle", "Sit with others who have been there.", 3, SIX, 90, 6),
            SampleActivity("Mentoring", "Meet one person, once a week.", 4, TWO, 60, 4),
        ),
    ),
    SampleOrganisation(
        "open-door-works",
        "Open Door Works",
        "Open Door Works",
        "Norwich",
        "A homelessness charity with classes and a small business of its own.",
        (
            SampleActivity("Community kitchen", "Cook and serve lunch.", 1, TEN, 180, 9),
            SampleActivity("Bike workshop", "Mend bikes to sell.", 3, TWO, 150, 5),
            SampleActivity("Reading hour", "Read with someone who is learning.", 2, TWO, 60, 4, good_first_step=True),
        ),
    ),
    SampleOrganisation(
        "second-stitch",
        "Second Stitch",
        "Second Stitch",
        "Ely",
        "A make-do-and-mend workshop.",
        (
            SampleActivity("Mending table", "Sew, darn and patch.", 5, ELEVEN, 120, 7, good_first_step=True),
            SampleActivity("Tool library", "Lend tools and check them in.", 5, TWO, 120, 3),
        ),
    ),
    SampleOrganisation(
        "side-by-side",
        "Side by Side Groups",
        "Side by Side",
        "King's Lynn",
        "Peer support groups that people run for each other.",
        (
            SampleActivity("Tea and talk", "Come for tea. You need not talk.", 1, TWO, 90, 6, good_first_step=True),
            SampleActivity("Walk and chat", "A slow walk by the river.", 6, ELEVEN, 90, 6, good_first_step=True),
        ),
    ),
    SampleOrganisation(
        "fen-food-share",
        "Fen Food Share",
        "Fen Food Share",
        "Wisbech",
        "A food club in a church hall.",
        (
            SampleActivity("Sorting food", "Unpack, check dates and fill bags.", 4, TEN, 120, 7, good_first_step=True),
            SampleActivity("Van run", "Collect food from shops.", 0, TWO, 180, 3),
        ),
    ),
)

VENUES = (
    SampleVenue(
        "granary-theatre",
        "The Granary Theatre",
        "Norwich",
        "NR1",
        "Plays, music and comedy by the river.",
        (
            OfferFacts(
                "Weekday play",
                120,
                60,
                4,
                "Ask for a seat on the day.",
                times=_times(((0, 1, 2, 3), "18:30", "20:00")),
                places=12,
                places_per=Per.DAY,
                is_step_free=True,
            ),
            OfferFacts(
                "Matinee",
                60,
                30,
                4,
                times=_times(((2, 5), "13:30", "14:30")),
                places=20,
                places_per=Per.SLOT,
                good_first_step=True,
                alone_is_fine=True,
                is_step_free=True,
            ),
        ),
        access=("Step-free", "Hearing loop"),
        address=("1 Example Quay", "Norwich"),
    ),
    SampleVenue(
        "riverside-pool",
        "Riverside Pool",
        "Cambridge",
        "CB4",
        "A 25-metre pool and a warm small one.",
        (
            OfferFacts(
                "Swim, one hour",
                60,
                30,
                5,
                "Not on Saturday mornings. Under 8s need an adult with them.",
                is_step_free=True,
            ),
            OfferFacts(
                "Quiet swim",
                60,
                restrictions="Low light, no music.",
                times=_times(((6,), "16:00", "18:00")),
                places=10,
                places_per=Per.SLOT,
                once_a=Per.WEEK,
                least_age=16,
                good_first_step=True,
                is_step_free=True,
                is_quiet=True,
                alone_is_fine=True,
            ),
            OfferFacts(
                "Family splash", 30, 0, 6, "Every child needs an adult in the water.", times=_times(((5,), "13:00", "16:00"))
            ),
        ),
        access=("Step-free", "Pool hoist", "Quiet hours"),
        address=("8 Example Street", "Cambridge"),
    ),
    SampleVenue(
        "fenland-leisure",
        "Fenland Leisure Centre",
        "Wisbech",
        "PE13",
        "A gym, classes and courts.",
        (
            OfferFacts("Gym, one visit", 60, restrictions="A short welcome talk comes first.", once_a=Per.DAY, least_age=16),
            OfferFacts(
                "Gentle exercise class",
                60,
                None,
                2,
                times=_times(((1, 4), "10:00", "15:00")),
                places=14,
                places_per=Per.SLOT,
                good_first_step=True,
                alone_is_fine=True,
            ),
            OfferFacts("Badminton court", 60, 0, 4, booking_note="Call 01632 960555 on the day."),
        ),
        address=("22 Example Way", "Wisbech"),
    ),
    SampleVenue(
        "cathedral-crafts",
        "Cathedral Crafts",
        "Ely",
        "CB7",
        "Classes in clay, print and wood.",
        (
            OfferFacts(
                "Evening class",
                120,
                None,
                2,
                "Materials are included.",
                times=_times(((1, 3), "18:00", "20:00")),
                places=8,
                places_per=Per.SLOT,
                booking_note="Book a day before.",
                alone_is_fine=True,
            ),
            OfferFacts(
                "Quiet clay hour",
                60,
                times=_times(((4,), "10:00", "13:00")),
                places=5,
                places_per=Per.SLOT,
                once_a=Per.WEEK,
                good_first_step=True,
                is_quiet=True,
                alone_is_fine=True,
            ),
        ),
        access=("Ramp at the side door",),
        address=("3 Example Yard", "Ely"),
    ),
    SampleVenue(
        "quayside-cinema",
        "Quayside Cinema",
        "King's Lynn",
        "PE30",
        "Two screens and a café.",
        (
            OfferFacts(
                "Film before 6pm",
                60,
                60,
                4,
                times=_times((tuple(range(7)), "11:00", "18:00")),
                places=40,
                places_per=Per.DAY,
                once_a=Per.DAY,
                good_first_step=True,
                alone_is_fine=True,
                is_step_free=True,
            ),
        ),
        address=("5 Example Quay", "King's Lynn"),
    ),
    SampleVenue(
        "tower-of-london",
        "Tower of London",
        "London",
        "EC3N",
        "A thousand years of history by the Thames.",
        (
            OfferFacts(
                "Day visit",
                60,
                60,
                6,
                "Bring a photo card.",
                times=_times((tuple(range(7)), "10:00", "16:00")),
                places=60,
                places_per=Per.MONTH,
                booking_note="Book your day with your coordinator.",
            ),
        ),
        is_national=True,
        access=("Some steps", "Quiet mornings"),
    ),
    SampleVenue(
        "british-museum",
        "British Museum",
        "London",
        "WC1B",
        "Two million years of human history.",
        (
            OfferFacts(
                "Special exhibition",
                120,
                60,
                4,
                "The rest of the museum is free.",
                once_a=Per.MONTH,
                booking_note="Book a time.",
                is_step_free=True,
            ),
        ),
        is_national=True,
        access=("Step-free", "Quiet mornings"),
    ),
)
