"""What each fault of the books is called, what it means, and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from timecredits.foundation.wording import Sentence

__all__ = ["FAULTS", "FaultWords", "words_of"]


@dataclass(frozen=True, slots=True)
class FaultWords:
    """A fault in a plain sentence, what to do, and what the ids beside it are ids of."""

    says: Sentence
    do: Sentence
    of: Sentence


_ASK: Final = Sentence("Change nothing by hand. Ask whoever runs this service to look. Give them these ids.")
_BACKUP: Final = Sentence("Stop the tills. Ask whoever runs this service to compare with the last backup.")
_COUNT: Final = Sentence("No credits are wrong. Ask whoever runs this service to type: timecredits roll-up --again")

_ACCOUNTS: Final = Sentence("accounts")
_TRANSFERS: Final = Sentence("moves of credits")
_SEALS: Final = Sentence("seals")
_HOURS: Final = Sentence("hours")
_PEOPLE: Final = Sentence("records of people")
_USES: Final = Sentence("uses of credits")
_GIFTS: Final = Sentence("gifts")
_NOTES: Final = Sentence("credit notes")
_OFFERS: Final = Sentence("counts of offers")
_VENUES: Final = Sentence("venues")

FAULTS: Final[Mapping[str, FaultWords]] = {
    "sum_not_zero": FaultWords(Sentence("All credits together do not come to 0."), _BACKUP, _ACCOUNTS),
    "balance_differs": FaultWords(Sentence("A balance is not what came in less what went out."), _BACKUP, _ACCOUNTS),
    "below_floor": FaultWords(Sentence("Somebody, a pot or the notes have less than nothing."), _BACKUP, _ACCOUNTS),
    "reversal_differs": FaultWords(Sentence("Something taken back is not what was given."), _ASK, _TRANSFERS),
    "seal_missing": FaultWords(Sentence("A seal on what moved is gone."), _BACKUP, _SEALS),
    "sealed_removed": FaultWords(Sentence("Something that moved and was sealed is gone."), _BACKUP, _SEALS),
    "sealed_added": FaultWords(Sentence("More moved than was sealed. Or a clock was wrong."), _BACKUP, _SEALS),
    "sealed_changed": FaultWords(Sentence("Something that moved and was sealed was changed."), _BACKUP, _SEALS),
    "hours_without_transfer": FaultWords(Sentence("Hours earned credits, but the credits never came."), _ASK, _HOURS),
    "transfer_differs": FaultWords(Sentence("The credits for some hours are not what the hours say."), _ASK, _HOURS),
    "earned_differs": FaultWords(Sentence("Hours say that they earned, and also why they did not."), _ASK, _HOURS),
    "corrected_not_reversed": FaultWords(Sentence("Hours were taken away, but their credits were not."), _ASK, _HOURS),
    "hours_reversed": FaultWords(Sentence("Hours count, but their credits were taken back."), _ASK, _HOURS),
    "shortfall_differs": FaultWords(Sentence("What the programme lent somebody is not what was moved."), _ASK, _TRANSFERS),
    "paid_back_too_much": FaultWords(Sentence("Somebody paid back more than the programme lent."), _ASK, _PEOPLE),
    "redemption_without_transfer": FaultWords(Sentence("Credits were used, but did not move."), _ASK, _USES),
    "transfer_without_redemption": FaultWords(Sentence("Credits moved to a venue, but nobody used any."), _ASK, _TRANSFERS),
    "undone_without_reversal": FaultWords(Sentence("A use was undone, but the credits did not come back."), _ASK, _USES),
    "reversed_not_undone": FaultWords(Sentence("The credits of a use came back, but it still counts."), _ASK, _USES),
    "code_use_differs": FaultWords(Sentence("A code was not marked as used, or one too many was."), _ASK, _USES),
    "gift_without_transfer": FaultWords(Sentence("A gift was made, but the credits did not move so."), _ASK, _GIFTS),
    "transfer_without_gift": FaultWords(Sentence("Credits were given, but there is no gift."), _ASK, _TRANSFERS),
    "gift_undone_without_reversal": FaultWords(Sentence("A gift was taken back, but its credits were not."), _ASK, _GIFTS),
    "gift_reversed_not_undone": FaultWords(Sentence("The credits of a gift went back, but it still counts."), _ASK, _GIFTS),
    "pot_without_account": FaultWords(Sentence("A pot and its credits do not fit together."), _ASK, Sentence("pots")),
    "budget_of_no_pot": FaultWords(Sentence("A budget does not lead to a pot of its own."), _ASK, Sentence("organisations")),
    "float_differs": FaultWords(Sentence("The credit notes that are out are not covered."), _BACKUP, _ACCOUNTS),
    "note_without_transfer": FaultWords(Sentence("A credit note was made, but nothing was paid for it."), _ASK, _NOTES),
    "note_ended_differs": FaultWords(Sentence("A credit note ended, but its credits did not go back so."), _ASK, _NOTES),
    "note_used_differs": FaultWords(Sentence("A credit note and its use do not fit together."), _ASK, _NOTES),
    "note_used_and_ended": FaultWords(Sentence("A credit note was used, and ended as well."), _ASK, _NOTES),
    "places_differ": FaultWords(Sentence("An offer counted more or fewer people than came."), _ASK, _OFFERS),
    "places_missing": FaultWords(Sentence("A use was not counted for its offer."), _ASK, _USES),
    "turn_differs": FaultWords(Sentence("A use that was undone still takes up somebody's turn."), _ASK, _OFFERS),
    "merged_holds_credits": FaultWords(
        Sentence("A record that became another still has credits."),
        Sentence("Nobody can use them there. Ask whoever runs this service to move them. Give them these ids."),
        _PEOPLE,
    ),
    "merged_into_nobody": FaultWords(Sentence("A record became another that is not there."), _ASK, _PEOPLE),
    "merged_not_between_people": FaultWords(Sentence("A merge moved credits that are no person's."), _ASK, _TRANSFERS),
    "settlement_differs": FaultWords(Sentence("A venue's month is not what was used there."), _COUNT, _VENUES),
    "venue_days_differ": FaultWords(Sentence("A venue's days do not add up to its month."), _COUNT, _VENUES),
    "counts_differ": FaultWords(Sentence("The sums for reports are not what was noted."), _COUNT, _PEOPLE),
    "figures_differ": FaultWords(Sentence("The reports do not show what the sums come to."), _COUNT, Sentence("figures")),
}
"""By rule. tests/insight/books/ holds each rule that a check can find against this."""


def words_of(rule: str) -> FaultWords:
    """The words of a rule. A rule that is not known, kept by an older version, is said by its name."""
    known = FAULTS.get(rule)
    return known or FaultWords(Sentence("%(rule)s.", rule=rule.replace("_", " ").capitalize()), _ASK, Sentence("rows"))
