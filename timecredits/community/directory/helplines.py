"""Helplines for the whole of the United Kingdom: what stands at the top of every page about support.

Only what was found in the source beside it, on the day beside it. The sentences are our own. Where a line's hours differ from one
source to the next, they are told roughly, so that nobody is sent away by a time that was changed since.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from timecredits.foundation.wording import Sentence

__all__ = ["NATIONAL_HELPLINES", "READ_ON", "Helpline", "first_helplines"]

READ_ON: Final = date(2026, 11, 22)
"""The day on which somebody last compared these with their sources."""


@dataclass(frozen=True, slots=True)
class Helpline:
    """A line that anybody in the United Kingdom can use, at no cost.

    `number` is how people write it, empty where there is only texting; `text` is (the word to send, the number to send it to),
    both empty where there is none. `is_first` is for the few that stand on every page.
    """

    key: str
    name: Sentence
    number: str
    hours: Sentence
    what_for: Sentence
    text: tuple[str, str] = ("", "")
    topics: tuple[str, ...] = ()
    is_first: bool = False
    source: str = ""

    @property
    def dial(self) -> str:
        """The number as a phone takes it: figures only."""
        return "".join(filter(str.isdigit, self.number))


_DAY_AND_NIGHT: Final = Sentence("Day and night")

NATIONAL_HELPLINES: Final[Sequence[Helpline]] = (
    Helpline(
        "999",
        Sentence("Police, ambulance, fire"),
        "999",
        _DAY_AND_NIGHT,
        Sentence("When somebody is hurt or in danger now."),
        is_first=True,
        # Can't speak: stay on the line and press 55 on a mobile.
        source="centre56.org.uk/domestic-abuse",
    ),
    Helpline(
        "nhs_111",
        Sentence("NHS 111"),
        "111",
        _DAY_AND_NIGHT,
        Sentence("Health help that can’t wait. Choose the mental health option if your mind is hurting."),
        topics=("mental_health", "physical_health"),
        is_first=True,
        # "Option 2" in many places; newer notices only say "choose the mental health option".
        source="norwoodmc.co.uk 2024-08-14; oundlesurgery.nhs.uk 2023-05-03",
    ),
    Helpline(
        "samaritans",
        Sentence("Samaritans"),
        "116 123",
        _DAY_AND_NIGHT,
        Sentence("Talk to somebody who listens, about anything. You need no credit on your phone."),
        topics=("mental_health", "loneliness", "bereavement"),
        is_first=True,
        source="samaritans.org/how-we-can-help/contact-samaritan",
    ),
    Helpline(
        "shout",
        Sentence("Shout"),
        "",
        _DAY_AND_NIGHT,
        Sentence("Text with somebody when you can’t cope. No talking."),
        text=("SHOUT", "85258"),
        topics=("mental_health", "young_people"),
        is_first=True,
        source="giveusashout.org/about-us/faq 2024-11-04",
    ),
    Helpline(
        "domestic_abuse",
        Sentence("National Domestic Abuse Helpline"),
        "0808 2000 247",
        _DAY_AND_NIGHT,
        Sentence("For women who are hurt or scared by somebody close. Friends can ring too."),
        topics=("domestic_abuse",),
        is_first=True,
        source="refuge.org.uk/category/news; centre56.org.uk/domestic-abuse",
    ),
    Helpline(
        "mens_advice",
        Sentence("Men’s Advice Line"),
        "0808 801 0327",
        Sentence("Weekdays, in the daytime"),
        Sentence("For men who are hurt or scared by somebody close."),
        topics=("domestic_abuse",),
        source="centre56.org.uk/domestic-abuse; lifecentred.co.uk/domestic-abuse (hours)",
    ),
    Helpline(
        "galop",
        Sentence("Galop"),
        "0800 999 5428",
        Sentence("Weekdays, in the daytime"),
        Sentence("For LGBT+ people who were hurt or treated badly."),
        topics=("domestic_abuse", "lgbt", "victims"),
        source="hellorayo.co.uk 2023-02-02; thepinknews.com 2023-02-03",
    ),
    Helpline(
        "childline",
        Sentence("Childline"),
        "0800 1111",
        _DAY_AND_NIGHT,
        Sentence("For anyone under 19, about any worry."),
        topics=("young_people", "family"),
        source="fhld.uk/news; norwoodmc.co.uk 2024-08-14; independent.co.uk 6279384",
    ),
    Helpline(
        "silver_line",
        Sentence("The Silver Line"),
        "0800 4 70 80 90",
        _DAY_AND_NIGHT,
        Sentence("A chat or advice for older people."),
        topics=("older_people", "loneliness"),
        source="wendovernews.co.uk; en.wikipedia.org/wiki/The_Silver_Line",
    ),
    Helpline(
        "shelter",
        Sentence("Shelter"),
        "0808 800 4444",
        Sentence("Every day, in the daytime"),
        Sentence("When you may lose your home, or have nowhere to sleep."),
        topics=("housing",),
        source="russell-cooke.co.uk/domestic-abuse/where-can-i-go; aol.co.uk 2020-11-30 (365 days a year)",
    ),
)


def first_helplines(topic: str = "") -> Sequence[Helpline]:
    """Those for every page, before them those for one topic (a key of topics.py)."""
    about = [each for each in NATIONAL_HELPLINES if topic and topic in each.topics]
    return [*about, *(each for each in NATIONAL_HELPLINES if each.is_first and each not in about)]
