"""Keeping two people apart. Whoever asked for it, neither sees the other in any list, session, board or match.

Every question that shows one volunteer to another starts from :func:`kept_apart` or :func:`is_kept_apart`. Staff of an
organisation still see their own people; a list of theirs may say that two are kept apart, and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select, text, union_all
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError
from timecredits.network.models import Block, Volunteer
from timecredits.network.scope import find

__all__ = [
    "OwnBlock",
    "StaffBlock",
    "apart_from",
    "end_block",
    "is_kept_apart",
    "keep_apart",
    "kept_apart",
    "kept_apart_within",
    "own_blocks",
    "somebody_apart",
    "staff_blocks",
]

_INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


@dataclass(frozen=True, slots=True)
class OwnBlock:
    """Somebody whom a person does not want to see, by the name they know."""

    id: UUID
    shown_as: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class StaffBlock:
    """Two people whom an organisation's staff keep apart, by their full names."""

    id: UUID
    one: str
    other: str
    made_at: datetime


def keep_apart(
    session: Session,
    programme_id: UUID,
    volunteer_id: UUID,
    other_id: UUID,
    *,
    shown_as: str,
    actor_id: UUID | None,
    organisation_id: UUID | None = None,
) -> bool:
    """Keep two people apart, as `volunteer_id` wants it, or staff of `organisation_id` for them. False where it is so already.

    What a person wants and what staff set stand beside each other: ending one leaves the other. Raises NotFoundError for oneself.
    """
    if volunteer_id == other_id:
        raise NotFoundError
    connection, table = session.connection(), Block.__table__
    row_id = new_id()
    by_staff = organisation_id is not None
    if by_staff:  # for staff a pair has no sides
        volunteer_id, other_id = sorted((volunteer_id, other_id))
    made = connection.execute(
        _INSERTS[connection.dialect.name](table)
        .values(
            programme_id=programme_id,
            id=row_id,
            volunteer_id=volunteer_id,
            other_id=other_id,
            shown_as=shown_as,
            organisation_id=organisation_id,
            made_by=actor_id,
            made_at=clock.now(),
        )
        .on_conflict_do_nothing(
            index_elements=["programme_id", *(["organisation_id"] if by_staff else []), "volunteer_id", "other_id"],
            index_where=text(f"ended_at IS NULL AND organisation_id IS {'NOT ' if by_staff else ''}NULL"),
        )
        .returning(table.c.id)
    ).scalar()
    if made is None:
        return False
    audit.record(session, programme_id, "kept apart", actor_id=actor_id, subject_id=row_id, organisation_id=organisation_id)
    return True


def end_block(
    session: Session,
    programme_id: UUID,
    block_id: UUID,
    *,
    actor_id: UUID | None,
    volunteer_id: UUID | None = None,
    organisation_id: UUID | None = None,
) -> None:
    """Let two people see each other again: the person whose wish it was, or staff where staff set it. Raises NotFoundError."""
    owner = (
        {"volunteer_id": volunteer_id, "organisation_id": None}
        if organisation_id is None
        else {"organisation_id": organisation_id}
    )
    row = find(session, Block, programme_id, block_id, ended_at=None, **owner)
    row.ended_at = clock.now()
    session.flush()
    audit.record(session, programme_id, "apart no more", actor_id=actor_id, subject_id=block_id, organisation_id=organisation_id)


def own_blocks(session: Session, programme_id: UUID, volunteer_id: UUID, *, other_id: UUID | None = None) -> Sequence[OwnBlock]:
    """Whom this person chose not to see (or only `other_id`), newest first. Not whom others chose to keep from them."""
    query = (
        select(Block.id, Block.shown_as, Block.made_at)
        .where(
            Block.programme_id == programme_id,
            Block.volunteer_id == volunteer_id,
            Block.organisation_id.is_(None),
            Block.ended_at.is_(None),
        )
        .order_by(Block.made_at.desc(), Block.id.desc())
    )
    rows = session.execute(query if other_id is None else query.where(Block.other_id == other_id))
    return [OwnBlock(*row) for row in rows]


def staff_blocks(session: Session, programme_id: UUID, organisation_id: UUID) -> Sequence[StaffBlock]:
    """Which pairs this organisation's staff keep apart, newest first. Not what people chose for themselves."""
    one, other = aliased(Volunteer), aliased(Volunteer)
    rows = session.execute(
        select(Block.id, one, other, Block.made_at)
        .join(one, (one.programme_id == Block.programme_id) & (one.id == Block.volunteer_id))
        .join(other, (other.programme_id == Block.programme_id) & (other.id == Block.other_id))
        .where(Block.programme_id == programme_id, Block.organisation_id == organisation_id, Block.ended_at.is_(None))
        .order_by(Block.made_at.desc(), Block.id.desc())
    )
    return [StaffBlock(block_id, first.name, second.name, made_at) for block_id, first, second, made_at in rows]


def kept_apart(session: Session, programme_id: UUID, volunteer_id: UUID) -> frozenset[UUID]:
    """The volunteers whom this one must not see, and who must not see them. One question."""
    return frozenset(session.scalars(_apart_ids(programme_id, volunteer_id)))


def is_kept_apart(session: Session, programme_id: UUID, one_id: UUID, other_id: UUID) -> bool:
    """Whether these two are kept apart."""
    return other_id in kept_apart(session, programme_id, one_id)


def apart_from(
    programme_id: UUID | ColumnElement[UUID], volunteer_id: UUID | ColumnElement[UUID], column: ColumnElement[Any] | Any
) -> ColumnElement[bool]:
    """For a query's WHERE: `column` names nobody who is kept apart from this person. NULL passes."""
    return or_(column.is_(None), column.not_in(_apart_ids(programme_id, volunteer_id)))


def kept_apart_within(session: Session, programme_id: UUID, volunteer_ids: Sequence[UUID]) -> set[frozenset[UUID]]:
    """The pairs among these people who are kept apart: for staff, who see that a room holds both."""
    rows = session.execute(
        select(Block.volunteer_id, Block.other_id).where(
            Block.programme_id == programme_id,
            Block.ended_at.is_(None),
            Block.volunteer_id.in_(volunteer_ids),
            Block.other_id.in_(volunteer_ids),
        )
    )
    return {frozenset(row) for row in rows}


def _apart_ids(programme_id: UUID | ColumnElement[UUID], volunteer_id: UUID | ColumnElement[UUID]) -> Any:
    in_force = (Block.programme_id == programme_id, Block.ended_at.is_(None))
    return union_all(
        select(Block.other_id.label("id")).where(*in_force, Block.volunteer_id == volunteer_id),
        select(Block.volunteer_id.label("id")).where(*in_force, Block.other_id == volunteer_id),
    )


def somebody_apart(programme_id: UUID, volunteer_id: UUID, people: Any) -> ColumnElement[bool]:
    """For a query's WHERE: somebody of `people` (a select of volunteer ids) is kept apart from this person."""
    apart = _apart_ids(programme_id, volunteer_id).subquery()
    return exists().where(apart.c.id.in_(people))
