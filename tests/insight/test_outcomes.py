"""Outcomes counted by kind and year: people once, small numbers hidden, and nothing that is shown tells one."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from timecredits.foundation.db import new_id
from timecredits.insight.outcomes import FEWEST, OutcomeCounts, hide_small, outcome_counts
from timecredits.journey.learning.outcomes import take_back_outcome, tell_outcome
from timecredits.journey.learning_models import OutcomeKind
from timecredits.network.programmes import create_organisation, create_programme
from timecredits.network.volunteers import enrol_volunteer

TODAY = date(2026, 11, 21)
YEARS = range(2026, 2023, -1)
CELLS = [(year, kind) for year in YEARS for kind in OutcomeKind]
TABLES = st.fixed_dictionaries({cell: st.integers(0, 12) for cell in CELLS})


def shown(counts: OutcomeCounts) -> dict[int, list[int | None]]:
    return {year.year: [count for _kind, count in year.people] for year in counts.years}


@given(TABLES)
def test_no_small_number_is_shown_and_every_other_is(table: dict[tuple[int, OutcomeKind], int]) -> None:
    found = hide_small(table, YEARS)
    for year in found.years:
        assert dict(year.people) == {
            kind: table[year.year, kind] if table[year.year, kind] >= FEWEST else None for kind in OutcomeKind
        }
        if year.is_all:
            assert year.shown == sum(table[year.year, kind] for kind in OutcomeKind)


@given(TABLES, st.data())
def test_what_is_shown_is_the_same_whatever_the_small_numbers_are(
    table: dict[tuple[int, OutcomeKind], int], data: st.DataObject
) -> None:
    """So nobody can work one out from it, with whatever sums and however clever: the sums hold nothing of them."""
    other = {cell: data.draw(st.integers(0, FEWEST - 1)) if count < FEWEST else count for cell, count in table.items()}
    assert hide_small(table, YEARS) == hide_small(other, YEARS)


def test_people_count_once_a_kind_and_year(session: Session) -> None:
    programme = create_programme(session, name="Fenland", slug="fenland")
    organisation = create_organisation(session, programme.id, name="Riverside Trust", slug="riverside")
    other = create_programme(session, name="Broads", slug="broads")
    elsewhere = create_organisation(session, other.id, name="Boats", slug="boats")
    told = []
    for number in range(6):
        here = (programme.id, organisation.id) if number else (other.id, elsewhere.id)
        person = enrol_volunteer(session, *here, first_name=f"Person {number}").volunteer.id
        for kind, month in (
            (OutcomeKind.WORK, date(2026, 3, 1)),
            (OutcomeKind.WORK, date(2026, 9, 1)),
            (OutcomeKind.COURSE, date(2025, 9, 1)),
            (OutcomeKind.COURSE, date(2023, 9, 1)),
        ):
            key = new_id()
            tell_outcome(session, here[0], person, outcome_id=key, kind=kind, happened_in=month, today=TODAY)
            told.append((here[0], person, key))
    found = outcome_counts(session, programme.id, today=TODAY)
    assert shown(found) == {2026: [5, None, None, None], 2025: [None, None, 5, None], 2024: [None] * 4}
    assert [(year.shown, year.is_all) for year in found.years] == [(5, False), (5, False), (0, False)]
    assert found.any_shown
    take_back_outcome(session, *told[-2])  # the course of 2025 of one of the five
    assert shown(outcome_counts(session, programme.id, today=TODAY))[2025] == [None] * 4
    assert not outcome_counts(session, other.id, today=TODAY).any_shown


def test_nothing_told_looks_like_little_told(session: Session) -> None:
    programme = create_programme(session, name="Fenland", slug="fenland")
    organisation = create_organisation(session, programme.id, name="Riverside Trust", slug="riverside")
    nothing = outcome_counts(session, programme.id, today=TODAY)
    person = enrol_volunteer(session, programme.id, organisation.id, first_name="Siân").volunteer.id
    whose = session, programme.id, person
    tell_outcome(*whose, outcome_id=new_id(), kind=OutcomeKind.WORK, happened_in=TODAY, today=TODAY)
    assert outcome_counts(session, programme.id, today=TODAY) == nothing
