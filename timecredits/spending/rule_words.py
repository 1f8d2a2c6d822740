"""What is said when an offer's rules, or the programme's, say no: for the staff, to read out, and what to do next."""

from datetime import datetime

from timecredits.foundation.amounts import credits_text
from timecredits.foundation.wording import Sentence, counted
from timecredits.spending.answers import Facts


def not_here(facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    """No offer was chosen, or none of this venue's."""
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


def paused(facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    """The venue has paused it."""
    return (
        Sentence("This offer is paused: %(reason)s. Nothing was taken.", reason=facts.reason.rstrip(".")),
        Sentence("This offer is not on just now. Nothing was taken."),
        Sentence("Choose another offer."),
    )


def not_today(facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    """It is another day or time."""
    words = (
        Sentence("This offer is not on at this time. Nothing was taken.")
        if facts.reason == "time"
        else Sentence("This offer is not on today. Nothing was taken.")
    )
    return (
        words,
        words,
        Sentence("Choose another offer."),
    )


def party(facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    """So many can't come."""
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


def incomplete(_facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    """Nobody said how many."""
    return (
        Sentence("How many adults are coming? How many under 16? Nothing was taken."),
        Sentence("How many of you are coming?"),
        Sentence("Say how many are coming. Then scan again."),
    )


def full(facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    """The places are taken."""
    sentence = (
        counted(
            "There is only 1 place left. Nothing was taken.", "There are only %(num)s places left. Nothing was taken.", facts.left
        )
        if facts.left
        else Sentence("All places are taken. Nothing was taken from the credits.")
    )
    return sentence, Sentence("I am sorry, it is full. Nothing was taken."), Sentence("Offer another day, or something else.")


def once(facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    """They had their turn."""
    sentence = {
        "day": Sentence("This can be used once a day. They had it today. Nothing was taken."),
        "week": Sentence("This can be used once a week. They had it this week. Nothing was taken."),
        "month": Sentence("This can be used once a month. They had it this month. Nothing was taken."),
    }[facts.reason]
    return sentence, Sentence("You have used this already. Nothing was taken now."), Sentence("Choose something else.")


def limit(facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    """More than the programme, or a helper's agreement, lets be used."""
    sentence = (
        Sentence("This is more than can be used this week. Nothing was taken.")
        if facts.reason == "helper"
        else Sentence("This is more than can be used in one day. Nothing was taken.")
    )
    return (
        sentence,
        Sentence("That is all for now. Nothing was taken."),
        Sentence("Choose something that costs less. Or come again."),
    )


def note_too_small(facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    """The note is worth less."""
    sentence = Sentence(
        "This note is worth %(worth)s. This needs %(amount)s. Nothing was taken.",
        worth=credits_text(facts.most),
        amount=credits_text(facts.minutes),
    )
    return (
        sentence,
        Sentence("This note is not enough for that. Nothing was taken."),
        Sentence("Count fewer people for this note. Or choose something that costs less."),
    )


def not_for_them(facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    """The offer is for others."""
    sentence = {
        "age": Sentence("This is for people of %(age)s or older. Nothing was taken.", age=facts.most),
        "note": Sentence("This needs a code or a card, not a note. Nothing was taken."),
    }.get(facts.reason, Sentence("This offer is for some groups only. Nothing was taken."))
    return (
        sentence,
        Sentence("Sorry, we can't use credits for this one today. Nothing was taken."),
        Sentence("Choose another offer."),
    )
