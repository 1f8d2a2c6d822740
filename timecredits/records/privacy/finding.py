"""Find the person who asks about their data: by email, by a number at an organisation, or by name."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.orm import Session

from timecredits.foundation.errors import RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Enrolment, Organisation, User, Volunteer

__all__ = ["FoundPerson", "find_people"]

MOST: Final = 20
_FEWEST: Final = 2


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """One who fits, with the organisations where they are or were."""

    volunteer_id: UUID
    name: str
    places: tuple[str, ...]


def find_people(session: Session, programme_id: UUID, words: str) -> list[FoundPerson]:
    """At most 20 who fit, by name. Nobody who was erased, and no second records. Raises RuleError for too few letters."""
    wanted = " ".join(words.split())[:100]
    if len(wanted) < _FEWEST:
        raise RuleError(Sentence("Type at least 2 letters or numbers."), field="words")
    person = Volunteer
    query = select(person.id, person.first_name, person.last_name).where(
        person.programme_id == programme_id, person.erased_at.is_(None), person.merged_into.is_(None)
    )
    if "@" in wanted:
        query = query.join(User, User.id == person.user_id).where(func.lower(User.email) == wanted.lower())
    else:
        numbered = select(Enrolment.volunteer_id).where(Enrolment.programme_id == programme_id, Enrolment.number == wanted)
        named = [person.folded_name.contains(word, autoescape=True) for word in fold(wanted).split()]
        query = query.where(or_(person.id.in_(numbered), and_(*named) if named else false()))
    rows = session.execute(query.order_by(person.folded_name, person.id).limit(MOST)).all()
    places = _places(session, programme_id, [row.id for row in rows])
    return [FoundPerson(row.id, f"{row.first_name} {row.last_name}".strip(), places.get(row.id, ())) for row in rows]


def _places(session: Session, programme_id: UUID, people: list[UUID]) -> dict[UUID, tuple[str, ...]]:
    rows = session.execute(
        select(Enrolment.volunteer_id, Organisation.name)
        .join(
            Organisation, (Organisation.programme_id == Enrolment.programme_id) & (Organisation.id == Enrolment.organisation_id)
        )
        .where(Enrolment.programme_id == programme_id, Enrolment.volunteer_id.in_(people))
        .order_by(Organisation.name)
    )
    found: dict[UUID, tuple[str, ...]] = {}
    for volunteer_id, name in rows:
        found[volunteer_id] = (*found.get(volunteer_id, ()), name)
    return found
