"""What a volunteer's time covers, and the gaps in it (design/return-to-work.md, rules 6 and 7).

A spell that goes on is taken to go on for ever: every window ends somewhere, and cuts it there. So what is covered, and what is
not, is worked out once, and a window only cuts pieces out of it.

Where the rules leave a choice:

- Days and spells that lie after as_of are taken as they are written. A confirmed day after as_of is one "next" day like any
  other.
- With `max_inactivity_days` a ledger spell without any confirmed day covers nothing, and one that has ended covers no day after
  its last confirmed one. Documents and declared spells are whole in any case.
- Several declared spells together may explain one gap, if they leave no day of it out.
- A gap at the edge of the window is only as long as its part inside.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from timecredits.journey.planning.day_ranges import FOREVER, add_months, clipped, days_between, joined, left_out
from timecredits.journey.planning.plan_shapes import CoveredRun, Gap, GapKind
from timecredits.journey.planning.requirement import Episode, Evidence, Requirement


class CoveredDays:
    """What the episodes cover, asked for window by window."""

    def __init__(self, episodes: Iterable[Episode], requirement: Requirement) -> None:
        self._months = requirement.window_months
        self._longest_minor = requirement.max_gap_days
        self._runs = [(each, _runs(each, requirement)) for each in episodes]
        proven = [run for each, runs in self._runs if each.evidence is not Evidence.DECLARED for run in runs]
        self._declared = joined(run for each, runs in self._runs if each.evidence is Evidence.DECLARED for run in runs)
        self._uncovered = left_out(proven)
        self._long = [each for each in self._uncovered if len(each) > self._longest_minor]
        self._long_stops = [each.stop for each in self._long]

    def window(self, day: int) -> range:
        """The months before the day, the day itself not among them."""
        return range(add_months(date.fromordinal(day), -self._months).toordinal(), day)

    def gaps(self, day: int) -> tuple[Gap, ...]:
        """The gaps in the window before the day, in order."""
        window = self.window(day)
        missing = (clipped(each, window) for each in self._uncovered)
        return tuple(Gap(*_ends(each), len(each), self._kind(each)) for each in missing if each)

    def has_only_minor_gaps(self, day: int) -> bool:
        """Whether no gap in the window before the day is too long. Quick: it looks at no more than the window's two edges."""
        window = self.window(day)
        for place in range(bisect_right(self._long_stops, window.start), len(self._long)):
            if self._long[place].start >= day:
                break
            if len(clipped(self._long[place], window)) > self._longest_minor:
                return False
        return True

    def picture(self, day: int) -> tuple[CoveredRun, ...]:
        """Each episode's runs in the window before the day, in order of date."""
        window = self.window(day)
        found = [
            CoveredRun(*_ends(inside), each.evidence, each.org)
            for each, runs in self._runs
            for run in runs
            if (inside := clipped(run, window))
        ]
        return tuple(sorted(found, key=lambda run: (run.first, run.last, run.kind, run.org)))

    def _kind(self, gap: range) -> GapKind:
        if len(gap) <= self._longest_minor:
            return GapKind.MINOR
        is_told = any(len(clipped(gap, each)) == len(gap) for each in self._declared)
        return GapKind.NEEDS_EVIDENCE if is_told else GapKind.UNCOVERED


def _runs(episode: Episode, requirement: Requirement) -> list[range]:
    """The runs of days that an episode speaks for, in order."""
    spell = days_between(episode.start, episode.end)
    apart = requirement.max_inactivity_days
    if episode.evidence is not Evidence.LEDGER or apart is None:
        return [spell]
    confirmed = sorted({day for each in episode.active if (day := each.toordinal()) in spell})
    if not confirmed:
        return []
    breaks = [(before, after) for before, after in pairwise(confirmed) if after - before > apart]
    starts = [confirmed[0], *(after for _, after in breaks)]
    stops = [*(before + 1 for before, _ in breaks), confirmed[-1] + 1]
    if episode.end is None and requirement.as_of.toordinal() - confirmed[-1] <= apart:
        stops[-1] = FOREVER
    return [range(start, stop) for start, stop in zip(starts, stops, strict=True)]


def _ends(days: range) -> tuple[date, date]:
    return date.fromordinal(days.start), date.fromordinal(days.stop - 1)
