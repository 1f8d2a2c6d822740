"""Enrol a list of people at an organisation. The same list again enrols nobody twice."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit
from timecredits.foundation.errors import RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence, counted
from timecredits.network.models import Enrolment, Volunteer
from timecredits.network.volunteers import enrol_volunteer

__all__ = ["NewPerson", "PeopleImported", "RefusedPerson", "import_people"]


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody to enrol; `row` is where they stand in the list. `number` and `last_name` may be ""."""

    row: int
    number: str
    first_name: str
    last_name: str
    joined_on: date | None = None


@dataclass(frozen=True, slots=True)
class RefusedPerson:
    """A row that was left out, which column is at fault, and what to do."""

    row: int
    column: Literal["number", "name"]
    message: Sentence


@dataclass(frozen=True, slots=True)
class PeopleImported:
    """How many were enrolled (or would be, in a dry run), how many were here before, and the rows left out."""

    ready: int
    enrolled: int
    already: int
    refused: tuple[RefusedPerson, ...]
    warnings: tuple[Sentence, ...]


def import_people(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    people: Sequence[NewPerson],
    *,
    today: date,
    actor_id: UUID | None,
    dry_run: bool = False,
) -> PeopleImported:
    """Enrol those whose number isn't known here; people without a number are known by their name.

    A number that belongs to somebody of another name, and a new number for a name that is here without one, are left out: a
    person decides. Never looks at other organisations.
    """
    known = _Known(session, programme_id, organisation_id)
    refused: list[RefusedPerson] = []
    enrolled = already = 0
    for person in people:
        answer = known.answer(person)
        if isinstance(answer, RefusedPerson):
            refused.append(answer)
        elif answer == "known":
            already += 1
        else:
            if not dry_run:
                try:
                    enrol_volunteer(
                        session,
                        programme_id,
                        organisation_id,
                        first_name=person.first_name,
                        last_name=person.last_name,
                        number=person.number or None,
                        joined_on=person.joined_on or today,
                    )
                except RuleError as fault:
                    refused.append(RefusedPerson(person.row, "number" if fault.field == "number" else "name", fault.sentence))
                    continue
            known.add(person)
            enrolled += 1
    if enrolled and not dry_run:
        audit.record(session, programme_id, "people imported", actor_id=actor_id, organisation_id=organisation_id)
    warnings = []
    if already:
        warnings.append(
            counted(
                "%(num)s person is enrolled here already. They were not added again.",
                "%(num)s people are enrolled here already. They were not added again.",
                already,
            )
        )
    return PeopleImported(enrolled + already, 0 if dry_run else enrolled, already, tuple(refused), tuple(warnings))


class _Known:
    """Who is enrolled at the organisation, by number and by name, as the list goes on."""

    def __init__(self, session: Session, programme_id: UUID, organisation_id: UUID) -> None:
        self._names: dict[str, str] = {}
        self._numbers: defaultdict[str, set[str]] = defaultdict(set)
        rows = session.execute(
            select(Enrolment.number, Volunteer.folded_name)
            .join(Volunteer, (Enrolment.programme_id == Volunteer.programme_id) & (Enrolment.volunteer_id == Volunteer.id))
            .where(
                Volunteer.programme_id == programme_id,
                Enrolment.programme_id == programme_id,
                Enrolment.organisation_id == organisation_id,
            )
        )
        for number, folded_name in rows:
            self._remember(_key(number or ""), folded_name)

    def add(self, person: NewPerson) -> None:
        """Count somebody as enrolled."""
        self._remember(_key(person.number), _folded(person))

    def answer(self, person: NewPerson) -> Literal["new", "known"] | RefusedPerson:
        """Whether somebody is new here."""
        number, name = _key(person.number), _folded(person)
        if not number:
            return "known" if name in self._numbers else "new"
        if number in self._names:
            if self._names[number] == name:
                return "known"
            sentence = Sentence(
                "Number “%(number)s” belongs to somebody else here. Check the number and the name.", number=person.number
            )
            return RefusedPerson(person.row, "number", sentence)
        if "" in self._numbers.get(name, ()):
            sentence = Sentence(
                "“%(name)s” is enrolled here without a number. Check if it is the same person. Nobody was added.",
                name=f"{person.first_name} {person.last_name}".strip(),
            )
            return RefusedPerson(person.row, "number", sentence)
        return "new"

    def _remember(self, number: str, folded_name: str) -> None:
        self._numbers[folded_name].add(number)
        if number:
            self._names[number] = folded_name


def _key(number: str) -> str:
    return "".join(fold(number).split())


def _folded(person: NewPerson) -> str:
    return fold(f"{person.first_name} {person.last_name}")
