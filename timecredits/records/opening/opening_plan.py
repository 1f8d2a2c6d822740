"""What adding a list would do: who is here already, who is new, whose credits are to come over, and which rows can't be used."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.amounts import credits_text
from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Enrolment, Volunteer
from timecredits.records.opening.balances import opening_balances
from timecredits.records.opening.opening_list import ListProblem, ListRow, OpeningList

__all__ = ["OpeningPlan", "PlannedRow", "plan_opening"]


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """Somebody and what adding the list does for them. `is_new`: they are enrolled first; `minutes` still to come over."""

    listed: ListRow
    volunteer_id: UUID
    is_new: bool
    minutes: int
    already: bool

    @property
    def changes(self) -> bool:
        """Whether anything is to be added for them."""
        return self.is_new or self.minutes > 0


@dataclass(frozen=True, slots=True)
class OpeningPlan:
    """What adding the list does now."""

    rows: tuple[PlannedRow, ...]
    problems: tuple[ListProblem, ...]
    warnings: tuple[Sentence, ...]

    @property
    def to_add(self) -> list[PlannedRow]:
        """The rows that add something."""
        return [row for row in self.rows if row.changes]

    @property
    def new_people(self) -> int:
        """How many are enrolled."""
        return sum(row.is_new for row in self.rows)

    @property
    def credited(self) -> int:
        """How many people's credits come over."""
        return sum(row.minutes > 0 for row in self.rows)

    @property
    def minutes(self) -> int:
        """How much comes over."""
        return sum(row.minutes for row in self.rows)

    @property
    def already(self) -> int:
        """How many rows are here already, and add nothing."""
        return sum(not row.changes for row in self.rows)


def plan_opening(
    session: Session, programme_id: UUID, organisation_id: UUID, listed: OpeningList, *, import_id: UUID
) -> OpeningPlan:
    """Match the list with the people of one organisation. Never looks at other organisations, and writes nothing."""
    known = _Known(session, programme_id, organisation_id)
    problems = list(listed.problems)
    matched: list[tuple[ListRow, UUID, bool]] = []
    for row in listed.rows:
        found = known.find(row, import_id)
        if isinstance(found, ListProblem):
            problems.append(found)
        else:
            matched.append((row, *found))
    standing = opening_balances(
        session, programme_id, organisation_id, [volunteer_id for _, volunteer_id, is_new in matched if not is_new]
    )
    rows = []
    for row, volunteer_id, is_new in matched:
        before = 0 if is_new else standing[volunteer_id].minutes
        if before and row.minutes and before != row.minutes:
            sentence = Sentence(
                "They brought over %(before)s before. Undo that list first, or leave this out.", before=credits_text(before)
            )
            problems.append(_problem(row, "credits", sentence))
            continue
        rows.append(PlannedRow(row, volunteer_id, is_new, 0 if before else row.minutes, bool(before)))
    problems.sort(key=lambda each: each.row)
    return OpeningPlan(tuple(rows), tuple(problems), listed.warnings)


class _Known:
    """Who is enrolled at the organisation, by number and by name, and whom the list has named so far."""

    def __init__(self, session: Session, programme_id: UUID, organisation_id: UUID) -> None:
        self._by_number: dict[str, Volunteer] = {}
        self._by_name: defaultdict[str, list[tuple[str, Volunteer]]] = defaultdict(list)
        self._named: dict[UUID, int] = {}
        self._new_numbers: dict[str, int] = {}
        self._new_names: dict[str, int] = {}
        self._unnumbered: dict[str, int] = {}
        rows = session.execute(
            select(Enrolment.number, Volunteer)
            .join(Volunteer, (Enrolment.programme_id == Volunteer.programme_id) & (Enrolment.volunteer_id == Volunteer.id))
            .where(
                Volunteer.programme_id == programme_id,
                Volunteer.merged_into.is_(None),
                Volunteer.erased_at.is_(None),
                Enrolment.programme_id == programme_id,
                Enrolment.organisation_id == organisation_id,
            )
        )
        for number, volunteer in rows:
            key = _key(number or "")
            if key:
                self._by_number[key] = volunteer
            self._by_name[volunteer.folded_name].append((key, volunteer))

    def find(self, row: ListRow, import_id: UUID) -> tuple[UUID, bool] | ListProblem:
        """The person's id and whether they are new, or why the row can't be used."""
        number, name = _key(row.number), fold(row.name)
        person = self._person(row, number, name)
        if isinstance(person, ListProblem):
            return person
        if person is None:
            return self._newcomer(row, number, name, import_id)
        if (first := self._named.setdefault(person.id, row.row)) != row.row:
            return _twice(row, first)
        if row.minutes and not person.wants_credits:
            return _problem(row, "credits", Sentence("They give hours without credits. Leave their credits out."))
        return person.id, False

    def _person(self, row: ListRow, number: str, name: str) -> Volunteer | ListProblem | None:
        here = self._by_name.get(name, [])
        if number:
            if (person := self._by_number.get(number)) is not None:
                if person.folded_name == name:
                    return person
                sentence = Sentence(
                    "Number “%(number)s” belongs to somebody else here. Check the number and the name.", number=row.number
                )
                return _problem(row, "number", sentence)
            if any(not key for key, _ in here):
                sentence = Sentence("Somebody of this name is here without a number. Check if it is the same person.")
                return _problem(row, "number", sentence)
            return None
        if len(here) > 1:
            return _problem(row, "name", Sentence("More than one person here is called that. Add the volunteer number."))
        return here[0][1] if here else None

    def _newcomer(self, row: ListRow, number: str, name: str, import_id: UUID) -> tuple[UUID, bool] | ListProblem:
        # Two new people may share a name where both have a number; without one nobody could tell them apart.
        taken = self._new_numbers.get(number) if number else self._new_names.get(name)
        taken = taken or self._unnumbered.get(name)
        if taken is not None:
            return _twice(row, taken)
        self._new_names.setdefault(name, row.row)
        (self._new_numbers if number else self._unnumbered)[number or name] = row.row
        return uuid5(import_id, str(row.row)), True


def _key(number: str) -> str:
    return "".join(fold(number).split())


def _twice(row: ListRow, first: int) -> ListProblem:
    sentence = Sentence("This person or number is in row %(row)s too. Put all of it in one row.", row=first)
    return _problem(row, "number" if row.number else "name", sentence)


def _problem(row: ListRow, column: str, message: Sentence) -> ListProblem:
    return ListProblem(row.row, column, message, " · ".join(each for each in (row.number, row.name) if each))
