"""Every time that a letter was checked, as the person it is about sees it: when, how, and what was said. Never by whom."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation.errors import NotFoundError
from timecredits.journey.models import Reference, ReferenceLookUp, ReferenceStatus
from timecredits.network.scope import find

__all__ = ["LetterLook", "LetterLooks", "list_looks"]

_MOST: Final = 200


@dataclass(frozen=True)
class LetterLook:
    """One time. `way` is a LookWay's word; `answer` a state's, or `altered` for a file that wasn't ours."""

    looked_at: datetime
    way: str
    answer: str


@dataclass(frozen=True)
class LetterLooks:
    """The newest times that a letter was checked, at most 200, and how many there were in all."""

    number: str
    organisation_name: str
    looks: tuple[LetterLook, ...]
    total: int


def list_looks(session: Session, programme_id: UUID, volunteer_id: UUID, reference_id: UUID) -> LetterLooks:
    """Every look at a letter about this volunteer, newest first.

    NotFoundError for a draft, for one in confidence (its looks would tell who reads it), and for anybody else's letter.
    """
    reference = find(session, Reference, programme_id, reference_id, volunteer_id=volunteer_id)
    if reference.status is ReferenceStatus.DRAFT or reference.confidential:
        raise NotFoundError
    about = ReferenceLookUp.programme_id == programme_id, ReferenceLookUp.reference_id == reference_id
    found = session.scalars(
        select(ReferenceLookUp).where(*about).order_by(ReferenceLookUp.looked_at.desc(), ReferenceLookUp.id.desc()).limit(_MOST)
    ).all()
    total = session.scalar(select(func.count()).select_from(ReferenceLookUp).where(*about)) or 0
    return LetterLooks(
        number=reference.number or "",
        organisation_name=(reference.facts or {})["record"]["organisation"]["name"],
        looks=tuple(LetterLook(each.looked_at, each.way, each.answer) for each in found),
        total=total,
    )
