"""What may be shown, tried out on every small world there is, and the rules' own properties."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import date
from functools import partial
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timecredits.insight.counting.cells import Cell
from timecredits.insight.counting.months import add_months
from timecredits.insight.reports import published
from timecredits.insight.reports.published import (
    FEWEST,
    OfOrganisations,
    divide,
    finest,
    hidden_columns,
    hidden_in_total,
    passes,
    spans_of_parts,
)
from timecredits.insight.roll_up_models import Span

MOST = 13
REGIONS = [region for region in product((0, 1), repeat=3) if any(region)]
"""Which of three lines somebody stands in."""


def _divisions(people: int, places: int) -> Iterator[tuple[int, ...]]:
    if places == 1:
        yield (people,)
        return
    for here in range(people + 1):
        for rest in _divisions(people - here, places - 1):
            yield (here, *rest)


def test_no_number_of_few_people_follows_from_lines_and_total() -> None:
    """Every way in which up to 13 people stand in three lines: what is shown fits others too, for every few there are.

    A number follows if it is the same, and one to four, in every world that would have shown the same lines and total.
    """
    worlds: defaultdict[tuple[int, ...], list[tuple[int, ...]]] = defaultdict(list)
    for people in range(MOST + 1):
        for counts in _divisions(people, len(REGIONS)):
            lines = tuple(sum(count for region, count in zip(REGIONS, counts, strict=True) if region[line]) for line in range(3))
            worlds[(people, *lines)].append(counts)
    several = [sum(region) > 1 for region in REGIONS]
    seen = 0
    for (people, *lines), alike in worlds.items():
        if hidden_columns([Cell(people=line) for line in lines if line], Cell(people=people)) & {"people"}:
            continue
        seen += 1
        wanted = [
            *([place == at for place in range(len(REGIONS))] for at in range(len(REGIONS))),
            several,
            *([not region[line] for region in REGIONS] for line in range(3)),
            *([bool(region[first] and region[second]) for region in REGIONS] for first, second in ((0, 1), (0, 2), (1, 2))),
        ]
        for chosen in wanted:
            numbers = {sum(count for count, is_in in zip(counts, chosen, strict=True) if is_in) for counts in alike}
            assert not numbers <= set(range(1, FEWEST)), (people, lines, chosen)
    assert seen > 10


FEW = 3
"""In place of five, so that every world of a few people can be tried."""


def _told(lines: list[Cell], total: Cell) -> tuple[object, ...]:
    """What is shown of lines and total: every number that isn't hidden, and which are."""
    hidden, in_total = hidden_columns(lines, total), hidden_in_total(total)
    return tuple(
        None if name in (hidden if cell is not total else in_total) else getattr(cell, name)
        for cell in [*lines, total]
        for name in ("people", "new_people", "regular_people")
    )


@pytest.mark.parametrize("what", ["new_people", "regular_people"])
def test_no_number_of_few_new_or_regular_people_follows(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    """Every way in which up to 8 people stand in two lines, new or regular or not, where fewer than 3 are few.

    Who is new is so in each line. Who is regular in a line is so in the whole; in the whole one may be so by both lines together.
    """
    monkeypatch.setattr(published, "FEWEST", FEW)
    lines_of = [(True, False), (False, True), (True, True)]
    if what == "new_people":
        kinds = [(at, at if is_new else (False, False), is_new) for at in lines_of for is_new in (False, True)]
    else:
        kinds = [
            (at, inside, whole)
            for at in lines_of
            for inside in product(*((False, True) if here else (False,) for here in at))
            for whole in (False, True)
            if whole or not any(inside)
        ]
    worlds: defaultdict[tuple[object, ...], list[tuple[int, ...]]] = defaultdict(list)
    most = 8 if len(kinds) == 6 else 6
    for people in range(most + 1):
        for counts in _divisions(people, len(kinds)):
            at = list(zip(kinds, counts, strict=True))

            def number(of: Callable[[tuple[Any, ...]], bool], at: list[Any] = at) -> int:
                return sum(count for kind, count in at if of(kind))

            cells = [
                Cell(people=number(lambda kind: kind[0][line]), **{what: number(lambda kind: kind[1][line])})  # noqa: B023
                for line in (0, 1)
            ]
            total = Cell(people=people, **{what: number(lambda kind: kind[2])})
            if all(cell.people >= FEW for cell in cells):
                worlds[_told(cells, total)].append(counts)
    seen = 0
    for told, alike in worlds.items():
        column = 1 if what == "new_people" else 2
        seen += told[column] not in {None, 0}
        wanted = [
            *(partial(_is_so, line, is_so) for line in (0, 1) for is_so in (True, False)),
            lambda kind: kind[2],
            lambda kind: not kind[2],
            *(partial(_is_elsewhere, line) for line in (0, 1)),
        ]
        for chosen in wanted:
            numbers = {sum(count for kind, count in zip(kinds, counts, strict=True) if chosen(kind)) for counts in alike}
            # That a number is hidden says that some number is small; which one it is may not follow even so.
            assert not (numbers <= set(range(1, FEW)) and (told[column] is not None or len(numbers) == 1)), (told, numbers)
    assert seen > 5


def _is_so(line: int, is_so: bool, kind: tuple[Any, ...]) -> bool:  # noqa: FBT001
    return bool(kind[0][line] and kind[1][line] is is_so)


def _is_elsewhere(line: int, kind: tuple[Any, ...]) -> bool:
    """New or regular in the whole, and not so in this line."""
    return bool(kind[2] and not kind[1][line])


PARTS = st.dictionaries(st.sampled_from("abcdefgh"), st.sets(st.integers(0, 14), min_size=1), min_size=1)


@given(PARTS)
def test_the_others_are_enough_people_or_nothing_stands_alone(parts: dict[str, set[int]]) -> None:
    cells = {part: Cell(people=len(people)) for part, people in parts.items()}

    def together(some: Collection[str]) -> Cell:
        return Cell(people=len(set().union(*(parts[part] for part in some))))

    divided = divide(cells, together)
    assert all(passes(cells[part].people) for part in divided.alone)
    rest = set(parts) - set(divided.alone)
    if divided.alone and rest:
        assert divided.others == together(rest)
        assert divided.others.people >= FEWEST
        assert divided.merged == len(rest)
    if all(passes(cell.people) for cell in cells.values()):
        assert set(divided.alone) == set(parts)


YEAR = date(2025, 4, 1)
GAVE = st.dictionaries(st.sampled_from("abcde"), st.lists(st.sets(st.integers(0, 11)), min_size=12, max_size=12), min_size=1)


@given(GAVE)
def test_what_is_left_over_passes_in_every_span_that_is_shown(gave: dict[str, list[set[int]]]) -> None:
    def people(parts: Collection[str], first: int, months: int) -> int:
        return len(set().union(*(gave[part][month] for part in parts for month in range(first, first + months))))

    lengths = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}

    def spans(parts: Collection[str]) -> dict[Span, dict[date, Cell]]:
        return {
            span: {add_months(YEAR, first): Cell(people=people(parts, first, months)) for first in range(0, 12, months)}
            for span, months in lengths.items()
        }

    whole = finest(spans(gave))
    if whole is None:
        return
    alone = divide({part: spans([part])[Span.YEAR][YEAR] for part in gave}, lambda some: spans(some)[Span.YEAR][YEAR]).alone

    def people_of_rest(span: Span, apart: Collection[str]) -> list[int]:
        rest = set(gave) - set(apart)
        return [people(rest, first, lengths[span]) for first in range(0, 12, lengths[span])]

    shown = spans_of_parts(OfOrganisations({part: spans([part]) for part in gave}, whole, people_of_rest), alone)
    assert set(shown) == set(alone)
    for span, months in lengths.items():
        finer = [part for part, finest_of_it in shown.items() if lengths[finest_of_it] <= months]
        assert all(passes(cell.people) for part in finer for cell in spans([part])[span].values())
        if lengths[whole] <= months and finer:
            assert all(passes(number) for number in people_of_rest(span, finer))
