"""Nothing hidden can be worked out: an attacker tries with every number that is shown at once."""

from collections import defaultdict
from datetime import date
from functools import partial
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.insight.reports.attacker import (
    YEAR_STARTS,
    Atom,
    Space,
    attack_hours,
    credit_equations,
    credit_groups,
    entries_of,
    numbers_of,
)
from tests.insight.reports.programmes import SLOW, Made, busy_programme
from timecredits.insight.counting.cells import DISTANCES, UNKNOWN, distance_band, venue_districts
from timecredits.insight.counting.months import add_months, span_of, year_of
from timecredits.insight.reports.published import passes
from timecredits.insight.reports.reading import list_years, read_table
from timecredits.insight.reports.shapes import OTHERS, Line, TableName
from timecredits.insight.roll_up_models import Flow, PersonCounted, PersonCredit, PersonMonth, PersonUse, Span

SEEDS = st.integers(0, 10**6)


@given(SEEDS, st.sampled_from(["category", "age", "district"]))
@settings(max_examples=8, **SLOW)
def test_hours_that_are_hidden_can_not_be_worked_out(engine: Engine, seed: int, third: str) -> None:
    made = busy_programme(engine, seed)
    with Session(engine) as session:
        entries = entries_of(session, made)
        for year in list_years(session, made.programme_id):
            mine = [each for each in entries if year_of(each["month"], YEAR_STARTS) == year]
            for people, what in attack_hours(session, made, year, mine, third):
                assert passes(len(people)), (year, what)


@example(11933)  # Few people had more uses in one year and fewer in the next: each year passed, both together did not.
@given(SEEDS)
@settings(max_examples=5, **SLOW)
def test_credits_that_are_hidden_can_not_be_worked_out(engine: Engine, seed: int) -> None:
    """Flows of every year at once, what is out, and how hours differ from what they earned and uses from what they took."""
    made = busy_programme(engine, seed)
    with Session(engine) as session:
        years = sorted(list_years(session, made.programme_id))
        space = Space(credit_equations(session, made, years))
        behind = _people_of_flows(session, made)
        for names, months, sum_of in credit_groups(years):
            people = _behind(behind, names, months)
            if not passes(len(people)) and not _is_told_of_years(names, months):
                assert not space.tells(sum_of), (names, months[0], months[-1])


def _is_told_of_years(names: list[str], months: list[date]) -> bool:
    """By how much hours and credits earned differ is told, of whole years only (docs/adr/0031, rule 6)."""
    return names == ["earned differs"] and len(months) % 12 == 0


def _people_of_flows(session: Session, made: Made) -> dict[tuple[str, date], dict[UUID, int]]:
    """By flow and month: whose minutes there are. Of what differs between two tables: by how much it does."""
    found: defaultdict[tuple[str, date], dict[UUID, int]] = defaultdict(dict)

    def add(name: str, month: date, who: UUID | None, minutes: int) -> None:
        if who is not None:
            found[name, month][who] = found[name, month].get(who, 0) + minutes

    for row in session.scalars(select(PersonCredit).where(PersonCredit.programme_id == made.programme_id)):
        add(row.flow, row.month, row.volunteer_id, row.minutes)
        if row.flow in {Flow.EARNED, Flow.USED}:
            add(f"{row.flow} differs", row.month, row.volunteer_id, -row.minutes)
    for given_time in session.scalars(select(PersonMonth).where(PersonMonth.programme_id == made.programme_id)):
        add("earned differs", given_time.month, given_time.volunteer_id, given_time.minutes)
    for use in session.scalars(select(PersonUse).where(PersonUse.programme_id == made.programme_id)):
        add("used differs", use.month, use.volunteer_id, use.minutes)
    return found


def _behind(found: dict[tuple[str, date], dict[UUID, int]], names: list[str], months: list[date]) -> set[UUID]:
    if not names[0].endswith("differs"):
        return {who for name in names for month in months for who in found.get((name, month), {})}
    minutes: defaultdict[UUID, int] = defaultdict(int)
    for month in months:
        for who, more in found.get((names[0], month), {}).items():
            minutes[who] += more
    return {who for who, more in minutes.items() if more}


@given(SEEDS)
@settings(max_examples=4, **SLOW)
def test_numbers_of_people_leave_nobody_alone(engine: Engine, seed: int) -> None:
    """Of people, new and regular ones and their complements, in each line and in what it leaves of the total."""
    made = busy_programme(engine, seed)
    with Session(engine) as session:
        for year in list_years(session, made.programme_id):
            for name in set(TableName) - {TableName.HOURS_OF_ORGANISATION, TableName.OUTCOMES}:
                table = read_table(session, made.programme_id, name, year)
                total = numbers_of(table.total, table) if table.total else {}
                for line in table.lines:
                    said = numbers_of(line, table)
                    for column in {
                        "people",
                        "new_people",
                        "regular_people",
                        "began",
                        "after_3",
                        "after_6",
                        "after_12",
                    } & said.keys():
                        amount, whole = said[column], total.get(column)
                        assert amount is None or passes(amount), (name, column)
                        assert amount is None or whole is None or passes(whole - amount), (name, column)
                        everybody = said.get("began", said.get("people"))
                        if amount is not None and everybody is not None:
                            assert passes(everybody - amount), (name, column)


@given(SEEDS)
@settings(max_examples=6, **SLOW)
def test_who_began_tells_no_more_than_who_is_new(engine: Engine, seed: int) -> None:
    """Two tables follow those who began: taken off all who gave time then, they would leave those who were there before."""
    made = busy_programme(engine, seed)
    with Session(engine) as session:
        everybody = people_of_spans(session, made)
        for year in list_years(session, made.programme_id):
            first_use = read_table(session, made.programme_id, TableName.FIRST_USE, year)
            if first_use.total is not None and (began := numbers_of(first_use.total, first_use)["people"]):
                assert passes(everybody.get((year, 12), 0) - began), year
            staying = read_table(session, made.programme_id, TableName.STAYING, year)
            said = [(line, numbers_of(line, staying)["began"] or 0) for line in staying.lines]
            for line, began in said:
                assert line.starts_on is not None
                assert line.ends_on is not None
                months = (line.ends_on.year - line.starts_on.year) * 12 + line.ends_on.month - line.starts_on.month + 1
                assert passes(everybody.get((line.starts_on, months), 0) - began), line.key
            if len(said) == 4:
                assert passes(everybody.get((add_months(year, -12), 12), 0) - sum(began for _line, began in said)), year


def people_of_spans(session: Session, made: Made) -> dict[tuple[date, int], int]:
    """How many people gave time, by the first day of a reporting year or one of its quarters and its length in months."""
    found: defaultdict[tuple[date, int], set[UUID]] = defaultdict(set)
    for row in session.scalars(select(PersonMonth).where(PersonMonth.programme_id == made.programme_id)):
        found[year_of(row.month, YEAR_STARTS), 12].add(row.volunteer_id)
        found[span_of(Span.QUARTER, row.month, YEAR_STARTS), 3].add(row.volunteer_id)
    return {span: len(people) for span, people in found.items()}


@given(SEEDS)
@settings(max_examples=4, **SLOW)
def test_uses_that_are_hidden_can_not_be_worked_out(engine: Engine, seed: int) -> None:
    """By venue and by distance: both divide the same uses."""
    made = busy_programme(engine, seed)
    bands = [*(name for name, _miles in DISTANCES), UNKNOWN]
    with Session(engine) as session:
        for year in list_years(session, made.programme_id):
            atoms = [(str(venue), band) for venue in made.venues for band in bands]
            known, zero = [], set[Atom]()
            for place, name in enumerate((TableName.USES_BY_VENUE, TableName.USES_BY_DISTANCE)):
                table = read_table(session, made.programme_id, name, year)
                alone = {line.key for line in table.lines}
                for line in [*table.lines, *([table.total] if table.total else [])]:
                    amount = numbers_of(line, table)["minutes"]
                    if amount is not None:
                        of_line = partial(_is_of, place, alone, line)
                        known.append(dict.fromkeys(filter(of_line, atoms), 1))
                        zero |= set(known[-1]) if amount == 0 else set()
            space = Space({atom: 1 for atom in each if atom not in zero} for each in known)
            people = _people_of_uses(session, made, year)
            wanted = [[atom] for atom in atoms]
            wanted += [
                [atom for atom in atoms if atom[place] == part] for place in (0, 1) for part in {each[place] for each in atoms}
            ]
            for group in wanted:
                if not passes(len(set().union(*(people.get(atom, set()) for atom in group)))):
                    assert not space.tells({atom: 1 for atom in group if atom not in zero}), (year, group)


def _is_of(place: int, alone: set[str], line: Line, atom: Atom) -> bool:
    return line.key == "total" or atom[place] == line.key or (line.key == OTHERS and atom[place] not in alone)


def _people_of_uses(session: Session, made: Made, year: date) -> dict[Atom, set[UUID]]:
    districts = venue_districts(session)
    lives_in = dict(
        session.execute(
            select(PersonCounted.id, PersonCounted.postcode_district).where(PersonCounted.programme_id == made.programme_id)
        ).all()
    )
    found: defaultdict[Atom, set[UUID]] = defaultdict(set)
    for use in session.scalars(select(PersonUse).where(PersonUse.programme_id == made.programme_id)):
        if use.volunteer_id is not None and year_of(use.month, YEAR_STARTS) == year:
            band = distance_band(lives_in.get(use.volunteer_id, ""), districts[use.venue_id])
            found[str(use.venue_id), band].add(use.volunteer_id)
    return found


def test_the_attacker_finds_what_can_be_found() -> None:
    """A control: a total less a line, and three sums that leave one number, are found; a square of four is not."""
    a, b, c, d = (("x", each) for each in "abcd")
    assert Space([{a: 1, b: 1}, {b: 1}]).tells({a: 1})
    assert Space([{a: 1, b: -1}, {b: 2}]).tells({a: 3})
    square = [{a: 1, b: 1}, {c: 1, d: 1}, {a: 1, c: 1}, {b: 1, d: 1}]
    assert not Space(square).tells({a: 1})
    assert Space([*square, {a: 1, d: 1}]).tells({a: 1})


def test_the_attacker_reads_every_table_of_hours(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A control: where two people are enough to be shown, the attacker finds hours of few people."""
    monkeypatch.setattr("timecredits.insight.reports.published.FEWEST", 2)
    monkeypatch.setattr("timecredits.insight.reports.publishing.FEWEST_ASKED", 2)
    few = 0
    for third in ("category", "age", "district"):
        made = busy_programme(engine, 11)
        with Session(engine) as session:
            entries = entries_of(session, made)
            for year in list_years(session, made.programme_id):
                mine = [each for each in entries if year_of(each["month"], YEAR_STARTS) == year]
                few += sum(not passes_five(people) for people, _what in attack_hours(session, made, year, mine, third))
    assert few


def passes_five(people: set[UUID]) -> bool:
    """As `passes` is when nothing is changed."""
    return not 0 < len(people) < 5
