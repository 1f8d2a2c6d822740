"""What a venue's staff read about each thing that a till sent, and what a coordinator reads about why something waits."""

from timecredits.foundation.amounts import credits_text
from timecredits.foundation.wording import Sentence
from timecredits.spending.offline.judging import Why
from timecredits.spending.offline_models import SyncResult

CONFLICT = Sentence("Another scan came under this number. This one was not kept.")
UNREADABLE = Sentence("We could not read this one. It was not kept.")
LATER = Sentence("This one could not be saved just now. It will be sent again.")
TOO_LATE = Sentence("It is too late to take this back here. A coordinator can.")

_RESULTS = {
    SyncResult.OK: "Counted. %(credits)s taken.",
    SyncResult.OK_COVERED: "Counted. You have your credits.",
    SyncResult.DUPLICATE: "Used before. You have your credits all the same.",
    SyncResult.REVIEW: "Kept. Someone will look at it. You need do nothing.",
    SyncResult.FORGED: "This was not one of our codes. Nothing was taken.",
    SyncResult.UNDONE: "Taken back. No credits were used.",
}


def said_of(result: SyncResult, minutes: int) -> Sentence:
    """For the till's staff. Whether somebody had too few credits is not theirs to know."""
    template = _RESULTS[result]
    return Sentence(template, credits=credits_text(minutes)) if "%(" in template else Sentence(template)


REASONS: dict[Why, Sentence] = {
    Why.REMOVED_TILL: Sentence("The till had been removed when it sent this."),
    Why.LOST_TILL: Sentence("The till was marked as lost or stolen."),
    Why.OTHER_TILL: Sentence("Another till sent it than the one that saved it."),
    Why.UNKNOWN_CODE: Sentence("We do not know this code."),
    Why.OTHER_PROGRAMME: Sentence("The code is from another programme."),
    Why.TYPED: Sentence("The code was typed. That can not be checked with no signal."),
    Why.LIVE_CODE: Sentence("It was a code on a phone. That can not be checked with no signal."),
    Why.REVOKED: Sentence("The card or note had been stopped before it was scanned."),
    Why.NOTE_EXPIRED: Sentence("The note had run out before it was scanned."),
    Why.NOTE_SMALL: Sentence("The note was worth less than this costs."),
    Why.FROZEN: Sentence("The use of this person's credits is stopped."),
    Why.VENUE_FROZEN: Sentence("The use of credits at this venue is stopped."),
    Why.UNKNOWN_OFFER: Sentence("The offer was not on the list any more."),
    Why.NOT_ON: Sentence("The offer was not on at that time."),
    Why.LIMITED: Sentence("This offer needs a signal: places or people are limited."),
    Why.PARTY: Sentence("The number of people does not fit the offer."),
    Why.PRICE: Sentence("The price had changed. The till did not know yet."),
    Why.NO_CHECK: Sentence("Nobody checked whose card it was."),
    Why.NEVER_SYNCED: Sentence("The till did not say when it was last in contact."),
    Why.TOO_LONG: Sentence("The till had been without a signal for too long."),
    Why.TOO_MUCH: Sentence("It was more than may be used at once with no signal."),
    Why.CARD_CAP: Sentence("It was more than one card may use with no signal."),
    Why.TILL_CAP: Sentence("It was more than one till may take with no signal."),
    Why.DAY_CAP: Sentence("It was more than one person may use in a day."),
    Why.COVER_CAP: Sentence("There were too few credits, more than once."),
    Why.AGAIN: Sentence("The same code came many times. It may have been copied."),
    Why.CLASH: Sentence("It does not fit with something saved before."),
}


def said_why(reason: str) -> Sentence:
    """Why something waits, for a coordinator."""
    return REASONS[Why(reason)]
