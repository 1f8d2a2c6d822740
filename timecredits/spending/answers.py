"""What a till is told: one answer for each outcome, in words for the staff, words to read out, and what to do next.

An answer is made from an outcome and a few plain facts, and only these are stored (no name, no sentence), so that a
repeat is told the same in whatever language it is read.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from timecredits.foundation.amounts import MINUTES_A_CREDIT, credits_text
from timecredits.foundation.clock import LONDON
from timecredits.foundation.wording import Sentence, counted


class Outcome(StrEnum):
    """What may come of a code that a till sends."""

    TAKEN = "taken"
    ALREADY_DONE = "already_done"
    ALREADY_USED = "already_used"
    NOT_ENOUGH = "not_enough"
    EXPIRED = "expired"
    WRONG_CODE = "wrong_code"
    FORGED = "forged"
    REVOKED = "revoked"
    WRONG_PROGRAMME = "wrong_programme"
    NOT_AT_THIS_VENUE = "not_at_this_venue"
    PAUSED = "paused"
    NOT_TODAY = "not_today"
    PARTY = "party"
    INCOMPLETE = "incomplete"
    FREE = "free"
    TYPING_PAUSED = "typing_paused"
    CONFLICT = "conflict"
    UNDONE = "undone"
    ALREADY_UNDONE = "already_undone"
    TOO_LATE_TO_UNDO = "too_late_to_undo"


PANELS = {
    Outcome.TAKEN: "done",
    Outcome.FREE: "done",
    Outcome.UNDONE: "saved",
    Outcome.ALREADY_UNDONE: "again",
    Outcome.ALREADY_DONE: "again",
    Outcome.ALREADY_USED: "again",
    Outcome.NOT_ENOUGH: "too_few",
    Outcome.CONFLICT: "fault",
}
"""How each is shown (templates/components/results.html); those left out are shown as a code that did not work."""


@dataclass(frozen=True)
class Answer:
    """One answer. `minutes` is what was taken (0: nothing); `needed` what it would have cost; times are UTC.

    `name` is first name and initial, empty where the code leads to nobody. `id` is that of attempt, redemption and transfer.
    """

    outcome: Outcome
    sentence: Sentence
    say: Sentence
    next: Sentence
    name: str = ""
    minutes: int = 0
    needed: int = 0
    offer_name: str = ""
    id: UUID | None = None
    used_at: datetime | None = None
    may_undo: bool = False

    @property
    def panel(self) -> str:
        """The kind of panel it is shown in."""
        return PANELS.get(self.outcome, "wrong_code")


@dataclass(frozen=True)
class Facts:
    """What an answer is made of. `stored()` is what is kept of it for a repeat."""

    outcome: Outcome
    minutes: int = 0
    at: datetime | None = None
    place: str = ""
    most: int = 0
    clock_off: bool = False
    reason: str = ""
    volunteer_id: UUID | None = None
    name: str = field(default="", compare=False)
    offer_name: str = field(default="", compare=False)

    def stored(self) -> dict[str, Any]:
        """As JSON, without the person's name."""
        return {
            "minutes": self.minutes,
            "at": self.at.isoformat() if self.at else None,
            "place": self.place,
            "most": self.most,
            "clock_off": self.clock_off,
            "reason": self.reason,
            "volunteer": str(self.volunteer_id) if self.volunteer_id else None,
        }

    @classmethod
    def from_stored(cls, outcome: str, kept: dict[str, Any], *, name: str, offer_name: str) -> "Facts":
        """The facts of an answer given before."""
        return cls(
            outcome=Outcome(outcome),
            minutes=kept["minutes"],
            at=datetime.fromisoformat(kept["at"]) if kept["at"] else None,
            place=kept["place"],
            most=kept["most"],
            clock_off=kept["clock_off"],
            reason=kept["reason"],
            volunteer_id=UUID(kept["volunteer"]) if kept["volunteer"] else None,
            name=name,
            offer_name=offer_name,
        )


def compose(facts: Facts, *, attempt_id: UUID | None, now: datetime) -> Answer:
    """Put the facts into words."""
    sentence, say, what_next = _WORDS[facts.outcome](facts, now)
    taken = facts.outcome in {Outcome.TAKEN, Outcome.ALREADY_DONE}
    return Answer(
        outcome=facts.outcome,
        sentence=sentence,
        say=say,
        next=what_next,
        name=facts.name,
        minutes=facts.minutes if taken else 0,
        needed=facts.minutes,
        offer_name=facts.offer_name,
        id=attempt_id,
        used_at=facts.at,
        may_undo=taken,
    )


def _taken(facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    return (
        Sentence("Done. %(credits)s taken.", credits=credits_text(facts.minutes)),
        Sentence("Thank you. Enjoy your time."),
        Sentence("Let them in."),
    )


def _again(facts: Facts, now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    template = (
        "Already done. You took %(credits)s %(ago)s. We did not take it again."
        if facts.minutes <= MINUTES_A_CREDIT
        else "Already done. You took %(credits)s %(ago)s. We did not take them again."
    )
    return (
        Sentence(template, credits=credits_text(facts.minutes), ago=ago(facts.at or now, now)),
        Sentence("You are all set. Nothing more was taken."),
        Sentence("Let them in. For a second visit, wait for a new code."),
    )


def _already_used(facts: Facts, now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    if facts.reason == "same_till":
        return _again(facts, now)
    if facts.reason == "same_venue":
        sentence = Sentence(
            "This code was used here %(ago)s, on %(till)s. We did not take credits again.",
            ago=ago(facts.at or now, now),
            till=facts.place,
        )
    else:
        sentence = Sentence("This code has been used already. Nothing was taken now.")
    return sentence, Sentence("This code was used before. Please open a new one."), Sentence("Wait for a new code. Then scan it.")


def _not_enough(facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    needs = Sentence("Not enough credits. This needs %(amount)s. Nothing was taken.", amount=credits_text(facts.minutes))
    return (
        needs,
        Sentence("There are not enough credits for this yet. Nothing was taken."),
        Sentence("Choose something that costs less, or stop here."),
    )


def _expired(facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    hint = (
        Sentence("Check the clock on this till. It looks wrong.")
        if facts.clock_off
        else Sentence("Ask them to open My code again. Then scan it.")
    )
    return (
        Sentence("This code is too old. Nothing was taken."),
        Sentence("That code is a little old. Please open your code again."),
        hint,
    )


def _wrong(_facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    return (
        Sentence("That code did not work. Nothing was taken."),
        Sentence("That code did not work. Nothing was taken. Let us try again."),
        Sentence("Check the code and try again. Or ask the coordinator for help."),
    )


def _forged(_facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    return (
        Sentence("This is not one of our codes. Nothing was taken."),
        Sentence("This code did not come from us. Please open My code and try again."),
        Sentence("Ask them to open My code. If it happens again, tell the coordinator."),
    )


def _revoked(_facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    return (
        Sentence("This code has been stopped. Nothing was taken."),
        Sentence("This code has been stopped. Please open My code to get a new one."),
        Sentence("Scan the new code. Or ask the coordinator for help."),
    )


def _wrong_programme(_facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    return (
        Sentence("This code is from another programme. Nothing was taken."),
        Sentence("These credits can't be used for this. Nothing was taken."),
        Sentence("Choose an offer of their programme, if you have one."),
    )


def _not_here(facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    if facts.reason == "none_chosen":
        return (
            Sentence("Choose what it is for first. Nothing was taken."),
            Sentence("One moment. What would you like to do today?"),
            Sentence("Choose the offer. Then scan again."),
        )
    return (
        Sentence("That offer is not one of yours. Nothing was taken."),
        Sentence("We need to choose again. Nothing was taken."),
        Sentence("Load this page again. Choose the offer and scan once more."),
    )


def _paused(facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    return (
        Sentence("This offer is paused: %(reason)s. Nothing was taken.", reason=facts.reason.rstrip(".")),
        Sentence("This offer is not on just now. Nothing was taken."),
        Sentence("Choose another offer."),
    )


def _not_today(_facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    return (
        Sentence("This offer is not on today. Nothing was taken."),
        Sentence("This offer is not on today. Nothing was taken."),
        Sentence("Choose another offer."),
    )


def _party(facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    if facts.reason == "no_under_16s":
        sentence = Sentence("Under-16s can't come on this offer. Nothing was taken.")
    elif facts.reason == "nobody":
        sentence = Sentence("Nobody was counted. Nothing was taken.")
    else:
        sentence = counted(
            "This offer is for 1 person. Nothing was taken.",
            "This offer is for up to %(num)s people. Nothing was taken.",
            facts.most,
        )
    return (
        sentence,
        Sentence("We need to count again. Nothing was taken."),
        Sentence("Change how many are coming. Then scan again."),
    )


def _incomplete(_facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    return (
        Sentence("How many adults are coming? How many under 16? Nothing was taken."),
        Sentence("How many of you are coming?"),
        Sentence("Say how many are coming. Then scan again."),
    )


def _free(_facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    return (
        Sentence("This visit costs no credits. Nothing was taken."),
        Sentence("This visit is free. Enjoy your time."),
        Sentence("Let them in."),
    )


def _typing_paused(_facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    return (
        Sentence("Too many codes did not work. Typing is paused for five minutes. Nothing was taken."),
        Sentence("We need to scan your code this time."),
        Sentence("Scan the code with the camera. That works as before."),
    )


def _conflict(_facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    return (
        Sentence("Something was sent twice in two ways. Nothing was taken this time."),
        Sentence("We need to try once more."),
        Sentence("Load this page again. Then scan once more."),
    )


def _undone(facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    return (
        Sentence("Undone. %(credits)s given back.", credits=credits_text(facts.minutes)),
        Sentence("Your credits are back."),
        Sentence("You can scan the code again."),
    )


def _already_undone(_facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    return (
        Sentence("This was undone before. Nothing more was given back."),
        Sentence("Your credits are back."),
        Sentence("Scan a new code to take credits."),
    )


def _too_late(_facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    return (
        Sentence("It is too late to undo this here. Nothing was given back."),
        Sentence("A coordinator can put this right."),
        Sentence("Ask the coordinator for help."),
    )


_WORDS = {
    Outcome.TAKEN: _taken,
    Outcome.ALREADY_DONE: _again,
    Outcome.ALREADY_USED: _already_used,
    Outcome.NOT_ENOUGH: _not_enough,
    Outcome.EXPIRED: _expired,
    Outcome.WRONG_CODE: _wrong,
    Outcome.FORGED: _forged,
    Outcome.REVOKED: _revoked,
    Outcome.WRONG_PROGRAMME: _wrong_programme,
    Outcome.NOT_AT_THIS_VENUE: _not_here,
    Outcome.PAUSED: _paused,
    Outcome.NOT_TODAY: _not_today,
    Outcome.PARTY: _party,
    Outcome.INCOMPLETE: _incomplete,
    Outcome.FREE: _free,
    Outcome.TYPING_PAUSED: _typing_paused,
    Outcome.CONFLICT: _conflict,
    Outcome.UNDONE: _undone,
    Outcome.ALREADY_UNDONE: _already_undone,
    Outcome.TOO_LATE_TO_UNDO: _too_late,
}

_MINUTE, _HOUR = 60, 3600


def ago(then: datetime, now: datetime) -> Sentence:
    """How long ago something was: "just now", "20 seconds ago", "3 minutes ago", or the time of day."""
    seconds = max(0, int((now - then).total_seconds()))
    if seconds <= 1:
        return Sentence("just now")
    if seconds < _MINUTE:
        return counted("%(num)s second ago", "%(num)s seconds ago", seconds)
    if seconds < _HOUR:
        return counted("%(num)s minute ago", "%(num)s minutes ago", seconds // _MINUTE)
    return Sentence("at %(time)s", time=f"{then.astimezone(LONDON):%H:%M}")
