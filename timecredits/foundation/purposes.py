"""THE list of what keys are for. Each purpose has keys of its own, derived from every secret of the keyring.

It says of each what it is for, what breaks where its key is lost, and how long what is made with it is good: by that,
`timecredits signing-keys retire` tells what a key would take with it. A test reads the source: no purpose is used that isn't
listed here, and none is listed that isn't used.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

__all__ = ["PURPOSES", "Purpose", "Until", "dying"]


class Until(StrEnum):
    """How long what is made with a key is good."""

    TIME = "time"
    """For a time, counted from its making."""
    ENDED = "ended"
    """Until somebody ends it: it may be good for years."""
    SEALED = "sealed"
    """Until it is sealed anew, which `timecredits signing-keys reseal` does."""
    FREE = "free"
    """It needs the key at its making only: a key that retires takes nothing with it."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What keys of one purpose are for. `things` is what a person would call what they make; `lives` goes with Until.TIME."""

    things: str
    what_for: str
    if_lost: str
    until: Until
    lives: timedelta = timedelta()


_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)


def _for_a_time(lives: timedelta, things: str, what_for: str, if_lost: str) -> Purpose:
    return Purpose(things, what_for, if_lost, Until.TIME, lives)


def _until_ended(things: str, what_for: str, if_lost: str) -> Purpose:
    return Purpose(things, what_for, if_lost, Until.ENDED)


def _sealed(things: str) -> Purpose:
    return Purpose(
        things, f"Seals {things}, so that who reads the database reads no words.", "The words can't be read.", Until.SEALED
    )


def _at_making(things: str, what_for: str, if_lost: str) -> Purpose:
    return Purpose(things, what_for, if_lost, Until.FREE)


_CODES: Final[Mapping[str, Purpose]] = {
    "live code": _for_a_time(
        2 * _MINUTE, "codes on phones", "Signs the code that a phone shows at a till.", "The code is not taken; the next one is."
    ),
    "card code": _until_ended("cards", "Signs the square code on a card.", "Cards are not taken and must be printed anew."),
    "note code": _for_a_time(
        timedelta(days=5 * 366 + 31),
        "notes and passes",
        "Signs notes and passes, which tills check with no signal. They last up to 60 months and a time of grace.",
        "Notes that are out are not taken and must be changed for new ones.",
    ),
    "poster code": _until_ended(
        "posters", "Makes the code on a poster at a door.", "Posters lead nowhere and must be printed anew."
    ),
    "wall code": _for_a_time(
        2 * _MINUTE, "codes on walls", "Signs the code that a wall's screen shows.", "It is not taken; the next one is."
    ),
    "till pack": _for_a_time(
        14 * _DAY,
        "what tills keep for no signal",
        "Signs the list that a till keeps for when there is no signal.",
        "A till can't check offline until it fetched a new list.",
    ),
    "till pack version": _at_making(
        "versions of tills' lists", "Numbers a till's list without telling what is in it.", "A till fetches its list once more."
    ),
    "look-up at a till": _for_a_time(
        4 * _MINUTE,
        "people looked up at a till",
        "Signs the choice of a person at a till.",
        "The person must be looked up again.",
    ),
    "kiosk choice": _for_a_time(
        2 * _MINUTE, "names chosen at a kiosk", "Signs who was chosen on a shared screen.", "The person chooses again."
    ),
}
_LINKS: Final[Mapping[str, Purpose]] = {
    "activity calendar": _until_ended(
        "calendars of activities", "Signs the address of an activity's calendar.", "Who follows it must add it again."
    ),
    "volunteer calendar": _until_ended(
        "people's own calendars", "Signs the address of somebody's calendar.", "They must add it again."
    ),
    "link/comment": _until_ended(
        "links to one's own comment", "Signs the link by which a visitor finds their comment.", "The link does not open."
    ),
    "link/invitation": _for_a_time(
        7 * _DAY, "invitations by mail", "Signs the link by which staff say yes.", "It must be sent again."
    ),
    "invitation code": _for_a_time(
        3 * _DAY, "printed invitations", "Hides the code of a printed invitation.", "The slip must be made anew."
    ),
    "invitation code of a slip": _at_making(
        "the text of printed invitations", "Makes a slip's code, so that it can be shown again.", "It can't be shown again."
    ),
    "link/pack": _until_ended(
        "links to packs for employers", "Signs the link that opens a pack.", "The link does not open; a new one must be given."
    ),
    "link/referee consent": _until_ended(
        "questions to referees", "Signs the link by which a referee answers.", "The link does not open; they must be asked again."
    ),
    "link/spell confirmation": _until_ended(
        "questions about time elsewhere", "Signs the link by which somebody confirms.", "They must be asked again."
    ),
    "link/survey": _for_a_time(
        60 * _DAY, "questions by mail", "Signs the link to one's own questions.", "They are answered after signing in instead."
    ),
    "survey on paper": _until_ended(
        "questions on paper", "Makes the code that stands for a person on paper.", "Papers that are out can't be typed in."
    ),
    "referral-code": _for_a_time(
        90 * _DAY, "codes of requests", "Makes the code that leads back to a request.", "The code leads nowhere."
    ),
}
_SIGN_IN: Final[Mapping[str, Purpose]] = {
    "session cookie": _for_a_time(30 * _DAY, "sign-ins", "Signs the cookie of a session.", "Everybody must sign in again."),
    "form": _for_a_time(
        8 * 60 * _MINUTE,
        "forms that are open",
        "Signs the mark in a form that proves where it is from.",
        "It must be sent again.",
    ),
    "form/opened": _for_a_time(
        7 * 60 * _MINUTE, "comments being written", "Signs when a form was opened, against machines.", "It must be sent again."
    ),
    "known browser": _for_a_time(
        180 * _DAY,
        "browsers that are known",
        "Signs that somebody signed in on a browser before.",
        "Tries count as a stranger's.",
    ),
    "email code": _for_a_time(10 * _MINUTE, "codes by email", "Hides the code of a mail.", "A new code must be asked for."),
    "recovery code": _until_ended(
        "recovery codes", "Hides the codes that staff keep for the day the phone is lost.", "They must make new ones."
    ),
    "sign-in slip": _for_a_time(
        3 * _DAY, "sign-in slips", "Hides the code of a slip by which a volunteer signs in.", "The slip must be printed anew."
    ),
}
_MARKS: Final[Mapping[str, Purpose]] = {
    "asked before": _at_making(
        "marks of who was asked",
        "Knows an address again that was asked before, and tells nobody.",
        "Who said no may be asked again.",
    ),
    "referral-mark": _at_making(
        "marks of who asked before", "Knows a phone number again that asked before.", "That somebody asked before isn't seen."
    ),
    "request addresses": _at_making(
        "marks of addresses", "Counts requests from one address without keeping the address.", "The counts begin anew."
    ),
    "moving/fingerprint": _at_making(
        "marks of keys", "Tells whether two installations have the same key.", "A programme can't be moved with what it sealed."
    ),
    "credential": _at_making(
        "digital credentials",
        "Signs digital credentials and their lists. Its public half is kept in the database for ever.",
        "No new ones with this key. Those that are out stay good.",
    ),
}
_SEALS: Final[Mapping[str, Purpose]] = {
    "seal/authenticator app": _sealed("secrets of apps that show codes"),
    "seal/comment": _sealed("comments"),
    "seal/comment-appeal": _sealed("why somebody asks again about a comment"),
    "seal/concern": _sealed("what worries somebody"),
    "seal/concern look": _sealed("why somebody looked at a concern"),
    "seal/concern note": _sealed("notes on concerns"),
    "seal/event needs": _sealed("what guests need at an event"),
    "seal/first step": _sealed("people's own first steps"),
    "seal/goal": _sealed("goals"),
    "seal/group-link": _sealed("links to groups' meetings"),
    "seal/mentoring": _sealed("words on mentoring"),
    "seal/referral": _sealed("requests to be in touch"),
    "seal/referral step": _sealed("notes on requests"),
    "seal/reflection": _sealed("what people learnt"),
    "seal/survey": _sealed("answers on how people are doing"),
    "seal/webhook-secret": _sealed("secrets of webhooks"),
}
PURPOSES: Final[Mapping[str, Purpose]] = {**_CODES, **_LINKS, **_SIGN_IN, **_MARKS, **_SEALS}
"""By the name that the key is derived with. It never changes: another name is another key."""


def dying(left: timedelta) -> list[Purpose]:
    """Of what isn't sealed, what is still good `left` after a key last signed, and would die if the key retired then."""
    return [
        each
        for each in PURPOSES.values()
        if each.until is Until.ENDED or (each.until is Until.TIME and each.lives > max(left, timedelta()))
    ]
