"""Where a request stands: forward, one step taken back at a time, and ended once. Every step stays to be seen, with its note.

The rows tell it all. A row with a later state is a step; one with the same state is a note; one with an earlier state undoes the
last step.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.community.referral_models import Referral, ReferralState, ReferralStep
from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import open_sealed, seal
from timecredits.foundation.typed_words import tidy_line, tidy_text
from timecredits.foundation.wording import Sentence
from timecredits.network.scope import find, find_and_hold

__all__ = [
    "ENDS",
    "LONGEST_NOTE",
    "OPEN",
    "OUTCOMES",
    "StepLine",
    "StepWords",
    "add_note",
    "add_step",
    "find_sent",
    "later_states",
    "move",
    "step_lines",
    "undo_step",
]

LONGEST_NOTE: Final = 2000
OPEN: Final = (ReferralState.NEW, ReferralState.SEEN, ReferralState.IN_TOUCH, ReferralState.WAITING)
"""In their order."""
OUTCOMES: Final = (ReferralState.JOINED, ReferralState.ELSEWHERE, ReferralState.NO_ANSWER, ReferralState.NOT_NOW)
"""What staff may end it with; joined only together with whom they became (converting.py)."""
ENDS: Final = frozenset({*OUTCOMES, ReferralState.WITHDRAWN})

_CONTACT: Final = frozenset(
    {ReferralState.IN_TOUCH, ReferralState.WAITING, ReferralState.JOINED, ReferralState.ELSEWHERE, ReferralState.NOT_NOW}
)
"""Whoever got so far was spoken with."""
_LONGEST_WHERE: Final = 120
_PURPOSE: Final = "referral step"
_PLACES: Final[Mapping[ReferralState, int]] = {state: place for place, state in enumerate(OPEN)}


@dataclass(frozen=True, slots=True)
class StepWords:
    """What was noted with a step: `where` and `service_id` say where somebody was led on to."""

    note: str = ""
    where: str = ""
    service_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class StepLine:
    """One row of the way so far. `undone` holds the state that it took back; `is_note` is a row that changed no state."""

    state: ReferralState
    made_at: datetime
    made_by: UUID | None
    words: StepWords
    is_note: bool = False
    undone: ReferralState | None = None


def later_states(state: ReferralState) -> tuple[ReferralState, ...]:
    """Where it can go from here, in order. From an end: nowhere. A draft isn't anywhere yet."""
    if state not in _PLACES:
        return ()
    return (*OPEN[_PLACES[state] + 1 :], *OUTCOMES, ReferralState.WITHDRAWN)


def find_sent(session: Session, programme_id: UUID, organisation_id: UUID, referral_id: UUID, *, hold: bool = True) -> Referral:
    """One request to this organisation, held unless it is only looked at; NotFoundError for a draft too."""
    get = find_and_hold if hold else find
    row = get(session, Referral, programme_id, referral_id, organisation_id=organisation_id)
    if row.state is ReferralState.DRAFT:
        raise NotFoundError
    return row


def move(
    session: Session,
    keyring: Keyring,
    row: Referral,
    state: ReferralState,
    words: StepWords,
    *,
    actor_id: UUID | None,
) -> bool:
    """Take the next step. False if it stands there already: pressed twice is once.

    Raises RuleError where the way doesn't lead there, or for a note too long.
    """
    if row.state is state:
        return False
    if state not in later_states(row.state) or state is ReferralState.WITHDRAWN:
        raise RuleError(Sentence("Somebody moved this on meanwhile. Nothing was changed. Look at where it stands now."))
    now = add_step(session, keyring, row, state, _tidied(words), actor_id)
    row.state, row.handled_by = state, actor_id
    if state in _CONTACT and row.first_contact_at is None:
        row.first_contact_at = now
    row.closed_at = now if state in ENDS else None
    session.flush()
    audit.record(
        session,
        row.programme_id,
        "referral moved",
        actor_id=actor_id,
        subject_id=row.id,
        organisation_id=row.organisation_id,
    )
    return True


def add_note(session: Session, keyring: Keyring, row: Referral, note: str, *, actor_id: UUID | None) -> None:
    """Add a note that only staff read. Raises RuleError for none, for too long, and where the person took it all back."""
    if row.state is ReferralState.WITHDRAWN:
        raise RuleError(Sentence("They took their request back. Nothing was saved."), field="note")
    missing = Sentence("Type a note. Nothing was saved.")
    words = StepWords(tidy_text(note, LONGEST_NOTE, field="note", missing=missing))
    last = step_lines(session, keyring, row)[-1]
    if last.is_note and last.words == words and last.made_by == actor_id:
        return  # pressed twice
    add_step(session, keyring, row, row.state, words, actor_id)


def undo_step(session: Session, keyring: Keyring, row: Referral, seen: ReferralState, *, actor_id: UUID | None) -> bool:
    """Take the last step back, if it is still the one that was `seen`. False if it isn't: pressed twice is once.

    A request that the person took back stays so: its words are gone. Whoever joined stays enrolled.
    """
    way = _way(_rows(session, row))
    if row.state is not seen or len(way) < 2 or seen is ReferralState.WITHDRAWN:  # noqa: PLR2004  there must be one before
        return False
    before = [state for state, _at in way[:-1]]
    add_step(session, keyring, row, before[-1], StepWords(), actor_id)
    row.state, row.closed_at, row.volunteer_id = before[-1], None, None
    row.first_contact_at = next((at for state, at in way[:-1] if state in _CONTACT), None)
    session.flush()
    audit.record(
        session,
        row.programme_id,
        "referral step undone",
        actor_id=actor_id,
        subject_id=row.id,
        organisation_id=row.organisation_id,
    )
    return True


def step_lines(session: Session, keyring: Keyring, row: Referral) -> list[StepLine]:
    """The way so far, oldest first."""
    lines: list[StepLine] = []
    way: list[ReferralState] = []
    for each in _rows(session, row):
        words = _open(keyring, each)
        if not way or each.state in later_states(way[-1]):
            way.append(each.state)
            lines.append(StepLine(each.state, each.made_at, each.made_by, words))
        elif each.state is way[-1]:
            lines.append(StepLine(each.state, each.made_at, each.made_by, words, is_note=True))
        else:
            lines.append(StepLine(each.state, each.made_at, each.made_by, words, undone=way.pop()))
    return lines


def _way(rows: Sequence[ReferralStep]) -> list[tuple[ReferralState, datetime]]:
    """The steps that count, each with its moment."""
    way: list[tuple[ReferralState, datetime]] = []
    for each in rows:
        if not way or each.state in later_states(way[-1][0]):
            way.append((each.state, each.made_at))
        elif each.state is not way[-1][0]:
            way.pop()
    return way


def _rows(session: Session, row: Referral) -> Sequence[ReferralStep]:
    return session.scalars(
        select(ReferralStep)
        .where(ReferralStep.programme_id == row.programme_id, ReferralStep.referral_id == row.id)
        .order_by(ReferralStep.made_at, ReferralStep.id)
    ).all()


def add_step(
    session: Session, keyring: Keyring, row: Referral, state: ReferralState, words: StepWords, actor_id: UUID | None
) -> datetime:
    """Write one row of the way, after all others, and answer its moment. It checks nothing."""
    rows, now = _rows(session, row), clock.now()
    if rows and rows[-1].made_at >= now:
        now = rows[-1].made_at + timedelta(microseconds=1)  # the order is read from the moments
    step_id = new_id()
    sealed = None
    if words != StepWords():
        kept = {"note": words.note, "where": words.where, "service": str(words.service_id or "")}
        sealed = seal(keyring, _PURPOSE, step_id, json.dumps(kept, ensure_ascii=False))
    session.add(
        ReferralStep(
            programme_id=row.programme_id,
            id=step_id,
            referral_id=row.id,
            state=state,
            sealed=sealed,
            made_by=actor_id,
            made_at=now,
        )
    )
    session.flush()
    return now


def _open(keyring: Keyring, step: ReferralStep) -> StepWords:
    text = open_sealed(keyring, _PURPOSE, step.id, step.sealed) if step.sealed else None
    if text is None:
        return StepWords()
    kept = json.loads(text)
    return StepWords(kept["note"], kept["where"], UUID(kept["service"]) if kept["service"] else None)


def _tidied(words: StepWords) -> StepWords:
    return StepWords(
        tidy_text(words.note, LONGEST_NOTE, field="note"),
        tidy_line(words.where, _LONGEST_WHERE, field="where"),
        words.service_id,
    )
