"""What a safeguarding lead reads: the concerns of a desk, one of them with its notes, and who opened it without being a lead.

Whoever calls these has made sure that the reader holds the duty (web/duties), or left a reason (looks.py).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.community.safety.concerns import Danger, Worry, hold_concern, on_desk, set_state
from timecredits.community.safety_models import Concern, ConcernLook, ConcernNote, ConcernState
from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import open_sealed, seal
from timecredits.foundation.typed_words import tidy_text
from timecredits.foundation.wording import Sentence
from timecredits.network.actors import Actor
from timecredits.network.duties import has_duty
from timecredits.network.models import DutyKind, User

__all__ = [
    "LONGEST_NOTE",
    "ConcernPage",
    "KeptLook",
    "KeptNote",
    "ShownConcern",
    "add_note",
    "count_new",
    "find_concern",
    "list_concerns",
    "shown",
]

LONGEST_NOTE: Final = 4000
PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class KeptNote:
    """What a lead wrote down. `words` is None where the key is gone."""

    words: str | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptLook:
    """Somebody who is no lead opened it, and why."""

    reason: str | None
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ShownConcern:
    """One concern. `worry` is None where the key is gone; `notes` and `looks` are empty in lists."""

    id: UUID
    state: ConcernState
    raised_at: datetime
    closed_at: datetime | None
    worry: Worry | None
    notes: tuple[KeptNote, ...] = ()
    looks: tuple[KeptLook, ...] = ()


@dataclass(frozen=True, slots=True)
class ConcernPage:
    """One page of a list, and how many pages there are."""

    concerns: tuple[ShownConcern, ...]
    page: int
    pages: int


def list_concerns(
    session: Session, keyring: Keyring, programme_id: UUID, organisation_id: UUID | None, *, closed: bool = False, page: int = 1
) -> ConcernPage:
    """What stands on a desk: open ones, new before in hand and oldest first; or closed ones, the last closed first."""
    which = Concern.state == ConcernState.CLOSED if closed else Concern.state != ConcernState.CLOSED
    here = (on_desk(session, programme_id, organisation_id), which)
    total = session.scalar(select(func.count()).select_from(Concern).where(*here)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    order: tuple[Any, ...] = (
        (Concern.closed_at.desc(), Concern.id) if closed else ((Concern.state != ConcernState.NEW), Concern.raised_at, Concern.id)
    )
    rows = session.scalars(select(Concern).where(*here).order_by(*order).limit(PAGE).offset((page - 1) * PAGE))
    return ConcernPage(tuple(shown(keyring, each) for each in rows), page, pages)


def find_concern(
    session: Session, keyring: Keyring, programme_id: UUID, organisation_id: UUID | None, concern_id: UUID
) -> ShownConcern:
    """One concern of a desk with its notes and who else looked, oldest first. Raises NotFoundError."""
    row = session.scalars(
        select(Concern).where(on_desk(session, programme_id, organisation_id), Concern.id == concern_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    notes = session.execute(
        select(ConcernNote, User.name)
        .join(User, User.id == ConcernNote.made_by)
        .where(ConcernNote.programme_id == programme_id, ConcernNote.concern_id == concern_id)
        .order_by(ConcernNote.made_at, ConcernNote.id)
    )
    looks = session.execute(
        select(ConcernLook, User.name)
        .join(User, User.id == ConcernLook.looked_by)
        .where(ConcernLook.programme_id == programme_id, ConcernLook.concern_id == concern_id)
        .order_by(ConcernLook.looked_at, ConcernLook.id)
    )
    return shown(
        keyring,
        row,
        [KeptNote(open_sealed(keyring, "concern note", each.id, each.sealed), name, each.made_at) for each, name in notes],
        [
            KeptLook(open_sealed(keyring, "concern look", each.id, each.sealed_reason), name, each.looked_at)
            for each, name in looks
        ],
    )


def add_note(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID | None,
    concern_id: UUID,
    words: str,
    *,
    note_id: UUID,
    actor_id: UUID,
) -> bool:
    """Write something down about a concern; a new one is then in hand. The same id twice is once: False.

    Raises RuleError for no words or too many, NotFoundError for what is not on this desk.
    """
    tidy = tidy_text(words, LONGEST_NOTE, field="words", missing=Sentence("Write a few words. Nothing was saved."))
    concern = hold_concern(session, programme_id, organisation_id, concern_id)
    known = select(ConcernNote.id).where(ConcernNote.programme_id == programme_id, ConcernNote.id == note_id)
    if session.scalar(known) is not None:
        return False
    if concern.state is ConcernState.NEW:
        set_state(session, programme_id, organisation_id, concern_id, ConcernState.IN_HAND, actor_id=actor_id)
    session.add(
        ConcernNote(
            programme_id=programme_id,
            id=note_id,
            concern_id=concern_id,
            sealed=seal(keyring, "concern note", note_id, tidy),
            made_by=actor_id,
            made_at=clock.now(),
        )
    )
    session.flush()
    audit.record(
        session,
        programme_id,
        "concern noted",
        actor_id=actor_id,
        subject_id=concern_id,
        organisation_id=concern.organisation_id,
    )
    return True


def count_new(session: Session, actor: Actor) -> int:
    """How many new concerns wait for this actor: 0 for whoever is no lead, so that no page of theirs tells of any."""
    if actor.programme_id is None or not has_duty(
        session, actor, DutyKind.SAFEGUARDING_LEAD, organisation_id=actor.organisation_id
    ):
        return 0
    here = on_desk(session, actor.programme_id, actor.organisation_id)
    return session.scalar(select(func.count()).select_from(Concern).where(here, Concern.state == ConcernState.NEW)) or 0


def shown(keyring: Keyring, row: Concern, notes: Sequence[KeptNote] = (), looks: Sequence[KeptLook] = ()) -> ShownConcern:
    """A concern with its words opened."""
    words = open_sealed(keyring, "concern", row.id, row.sealed)
    worry = None
    if words is not None:
        kept = json.loads(words)
        worry = Worry(**{**kept, "danger": Danger(kept["danger"])})
    return ShownConcern(row.id, row.state, row.raised_at, row.closed_at, worry, tuple(notes), tuple(looks))
