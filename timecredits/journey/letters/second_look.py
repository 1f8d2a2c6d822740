"""A second look: a colleague of the author's reads a draft and says that it is fine, or what to change, before it is issued.

Never the author, nor whom it is about. A change to the draft asks for a new look (`references.change_draft`), so the words and
choices that were read are those that go out. Hours, training and the letterhead come from the register and may be newer than
the look: whoever issues the letter has read them as they go out (`require_seen`).
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

from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.journey.letters.letter_record import LetterRecord
from timecredits.journey.letters.references import about_user
from timecredits.journey.models import Reference, ReferenceStatus

__all__ = [
    "LONGEST_NOTE",
    "Look",
    "LookWaiting",
    "count_looks",
    "look_mark",
    "look_of",
    "looks_waiting",
    "require_look",
    "require_seen",
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


def look_mark(reference: Reference, record: LetterRecord) -> str:
    """What a reader has before their eyes, in 32 characters: another for other words, choices, author, hours or letterhead.

    `record` is the draft's (`issuing.preview_letter`). Number, check code and day are not in the mark: they come with the issue.
    """
    read = [
        record["organisation"],
        record["holder"],
        record["facts"],
        reference.holder_name,
        reference.opinion,
        reference.neutral_letterhead,
        reference.language,
        reference.confidential,
        str(reference.author_id),
        reference.signer_name,
        reference.signer_title,
    ]
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()[:32]


def require_look(reference: Reference) -> None:
    """Raise RuleError for a draft whose second look is wanted and not given."""
    look = look_of(reference)
    if look is Look.SENT_BACK:
        raise RuleError(Sentence("A colleague asked for a change. Nothing was issued. Change the letter first."))
    if look is Look.WAITING:
        raise RuleError(Sentence("A colleague must read this letter first. Nothing was issued."))


def require_seen(reference: Reference, record: LetterRecord, seen: str | None) -> None:
    """Raise RuleError where the letter that would go out isn't the one whose mark was `seen`. None: a job issues, nobody read."""
    if seen is not None and seen != look_mark(reference, record):
        raise RuleError(Sentence("The letter changed while you read it. Nothing was issued. Read it once more."))


def looks_waiting(session: Session, programme_id: UUID, organisation_id: UUID, *, reader_id: UUID) -> Sequence[LookWaiting]:
    """The drafts this reader may look at, and their own that came back; the oldest first, at most 20."""
    found = session.scalars(
        select(Reference)
        .where(*_open(programme_id, organisation_id), _for_reader(programme_id, reader_id))
        .order_by(Reference.created_at, Reference.id)
        .limit(_SHOWN)
    )
    return [LookWaiting(each.id, each.holder_name, each.signer_name, each.created_at, each.look_note) for each in found]


def count_looks(session: Session, programme_id: UUID, organisation_id: UUID, *, reader_id: UUID) -> int:
    """How many drafts `looks_waiting` would list without its limit."""
    mine = _for_reader(programme_id, reader_id)
    return session.scalar(select(func.count()).select_from(Reference).where(*_open(programme_id, organisation_id), mine)) or 0


def _open(programme_id: UUID, organisation_id: UUID) -> Sequence[ColumnElement[bool]]:
    return (
        Reference.programme_id == programme_id,
        Reference.organisation_id == organisation_id,
        Reference.status == ReferenceStatus.DRAFT,
        Reference.wants_second_look.is_(True),
    )


def _for_reader(programme_id: UUID, reader_id: UUID) -> ColumnElement[bool]:
    unread, sent_back = Reference.looked_at.is_(None), Reference.look_note != ""
    theirs = or_((Reference.author_id != reader_id) & unread, (Reference.author_id == reader_id) & sent_back)
    return theirs & ~about_user(programme_id, reader_id)
