"""The words of each answer: a sentence for the staff, words to read out to the person, and what to do next."""

from datetime import date, datetime
from uuid import UUID

from timecredits.foundation.amounts import MINUTES_A_CREDIT, credits_text
from timecredits.foundation.clock import LONDON
from timecredits.foundation.wording import Sentence, counted
from timecredits.spending import rule_words
from timecredits.spending.answers import Answer, Facts, Outcome
from timecredits.spending.card_models import SecondCheck
from timecredits.spending.models import CodeKind


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
        way=facts.way,
        asks=facts.reason if facts.outcome in {Outcome.CHECK_NEEDED, Outcome.WRONG_CHECK} else "",
        card_id=facts.card_id,
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
    if facts.way == CodeKind.NOTE:
        return (
            sentence,
            Sentence("This note was used before. Do you have another one?"),
            Sentence("Scan another note, or a card."),
        )
    if facts.way == CodeKind.CARD:
        return sentence, Sentence("Your card was used a moment ago."), Sentence("For a second visit, wait half a minute.")
    return sentence, Sentence("This code was used before. Please open a new one."), Sentence("Wait for a new code. Then scan it.")


def _not_enough(facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    needs = Sentence("Not enough credits. This needs %(amount)s. Nothing was taken.", amount=credits_text(facts.minutes))
    if facts.way == CodeKind.POSTER:
        return needs, Sentence(""), Sentence("Choose something that costs less. Or help for an hour, and you have one more.")
    return (
        needs,
        Sentence("There are not enough credits for this yet. Nothing was taken."),
        Sentence("Choose something that costs less, or stop here."),
    )


def _expired(facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    if facts.way == CodeKind.NOTE:
        return (
            Sentence("This note was good until %(day)s. Nothing was taken.", day=day_text(facts.until)),
            Sentence("This note has run out. Its credits went back to where they came from."),
            Sentence("Ask for another note, a card or a code."),
        )
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


def _revoked(facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    if facts.way in {CodeKind.CARD, CodeKind.NOTE}:
        is_card = facts.way == CodeKind.CARD
        return (
            Sentence("This card has been stopped. Nothing was taken.")
            if is_card
            else Sentence("This note has been stopped. Nothing was taken."),
            Sentence("This one does not work any more. Nothing was taken. Do you have a newer one?"),
            Sentence("Scan the new one. Or ask the coordinator for help."),
        )
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
        Sentence("Something got mixed up. Nothing was taken this time."),
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
        Sentence("Your coordinator can give it back."),
        Sentence("Tell the person. Their coordinator can give it back."),
    )


def _check_needed(facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    if facts.reason == SecondCheck.PHOTO:
        sentence = Sentence("Is this %(name)s?", name=facts.name)
        return sentence, Sentence("May I look if it is you?"), Sentence("Look at the photo. Then say yes or no.")
    if facts.reason == SecondCheck.WORD:
        return Sentence("Ask for their word."), Sentence("What is your word, please?"), Sentence("Type the word they say.")
    return Sentence("Ask for their PIN."), Sentence("Please type your PIN."), Sentence("Turn the screen. They type it.")


def _wrong_check(facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    if facts.reason == SecondCheck.PHOTO:
        return (
            Sentence("You said no. Nothing was taken."),
            Sentence("I can't use this card today. Your credits are safe. Your coordinator can help."),
            Sentence("Give the card back. Take a note or the code on their phone, if they have one."),
        )
    left = counted("There is 1 more try.", "There are %(num)s more tries.", facts.left)
    sentence = (
        Sentence("That word is not the one. Nothing was taken. %(left)s", left=left)
        if facts.reason == SecondCheck.WORD
        else Sentence("That PIN is not right. Nothing was taken. %(left)s", left=left)
    )
    return sentence, Sentence("That was not right. Take your time and try again."), Sentence("Try again, or use another way.")


def _locked(_facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    return (
        Sentence("This card is locked for now. Nothing was taken."),
        Sentence("Your credits are safe. Your coordinator can unlock the card."),
        Sentence("Take a note or the code on their phone, if they have one."),
    )


def _frozen(facts: Facts, _now: datetime) -> tuple[Sentence, Sentence, Sentence]:
    if facts.reason == "venue":
        return (
            Sentence("No credits can be used here just now. Nothing was taken."),
            Sentence("We can't take credits just now. Nothing was taken."),
            Sentence("Ask the venue's manager."),
        )
    return (
        Sentence("These credits can't be used just now. Nothing was taken."),
        Sentence("Your credits are safe. Please talk to your coordinator."),
        Sentence("Stop here. There is nothing you need to do."),
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
    Outcome.NOT_AT_THIS_VENUE: rule_words.not_here,
    Outcome.PAUSED: rule_words.paused,
    Outcome.NOT_TODAY: rule_words.not_today,
    Outcome.PARTY: rule_words.party,
    Outcome.INCOMPLETE: rule_words.incomplete,
    Outcome.FREE: _free,
    Outcome.TYPING_PAUSED: _typing_paused,
    Outcome.CONFLICT: _conflict,
    Outcome.CHECK_NEEDED: _check_needed,
    Outcome.WRONG_CHECK: _wrong_check,
    Outcome.LOCKED: _locked,
    Outcome.FROZEN: _frozen,
    Outcome.FULL: rule_words.full,
    Outcome.ONCE: rule_words.once,
    Outcome.LIMIT: rule_words.limit,
    Outcome.NOTE_TOO_SMALL: rule_words.note_too_small,
    Outcome.NOT_FOR_THEM: rule_words.not_for_them,
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


def day_text(iso: str) -> str:
    """A day as people say it: "3 March 2027"."""
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"
