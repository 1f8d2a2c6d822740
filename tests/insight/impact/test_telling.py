"""No small number of people can be worked out from what is told, and no person's answers."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from timecredits.insight.impact.telling import (
    FEWEST,
    Count,
    Shown,
    TooFew,
    counts_of,
    in_fives,
    rate_of,
    shares_of,
    told,
)

GROUPS = st.lists(st.integers(0, 14), min_size=4, max_size=4)
SMALL = st.integers(1, FEWEST - 1)
SCORES = st.integers(3, 9).map(float)
PAIRS = st.lists(st.tuples(SCORES, SCORES), max_size=40)


def stages(groups: list[int]) -> tuple[int, ...]:
    """How many came through each stage, where so many fell away after each."""
    return tuple(sum(groups[place:]) for place in range(len(groups)))


@given(GROUPS, st.data())
def test_counts_are_the_same_whatever_the_small_groups_are(groups: list[int], data: st.DataObject) -> None:
    """So nobody can work one out, with whatever sums: what is told holds nothing of them."""
    other = [data.draw(SMALL) if 0 < group < FEWEST else group for group in groups]
    assert counts_of(stages(groups)) == counts_of(stages(other))


@given(GROUPS)
def test_counts_hold_the_truth_and_tell_all_that_may_be_told(groups: list[int]) -> None:
    for place, (count, true) in enumerate(zip(counts_of(stages(groups)), stages(groups), strict=True)):
        assert count.least <= true <= count.most
        assert count.is_exact == all(group == 0 or group >= FEWEST for group in groups[place:])


@given(GROUPS)
def test_rates_say_at_least_what_is_so(groups: list[int]) -> None:
    counts, true = counts_of(stages(groups)), stages(groups)
    rate = rate_of(counts[3], counts[0])
    if rate is None:
        assert true[0] == 0
    elif rate[1]:
        assert rate[0] == round(true[3] * 100 / true[0])
    else:
        assert rate[0] * true[0] <= true[3] * 100


def test_thirty_asked_and_two_who_did_not_answer() -> None:
    asked, answered, again, paired = counts_of((30, 28, 28, 20))
    assert (asked, answered, again, paired) == (Count(29, 32), Count(28, 28), Count(28, 28), Count(20, 20))
    assert rate_of(answered, asked) == (87, False)
    assert rate_of(paired, again) == (71, True)


def test_later_stages_hold_no_more_than_earlier_ones() -> None:
    with pytest.raises(ValueError, match="later stages"):
        counts_of((3, 4))


@given(st.tuples(*[st.integers(0, 12)] * 3))
def test_shares_are_all_told_or_none(parts: tuple[int, int, int]) -> None:
    shown = shares_of(parts)
    assert shown == (None if any(part in range(1, FEWEST) for part in parts) else parts)


@given(PAIRS)
def test_results_speak_of_whole_fives_of_people(pairs: list[tuple[float, float]]) -> None:
    found = told(pairs)
    if isinstance(found, Shown):
        assert found.change.n % FEWEST == 0
        assert found.change.n >= FEWEST
        assert len(pairs) - found.change.n < FEWEST
    else:
        assert len(pairs) < FEWEST or found.is_alike


@given(PAIRS, st.tuples(SCORES, SCORES))
def test_one_more_answer_changes_nothing_until_five_are_there(
    pairs: list[tuple[float, float]], more: tuple[float, float]
) -> None:
    """Looking before and after somebody answers shows nothing of what they said."""
    assume(len(pairs) % FEWEST != FEWEST - 1)
    assert told([*pairs, more]) == told(pairs)


@given(SCORES, st.lists(SCORES, min_size=FEWEST, max_size=30), st.booleans())
def test_people_who_all_said_the_same_are_not_told_of(
    one: float,
    others: list[float],
    at_first: bool,  # noqa: FBT001  given by hypothesis
) -> None:
    pairs = [(one, other) if at_first else (other, one) for other in others]
    assert told(pairs) == TooFew(is_alike=True)


def test_too_few_are_not_told_of() -> None:
    assert told([]) == TooFew()
    assert told([(3.0, 4.0), (5.0, 5.0), (6.0, 3.0), (9.0, 4.0)]) == TooFew()
    assert isinstance(told([(3.0, 4.0), (5.0, 5.0), (6.0, 3.0), (9.0, 4.0), (8.0, 8.0)]), Shown)


@given(st.lists(st.integers(), max_size=40))
def test_fives_are_the_first_ones(people: list[int]) -> None:
    counted = in_fives(people)
    assert list(counted) == people[: len(counted)]
    assert len(people) - len(counted) in range(FEWEST)
