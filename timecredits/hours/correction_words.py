"""What is said about credits when hours are corrected: before, so that a coordinator can think again, and after."""

from collections.abc import Iterator

from timecredits.foundation.amounts import credits_text
from timecredits.foundation.wording import Sentence
from timecredits.hours.corrections import Corrected
from timecredits.network.settings import SpentCorrection


def asks_first(name: str, lent: int, owed: int, rule: SpentCorrection) -> Sentence:
    """Say what it would mean that `lent` minutes of credit were used already. Nothing is saved at that moment."""
    if rule is SpentCorrection.SHORTFALL:
        return Sentence(
            "%(name)s has used %(credits)s of these. Saving this leaves %(owed)s to be earned back. Nothing is saved yet.",
            name=name,
            credits=credits_text(lent),
            owed=credits_text(owed),
        )
    return Sentence(
        "%(name)s has used %(credits)s of these. If you save, the programme makes up for it. Nothing is saved yet.",
        name=name,
        credits=credits_text(lent),
    )


def said_after(corrected: Corrected) -> Iterator[Sentence]:
    """What a correction did to credits, where it isn't simply a credit an hour, and about those used already."""
    earned = corrected.earned_before, corrected.earned_after
    if any(earned) and earned != (corrected.before, corrected.after):
        yield Sentence(
            "It brought %(before)s. Now it brings %(after)s.",
            before=credits_text(corrected.earned_before),
            after=credits_text(corrected.earned_after),
        )
    if corrected.lent and corrected.rule is SpentCorrection.GOODWILL:
        yield Sentence("%(credits)s had been used. The programme made up for it.", credits=credits_text(corrected.lent))
    if corrected.owed:
        yield Sentence("This leaves %(owed)s to be earned back. The next hours do that.", owed=credits_text(corrected.owed))
