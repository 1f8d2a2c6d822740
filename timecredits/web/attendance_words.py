"""What a person is told after signing in or out: the same words at a kiosk and on their own phone."""

from dataclasses import dataclass

from flask_babel import gettext

from timecredits.foundation.amounts import credits_text, hours_text
from timecredits.hours.activity_models import AttendanceState
from timecredits.hours.attendances.attendance import AttendanceAnswer, Outcome
from timecredits.web.filters import say, time_of_day

_QUARTER, _HALF = 15, 30


@dataclass(frozen=True, slots=True)
class Said:
    """`kind` of panel (components/results.html), its title, and sentences to follow."""

    kind: str
    title: str
    lines: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it in one line."""
        return " ".join((self.title, *self.lines))


def answer_words(answer: AttendanceAnswer) -> Said:
    """What came of it, in words."""
    said = _came(answer) if answer.outcome in {Outcome.CAME, Outcome.ALREADY_CAME} else _said(answer)
    before = _before(answer.before)
    return Said(said.kind, said.title, (*said.lines, before)) if before else said


def rounding_words(step: int) -> str:
    """How time is recorded, before it counts."""
    if step == _QUARTER:
        return _("Time is recorded to the nearest quarter of an hour.")
    if step == _HALF:
        return _("Time is recorded to the nearest half hour.")
    return _("Time is recorded to the minute.")


def stay_words(stayed: int, recorded: int) -> str:
    """How long it was, and what it counts as where that differs."""
    if stayed == recorded:
        return _("%(hours)s.", hours=say(hours_text(recorded)))
    return _("%(stayed)s, recorded as %(recorded)s.", stayed=say(hours_text(stayed)), recorded=say(hours_text(recorded)))


def earned_words(answer: AttendanceAnswer) -> str:
    """What the time brought where that is not a credit an hour. "" also for who wants no credits: others read the screen too."""
    if answer.earned == answer.recorded:
        return ""
    if answer.earned:
        return _("You earned %(credits)s.", credits=say(credits_text(answer.earned)))
    return {
        "activity": _("This activity brings no credits."),
        "limit": _("You have the most credits for now."),
        "step": _("It counts towards your next credit.") if answer.carried > 0 else _("That is too short for a credit."),
    }.get(answer.without, "")


def _came(answer: AttendanceAnswer) -> Said:
    """Where no hours count, such as at most events."""
    if answer.outcome is Outcome.CAME:
        return Said("done", _("Welcome. You are here."), (f"{answer.activity}.", _("You need not sign out.")))
    return Said("again", _("We know that you are here."), (f"{answer.activity}.", _("Nothing was changed.")))


def _said(answer: AttendanceAnswer) -> Said:
    since = time_of_day(answer.came_at) if answer.came_at else ""
    out = _("You are signed out.")
    match answer.outcome:
        case Outcome.SIGNED_IN:
            since = _("%(activity)s, since %(time)s.", activity=answer.activity, time=since)
            said = Said("done", _("Welcome. You are signed in."), (since, _("Sign out when you leave.")))
        case Outcome.SIGNED_OUT:
            lines = stay_words(answer.stayed, answer.recorded), earned_words(answer)
            said = Said("done", _("Thank you. You are signed out."), tuple(line for line in lines if line))
        case Outcome.ALREADY_IN:
            said = Said("again", _("You are signed in already."), (_("Since %(time)s. Nothing was changed.", time=since),))
        case Outcome.ALREADY_OUT:
            said = Said("again", _("You are signed out already."), (_("Nothing was changed."),))
        case Outcome.TOO_SHORT:
            said = Said("done", out, (_too_short(answer),))
        case Outcome.SAVED_BEFORE:
            hours = say(hours_text(answer.recorded))
            saved = _("Your coordinator saved %(hours)s for you before. No more was added.", hours=hours)
            said = Said("done", out, (saved,))
        case Outcome.FOR_A_LOOK:
            said = Said("done", out, (_("A coordinator will look at your hours first. Nothing is lost."),))
        case Outcome.NOT_ENROLLED:
            ask = _("Nothing was recorded. Ask a coordinator here to add you.")
            said = Said("too_few", _("You are not on the list here yet."), (ask,))
        case Outcome.NOTHING_ON:
            said = Said("too_few", _("Nothing is on right now."), (_("Nothing was recorded. Ask a coordinator."),))
    return said


def _too_short(answer: AttendanceAnswer) -> str:
    if not answer.stayed:
        return _("You had just come. No hours were added.")
    if answer.so_far:
        return _("This session counts as %(hours)s so far. No more was added.", hours=say(hours_text(answer.so_far)))
    return _("%(stayed)s is too short to count. No hours were added.", stayed=say(hours_text(answer.stayed)))


def _before(state: AttendanceState | None) -> str:
    if state is AttendanceState.CREDITED:
        return _("You did not sign out last time. The set time was recorded.")
    if state is AttendanceState.FORGOTTEN:
        return _("You did not sign out last time. A coordinator will look at it.")
    return _("We signed you out of the one before.") if state is not None else ""


def _(text: str, **values: str) -> str:
    return str(gettext(text, **values))
