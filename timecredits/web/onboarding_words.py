"""What the pages of a programme and of an organisation say of the list of what is needed to be ready."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext

from timecredits.network.agreements import Agreement
from timecredits.network.onboarding import Checklist, State, Step, StepDone
from timecredits.web.filters import day

__all__ = ["agreement_said", "badge_of", "missing_said", "rows_of", "step_names"]

_TONES: Final[Mapping[State, str]] = {State.READYING: "soft", State.OPEN: "good", State.ON_HOLD: "warn"}


def _(text: str, **values: str) -> str:
    """`gettext` for mypy, which knows nothing of what it answers."""
    return str(gettext(text, **values))


def step_names() -> dict[Step, str]:
    """The five steps, in a word or two each."""
    return {
        Step.AGREEMENT: _("Agreement"),
        Step.LEAD: _("Lead"),
        Step.BRIEF: _("First talk"),
        Step.ACTIVITIES: _("Activity that earns"),
        Step.SESSIONS: _("First session"),
    }


def badge_of(listed: Checklist) -> dict[str, str]:
    """How an organisation stands, as a badge: `words` and `tone`."""
    words = {State.READYING: _("Getting ready"), State.OPEN: _("Open"), State.ON_HOLD: _("On hold")}
    return {"words": words[listed.state], "tone": _TONES[listed.state]}


def missing_said(listed: Checklist) -> str:
    """What is missing, in one line; "" where nothing is."""
    names = step_names()
    missing = ", ".join(names[each.step] for each in listed.missing)
    return _("Missing: %(steps)s", steps=missing) if missing else ""


def agreement_said(listed: Checklist) -> str:
    """That the agreement ends soon, or has ended; "" otherwise."""
    ends_on = listed.organisation.agreement_ends_on
    if listed.agreement is Agreement.ENDED and ends_on is not None:
        return _("The agreement ended on %(day)s. Nothing has stopped. Agree on a new day.", day=day(ends_on))
    if listed.agreement is Agreement.ENDING and ends_on is not None:
        return _("The agreement ends on %(day)s.", day=day(ends_on))
    return ""


def rows_of(listed: Checklist, links: Mapping[Step, tuple[str, str]], *, own: bool) -> Sequence[dict[str, Any]]:
    """A row a step: `name`, `is_done`, `waits`, `words` (what is, or what to do next), and `href` with `action` where it leads.

    `own` speaks to the organisation's staff, else to the programme's manager.
    """
    names = step_names()
    rows = []
    for each in listed.steps:
        href, action = links.get(each.step, ("", ""))
        rows.append(
            {
                "name": names[each.step],
                "is_done": each.is_done,
                "waits": each.waits,
                "words": _words(each, listed, own=own),
                "href": href,
                "action": action,
            }
        )
    return rows


def _words(each: StepDone, listed: Checklist, *, own: bool) -> str:
    match each.step:
        case Step.AGREEMENT:
            return _agreement(each, listed, own=own)
        case Step.LEAD:
            return _lead(each, own=own)
        case Step.BRIEF:
            to_do = _("Ask your programme for a talk on how credits work."), _("Tell its people how credits work. Note the day.")
            return _("You talked on %(day)s.", day=day(each.day)) if each.day is not None else to_do[not own]
        case Step.ACTIVITIES:
            to_do = _("Add one that earns credits."), _("Its staff add one. Nobody can earn credits yet.")
            return _("There is an open one.") if each.is_done else to_do[not own]
        case Step.SESSIONS:
            to_do = (
                _("Say when an activity happens, or write down who came."),
                _("Its staff plan one, or write down who came."),
            )
            return _("There is one.") if each.is_done else to_do[not own]


def _lead(each: StepDone, *, own: bool) -> str:
    if each.is_done:
        return _("%(name)s leads it.", name=each.who)
    if each.waits and each.who:
        return _("%(name)s was asked to lead. We wait for their yes.", name=each.who)
    if each.waits:
        return _("Somebody was asked to lead. We wait for their yes.")
    return _("Ask your programme to invite who leads here.") if own else _("Invite who leads it.")


def _agreement(each: StepDone, listed: Checklist, *, own: bool) -> str:
    if each.day is None:
        return _("Sign it with your programme.") if own else _("Sign it, then note the day.")
    ends_on = listed.organisation.agreement_ends_on
    if ends_on is None:
        return _("Signed on %(day)s, with no end.", day=day(each.day))
    return _("Signed on %(day)s. Its last day is %(ends)s.", day=day(each.day), ends=day(ends_on))
