"""An attacker who knows every shown number, the rules, and what there is to know of: organisations, months, lines.

Who gave what where is unknown: one number for each way in which minutes could fall. Each shown number is an equation; what
follows from them is the space of their rows, found by elimination modulo a large prime.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from itertools import combinations
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.insight.reports.programmes import Made
from timecredits.hours.activity_models import Activity
from timecredits.hours.models import HourCorrection, HourEntry
from timecredits.insight.counting.cells import age_band
from timecredits.insight.counting.months import LENGTHS, add_months, month_of, span_of, spans_in
from timecredits.insight.reports.reading import read_table
from timecredits.insight.reports.shapes import OTHERS, Line, Table, TableName
from timecredits.insight.roll_up_models import Flow, PersonCounted, Span
from timecredits.network.models import Volunteer

__all__ = ["YEAR_STARTS", "Atom", "Space", "attack_hours", "credit_equations", "credit_groups", "entries_of", "numbers_of"]

YEAR_STARTS = 4
Atom = tuple[Any, ...]
PRIME = 2**61 - 1
_THIRD = {
    "category": TableName.HOURS_BY_CATEGORY,
    "age": TableName.HOURS_BY_AGE,
    "district": TableName.HOURS_BY_DISTRICT,
}
_SIGNS = {
    Flow.EARNED: 1,
    Flow.OTHER_IN: 1,
    Flow.USED: -1,
    Flow.EXPIRED: -1,
    Flow.OTHER_OUT: -1,
}
"""How each flow changes what is out; what is given stays with people."""


class Space:
    """The sums that follow from known ones, each told as how often it counts each unknown."""

    def __init__(self, sums: Iterable[Mapping[Atom, int]]) -> None:
        self.rows: dict[Atom, dict[Atom, int]] = {}
        for known in sums:
            row = self._reduce(known)
            if row:
                lead = min(row)
                inverse = pow(row[lead], -1, PRIME)
                self.rows[lead] = {atom: value * inverse % PRIME for atom, value in row.items()}

    def tells(self, wanted: Mapping[Atom, int]) -> bool:
        """Whether this sum follows."""
        return bool(wanted) and not self._reduce(wanted)

    def _reduce(self, known: Mapping[Atom, int]) -> dict[Atom, int]:
        row = {atom: value % PRIME for atom, value in known.items()}
        done: set[Atom] = set()
        while leads := [atom for atom in row if atom in self.rows and atom not in done]:
            lead = min(leads)
            factor = row[lead]
            for atom, value in self.rows[lead].items():
                left = (row.get(atom, 0) - factor * value) % PRIME
                if left:
                    row[atom] = left
                else:
                    row.pop(atom, None)
            done.add(lead)
        return row


def numbers_of(line: Line, table: Table) -> dict[str, int | None]:
    """What a line says, by column."""
    return {column.name: value.amount for column, value in zip(table.columns, line.values, strict=True)}


def entries_of(session: Session, made: Made) -> list[dict[str, Any]]:
    """Every hour entry that counts, with all that reports divide by."""
    corrected = set(session.scalars(select(HourCorrection.entry_id).where(HourCorrection.programme_id == made.programme_id)))
    people = {each.id: each for each in session.scalars(select(Volunteer).where(Volunteer.programme_id == made.programme_id))}
    categories = dict(
        session.execute(select(Activity.id, Activity.category).where(Activity.programme_id == made.programme_id)).all()
    )
    return [
        {
            "who": each.volunteer_id,
            "organisation": str(each.organisation_id),
            "category": str(categories[each.activity_id]),
            "month": month_of(each.done_on),
            "minutes": each.minutes,
            "district": people[each.volunteer_id].postcode_district or "unknown",
        }
        for each in session.scalars(select(HourEntry).where(HourEntry.programme_id == made.programme_id))
        if each.id not in corrected
    ]


def attack_hours(
    session: Session, made: Made, year: date, entries: list[dict[str, Any]], third: str
) -> Iterator[tuple[set[UUID], str]]:
    """Whose minutes follow from all tables of hours, of every group that could have a figure: the people, and what it is.

    `third` is what is known beside organisation and month: category, age or district. All at once would tell no more: tables by
    one of them share only the year's total.
    """
    if third == "age":
        bands = dict(
            session.execute(select(PersonCounted.id, age_band(year)).where(PersonCounted.programme_id == made.programme_id)).all()
        )
        entries = [each | {"age": bands[each["who"]]} for each in entries]
    parts = sorted({each[third] for each in entries})
    organisations = [str(each) for each in made.organisations]
    months = [add_months(year, count) for count in range(12)]
    atoms = [(each, month, part) for each in organisations for month in months for part in parts]
    known = list(_hours_equations(session, made, year, atoms, _THIRD[third]))
    zero = set().union(*(group for group, amount in known if amount == 0))
    space = Space(dict.fromkeys(group - zero, 1) for group, _amount in known)
    people: defaultdict[Atom, set[UUID]] = defaultdict(set)
    for each in entries:
        people[each["organisation"], each["month"], each[third]].add(each["who"])
    for name, group in _groups(organisations, year, parts, atoms):
        behind = set().union(*(people[atom] for atom in group))
        if space.tells(dict.fromkeys(group - zero, 1)):
            yield behind, name


def _hours_equations(
    session: Session, made: Made, year: date, atoms: list[Atom], by_third: TableName
) -> Iterator[tuple[frozenset[Atom], int]]:
    """Every sum of minutes that a table shows, with the unknowns it is the sum of."""

    def told(table: Table, belongs: Callable[[Line, Atom], bool]) -> Iterator[tuple[frozenset[Atom], int]]:
        for line in table.lines:
            amount = numbers_of(line, table)["minutes"]
            if amount is not None:
                yield frozenset(atom for atom in atoms if belongs(line, atom)), amount

    by_month = read_table(session, made.programme_id, TableName.HOURS_BY_MONTH, year)
    if by_month.total is not None:
        yield frozenset(atoms), numbers_of(by_month.total, by_month)["minutes"] or 0
    yield from told(by_month, lambda line, atom: _is_within(line, atom[1]))
    for name, place in ((TableName.HOURS_BY_ORGANISATION, 0), (by_third, 2)):
        table = read_table(session, made.programme_id, name, year)
        alone = {line.key for line in table.lines}
        yield from told(table, partial(_is_of_line, place, alone))
    for organisation_id in made.organisations:
        table = read_table(session, made.programme_id, TableName.HOURS_OF_ORGANISATION, year, organisation_id=organisation_id)
        yield from told(table, partial(_is_of_organisation, str(organisation_id)))


def _is_within(line: Line, month: date) -> bool:
    return line.starts_on is not None and line.ends_on is not None and line.starts_on <= month <= line.ends_on


def _is_of_line(place: int, alone: set[str], line: Line, atom: Atom) -> bool:
    return bool(atom[place] == line.key or (line.key == OTHERS and atom[place] not in alone))


def _is_of_organisation(organisation_id: str, line: Line, atom: Atom) -> bool:
    return atom[0] == organisation_id and _is_within(line, atom[1])


def _groups(organisations: list[str], year: date, parts: list[str], atoms: list[Atom]) -> Iterator[tuple[str, frozenset[Atom]]]:
    """Everything that could have a figure: each part, each time, each part at each time, and every set of organisations."""
    times: list[tuple[Span, date]] = [(span, start) for span in Span for start in spans_in(span, year)]
    sets = [set(chosen) for size in range(1, len(organisations) + 1) for chosen in combinations(organisations, size)]
    for span, start in times:
        at = [atom for atom in atoms if span_of(span, atom[1], YEAR_STARTS) == start]
        for chosen in sets:
            yield f"{len(chosen)} organisations, {span} {start}", frozenset(atom for atom in at if atom[0] in chosen)
        for part in parts:
            yield f"{part}, {span} {start}", frozenset(atom for atom in at if atom[2] == part)
    for atom in atoms:
        yield f"{atom[2]}, one organisation, {atom[1]}", frozenset([atom])


def credit_equations(session: Session, made: Made, years: list[date]) -> Iterator[dict[Atom, int]]:
    """Every sum of credits that is shown, in any year; and of hours and uses, which differ from these by unknowns."""
    first = min(years)
    for year in years:
        table = read_table(session, made.programme_id, TableName.CREDITS_BY_MONTH, year)
        for line in [*table.lines, *([table.total] if table.total else [])]:
            months = _months_of(line, year)
            for name, amount in numbers_of(line, table).items():
                if amount is None:
                    continue
                if name == "outstanding":
                    yield {(flow, month): sign for month in _until(first, months[-1]) for flow, sign in _SIGNS.items()}
                elif name == "other":
                    others = (Flow.EXPIRED, Flow.OTHER_IN, Flow.OTHER_OUT)
                    yield {(flow, month): _SIGNS[flow] for month in months for flow in others}
                else:
                    yield {(Flow(name), month): 1 for month in months}
        for other, flow in ((TableName.HOURS_BY_MONTH, Flow.EARNED), (TableName.USES_BY_VENUE, Flow.USED)):
            beside = read_table(session, made.programme_id, other, year)
            for line in [*(beside.lines if flow is Flow.EARNED else ()), *([beside.total] if beside.total else [])]:
                if numbers_of(line, beside)["minutes"] is None:
                    continue
                months = _months_of(line, year)
                yield {(flow, month): 1 for month in months} | {(f"{flow} differs", month): 1 for month in months}


def credit_groups(years: list[date]) -> Iterator[tuple[list[str], list[date], dict[Atom, int]]]:
    """Every sum of flows that could be asked for: their names, over which months, and how often each unknown counts in it."""
    flows: list[tuple[str, ...]] = [(flow,) for flow in (*_SIGNS, Flow.GIVEN, "earned differs", "used differs")]
    flows += [chosen for size in range(2, len(_SIGNS) + 1) for chosen in combinations(_SIGNS, size)]
    stretches = [
        list(_until(start, add_months(start, LENGTHS[span] - 1)))
        for year in years
        for span in Span
        for start in spans_in(span, year)
    ]
    stretches += [list(_until(min(years), add_months(year, 11))) for year in years]
    for chosen in flows:
        for months in stretches:
            sum_of = {(flow, month): _SIGNS.get(Flow(flow), 1) if flow in {*Flow} else 1 for flow in chosen for month in months}
            yield [*chosen], months, sum_of


def _months_of(line: Line, year: date) -> list[date]:
    begins = line.starts_on or year
    return list(_until(begins, month_of(line.ends_on) if line.ends_on else add_months(year, 11)))


def _until(begins: date, last: date) -> Iterator[date]:
    while begins <= last:
        yield begins
        begins = add_months(begins, 1)
