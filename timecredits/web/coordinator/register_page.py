"""What stands on the register page between two taps: read from what was sent, changed, and shown again.

Nothing is kept on the server until it is saved; the page carries everybody in it, so it works without JavaScript, and whoever
has left the roster meanwhile is still there with what was chosen for them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from werkzeug.datastructures import MultiDict

from timecredits.foundation.amounts import amount_text, hours_text
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.budgets import BudgetError
from timecredits.hours.finding_people import NamedPerson, find_named
from timecredits.hours.hour_rules import LONGEST_DAY
from timecredits.hours.planning.eligibility import Missing
from timecredits.hours.register.registers import new_person_id, register_entry_id
from timecredits.hours.register.rosters import Register, RegisterPerson, Why
from timecredits.web.hour_fields import read_hours

_HALF_HOUR, _HOUR = 30, 60
_FIT_ON_A_PHONE = 4  # lengths beside "not here" and "other"
OTHER = "other"

_LookUp = Callable[[list[UUID]], list[RegisterPerson]]


@dataclass
class Row:
    """One person on the page: `chosen` minutes, 0 for "not here". `other` is a length as typed, None for one of those offered.

    `is_new`: they are enrolled when the register is saved.
    """

    person_id: UUID
    name: str
    chosen: int = 0
    other: str | None = None
    why: Why = Why.OTHERWISE
    waits: bool = False
    has_minutes: int = 0
    missing: tuple[Missing, ...] = ()
    added: bool = False
    is_new: bool = False
    error: str = ""

    @property
    def is_unclear(self) -> bool:
        """Whether the typed length can't be read."""
        return self.other is not None and not self.chosen


@dataclass
class RegisterPage:
    """The rows, the hours for everybody as typed, and the id and occasion of the register.

    `overtaken` are minutes chosen for people whose hours somebody else saved meanwhile; `lost` counts those not known here.
    """

    register: Register
    rows: list[Row]
    everybody: str
    usual: int
    add: str = ""
    overtaken: dict[UUID, int] = field(default_factory=dict)
    lost: int = 0
    errors: list[dict[str, str]] = field(default_factory=list)

    @property
    def session_id(self) -> UUID:
        """The id of the register's session."""
        return self.register.occasion.session_id

    @property
    def minutes(self) -> int:
        """The time chosen, in all."""
        return sum(row.chosen for row in self.rows)

    @property
    def here(self) -> int:
        """How many people have time chosen."""
        return sum(row.chosen > 0 for row in self.rows)

    @property
    def thought_to_come(self) -> list[Row]:
        """Whom "Everybody came" means: who signed up and who came last time."""
        return [row for row in self.rows if row.why in {Why.EXPECTED, Why.LAST_TIME} or row.added]

    def choices(self) -> list[int]:
        """The lengths offered in every row: not here, and those around the usual one."""
        around = {_HOUR, self.usual, self.usual + _HOUR}
        if self.usual > _HALF_HOUR:
            around.add(self.usual - _HALF_HOUR)
        if len(around) < _FIT_ON_A_PHONE:
            around.add(self.usual + _HALF_HOUR)
        return sorted(minutes for minutes in {0, *around} if minutes <= LONGEST_DAY)

    def row(self, person_id: UUID) -> Row | None:
        """The row of a person, if there is one."""
        return next((row for row in self.rows if row.person_id == person_id), None)

    def row_of_entry(self, entry_id: UUID) -> Row | None:
        """The row whose entry has this id."""
        for taken in range(10):
            for row in self.rows:
                if register_entry_id(self.session_id, row.person_id, taken) == entry_id:
                    return row
        return None

    def everybody_came(self) -> None:
        """Choose the usual time for whoever was thought to come and has none."""
        for row in self.thought_to_come:
            if not row.chosen and not row.has_minutes:
                row.chosen, row.other = self.usual, None

    def set_everybody(self) -> bool:
        """Give everybody who is here the typed hours. False when they can't be read."""
        length = read_hours(self.everybody)
        if length is None:
            return False
        self.usual = length.minutes
        for row in self.rows:
            if row.chosen:
                row.chosen, row.other = length.minutes, None
        return True

    def add_typed(self, people: list[NamedPerson]) -> Row | None:
        """Add who is typed in the name field: somebody known, or somebody new.

        Raises RuleError when several people fit, or when their hours are saved already.
        """
        name = " ".join(self.add.split())
        if not name:
            return None
        person = find_named(people, name)
        person_id = new_person_id(self.session_id, name) if person is None else person.volunteer_id
        saved = next((each for each in self.register.saved if each.volunteer_id == person_id), None)
        if saved is not None:
            sentence = Sentence(
                "%(name)s has %(hours)s in this register already. Nothing was added.",
                name=saved.name,
                hours=hours_text(saved.minutes),
            )
            raise RuleError(sentence, field="person")
        self.add = ""
        row = self.row(person_id)
        if row is None:
            row = Row(person_id, name if person is None else person.label, added=True, is_new=person is None)
            self.rows.append(row)
        if not row.chosen:
            row.chosen, row.other = self.usual, None
        return row

    def check_typed(self) -> bool:
        """Whether every typed length can be read; says so at the rows where not."""
        for row in self.rows:
            if row.is_unclear:
                row.error = str(Sentence("Type hours like 2, 2.5 or 2:30. More than 0, at most 24. Nothing was saved."))
        return not any(row.error for row in self.rows)


def begin_page(register: Register) -> RegisterPage:
    """The page as it first opens: who is expected, or else who came last time, is here for the usual hours."""
    usual = register.occasion.usual_minutes
    likely = Why.EXPECTED if register.has_expected else Why.LAST_TIME
    rows = [_row(person) for person in register.people]
    for row in rows:
        if row.why is likely and not row.has_minutes and not register.saved:
            row.chosen = usual
    return RegisterPage(register, rows, amount_text(usual), usual)


def read_page(register: Register, sent: MultiDict[str, str], look_up: _LookUp) -> RegisterPage:
    """The page as it was sent; `look_up` finds people who stood in it and are not in the roster (any more).

    Raises ValueError for what no page of ours sends.
    """
    sent_id = UUID(sent.get("session_id", ""))
    length = read_hours(sent.get("everybody", ""))
    usual = register.occasion.usual_minutes if length is None else length.minutes
    page = RegisterPage(
        register, [_row(person) for person in register.people], sent.get("everybody", ""), usual, sent.get("add", "")[:200]
    )
    shown = [UUID(each) for each in sent.getlist("person")]
    saved = {person.volunteer_id for person in register.saved}
    elsewhere = [each for each in shown if each not in saved and page.row(each) is None]
    found = look_up(elsewhere) if elsewhere else []
    page.rows.extend(_row(person, added=True) for person in found)
    page.lost = len(set(elsewhere) - {person.volunteer_id for person in found})
    for row in page.rows:
        _choose(row, sent, row.person_id)
    for person_id in saved.intersection(shown):
        gone = Row(person_id, "")
        _choose(gone, sent, person_id)
        page.overtaken[person_id] = gone.chosen
    for name in dict.fromkeys(sent.getlist("new")):
        person_id = new_person_id(page.session_id, name)
        if page.row(person_id) is None:
            row = Row(person_id, name[:200], added=True, is_new=True)
            _choose(row, sent, new_person_id(sent_id, name))
            page.rows.append(row)
    return page


def show_fault(page: RegisterPage, fault: RuleError, text: str) -> None:
    """Put a rule's sentence at the row it speaks of, at the name field, or over the list."""
    entry_id = None if isinstance(fault, BudgetError) else getattr(fault, "entry_id", None)  # a budget is about all of them
    row = None if entry_id is None else page.row_of_entry(entry_id)
    if row is not None:
        row.error = text
        page.errors.append({"text": text, "href": f"#minutes-{row.person_id}"})
    elif fault.field in {"person", "name"}:
        page.errors.append({"text": text, "href": "#add"})
    else:
        page.errors.append({"text": text, "href": "#register"})


def row_errors(page: RegisterPage) -> Iterator[dict[str, str]]:
    """What the rows say, for the summary."""
    for row in page.rows:
        if row.error:
            yield {"text": f"{row.name}: {row.error}", "href": f"#other-{row.person_id}"}


def _row(person: RegisterPerson, *, added: bool = False) -> Row:
    return Row(
        person.volunteer_id,
        person.name,
        why=person.why,
        waits=person.waits,
        has_minutes=person.has_minutes,
        missing=person.missing,
        added=added,
    )


def _choose(row: Row, sent: MultiDict[str, str], field_id: UUID) -> None:
    chosen = sent.get(f"minutes-{field_id}", "0")
    if chosen == OTHER:
        row.other = sent.get(f"other-{field_id}", "")[:40]
        length = read_hours(row.other)
        row.chosen = 0 if length is None else length.minutes
        return
    minutes = int(chosen)
    row.chosen = minutes if 0 <= minutes <= LONGEST_DAY else 0
