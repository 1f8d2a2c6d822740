"""Correct hours that were saved wrong. The old entry stays as it was; a correction beside it says what counts instead.

The right amount is earned first and the wrong one reversed after it: the other order would hit the floor when some of the
credits were used (design/ledger.md, Rules on top).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.amounts import hours_text
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Activity, ActivitySession
from timecredits.hours.hour_rules import LONGEST_DAY, NewHours, check_hours
from timecredits.hours.models import HourCorrection, HourEntry
from timecredits.hours.recording import write_entries
from timecredits.ledger.transfers import Posting, reverse
from timecredits.network.models import Volunteer
from timecredits.network.scope import find

LONGEST_REASON = 300

_correction: Any = HourCorrection.__table__
_INSERT = {
    name: dialect.insert(_correction)
    .on_conflict_do_nothing(index_elements=["programme_id", "entry_id"])
    .returning(_correction.c.id)
    for name, dialect in {"postgresql": postgresql, "sqlite": sqlite}.items()
}


@dataclass(frozen=True, slots=True)
class Corrected:
    """An entry that no longer counts; `replacement_id` counts instead, or nothing does. `before` and `after` are minutes."""

    entry_id: UUID
    replacement_id: UUID | None
    before: int
    after: int
    already: bool = False


@dataclass(frozen=True, slots=True)
class EntryToCorrect:
    """An entry as the page about it shows it. `corrected`: it no longer counts, so there is nothing to correct."""

    entry: HourEntry
    activity: str
    name: str
    corrected: bool


def find_entry(session: Session, programme_id: UUID, organisation_id: UUID, entry_id: UUID) -> EntryToCorrect:
    """One entry of an organisation, or NotFoundError."""
    entry = find(session, HourEntry, programme_id, entry_id, organisation_id=organisation_id)
    return EntryToCorrect(
        entry=entry,
        activity=find(session, Activity, programme_id, entry.activity_id).name,
        name=find(session, Volunteer, programme_id, entry.volunteer_id).name,
        corrected=_done_before(session, entry) is not None,
    )


def correct_hours(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    entry_id: UUID,
    *,
    minutes: int | None,
    reason: str,
    actor_id: UUID | None,
    today: date,
    replacement_id: UUID | None = None,
) -> Corrected:
    """Let `minutes` count instead of what the entry says, or nothing (None). The same correction twice is done once.

    Raises NotFoundError for an entry of another organisation; RuleError (nothing is then changed) without a reason, for the same
    hours, for hours a rule forbids, for an entry corrected before, and when the credits to be taken back were used already.
    """
    entry = find(session, HourEntry, programme_id, entry_id, organisation_id=organisation_id)
    reason = " ".join(reason.split())
    if not reason:
        raise RuleError(Sentence("Say why, in a few words. Nothing was changed."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise RuleError(Sentence("That is too long. Use at most %(most)s letters.", most=LONGEST_REASON), field="reason")
    done = _done_before(session, entry)
    if done is not None:
        if done.replacement_id is not None and done.replacement_id == replacement_id:
            return done
        if done.replacement_id is None and minutes is None:
            return done
        raise _corrected_before()
    if minutes == entry.minutes:
        raise RuleError(
            Sentence("It says %(hours)s already. Nothing was changed.", hours=hours_text(entry.minutes)), field="hours"
        )
    with session.begin_nested():  # a refusal leaves nothing behind, though the request goes on to show it
        if minutes is not None:
            replacement_id = replacement_id or new_id()
            _write_replacement(session, entry, replacement_id, minutes, actor_id, today)
        else:
            replacement_id = None
        _take_back(session, entry, reason, actor_id, today)
        _keep_correction(session, entry, replacement_id, reason, actor_id)
        audit.record(
            session,
            programme_id,
            "hours corrected" if minutes is not None else "hours taken away",
            actor_id=actor_id,
            subject_id=entry_id,
            organisation_id=organisation_id,
        )
    return Corrected(entry_id, replacement_id, entry.minutes, minutes or 0)


def undo_register(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    session_id: UUID,
    *,
    reason: str,
    actor_id: UUID | None,
    today: date,
) -> list[Corrected]:
    """Take away every entry of one saved register that still counts, all or nothing. Twice takes away once.

    Raises NotFoundError for a register of another organisation; RuleError naming the person who used the credits already.
    """
    find(session, ActivitySession, programme_id, session_id)
    with session.begin_nested():
        return [
            correct_hours(
                session, programme_id, organisation_id, entry_id, minutes=None, reason=reason, actor_id=actor_id, today=today
            )
            for entry_id in _standing(session, programme_id, organisation_id, session_id)
        ]


def _standing(session: Session, programme_id: UUID, organisation_id: UUID, session_id: UUID) -> Iterable[UUID]:
    rows = session.execute(
        select(HourEntry.id, HourEntry.organisation_id, HourCorrection.id)
        .outerjoin(
            HourCorrection,
            (HourCorrection.programme_id == HourEntry.programme_id) & (HourCorrection.entry_id == HourEntry.id),
        )
        .where(HourEntry.programme_id == programme_id, HourEntry.activity_session_id == session_id)
        .order_by(HourEntry.id)
    ).all()
    if not rows or any(owner != organisation_id for _, owner, _ in rows):
        raise NotFoundError
    return [entry_id for entry_id, _, correction_id in rows if correction_id is None]


def _write_replacement(
    session: Session, entry: HourEntry, replacement_id: UUID, minutes: int, actor_id: UUID | None, today: date
) -> None:
    starts = entry.starts if entry.starts is not None and entry.starts + minutes <= LONGEST_DAY else None
    new = NewHours(
        id=replacement_id,
        volunteer_id=entry.volunteer_id,
        activity_id=entry.activity_id,
        session_id=entry.activity_session_id,
        day=entry.done_on,
        minutes=minutes,
        starts=starts,
        note=entry.note,
    )
    checked = check_hours(session, entry.programme_id, entry.organisation_id, [new], today=today, without=frozenset({entry.id}))
    for fault in checked.problems.values():
        raise fault
    added = write_entries(
        session,
        entry.programme_id,
        entry.organisation_id,
        [new],
        checked,
        source=entry.source,
        actor_id=actor_id,
        reasons={replacement_id: entry.without_credits},
    )
    if not added:
        raise _corrected_before()


def _take_back(session: Session, entry: HourEntry, reason: str, actor_id: UUID | None, today: date) -> None:
    if entry.without_credits is not None:
        return
    answer = reverse(
        session, entry.programme_id, entry.id, reversal_id=new_id(), reason=reason, actor=actor_id, occurred_on=today
    )
    if answer is Posting.NOT_ENOUGH:
        volunteer = find(session, Volunteer, entry.programme_id, entry.volunteer_id)
        raise RuleError(
            Sentence(
                "%(name)s has used some of these credits. Nothing was changed. Ask your programme manager what to do.",
                name=volunteer.name,
            ),
            field="hours",
        )
    if answer is not Posting.POSTED:
        raise _corrected_before()


def _keep_correction(session: Session, entry: HourEntry, replacement_id: UUID | None, reason: str, actor_id: UUID | None) -> None:
    connection = session.connection()
    kept = connection.execute(
        _INSERT[connection.dialect.name],
        {
            "programme_id": entry.programme_id,
            "id": new_id(),
            "entry_id": entry.id,
            "replacement_id": replacement_id,
            "reason": reason,
            "corrected_by": actor_id,
            "corrected_at": clock.now(),
        },
    ).scalar()
    if kept is None:
        raise _corrected_before()


def _done_before(session: Session, entry: HourEntry) -> Corrected | None:
    correction = session.scalars(
        select(HourCorrection).where(HourCorrection.programme_id == entry.programme_id, HourCorrection.entry_id == entry.id)
    ).one_or_none()
    if correction is None:
        return None
    after = 0
    if correction.replacement_id is not None:
        after = find(session, HourEntry, entry.programme_id, correction.replacement_id).minutes
    return Corrected(entry.id, correction.replacement_id, entry.minutes, after, already=True)


def _corrected_before() -> RuleError:
    return RuleError(Sentence("These hours were corrected before. Nothing was changed. Look at the newest line."), field="hours")
