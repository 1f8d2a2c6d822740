"""What may be told of a group without telling on anybody in it.

Numbers of people from 1 to 4 are clipped before anything is worked out from them, so what is shown is the same whichever of these
they are: no sum and no difference tells one. Nought may be told. Results change in steps of five people, so that looking before
and after somebody answers doesn't show what they said. Where everybody gave the same answer nothing is told either: the group's
mean would be each person's answer. docs/adr/0032 says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from timecredits.insight.impact.pairs import Change, change_of

__all__ = ["FEWEST", "Count", "Shown", "TooFew", "counts_of", "in_fives", "rate_of", "shares_of", "told", "told_at_once"]

FEWEST: Final = 5
"""The smallest number of people that is told, but for nobody."""

_One = TypeVar("_One")


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people: exactly `least` where `is_exact`, else `least` or a few more, at most `most`."""

    least: int
    most: int

    @property
    def is_exact(self) -> bool:
        """Whether the number may be told as it is."""
        return self.least == self.most


@dataclass(frozen=True, slots=True)
class TooFew:
    """Nothing is told. `is_alike`: there were enough people, but they all answered alike at one of the two times."""

    is_alike: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be told of a change. `shares`: how many went up, stayed and went down, or None where some were few."""

    change: Change
    shares: tuple[int, int, int] | None


def in_fives(people: Sequence[_One]) -> Sequence[_One]:
    """Those of a list (in order of when they were done) who count by now: whole groups of five."""
    return people[: len(people) // FEWEST * FEWEST]


def told(pairs: Sequence[tuple[float, float]]) -> Shown | TooFew:
    """What may be told of these pairs, which are in order of when each was done."""
    return told_at_once(in_fives(pairs))


def told_at_once(pairs: Sequence[tuple[float, float]]) -> Shown | TooFew:
    """What may be told of these pairs all together: for a group that nobody joins any more."""
    if len(pairs) < FEWEST:
        return TooFew()
    if len({first for first, _again in pairs}) == 1 or len({again for _first, again in pairs}) == 1:
        return TooFew(is_alike=True)
    change = change_of(pairs)
    return Shown(change, shares_of((change.higher, change.same, change.lower)))


def shares_of(parts: tuple[int, int, int]) -> tuple[int, int, int] | None:
    """The parts of a group, or None where one of them is a few: with the others it could be worked out."""
    return None if any(0 < part < FEWEST for part in parts) else parts


def counts_of(stages: Sequence[int]) -> tuple[Count, ...]:
    """How many came through each stage, each no more than the one before: asked, answered, and so on.

    Who fell away between two stages is a group of its own; a small one is clipped, and with it every number that holds it.
    """
    fell_away = [stage - after for stage, after in zip(stages, [*stages[1:], 0], strict=True)]
    if any(group < 0 for group in fell_away):
        raise ValueError(f"later stages hold more people than earlier ones: {stages}")
    clipped = [(group, group) if group == 0 or group >= FEWEST else (1, FEWEST - 1) for group in fell_away]
    return tuple(
        Count(sum(least for least, _most in clipped[place:]), sum(most for _least, most in clipped[place:]))
        for place in range(len(stages))
    )


def rate_of(part: Count, whole: Count) -> tuple[int, bool] | None:
    """How many in a hundred `part` is of `whole`, and whether that is exact; else at least so many. None of nobody."""
    if whole.most == 0:
        return None
    if part.is_exact and whole.is_exact:
        return round(part.least * 100 / whole.least), True
    return part.least * 100 // whole.most, False
