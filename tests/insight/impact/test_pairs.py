"""The paired change and its interval, against published tables and examples that can be followed with a pencil."""

import math
from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timecredits.insight.impact.pairs import change_of, t_quantile

# The upper 2.5 % points of Student's t as every printed table has them, to three decimals.
PRINTED = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 9: 2.262, 10: 2.228, 19: 2.093, 29: 2.045, 30: 2.042}
PRINTED |= {40: 2.021, 60: 2.000, 120: 1.980, 10**6: 1.960}
SCORES = st.integers(3, 9).map(float)
PAIRS = st.lists(st.tuples(SCORES, SCORES), min_size=2, max_size=60)


@pytest.mark.parametrize(("degrees", "printed"), PRINTED.items())
def test_quantiles_are_those_of_the_printed_tables(degrees: int, printed: float) -> None:
    assert round(t_quantile(0.975, degrees), 3) == printed


@pytest.mark.parametrize(
    ("share", "degrees", "printed"),
    [(0.95, 10, 1.812), (0.95, 1, 6.314), (0.995, 10, 3.169), (0.9995, 5, 6.869), (0.9, 30, 1.310), (0.5, 7, 0.0)],
)
def test_other_columns_of_the_tables(share: float, degrees: int, printed: float) -> None:
    assert round(t_quantile(share, degrees), 3) == printed


@given(st.floats(0.51, 0.9999))
def test_one_degree_has_a_closed_form(share: float) -> None:
    """With one degree of freedom the distribution is Cauchy's, whose quantile is a tangent."""
    assert math.isclose(t_quantile(share, 1), math.tan(math.pi * (share - 0.5)), rel_tol=1e-7, abs_tol=1e-9)


@given(st.floats(0.51, 0.9999))
def test_two_degrees_have_a_closed_form(share: float) -> None:
    odds = 2 * share - 1
    assert math.isclose(t_quantile(share, 2), odds * math.sqrt(2 / (1 - odds * odds)), rel_tol=1e-7, abs_tol=1e-9)


@given(st.integers(1, 200))
def test_quantiles_shrink_as_people_are_added(degrees: int) -> None:
    assert t_quantile(0.975, degrees) > t_quantile(0.975, degrees + 1) > 1.9599


@pytest.mark.parametrize(("share", "degrees"), [(0.4, 3), (1.0, 3), (0.9, 0)])
def test_no_quantile_outside_the_limits(share: float, degrees: int) -> None:
    with pytest.raises(ValueError, match="no quantile"):
        t_quantile(share, degrees)


def test_five_people_by_hand() -> None:
    """Changes -2, -1, -1, 0, -1: mean -1, squares about it 1, 0, 0, 1, 0, so the variance is 2 / 4 and the error sqrt(0.5 / 5).

    The t quantile for 4 degrees is 2.776, so the interval is -1 give or take 2.776 * 0.3162 = 0.878.
    """
    change = change_of([(7, 5), (6, 5), (5, 4), (6, 6), (9, 8)])
    assert (change.n, change.mean_first, change.mean_again, change.mean_change) == (5, 6.6, 5.6, -1.0)
    assert change.low is not None
    assert change.high is not None
    assert (round(change.low, 3), round(change.high, 3)) == (-1.878, -0.122)
    assert (change.higher, change.same, change.lower) == (0, 1, 4)


def test_everybody_changed_by_the_same_amount() -> None:
    change = change_of([(float(n), n - 1.0) for n in range(4, 9)])
    assert (change.low, change.high, change.has_spread) == (-1.0, -1.0, False)


def test_one_pair_has_no_interval() -> None:
    change = change_of([(5.0, 4.0)])
    assert (change.n, change.mean_change, change.low, change.high, change.has_spread) == (1, -1.0, None, None, False)


def test_nobody_is_no_change() -> None:
    with pytest.raises(ValueError, match="nobody"):
        change_of([])


@given(PAIRS)
def test_the_interval_is_symmetric_round_the_mean_and_holds_it(pairs: list[tuple[float, float]]) -> None:
    change = change_of(pairs)
    assert change.low is not None
    assert change.high is not None
    assert change.low <= change.mean_change <= change.high
    assert math.isclose(change.high - change.mean_change, change.mean_change - change.low, abs_tol=1e-9)
    assert math.isclose(change.mean_change, change.mean_again - change.mean_first, abs_tol=1e-9)
    assert change.higher + change.same + change.lower == change.n
    half = t_quantile(0.975, len(pairs) - 1) * stdev([b - a for a, b in pairs]) / math.sqrt(len(pairs))
    assert math.isclose(change.high - change.mean_change, half, abs_tol=1e-9)


@given(PAIRS)
def test_before_and_after_swapped_turn_the_change_round(pairs: list[tuple[float, float]]) -> None:
    there, back = change_of(pairs), change_of([(b, a) for a, b in pairs])
    assert math.isclose(there.mean_change, -back.mean_change, abs_tol=1e-12)
    assert (there.higher, there.same, there.lower) == (back.lower, back.same, back.higher)
    assert there.low is not None
    assert back.high is not None
    assert math.isclose(there.low, -back.high, abs_tol=1e-9)
    assert math.isclose(fmean([b - a for a, b in pairs]), there.mean_change, abs_tol=1e-12)
