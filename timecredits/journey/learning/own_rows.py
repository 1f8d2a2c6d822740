"""What the rows of a person's own way share: kept once under an id of their own, found only by whom they belong to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation.db import Base
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Enrolment, Organisation
from timecredits.network.scope import find

__all__ = ["OwnOrganisation", "add_once", "find_locked", "own_organisations", "tidy_lines", "tidy_title"]

_INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True, slots=True)
class OwnOrganisation:
    """An organisation where somebody is enrolled now."""

    id: UUID
    name: str


def own_organisations(session: Session, programme_id: UUID, volunteer_id: UUID) -> Sequence[OwnOrganisation]:
    """Where somebody is enrolled now, by name."""
    rows = session.execute(
        select(Organisation.id, Organisation.name)
        .join(Enrolment, (Enrolment.programme_id == Organisation.programme_id) & (Enrolment.organisation_id == Organisation.id))
        .where(
            Organisation.programme_id == programme_id,
            Enrolment.programme_id == programme_id,
            Enrolment.volunteer_id == volunteer_id,
            Enrolment.left_on.is_(None),
        )
        .order_by(Organisation.name, Organisation.id)
    )
    return [OwnOrganisation(*row) for row in rows]


def add_once(session: Session, model: type[Base], programme_id: UUID, row_id: UUID, volunteer_id: UUID, **values: object) -> bool:
    """Insert a row of a volunteer's. False, and nothing written, where that id is there already.

    Raises NotFoundError where the id is somebody else's.
    """
    connection, table = session.connection(), model.__table__
    key = {"programme_id": programme_id, "id": row_id, "volunteer_id": volunteer_id}
    statement = (
        _INSERTS[connection.dialect.name](table)
        .values(**key, **values)
        .on_conflict_do_nothing(index_elements=["programme_id", "id"])
        .returning(table.c.id)
    )
    if connection.execute(statement).scalar() is not None:
        return True
    find(session, model, programme_id, row_id, volunteer_id=volunteer_id)
    return False


def find_locked(session: Session, model: type[Row], programme_id: UUID, row_id: UUID, **owner: Any) -> Row:
    """The row as it is now, held until the end of the transaction, so that two changes come one after the other.

    Raises NotFoundError.
    """
    row = find(session, model, programme_id, row_id, **owner)
    session.refresh(row, with_for_update=True)
    return row


def tidy_title(text: str, most: int, *, field: str, missing: Sentence | None = None) -> str:
    """One line of words with single spaces. Raises RuleError where it is too long, or says nothing and `missing` is given."""
    tidied = " ".join(text.split())
    if missing is not None and not any(map(str.isalnum, tidied)):
        raise RuleError(missing, field=field)
    return _short_enough(tidied, most, field)


def tidy_lines(text: str, most: int, *, field: str) -> str:
    """Words of several lines as they were typed, without the space around them. Raises RuleError where they are too long."""
    return _short_enough("\n".join(line.rstrip() for line in text.strip().splitlines()), most, field)


def _short_enough(text: str, most: int, field: str) -> str:
    if len(text) > most:
        raise RuleError(
            Sentence("That is too long. Use at most %(most)s letters. Nothing was saved.", most=f"{most:,}"), field=field
        )
    return text
