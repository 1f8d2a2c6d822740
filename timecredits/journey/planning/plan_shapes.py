"""What the planner answers. All days are inclusive calendar days."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from timecredits.journey.planning.requirement import Evidence


class Status(StrEnum):
    """Whether a contact can be asked."""

    NOW = "now"
    LATER = "later"
    BLOCKED = "blocked"


class Reason(StrEnum):
    """Why a contact can't be asked, in the order in which reasons are told."""

    RELATION_EXCLUDED = "relation_excluded"
    CONSENT_PENDING = "consent_pending"
    CONSENT_DECLINED = "consent_declined"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    NOT_REACHABLE = "not_reachable"
    NEVER_KNOWN_LONG_ENOUGH = "never_known_long_enough"
    CONSENT_EXPIRED = "consent_expired"
    LEFT_ORGANISATION = "left_organisation"


class GapKind(StrEnum):
    """How much a gap weighs."""

    MINOR = "minor"
    NEEDS_EVIDENCE = "needs_evidence"
    UNCOVERED = "uncovered"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one contact stands.

    `on` is the day they qualify: `as_of` itself for `now`, a later day for `later`. For `blocked` it is the day they would
    qualify if what is in the way were put right today, None if that can't be. `until` is the last day that consent, and the stay
    where it counts, allow, None if neither ends; it is told for a blocked contact too.
    """

    id: str
    status: Status
    on: date | None
    until: date | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A longest run of days that nothing covers. `days` counts both ends."""

    first: date
    last: date
    days: int
    kind: GapKind


@dataclass(frozen=True, slots=True)
class CoveredRun:
    """A part of the window that one episode speaks for, to draw a picture from. Runs of several episodes may overlap."""

    first: date
    last: date
    kind: Evidence
    org: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole answer.

    `contacts` in order of id. `qualify_now` and `suggested` are ids in the order of suggestion; `suggested` is empty when there
    are too few. `gaps` are those of the window that ends at as_of, in order of date. The last days to look at are `horizon_days`
    ahead: what is not met by then is None. `covered` is for a picture, in order of date, and stands in no file.
    """

    contacts: tuple[Standing, ...]
    qualify_now: tuple[str, ...]
    suggested: tuple[str, ...]
    referees_met_on: date | None
    referees_met_on_if_asked: date | None
    window_from: date
    gaps: tuple[Gap, ...]
    ready_on: date | None
    ready_now: bool
    covered: tuple[CoveredRun, ...] = ()
