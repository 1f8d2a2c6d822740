"""Notes that people share with the coordinators and owners of an organisation: the one place where anybody else reads one."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation.keys import Keyring
from timecredits.journey.learning.reflections import ReflectionWords, open_words
from timecredits.journey.learning_models import Reflection
from timecredits.network.models import Enrolment, Volunteer

__all__ = ["SharedReflection", "SharedReflections", "count_shared", "list_shared"]

_PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class SharedReflection:
    """A note with who shared it. `words` is None where the key that sealed them is gone."""

    id: UUID
    volunteer_id: UUID
    person: str
    done_on: date
    words: ReflectionWords | None
    skill: str
    shared_at: datetime


@dataclass(frozen=True, slots=True)
class SharedReflections:
    """One page of them, those shared last first."""

    rows: tuple[SharedReflection, ...]
    page: int
    pages: int
    found: int


def list_shared(
    session: Session, keyring: Keyring, programme_id: UUID, organisation_id: UUID, *, page: int = 1
) -> SharedReflections:
    """One page of what people who are enrolled here now share with this organisation."""
    query = _shared(programme_id, organisation_id)
    found = count_shared(session, programme_id, organisation_id)
    pages = max(1, -(-found // _PAGE))
    page = min(max(page, 1), pages)
    rows = session.execute(query.order_by(Reflection.shared_at.desc(), Reflection.id).limit(_PAGE).offset((page - 1) * _PAGE))
    return SharedReflections(
        tuple(
            SharedReflection(
                id=row.id,
                volunteer_id=person.id,
                person=person.name,
                done_on=row.done_on,
                words=open_words(keyring, row),
                skill=row.skill,
                shared_at=row.shared_at,
            )
            for row, person in rows
        ),
        page,
        pages,
        found,
    )


def count_shared(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID | None = None) -> int:
    """How many notes are shared with this organisation, by everybody or by one person."""
    query = _shared(programme_id, organisation_id)
    if volunteer_id is not None:
        query = query.where(Reflection.volunteer_id == volunteer_id)
    return session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0


def _shared(programme_id: UUID, organisation_id: UUID) -> Any:
    return (
        select(Reflection, Volunteer)
        .join(Volunteer, (Volunteer.programme_id == Reflection.programme_id) & (Volunteer.id == Reflection.volunteer_id))
        .join(
            Enrolment,
            (Enrolment.programme_id == Reflection.programme_id)
            & (Enrolment.volunteer_id == Reflection.volunteer_id)
            & (Enrolment.organisation_id == Reflection.shared_with),
        )
        .where(
            Reflection.programme_id == programme_id,
            Reflection.shared_with == organisation_id,
            Enrolment.left_on.is_(None),
        )
    )
