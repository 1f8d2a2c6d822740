"""What each line of the trial balance is called, and what it means to somebody who keeps accounts but not these."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from timecredits.foundation.wording import Sentence
from timecredits.insight.books.trial_balance import Part

__all__ = ["PARTS", "PartWords"]


@dataclass(frozen=True, slots=True)
class PartWords:
    """The name of a line, and a sentence on it."""

    name: Sentence
    means: Sentence


PARTS: Final[Mapping[Part, PartWords]] = {
    Part.ISSUANCE: PartWords(
        Sentence("Given out for hours"),
        Sentence("Each credit begins here, so it has a minus. It is what hours earned, and what pots were given."),
    ),
    Part.VOLUNTEER: PartWords(Sentence("With people"), Sentence("What people have and can still use.")),
    Part.POT: PartWords(Sentence("In pots"), Sentence("What groups and the programme hold to give away.")),
    Part.FLOAT: PartWords(Sentence("On credit notes"), Sentence("Paper notes that are out and not used yet.")),
    Part.VENUE: PartWords(Sentence("Used at venues"), Sentence("What venues took, less what was undone.")),
    Part.EXPIRED: PartWords(Sentence("Ran out"), Sentence("What was not used in time. Nobody has it any more.")),
    Part.GOODWILL: PartWords(
        Sentence("Lent by the programme"),
        Sentence("It has a minus while the programme has paid for people. Later hours can pay it back."),
    ),
    Part.OPENING: PartWords(
        Sentence("Brought in from before"),
        Sentence("What people had before this system. It has a minus, as it began somewhere else."),
    ),
    Part.REST: PartWords(
        Sentence("All else"),
        Sentence("Lines that would tell too much of a few people, taken together. So nobody can be picked out."),
    ),
}
"""By line."""
