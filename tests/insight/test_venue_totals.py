"""Totals of a venue: what is hidden can't be worked out from what is shown."""

from datetime import date, datetime
from itertools import product
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.insight.roll_up_models import VenueSettlement
from timecredits.insight.venue_totals import FEW, Sum, all_programmes, kept_back, one_programme
from timecredits.network.models import Venue
from timecredits.network.programmes import create_programme, join_programme

TODAY = date(2026, 11, 22)
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
counts = st.lists(st.integers(0, 9), max_size=4)


@given(counts)
def test_few_are_hidden_and_never_alone_beside_a_sum(visitors: list[int]) -> None:
    hidden, shows_sum = kept_back(dict(enumerate(visitors)))
    assert all(number in hidden for number, count in enumerate(visitors) if 0 < count < FEW)
    assert all(visitors[number] for number in hidden)
    if hidden and shows_sum:
        assert len(hidden) > 1
        assert sum(visitors[number] for number in hidden) >= FEW


@given(counts)
def test_a_shown_sum_leaves_more_than_one_way_for_each_hidden_one(visitors: list[int]) -> None:
    """Whoever knows the rule, the sum and who is hidden still can't say of anybody how many they were."""
    hidden, shows_sum = kept_back(dict(enumerate(visitors)))
    if not hidden or not shows_sum:
        return
    known = {number: count for number, count in enumerate(visitors) if number not in hidden}
    total = sum(visitors[number] for number in hidden)
    order = sorted(hidden)
    ways: dict[int, set[int]] = {number: set() for number in order}
    for guess in product(range(1, total + 1), repeat=len(order) - 1):
        rest = total - sum(guess)
        if rest < 1:
            continue
        thought = known | dict(zip(order, (*guess, rest), strict=True))
        if kept_back({number: thought[number] for number in sorted(thought)}) == (hidden, shows_sum):
            for number in order:
                ways[number].add(thought[number])
    assert all(len(each) > 1 for each in ways.values()), (visitors, ways)


def settle(session: Session, world: World, programme_id: UUID, month: date, visitors: int) -> None:
    session.add(
        VenueSettlement(
            id=new_id(),
            venue_id=world.venue_id,
            programme_id=programme_id,
            month=month,
            uses=visitors,
            visitors=visitors,
            minutes=60 * visitors,
            counted_to=datetime(2026, 11, 20, 12, tzinfo=clock.LONDON),
        )
    )
    session.flush()


def test_a_national_venue_sees_every_programme_it_runs_in_and_others_only_their_own(session: Session) -> None:
    world = build_world(session)
    second = create_programme(session, name="Second", slug="second").id
    third = create_programme(session, name="Third", slug="third").id
    for programme_id, october in ((second, 3), (third, 9)):
        join_programme(session, programme_id, world.venue_id)
        settle(session, world, programme_id, OCTOBER, october)
        settle(session, world, programme_id, NOVEMBER, 50)
    settle(session, world, world.programme_id, OCTOBER, 2)
    settle(session, world, world.programme_id, NOVEMBER, 7)
    here = (session, world.programme_id, world.venue_id)
    assert all_programmes(*here, today=TODAY).shown == Sum(9, 9, 540), "not national: the own programme's, this month too"
    session.get_one(Venue, world.venue_id).is_national = True
    found = all_programmes(*here, today=TODAY)
    november, october = found.months
    assert november.of == {world.programme_id: Sum(7, 7, 420)}, "what still grows is not shown of others"
    assert october.of == {world.programme_id: Sum(2, 2, 120), second: None, third: None}
    assert (october.together, october.total) == (Sum(12, 12, 720), Sum(14, 14, 840))
    assert found.as_of is not None
    only = all_programmes(*here, today=TODAY, served={world.programme_id, second})
    assert [name for _id, name in only.programmes] == ["Fenland Time Credits", "Second"]
    assert only.months[1].of == {world.programme_id: Sum(2, 2, 120), second: None}
    assert only.months[1].total is None, "it would tell the one that is hidden"


def test_a_programme_sees_its_own_months_that_are_over(session: Session) -> None:
    world = build_world(session)
    other = create_programme(session, name="Other", slug="other").id
    join_programme(session, other, world.venue_id)
    settle(session, world, other, OCTOBER, 40)
    for month, visitors in ((4, 20), (5, 3), (6, 30), (10, 12)):
        settle(session, world, world.programme_id, date(2026, month, 1), visitors)
    settle(session, world, world.programme_id, date(2026, 3, 1), 2)
    settle(session, world, world.programme_id, NOVEMBER, 8)
    found = one_programme(session, world.programme_id, world.venue_id, starts_in=4, today=TODAY)
    assert [(each.month.month, each.total.visitors if each.total else None) for each in found.months] == [
        (10, None),  # hidden beside May, which could be worked out from a year's sum
        (6, 30),
        (5, None),
        (4, 20),
        (3, None),
    ]
