"""Made-up organisations, and venues of the kinds that take time credits in Cambridgeshire and Norfolk.

The national venues are named to show how such places stand in a programme; they have no part in this demo.
"""

from dataclasses import dataclass


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
class SampleOffer:
    """What a venue gives: minutes of credit an adult, an under-16 (None: adults only), most people, restrictions."""

    name: str
    adult: int
    under_16: int | None = None
    most_people: int = 1
    restrictions: str = ""
    good_first_step: bool = False


@dataclass(frozen=True)
class SampleVenue:
    """A venue with its offers."""

    slug: str
    name: str
    town: str
    summary: str
    offers: tuple[SampleOffer, ...]
    is_national: bool = False
    access: tuple[str, ...] = ("Step-free",)


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
        "Plays, music and comedy by the river.",
        (
            SampleOffer("Weekday play", 120, 60, 4, "Mondays to Thursdays. Ask for a seat on the day."),
            SampleOffer("Matinee", 60, 30, 4, "Wednesdays at 2pm.", good_first_step=True),
        ),
        access=("Step-free", "Hearing loop"),
    ),
    SampleVenue(
        "riverside-pool",
        "Riverside Pool",
        "Cambridge",
        "A 25-metre pool and a warm small one.",
        (
            SampleOffer("Swim, one hour", 60, 30, 5, "Not on Saturday mornings."),
            SampleOffer("Quiet swim", 60, None, 1, "Sundays, 4pm to 6pm. Low light, no music.", good_first_step=True),
        ),
        access=("Step-free", "Pool hoist", "Quiet hours"),
    ),
    SampleVenue(
        "fenland-leisure",
        "Fenland Leisure Centre",
        "Wisbech",
        "A gym, classes and courts.",
        (
            SampleOffer("Gym, one visit", 60, None, 1, "A short welcome talk comes first."),
            SampleOffer("Gentle exercise class", 60, None, 2, "Tuesdays and Fridays.", good_first_step=True),
            SampleOffer("Badminton court", 60, 0, 4),
        ),
    ),
    SampleVenue(
        "cathedral-crafts",
        "Cathedral Crafts",
        "Ely",
        "Classes in clay, print and wood.",
        (SampleOffer("Evening class", 120, None, 2, "Book a day before. Materials are included."),),
    ),
    SampleVenue(
        "quayside-cinema",
        "Quayside Cinema",
        "King's Lynn",
        "Two screens and a café.",
        (SampleOffer("Film before 6pm", 60, 60, 4, good_first_step=True),),
    ),
    SampleVenue(
        "tower-of-london",
        "Tower of London",
        "London",
        "A thousand years of history by the Thames.",
        (SampleOffer("Day visit", 60, 60, 6, "Book your day with your coordinator. Bring a photo card."),),
        is_national=True,
        access=("Some steps", "Quiet mornings"),
    ),
    SampleVenue(
        "british-museum",
        "British Museum",
        "London",
        "Two million years of human history.",
        (SampleOffer("Special exhibition", 120, 60, 4, "Book a time. The rest of the museum is free."),),
        is_national=True,
        access=("Step-free", "Quiet mornings"),
    ),
)
