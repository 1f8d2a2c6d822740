"""What may be told of people who do not use their credits: by numbers alone, no database. Rules and reasons: docs/radar.md.

A number of people is shown if it passes (reports/published.py) and what it leaves of those it is taken from passes too. Numbers
in lines are rounded down to fives, and lines with too few join the others.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from timecredits.foundation.postcode_districts import miles_between
from timecredits.insight.counting.cells import Cell
from timecredits.insight.counting.months import add_months
from timecredits.insight.reports.published import FEWEST, divide, passes
from timecredits.insight.spend_gap.holdings import Holding, older_than
from timecredits.insight.spend_gap.shapes import OTHERS, Change, FindingKind, Line, PeopleFinding, rounded_down

__all__ = ["BANDS", "MONTHS_BACK", "Known", "Totals", "change_of", "far_away", "never_used", "running_out", "unused"]

MONTHS_BACK: Final = 3
BANDS: Final = (3, 6, 12)
"""Ages of credits in months, each where a band ends and the next begins."""
_FEWER_BANDS: Final = (BANDS, (3, 12), (6, 12), (6,), (12,), (3,))
_ROUNDLY: Final = 5
_URGENT: Final = 100
"""A day presses: nothing comes before it."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What the reports already tell: whether the newest one says how much is out, and whether every year says what was earned."""

    tells_what_is_out: bool
    tells_all_earned: bool


@dataclass(frozen=True, slots=True)
class Known:
    """Where there is something to use credits at: district by venue's name; and which people belong to which organisation."""

    venues: Mapping[str, str]
    organisations: Mapping[UUID, Collection[UUID]]


def change_of(now: int, before: int, *, least: int = FEWEST) -> Change:
    """How two numbers compare. A difference of fewer than `least` is told as none."""
    if abs(now - before) < least:
        return Change.ABOUT
    return Change.MORE if now > before else Change.LESS


def unused(people: Sequence[Holding], totals: Totals) -> PeopleFinding | None:
    """Credits nobody has used yet, by how long they have been there. None where nobody holds any.

    `people.came_before` begins with three months ago; places 0, 1 and 2 are where the bands of 3, 6 and 12 months end.
    """
    holders = [each for each in people if each.held]
    if not holders:
        return None
    if not passes(len(holders)):
        return PeopleFinding(FindingKind.UNUSED, None, 0)
    # What came in is in the reports. What it leaves of that belongs to those from whom something went.
    tells = passes(sum(bool(each.went_out) for each in people))
    held = sum(each.held for each in holders)
    between = sum(each.gave_or_got for each in people)
    otherwise = sum(bool(each.otherwise) for each in people)
    tells_minutes = tells and totals.tells_what_is_out and passes(between)
    tells_share = tells and totals.tells_all_earned and passes(otherwise)
    lines, old = _bands(holders, people, held)
    share = _share(held, sum(each.came_in for each in people)) if tells_share else None
    before = _share_before(people) if tells_share else None
    is_exact = passes(len(people) - len(holders))
    return PeopleFinding(
        FindingKind.UNUSED,
        len(holders) if is_exact else rounded_down(len(holders)),
        weight=old,
        at_least=not is_exact,
        minutes=held if tells_minutes else None,
        share=share,
        share_before=before,
        change=Change.UNKNOWN if share is None or before is None else change_of(share, before, least=_ROUNDLY),
        lines=lines,
    )


def never_used(people: Sequence[Holding], known: Known, now: date) -> PeopleFinding | None:
    """People who hold credits and never used any, and where they are enrolled. `now` is the first of the month."""
    ever = [each for each in people if each.came_in > 0]
    found = [each for each in ever if each.used_on is None and each.held]
    if not found:
        return None
    if not passes(len(found)):
        return PeopleFinding(FindingKind.NEVER_USED, None, 0)
    since = add_months(now, -MONTHS_BACK)
    before = sum(each.held_before > 0 and (each.used_on is None or each.used_on >= since) for each in people)
    is_exact = passes(len(ever) - len(found))
    number = len(found) if is_exact else rounded_down(len(found))
    shows_before = is_exact and passes(before) and passes(abs(len(found) - before))
    ids = {each.who for each in found}
    members = {str(where): ids & set(of_it) for where, of_it in known.organisations.items()}
    lines, merged = _divided({part: who for part, who in members.items() if who})
    return PeopleFinding(
        FindingKind.NEVER_USED,
        number,
        weight=_coarse(100 * number // len(ever)),
        at_least=not is_exact,
        before=before if shows_before else None,
        change=change_of(len(found), before),
        lines=lines,
        merged=merged,
    )


def far_away(people: Sequence[Holding], known: Known, today: date, within: int) -> PeopleFinding | None:
    """Districts of people who earned, and gave time in the last year, with no venue within so many miles.

    Numbers are always rounded down, so that no two distances tell who is between them.
    """
    year_ago = add_months(today.replace(day=1), -12)
    active = [each for each in people if each.earned_on is not None and each.gave_on is not None and each.gave_on >= year_ago]
    nearest = {district: _nearest(district, known.venues) for district in {each.district for each in active}}
    places: defaultdict[str, set[UUID]] = defaultdict(set)
    for each in active:
        found = nearest[each.district]
        if found is not None and (found[1] is None or found[1] > within):
            places[each.district].add(each.who)
    everybody = set[UUID]().union(*places.values())
    if not everybody:
        return None
    if not passes(len(everybody)):
        return PeopleFinding(FindingKind.FAR, None, 0)
    lines, merged = _divided(places)
    told = tuple(
        line if line.key == OTHERS else Line(line.key, line.number, *(nearest[line.key] or ("", None))) for line in lines
    )
    number = rounded_down(len(everybody))
    return PeopleFinding(FindingKind.FAR, number, _coarse(100 * number // len(active)), at_least=True, lines=told, merged=merged)


def running_out(people: Sequence[Holding], cuts: Sequence[int], stopped: Collection[UUID]) -> PeopleFinding | None:
    """People of whom credits run out next. `cuts` are the places of the days before which credits came that run out.

    People whose use of credits is stopped lose none. An hour taken back since may make it a little more than will run out.
    """
    losing = {each.who: most for each in people if each.who not in stopped if (most := max(older_than(each, cuts), default=0))}
    if not losing:
        return None
    if not passes(len(losing)):
        return PeopleFinding(FindingKind.RUNNING_OUT, None, 0)
    number = rounded_down(len(losing))
    return PeopleFinding(FindingKind.RUNNING_OUT, number, _URGENT, at_least=True)


def _bands(holders: Sequence[Holding], people: Sequence[Holding], held: int) -> tuple[tuple[Line, ...], int]:
    """Shares of what is held by age in hundredths, in the finest bands that pass; and the weight: what waits over half a year.

    In each band nobody or enough hold something; and those who have another amount there than came in then are nobody or enough.
    """
    for bands in _FEWER_BANDS:
        cuts = [BANDS.index(each) for each in bands]
        ends = {each.who: (each.held, *older_than(each, cuts), 0) for each in holders}
        came = {each.who: (each.came_in, *(each.came_before[cut] for cut in cuts), 0) for each in people}
        minutes = [0] * (len(bands) + 1)
        holding, differing = [0] * len(minutes), [0] * len(minutes)
        for who, arrived in came.items():
            left = ends.get(who, (0,) * len(arrived))
            for at in range(len(minutes)):
                here, then = left[at] - left[at + 1], arrived[at] - arrived[at + 1]
                minutes[at] += here
                holding[at] += here != 0
                differing[at] += here != then
        if all(map(passes, holding)) and all(map(passes, differing)):
            starts = (0, *bands)
            lines = tuple(Line(_band(starts, at), _share(each, held)) for at, each in enumerate(minutes))
            old = sum(each for each, start in zip(minutes, starts, strict=True) if start >= BANDS[1])
            return lines, _share(old, held)
    return (), 0


def _band(starts: Sequence[int], at: int) -> str:
    """The key of a band: "3-6", or "12-" for the last."""
    return f"{starts[at]}-{starts[at + 1] if at + 1 < len(starts) else ''}"


def _share_before(people: Sequence[Holding]) -> int | None:
    held = [each.held_before for each in people if each.held_before]
    out = sum(1 for each in people if each.out_before)
    came = sum(each.came_before[0] for each in people)
    return _share(sum(held), came) if came > 0 and held and passes(len(held)) and passes(out) else None


def _share(part: int, whole: int) -> int:
    """Hundredths, to the nearest five; never more than all."""
    return min(100, _coarse(100 * part / whole)) if whole > 0 else 0


def _coarse(hundredths: float) -> int:
    return round(hundredths / _ROUNDLY) * _ROUNDLY


def _divided(parts: Mapping[str, Collection[UUID]]) -> tuple[tuple[Line, ...], int]:
    """Lines of parts, those with the most first, with the small ones together; none where nothing may stand alone."""
    together: Callable[[Collection[str]], Cell] = lambda some: Cell(people=len(set().union(*(parts[each] for each in some))))  # noqa: E731
    divided = divide({part: Cell(people=len(who)) for part, who in parts.items()}, together)
    alone = sorted(divided.alone, key=lambda part: (-rounded_down(len(parts[part])), part))
    lines = [Line(part, rounded_down(len(parts[part]))) for part in alone]
    if divided.others is not None:
        lines.append(Line(OTHERS, rounded_down(divided.others.people)))
    return tuple(lines), divided.merged


def _nearest(district: str, venues: Mapping[str, str]) -> tuple[str, float | None] | None:
    """The nearest venue and how far it is; miles None where there is no venue; None where the district isn't known."""
    if miles_between(district, district) is None:
        return None
    far = [(miles, name) for where, name in venues.items() if (miles := miles_between(district, where)) is not None]
    return (min(far)[1], min(far)[0]) if far else ("", None)
