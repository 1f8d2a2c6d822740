"""What an entry can be about, in plain words, and the other words by which people look for that.

Also languages and what is true of a place: an entry holds keys, a page shows the sentence, and a search looks in `words` too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from timecredits.foundation.wording import Sentence

__all__ = ["ACCESS", "LANGUAGES", "TOPICS", "Choice", "known", "search_words"]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be ticked. `words` are other words for it, for searches only; they are never shown."""

    name: Sentence
    words: str = ""


TOPICS: Final[Mapping[str, Choice]] = {
    "food": Choice(Sentence("Food"), "food bank foodbank hungry eat meal lunch pantry larder parcel cooking breakfast groceries"),
    "money": Choice(Sentence("Money and debt"), "debt bills bailiff loan budget budgeting broke owe energy gas electric"),
    "housing": Choice(Sentence("A home"), "housing homeless rent landlord evicted eviction tenant hostel rough shelter"),
    "mental_health": Choice(
        Sentence("Mind and mood"),
        "mental health anxiety anxious depression depressed panic stress suicide suicidal counselling therapy crisis",
    ),
    "physical_health": Choice(Sentence("Body and health"), "health doctor gp nurse dentist pain exercise illness cancer"),
    "addiction": Choice(
        Sentence("Drugs and alcohol"), "drugs alcohol drinking drink addiction recovery sober rehab smoking gambling betting"
    ),
    "domestic_abuse": Choice(
        Sentence("Abuse at home"), "domestic abuse violence violent refuge partner husband control controlling hit scared unsafe"
    ),
    "carers": Choice(Sentence("Caring for somebody"), "carer carers caring respite dementia"),
    "family": Choice(Sentence("Family and children"), "parent parents parenting children child childcare mum dad baby"),
    "young_people": Choice(Sentence("Young people"), "young youth teenager teen school student bullying"),
    "older_people": Choice(Sentence("Older people"), "older elderly pension pensioner age ageing retired"),
    "work": Choice(Sentence("Work and training"), "job jobs work cv training course learn learning skill"),
    "legal": Choice(
        Sentence("Law and benefits"),
        "legal law solicitor benefits universal credit pip esa rights appeal tribunal advice",
    ),
    "disability": Choice(Sentence("Disability"), "disabled disability wheelchair autism autistic deaf blind sight"),
    "bereavement": Choice(Sentence("When somebody died"), "bereavement bereaved grief grieving death died funeral widow widower"),
    "loneliness": Choice(Sentence("Company"), "lonely loneliness alone isolated friend friends befriending company social club"),
    "newcomers": Choice(
        Sentence("New to this country"), "refugee refugees asylum immigration migrant english esol visa newcomer interpreter"
    ),
    "lgbt": Choice(Sentence("LGBT+"), "lgbt lgbtq gay lesbian bisexual bi trans transgender queer"),
    "victims": Choice(Sentence("After a crime"), "victim crime assault rape robbed burglary hate police attacked"),
    "transport": Choice(Sentence("Getting around"), "transport bus lift car taxi travel driving train minibus bike"),
}

LANGUAGES: Final[Mapping[str, Choice]] = {
    "cy": Choice(Sentence("Welsh"), "cymraeg"),
    "bsl": Choice(Sentence("British Sign Language"), "bsl sign deaf"),
    "pl": Choice(Sentence("Polish"), "polski"),
    "uk": Choice(Sentence("Ukrainian"), "українська"),
    "ar": Choice(Sentence("Arabic"), "العربية"),
    "ur": Choice(Sentence("Urdu"), "اردو"),
    "ro": Choice(Sentence("Romanian"), "română"),
    "pt": Choice(Sentence("Portuguese"), "português"),
    "lt": Choice(Sentence("Lithuanian"), "lietuvių"),
    "bn": Choice(Sentence("Bengali"), "বাংলা"),
    "pa": Choice(Sentence("Punjabi"), "ਪੰਜਾਬੀ"),
    "fa": Choice(Sentence("Persian"), "فارسی farsi dari"),
    "so": Choice(Sentence("Somali"), "soomaali"),
    "other": Choice(Sentence("Others, with an interpreter"), "interpreter translation"),
}

ACCESS: Final[Mapping[str, Choice]] = {
    "step_free": Choice(Sentence("Step-free"), "wheelchair ramp"),
    "toilet": Choice(Sentence("Accessible toilet")),
    "bus": Choice(Sentence("Near a bus stop or station"), "train"),
    "parking": Choice(Sentence("Blue badge parking")),
    "loop": Choice(Sentence("Hearing loop"), "deaf"),
    "quiet": Choice(Sentence("A quiet place to wait")),
    "dogs": Choice(Sentence("Assistance dogs welcome"), "guide dog"),
    "bring": Choice(Sentence("Bring somebody to support you")),
    "children": Choice(Sentence("Bring your children")),
    "home": Choice(Sentence("They can come to you"), "home visit visits"),
}


def known(choices: Mapping[str, Choice], keys: Iterable[str]) -> list[str]:
    """Those of `keys` that there are, each once, in the order in which they are shown."""
    wanted = frozenset(keys)
    return [key for key in choices if key in wanted]


def search_words(choices: Mapping[str, Choice], keys: Iterable[str]) -> str:
    """Everything by which these are looked for."""
    return " ".join(f"{choices[key].name} {choices[key].words}" for key in known(choices, keys))
