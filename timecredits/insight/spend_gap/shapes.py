"""What the radar tells: findings, each with its number, its weight, and lines. Nothing that is hidden is in them."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from timecredits.insight.reports.published import FEWEST
from timecredits.insight.reports.shapes import OTHERS

__all__ = ["OTHERS", "STEP", "Change", "FindingKind", "Line", "PeopleFinding", "finding_from", "finding_to", "rounded_down"]

STEP: Final = FEWEST
"""Numbers of people in lines are told as "5 or more", "10 or more": two of them tell nothing of few people between them."""


class FindingKind(StrEnum):
    """Every kind of finding there is."""

    RUNNING_OUT = "running_out"
    NEVER_USED = "never_used"
    UNUSED = "unused"
    FAR = "far"
    STOPPED = "stopped"
    FULL = "full"
    UNTAKEN = "untaken"


class Change(StrEnum):
    """How something compares with three months ago. ABOUT: the same, or so little else that it could be of few people."""

    MORE = "more"
    LESS = "less"
    ABOUT = "about"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: an organisation's id, a district, a band of months, or OTHERS; its number; and `miles` to the venue `near`."""

    key: str
    number: int
    near: str = ""
    miles: float | None = None


@dataclass(frozen=True, slots=True)
class PeopleFinding:
    """One finding about people and their credits. `number` is of people; None: too few, or too few beside them.

    `at_least`: the number is rounded down to a STEP. `minutes` is of credit and `share` in hundredths, both None where they may
    not be told. `before` is the number three months ago where it may stand beside this one.
    """

    kind: FindingKind
    number: int | None
    weight: int
    at_least: bool = False
    minutes: int | None = None
    share: int | None = None
    share_before: int | None = None
    before: int | None = None
    change: Change = Change.UNKNOWN
    lines: tuple[Line, ...] = ()
    merged: int = 0


def rounded_down(people: int) -> int:
    """A number of people as lines tell it."""
    return people - people % STEP


def finding_to(finding: PeopleFinding) -> dict[str, Any]:
    """As JSON keeps it."""
    return asdict(finding)


def finding_from(kept: dict[str, Any]) -> PeopleFinding:
    """As it was kept."""
    lines = tuple(Line(**line) for line in kept["lines"])
    return PeopleFinding(**{**kept, "kind": FindingKind(kept["kind"]), "change": Change(kept["change"]), "lines": lines})
