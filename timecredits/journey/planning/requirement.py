"""What a job asks for, whom a volunteer knows, and what they have done: everything that the planner goes by.

Days are calendar days (`date`). Nothing here reads the clock, the database or a language. What can't be is refused when it is
made: a RuleError that names the field. The bounds are wide; they are there so that no number can keep a machine busy.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence

LONGEST_HORIZON: Final = 3653
"""Days that the planner looks ahead at most: ten years."""
MOST_MONTHS: Final = 1200
MOST_DAYS: Final = 36_525
MOST_REFEREES: Final = 100
EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2200, 12, 31)

_BOUNDS: Final = {
    "referees": (1, MOST_REFEREES),
    "known_months": (0, MOST_MONTHS),
    "window_months": (0, MOST_MONTHS),
    "max_gap_days": (0, MOST_DAYS),
    "min_orgs": (1, MOST_REFEREES),
    "max_inactivity_days": (0, MOST_DAYS),
    "horizon_days": (0, LONGEST_HORIZON),
}


class Consent(StrEnum):
    """What a contact said when asked whether they may be named."""

    GIVEN = "given"
    PENDING = "pending"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Evidence(StrEnum):
    """What stands behind an episode. Declared spells cover nothing; they only explain a gap."""

    LEDGER = "ledger"
    DOCUMENT = "document"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What is asked for, as of one day.

    `referees` people of at least `min_orgs` organisations, each known for `known_months`; the `window_months` before, without a
    gap of more than `max_gap_days`. `max_inactivity_days` None takes a ledger spell as covered from its first day to its last.
    `min_orgs` above `referees` asks for as many people as organisations.
    """

    as_of: date
    referees: int = 2
    known_months: int = 24
    window_months: int = 36
    max_gap_days: int = 31
    min_orgs: int = 1
    must_be_at_org: bool = False
    excluded: frozenset[str] = frozenset({"friend", "family"})
    max_inactivity_days: int | None = None
    horizon_days: int = LONGEST_HORIZON

    def __post_init__(self) -> None:
        if not EARLIEST <= self.as_of <= LATEST:
            raise RuleError(Sentence("Give a day between the years 1900 and 2200."), field="as_of")
        for field, (least, most) in _BOUNDS.items():
            number = getattr(self, field)
            if number is not None and not least <= number <= most:
                raise RuleError(Sentence("Give a whole number from %(least)s to %(most)s.", least=least, most=most), field=field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One row of somebody who may be a referee. A `person` may have several: one for each organisation they know you from.

    All days are inclusive; None is open. `consent_from` and `consent_until` are kept apart from `consent`: they bound the consent
    once it is given.
    """

    id: str
    person: str
    org: str
    known_since: date
    known_until: date | None = None
    consent: Consent = Consent.GIVEN
    consent_from: date | None = None
    consent_until: date | None = None
    at_org_until: date | None = None
    reachable: bool = True
    relation: str = "supervisor"

    def __post_init__(self) -> None:
        _in_order(self.known_since, self.known_until, "known_until")
        _in_order(self.consent_from, self.consent_until, "consent_until")


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """A spell of time given, first to last day inclusive; `end` None goes on. `active` are the confirmed days, in any order."""

    id: str
    org: str
    start: date
    end: date | None = None
    evidence: Evidence = Evidence.LEDGER
    active: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        _in_order(self.start, self.end, "end")


def _in_order(first: date | None, last: date | None, field: str) -> None:
    if first is not None and last is not None and last < first:
        raise RuleError(Sentence("This day is before the first one."), field=field)
