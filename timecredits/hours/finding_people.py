"""Who is meant by a typed name: somebody enrolled here, several, or nobody yet."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.errors import RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence
from timecredits.network.merged_records import merged_numbers
from timecredits.network.models import Enrolment, Volunteer

MOST_NAMES = 400
"""With more people than this, a page doesn't carry everybody's name for the browser to complete."""


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """Somebody enrolled here. `label` is the name, with the number where two people share the name."""

    volunteer_id: UUID
    name: str
    number: str
    label: str
    other_numbers: tuple[str, ...] = ()
    """By which they were known in a second record of theirs."""


def list_names(session: Session, programme_id: UUID, organisation_id: UUID) -> list[NamedPerson]:
    """Everybody enrolled here and not gone, by name."""
    rows = session.execute(
        select(Volunteer.id, Volunteer.first_name, Volunteer.last_name, Enrolment.number)
        .join(Enrolment, (Enrolment.programme_id == Volunteer.programme_id) & (Enrolment.volunteer_id == Volunteer.id))
        .where(
            Volunteer.programme_id == programme_id,
            Enrolment.organisation_id == organisation_id,
            Enrolment.left_on.is_(None),
        )
        .order_by(Volunteer.folded_name, Volunteer.id)
    ).all()
    more = merged_numbers(session, programme_id, organisation_id)
    names = {row.id: f"{row.first_name} {row.last_name}".strip() for row in rows}
    shared = Counter(fold(name) for name in names.values())
    return [
        NamedPerson(
            row.id,
            names[row.id],
            row.number or "",
            f"{names[row.id]} ({row.number})" if row.number and shared[fold(names[row.id])] > 1 else names[row.id],
            tuple(more.get(row.id, ())),
        )
        for row in rows
    ]


def find_named(people: list[NamedPerson], typed: str) -> NamedPerson | None:
    """The one person that the typed name, number or label fits, in any order of words; None for nobody.

    Raises RuleError when it fits several.
    """
    wanted = fold(typed.replace(",", " "))
    if not wanted:
        return None
    exact = [
        person for person in people if wanted in {fold(each) for each in (person.label, person.number, *person.other_numbers)}
    ]
    words = sorted(wanted.split())
    found = exact if len(exact) == 1 else [person for person in people if sorted(fold(person.name).split()) == words]
    if len(found) > 1:
        raise RuleError(
            Sentence("More than one person is called %(name)s. Type the number after the name.", name=" ".join(typed.split())),
            field="person",
        )
    return found[0] if found else None
