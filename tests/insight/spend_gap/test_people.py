"""What may be told of people who do not use their credits: what is hidden can not be worked out, and sums are whole."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from hypothesis import example, given
from hypothesis import strategies as st

from timecredits.insight.reports.published import FEWEST, passes
from timecredits.insight.spend_gap.holdings import Holding, older_than
from timecredits.insight.spend_gap.people import Known, Totals, far_away, never_used, running_out, unused
from timecredits.insight.spend_gap.shapes import OTHERS, STEP, Change, FindingKind, finding_from, finding_to

TODAY = date(2026, 11, 22)
NOW = date(2026, 11, 1)
ALL_TOLD = Totals(tells_what_is_out=True, tells_all_earned=True)
DISTRICTS = ("CB7", "CB6", "CB1", "PE30", "TR1", "")


def person(number: int, bands: Sequence[int], out: int, *, district: str = "CB7", used: bool | None = None) -> Holding:
    """Somebody to whom so much came in each band, the youngest first, and from whom so much went."""
    came_in = sum(bands)
    out = min(out, came_in)
    before = tuple(sum(bands[at:]) for at in range(1, 4))
    has_used = bool(out) if used is None else used
    return Holding(
        who=UUID(int=number + 1),
        came_in=came_in,
        went_out=out,
        came_before=before,
        out_before=min(out, before[0]),
        otherwise=0,
        gave_or_got=False,
        district=district,
        earned_on=date(2025, 1, 1),
        gave_on=date(2026, 10, 3),
        used_on=date(2026, 1, 5) if has_used else None,
    )


@st.composite
def people(draw: st.DrawFn) -> list[Holding]:
    amounts = st.sampled_from([0, 0, 60, 90, 600])
    count = draw(st.integers(0, 18))
    return [
        person(
            number,
            draw(st.lists(amounts, min_size=4, max_size=4)),
            draw(st.sampled_from([0, 0, 60, 450, 5000])),
            district=draw(st.sampled_from(DISTRICTS)),
            used=draw(st.booleans()),
        )
        for number in range(count)
    ]


@given(st.lists(st.integers(-500, 900), min_size=4, max_size=4), st.integers(0, 2000))
@example([0, -60, 0, 60], 0)
def test_what_is_older_is_never_more_than_what_is_younger_or_held(bands: list[int], out: int) -> None:
    """Also where hours were taken back in a later month, so that a month came to less than nothing."""
    one = replace(
        person(0, [0, 0, 0, 0], 0),
        came_in=sum(bands),
        went_out=out,
        came_before=tuple(sum(bands[at:]) for at in range(1, 4)),
    )
    old = older_than(one, range(3))
    assert one.held >= old[0] >= old[1] >= old[2] >= 0


@given(people())
def test_every_part_of_the_credits_belongs_to_enough_people_and_so_does_what_it_leaves(found: list[Holding]) -> None:
    told = unused(found, ALL_TOLD)
    holders = [each for each in found if each.held]
    if told is None:
        assert not holders
        return
    if told.number is None:
        assert not told.lines
        assert told.minutes is None
        assert told.share is None
        return
    held = sum(each.held for each in holders)
    assert told.number >= FEWEST
    assert told.number in {len(holders), len(holders) - len(holders) % STEP}
    assert told.minutes in {None, held}
    assert told.at_least or passes(len(found) - len(holders))
    if told.minutes is not None or told.share is not None:
        assert passes(sum(bool(each.went_out) for each in found))  # what came in less what is there is theirs
    starts = [int(line.key.partition("-")[0]) for line in told.lines]
    cuts = [(3, 6, 12).index(start) for start in starts[1:]]
    for at, line in enumerate(told.lines):
        parts = [(each.held, *older_than(each, cuts), 0) for each in found]
        came = [(each.came_in, *(each.came_before[cut] for cut in cuts), 0) for each in found]
        inside = [part[at] - part[at + 1] for part in parts]
        assert passes(sum(each > 0 for each in inside))
        assert passes(sum(each != then[at] - then[at + 1] for each, then in zip(inside, came, strict=True)))
        assert abs(line.number - 100 * sum(inside) / held) <= STEP / 2
        assert line.number % STEP == 0


@given(people(), st.lists(st.sets(st.integers(0, 17)), max_size=5))
def test_a_number_of_people_passes_and_so_do_those_beside_it(found: list[Holding], groups: list[set[int]]) -> None:
    organisations = {UUID(int=at): {UUID(int=each + 1) for each in group} for at, group in enumerate(groups)}
    told = never_used(found, Known({}, organisations), NOW)
    ever = [each for each in found if each.came_in > 0]
    wanted = {each.who for each in ever if each.used_on is None and each.held}
    if told is None:
        assert not wanted
        return
    if told.number is None:
        assert 0 < len(wanted) < FEWEST
        assert not told.lines
        return
    if told.at_least:
        assert told.number == len(wanted) - len(wanted) % STEP
        assert told.before is None
    else:
        assert told.number == len(wanted)
        assert passes(len(ever) - len(wanted))
    if told.before is not None:
        assert passes(told.before)
        assert passes(abs(told.number - told.before))
    alone = set[UUID]()
    for line in told.lines:
        assert line.number >= FEWEST
        assert line.number % STEP == 0
        if line.key != OTHERS:
            members = organisations[UUID(line.key)] & wanted
            assert line.number == len(members) - len(members) % STEP
            alone.add(UUID(line.key))
    left = set[UUID]().union(*(who & wanted for where, who in organisations.items() if where not in alone))
    if told.lines:
        assert passes(len(left))


@given(people(), st.sampled_from([5, 10, 25]))
def test_no_two_distances_tell_of_the_people_between_them(found: list[Holding], within: int) -> None:
    told = far_away(found, Known({"CB7": "Pool"}, {}), TODAY, within)
    if told is None or told.number is None:
        return
    assert told.at_least
    assert told.number % STEP == 0
    for line in told.lines:
        assert line.number % STEP == 0
        assert line.number >= FEWEST
        assert line.key == OTHERS or (line.near == "Pool" and line.miles is not None and line.miles > within)
    assert all(line.key != "" for line in told.lines)


def test_with_no_venue_at_all_everybody_is_far_from_one() -> None:
    told = far_away([person(each, [60, 0, 0, 0], 0) for each in range(7)], Known({}, {}), TODAY, 10)
    assert told is not None
    assert (told.number, told.lines[0].key, told.lines[0].miles) == (5, "CB7", None)


def test_few_people_are_hidden_with_all_that_is_theirs() -> None:
    few = [person(each, [0, 0, 0, 600], 0) for each in range(4)]
    for told in (unused(few, ALL_TOLD), never_used(few, Known({}, {}), NOW), running_out(few, [2], ())):
        assert told is not None
        assert told.number is None
        assert told.minutes is None
        assert told.weight == 0


def test_few_who_used_theirs_hide_the_amount_that_others_hold() -> None:
    """What came in is in the reports; less what is there, it is what those two used."""
    told = unused([person(each, [0, 0, 0, 600], 0 if each > 1 else 300) for each in range(20)], ALL_TOLD)
    assert told is not None
    assert (told.number, told.minutes, told.share) == (20, None, None)


def test_a_total_is_told_only_where_the_reports_tell_it() -> None:
    many = [person(each, [0, 0, 0, 600], 0) for each in range(9)]
    told = unused(many, Totals(tells_what_is_out=False, tells_all_earned=False))
    assert told is not None
    assert (told.number, told.minutes, told.share) == (9, None, None)
    assert told.lines[-1].key == "12-"
    assert told.lines[-1].number == 100


def test_three_months_ago_is_told_only_where_the_difference_passes() -> None:
    new = [replace(person(each, [60, 0, 0, 0], 0), came_before=(0, 0, 0)) for each in range(3)]
    old = [person(each, [0, 0, 0, 60], 0) for each in range(3, 15)]
    told = never_used([*new, *old], Known({}, {}), NOW)
    assert told is not None
    assert (told.number, told.before, told.change) == (15, None, Change.ABOUT)
    new += [replace(person(each, [60, 0, 0, 0], 0), came_before=(0, 0, 0)) for each in range(20, 24)]
    told = never_used([*new, *old], Known({}, {}), NOW)
    assert told is not None
    assert (told.number, told.before, told.change) == (19, 12, Change.MORE)


@given(people())
def test_a_finding_is_kept_as_it_was(found: list[Holding]) -> None:
    for told in (unused(found, ALL_TOLD), far_away(found, Known({"CB7": "Pool"}, {}), TODAY, 10)):
        if told is not None:
            assert finding_from(finding_to(told)) == told
            assert isinstance(told.kind, FindingKind)
