"""What may be shown: no number of one to four people, nor what belongs to them, and nothing it could be worked out from.

Decided for all the tables of a reporting year together, by figures alone; the reasons, and why that is enough, are in
docs/adr/0031. Nothing here asks a database: who calls says how many people stand behind several parts taken together.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from timecredits.insight.counting.cells import Cell
from timecredits.insight.counting.months import LENGTHS
from timecredits.insight.roll_up_models import Span

__all__ = [
    "FEWEST",
    "FINEST_FIRST",
    "Divided",
    "OfOrganisations",
    "divide",
    "finest",
    "hidden_columns",
    "hidden_in_total",
    "passes",
    "spans_of_parts",
]

FEWEST: Final = 5
"""The smallest number of people that is shown, none apart."""
FINEST_FIRST: Final = (Span.MONTH, Span.QUARTER, Span.YEAR)

Spans = Mapping[date, Cell]
"""The figures of one thing by the first day of each span; a span without anybody may be missing."""


def passes(people: int) -> bool:
    """Whether a number of people, or what belongs to them, may be shown: nobody, or enough of them."""
    return people == 0 or people >= FEWEST


@dataclass(frozen=True, slots=True)
class Divided:
    """Which parts stand alone, and what the others are together (None: there are no others). `merged` says how many those are."""

    alone: tuple[str, ...]
    others: Cell | None
    merged: int

    @property
    def too_few(self) -> bool:
        """No part stands alone, so there are no lines to show."""
        return not self.alone


def divide(parts: Mapping[str, Cell], together: Callable[[Collection[str]], Cell]) -> Divided:
    """Let the parts with enough people stand alone, and the others be one line.

    The smallest of those that could stand alone join that line until it has enough people itself: counted once each, for which
    `together` is asked.
    """
    others = sorted(part for part, cell in parts.items() if not passes(cell.people))
    alone = sorted((part for part in parts if part not in set(others)), key=lambda part: (parts[part].people, part))
    if not others:
        return Divided(tuple(alone), None, 0)
    while True:
        cell = together(others)
        if cell.people >= FEWEST or not alone:
            break
        others.append(alone.pop(0))
    if not alone or cell.people < FEWEST:
        return Divided((), None, len(parts))
    return Divided(tuple(alone), cell, len(others))


def finest(by_span: Mapping[Span, Spans]) -> Span | None:
    """The finest span in which every month, quarter or the year may be shown. None: not even the year."""
    for span in FINEST_FIRST:
        if all(passes(cell.people) for cell in by_span.get(span, {}).values()):
            return span
    return None


@dataclass(frozen=True, slots=True)
class OfOrganisations:
    """What is known for `spans_of_parts`: figures of each part in each span, and how many people stand behind several parts.

    `whole` is the finest span of the whole that is shown: from that one on, what is shown of parts can be taken off it.
    """

    cells: Mapping[str, Mapping[Span, Spans]]
    whole: Span
    people_of_rest: Callable[[Span, Collection[str]], Sequence[int]]
    """For a span and the parts that are shown in it: in each of the year's spans, the people of all other parts."""


def spans_of_parts(known: OfOrganisations, alone: Collection[str]) -> dict[str, Span]:
    """How finely each part that stands alone by year may be shown by time.

    Going from years to months: of the parts that may be shown in the coarser span, those stay whose own spans all pass; and where
    the whole is shown so finely too, the smallest of them leave until what is left over passes in every span.
    """
    found = dict.fromkeys(alone, Span.YEAR)
    staying = sorted(alone)
    for span in (Span.QUARTER, Span.MONTH):
        staying = [part for part in staying if all(passes(cell.people) for cell in known.cells[part].get(span, {}).values())]
        staying.sort(key=lambda part: (_size(known.cells[part]), part))
        if LENGTHS[known.whole] <= LENGTHS[span]:
            while staying and not all(passes(people) for people in known.people_of_rest(span, staying)):
                staying.pop(0)
        found |= dict.fromkeys(staying, span)
    return found


def hidden_columns(lines: Sequence[Cell], total: Cell, *, by_time: bool = False) -> frozenset[str]:
    """Which columns of people are hidden in the lines that together are `total`, though the lines themselves pass.

    People may stand in several lines. So beside each number itself, what it leaves of the total must pass, and so must how many
    stand in more than one line. With `by_time` the lines are spans: who is not new in one may be new in the whole.
    """
    hidden = hidden_in_total(total)
    if not _covers([cell.people for cell in lines], total.people):
        return frozenset({"people", "new_people", "regular_people"})
    new = [cell.new_people for cell in lines]
    known = [cell.people - cell.new_people for cell in lines]
    stay_known = all(map(passes, known)) if by_time else _covers(known, total.people - total.new_people)
    if not (_covers(new, total.new_people) and stay_known):
        hidden |= {"new_people"}
    if not all(
        passes(cell.regular_people)
        and passes(cell.people - cell.regular_people)
        and passes(total.regular_people - cell.regular_people)
        for cell in lines
    ):
        hidden |= {"regular_people"}
    return hidden


def hidden_in_total(total: Cell) -> frozenset[str]:
    """Which columns of people are hidden in the total itself, and so everywhere: they would tell of few, or leave few."""
    parts = {"new_people": total.new_people, "regular_people": total.regular_people}
    return frozenset(name for name, part in parts.items() if not (passes(part) and passes(total.people - part)))


def _size(cells: Mapping[Span, Spans]) -> int:
    return sum(cell.people for cell in cells.get(Span.YEAR, {}).values())


def _covers(parts: Sequence[int], whole: int) -> bool:
    """Whether numbers of people whose union is `whole` may be shown beside it.

    How many are counted more than once lies between their surplus and that divided by how often one can be: it may not be one to
    four for certain.
    """
    several = sum(1 for part in parts if part)
    surplus = sum(parts) - whole
    return all(passes(part) and passes(whole - part) for part in parts) and (
        surplus == 0 or surplus >= FEWEST * max(1, several - 1)
    )
