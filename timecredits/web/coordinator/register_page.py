"""What stands on the register page between two taps: read from what was sent, changed, and shown again.

Nothing is kept on the server until it is saved; the page carries everybody in it, so it works without JavaScript.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from werkzeug.datastructures import MultiDict

from timecredits.foundation.amounts import amount_text
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.hours.finding_people import NamedPerson, find_named
from timecredits.hours.hour_rules import LONGEST_DAY
from timecredits.hours.registers import Register, new_person_id
from timecredits.web.coordinator.fields import read_hours

_HALF_HOUR, _HOUR = 30, 60
_FIT_ON_A_PHONE = 4  # lengths beside "not here"


@dataclass
class Row:
    """One person on the page: `chosen` minutes, 0 for "not here". `is_new`: they are enrolled when the register is saved."""

    person_id: UUID
    name: str
    chosen: int
    last_time: bool = False
    has_minutes: int = 0
    added: bool = False
    is_new: bool = False
    error: str = ""


@dataclass
class RegisterPage:
    """The rows, the hours for everybody as typed, and the id that the saved register will have."""

    session_id: UUID
    rows: list[Row]
    everybody: str
    usual: int
    add: str = ""
    errors: list[dict[str, str]] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        """The time chosen, in all."""
        return sum(row.chosen for row in self.rows)

    @property
    def here(self) -> int:
        """How many people have time chosen."""
        return sum(row.chosen > 0 for row in self.rows)

    def choices(self) -> list[int]:
        """The lengths offered in every row: not here, those around the usual one, and any that was chosen."""
        around = {_HOUR, self.usual, self.usual + _HOUR}
        if self.usual > _HALF_HOUR:
            around.add(self.usual - _HALF_HOUR)
        if len(around) < _FIT_ON_A_PHONE:
            around.add(self.usual + _HALF_HOUR)
        return sorted(minutes for minutes in {0, *around, *(row.chosen for row in self.rows)} if minutes <= LONGEST_DAY)

    def row(self, person_id: UUID) -> Row | None:
        """The row of a person, if there is one."""
        return next((row for row in self.rows if row.person_id == person_id), None)

    def row_of_entry(self, entry_id: UUID) -> Row | None:
        """The row whose entry has this id."""
        return next((row for row in self.rows if uuid5(self.session_id, str(row.person_id)) == entry_id), None)

    def set_everybody(self) -> bool:
        """Give everybody who is here the typed hours. False when they can't be read."""
        length = read_hours(self.everybody)
        if length is None:
            return False
        self.usual = length.minutes
        for row in self.rows:
            if row.chosen:
                row.chosen = length.minutes
        return True

    def add_typed(self, people: list[NamedPerson]) -> Row | None:
        """Add who is typed in the name field: somebody known, or somebody new. Raises RuleError when several people fit."""
        name = " ".join(self.add.split())
        if not name:
            return None
        person = find_named(people, name)
        person_id = new_person_id(self.session_id, name) if person is None else person.volunteer_id
        self.add = ""
        row = self.row(person_id)
        if row is None:
            row = Row(person_id, name if person is None else person.label, 0, added=True, is_new=person is None)
            self.rows.append(row)
        row.chosen = row.chosen or self.usual
        return row


def begin_page(register: Register) -> RegisterPage:
    """The page as it first opens: who came last time is here again, for the usual hours."""
    usual = register.activity.usual_minutes
    return RegisterPage(new_id(), list(_rows(register, usual)), amount_text(usual), usual)


def read_page(register: Register, sent: MultiDict[str, str], people: list[NamedPerson]) -> RegisterPage:
    """The page as it was sent. Raises RuleError or ValueError for what no page of ours sends."""
    session_id = UUID(sent.get("session_id", ""))
    length = read_hours(sent.get("everybody", ""))
    usual = register.activity.usual_minutes if length is None else length.minutes
    page = RegisterPage(session_id, list(_rows(register, 0)), sent.get("everybody", ""), usual, sent.get("add", "")[:200])
    known = {person.volunteer_id: person for person in people}
    for added in sent.getlist("person"):
        person = known.get(UUID(added))
        if person is not None and page.row(person.volunteer_id) is None:
            page.rows.append(Row(person.volunteer_id, person.label, 0, added=True))
    for name in sent.getlist("new"):
        person_id = new_person_id(session_id, name)
        if page.row(person_id) is None:
            page.rows.append(Row(person_id, name, 0, added=True, is_new=True))
    for row in page.rows:
        chosen = int(sent.get(f"minutes-{row.person_id}", "0"))
        row.chosen = chosen if 0 <= chosen <= LONGEST_DAY else 0
    return page


def show_fault(page: RegisterPage, fault: RuleError, text: str) -> None:
    """Put a rule's sentence at the row it speaks of, at the name field, or over the list."""
    row = page.row_of_entry(entry_id) if (entry_id := getattr(fault, "entry_id", None)) else None
    if row is not None:
        row.error = text
        page.errors.append({"text": text, "href": f"#minutes-{row.person_id}"})
    elif fault.field in {"person", "name"}:
        page.errors.append({"text": text, "href": "#add"})
    else:
        page.errors.append({"text": text, "href": "#register"})


def _rows(register: Register, usual: int) -> Iterator[Row]:
    for person in register.people:
        chosen = usual if person.last_time and not person.has_minutes else 0
        name = person.name
        yield Row(person.volunteer_id, name, chosen, last_time=person.last_time, has_minutes=person.has_minutes)


def choice_labels(page: RegisterPage, none: Any) -> list[tuple[int, Any]]:
    """The choices with their words, for the rows."""
    return [(minutes, amount_text(minutes) if minutes else none) for minutes in page.choices()]
