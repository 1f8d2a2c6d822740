"""The years asked about as rows: what covers which days, and where the gaps are. Page and printed history read the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from timecredits.journey.planning.gathering import Gathered, Source
from timecredits.journey.planning.plan_shapes import Gap, GapKind, Plan
from timecredits.journey.planning.requirement import Evidence, Requirement
from timecredits.journey.planning.vetting_record import SpellKind, VettingReferee, VettingSpell

__all__ = ["DaysRow", "can_name", "declared_in", "plan_rows", "window_ends", "written"]

_COVERS: Final[Mapping[Evidence, SpellKind]] = {
    Evidence.LEDGER: "register",
    Evidence.DOCUMENT: "document",
    Evidence.DECLARED: "declared",
}
_GAPS: Final[Mapping[GapKind, SpellKind]] = {
    GapKind.MINOR: "minor",
    GapKind.NEEDS_EVIDENCE: "needs_evidence",
    GapKind.UNCOVERED: "uncovered",
}


@dataclass(frozen=True, slots=True)
class DaysRow:
    """A stretch of days, both ends counted, and what covers it. `source` is None for a gap."""

    first: date
    last: date
    kind: SpellKind
    source: Source | None = None

    @property
    def days(self) -> int:
        """How many days, both ends counted."""
        return (self.last - self.first).days + 1

    @property
    def is_gap(self) -> bool:
        """Whether nothing proves these days."""
        return self.source is None

    @property
    def is_long(self) -> bool:
        """Whether it is a gap that an employer would ask about."""
        return self.kind in {"needs_evidence", "uncovered"}


def plan_rows(plan: Plan, gathered: Gathered) -> list[DaysRow]:
    """Covered stretches and gaps of the window that ends at as_of, in order of date. Stretches may overlap."""
    covered = [DaysRow(run.first, run.last, _COVERS[run.kind], gathered.sources[run.org]) for run in plan.covered]
    gaps = [DaysRow(gap.first, gap.last, _GAPS[gap.kind]) for gap in plan.gaps]
    return sorted([*covered, *gaps], key=lambda row: (row.first, row.last, row.is_gap))


def window_ends(plan: Plan, requirement: Requirement) -> tuple[date, date] | None:
    """The first and the last day asked about, or None where the job asks about no years."""
    last = requirement.as_of - timedelta(days=1)
    return (plan.window_from, last) if plan.window_from <= last else None


def declared_in(gap: Gap | DaysRow, gathered: Gathered) -> list[tuple[UUID, str]]:
    """The spells elsewhere, by id and place, that were told but not confirmed and touch a gap."""
    found = []
    for episode in gathered.episodes:
        source = gathered.sources[episode.org]
        ends = episode.end or date.max
        if episode.evidence is Evidence.DECLARED and source.spell_id and episode.start <= gap.last and gap.first <= ends:
            found.append((source.spell_id, source.place))
    return found


def written(rows: list[DaysRow]) -> list[VettingSpell]:
    """The rows as the printed vetting history holds them: organisations are named as letters name them."""
    return [
        {
            "first_day": row.first.isoformat(),
            "last_day": row.last.isoformat(),
            "kind": row.kind,
            "organisation": row.source.letter_place if row.source else "",
            "seen_by": row.source.seen_by if row.source else "",
            "seen_on": row.source.seen_on.isoformat() if row.source and row.source.seen_on else "",
        }
        for row in rows
    ]


def can_name(plan: Plan, gathered: Gathered) -> list[VettingReferee]:
    """Those who can be named to an employer today, in the order of suggestion: nobody who has not said yes."""
    found: list[VettingReferee] = []
    for contact_id in plan.qualify_now:
        line = gathered.lines[contact_id]
        place = gathered.letter_names.get(line.organisation_name, line.organisation_name)
        found.append({"name": line.name, "role": line.title, "organisation": place, "known_since": line.known_since.isoformat()})
    return found
