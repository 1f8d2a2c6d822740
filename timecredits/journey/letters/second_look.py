"""A second look: a colleague of the author's reads a draft and says that it is fine, or what to change, before it is issued.

Never the author. A change to the draft asks for a new look (`references.change_draft`), so what was read is what goes out.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.journey.letters.references import lock_reference, require_draft
from timecredits.journey.models import Reference, ReferenceStatus

__all__ = [
    "LONGEST_NOTE",
    "Look",
    "LookWaiting",
    "count_looks",
    "look_at",
    "look_mark",
    "look_of",
    "looks_waiting",
    "require_look",
]

LONGEST_NOTE: Final = 500
_SHOWN: Final = 20


class Look(StrEnum):
    """How a draft stands with its second look."""

    NOT_WANTED = "not_wanted"
    WAITING = "waiting"
    SENT_BACK = "sent_back"
    FINE = "fine"


@dataclass(frozen=True)
class LookWaiting:
    """A draft that a colleague wants read, or (`note`) one of one's own that came back."""

    reference_id: UUID
    holder_name: str
    author_name: str
    asked_at: datetime
    note: str = ""


def look_of(reference: Reference) -> Look:
    """How this draft stands with its second look."""
    if not reference.wants_second_look:
        return Look.NOT_WANTED
    if reference.looked_at is None:
        return Look.WAITING
    return Look.SENT_BACK if reference.look_note else Look.FINE


def look_mark(reference: Reference) -> str:
    """What a reader has before their eyes, in 32 characters: another mark for any other words, choices or author."""
    read = [
        reference.holder_name,
        reference.opinion,
        reference.neutral_letterhead,
        reference.language,
        reference.confidential,
        str(reference.author_id),
        reference.signer_name,
        reference.signer_title,
    ]
    return hashlib.sha256(json.dumps(read).encode()).hexdigest()[:32]


def look_at(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    reference_id: UUID,
    *,
    reader_id: UUID,
    reader_name: str,
    seen: str,
    note: str = "",
) -> Reference:
    """Say that a draft is fine, or with a `note` send it back to its author. `seen` is the mark of what was read.

    Raises RuleError for the author, for a draft that changed meanwhile or wants no look, for a note too long, and once issued.
    """
    reference = lock_reference(session, programme_id, organisation_id, reference_id)
    require_draft(reference)
    note = note.replace("\r\n", "\n").strip()
    if len(note) > LONGEST_NOTE:
        raise RuleError(
            Sentence("That note is too long. Use at most %(most)s letters. Nothing was saved.", most=LONGEST_NOTE), field="note"
        )
    if reference.author_id == reader_id:
        raise RuleError(Sentence("You wrote this letter. Somebody else must read it. Nothing was saved."))
    if not reference.wants_second_look:
        raise RuleError(Sentence("Nobody asks for a second look at this letter any more. Nothing was saved."))
    if look_mark(reference) != seen:
        raise RuleError(Sentence("The letter changed while you read it. Nothing was saved. Read it once more."))
    reference.looked_by, reference.looked_by_name, reference.looked_at = reader_id, reader_name, clock.now()
    reference.look_note = note
    session.flush()
    audit.record(
        session,
        programme_id,
        "reference sent back" if note else "reference looked at",
        actor_id=reader_id,
        subject_id=reference.id,
        organisation_id=organisation_id,
    )
    return reference


def require_look(reference: Reference) -> None:
    """Raise RuleError for a draft whose second look is wanted and not given."""
    look = look_of(reference)
    if look is Look.SENT_BACK:
        raise RuleError(Sentence("A colleague asked for a change. Nothing was issued. Change the letter first."))
    if look is Look.WAITING:
        raise RuleError(Sentence("A colleague must read this letter first. Nothing was issued."))


def looks_waiting(session: Session, programme_id: UUID, organisation_id: UUID, *, reader_id: UUID) -> Sequence[LookWaiting]:
    """The drafts this reader may look at, and their own that came back; the oldest first, at most 20."""
    found = session.scalars(
        select(Reference)
        .where(*_open(programme_id, organisation_id), _for_reader(reader_id))
        .order_by(Reference.created_at, Reference.id)
        .limit(_SHOWN)
    )
    return [LookWaiting(each.id, each.holder_name, each.signer_name, each.created_at, each.look_note) for each in found]


def count_looks(session: Session, programme_id: UUID, organisation_id: UUID, *, reader_id: UUID) -> int:
    """How many drafts `looks_waiting` would list without its limit."""
    query = select(func.count()).select_from(Reference).where(*_open(programme_id, organisation_id), _for_reader(reader_id))
    return session.scalar(query) or 0


def _open(programme_id: UUID, organisation_id: UUID) -> Sequence[ColumnElement[bool]]:
    return (
        Reference.programme_id == programme_id,
        Reference.organisation_id == organisation_id,
        Reference.status == ReferenceStatus.DRAFT,
        Reference.wants_second_look.is_(True),
    )


def _for_reader(reader_id: UUID) -> ColumnElement[bool]:
    unread, sent_back = Reference.looked_at.is_(None), Reference.look_note != ""
    return or_((Reference.author_id != reader_id) & unread, (Reference.author_id == reader_id) & sent_back)
