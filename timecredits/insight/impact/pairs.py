"""The same people before and after: the mean change and how sure one can be of it.

The interval is that of a paired t-test: the mean of the changes, give or take the t quantile times their standard error. It says
how far chance alone could move the mean if these people were drawn from many; it does not say why anybody changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, lgamma, log, sqrt
from statistics import fmean, stdev
from typing import Final

__all__ = ["Change", "change_of", "t_quantile"]

_SURE: Final = 0.95
_STEPS: Final = 200
_CLOSE: Final = 1e-14
_TINY: Final = 1e-300


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to `n` people who answered twice. Means are of these people only.

    `low` and `high` are the ends of the 95 % interval of `mean_change`: None for fewer than two people. Where everybody changed
    by the same amount both ends are that amount: there is no spread to work with. `higher`, `same` and `lower` count people.
    """

    n: int
    mean_first: float
    mean_again: float
    mean_change: float
    low: float | None
    high: float | None
    higher: int
    same: int
    lower: int

    @property
    def has_spread(self) -> bool:
        """Whether people changed by different amounts, so that the interval says something."""
        return self.low is not None and self.high is not None and self.low < self.high


def change_of(pairs: Sequence[tuple[float, float]]) -> Change:
    """The change from first to second of each pair. Raises ValueError for no pair at all."""
    if not pairs:
        raise ValueError("nobody answered twice")
    changes = [again - first for first, again in pairs]
    mean = fmean(changes)
    low: float | None = None
    high: float | None = None
    if len(pairs) > 1:
        # Metric scores are decimals: what differs in the last bit only is no spread.
        spread = stdev(changes) if max(changes) - min(changes) > 1e-9 else 0.0  # noqa: PLR2004
        half = t_quantile((1 + _SURE) / 2, len(pairs) - 1) * spread / sqrt(len(pairs))
        low, high = mean - half, mean + half
    return Change(
        n=len(pairs),
        mean_first=fmean(first for first, _again in pairs),
        mean_again=fmean(again for _first, again in pairs),
        mean_change=mean,
        low=low,
        high=high,
        higher=sum(each > 0 for each in changes),
        same=sum(each == 0 for each in changes),
        lower=sum(each < 0 for each in changes),
    )


def t_quantile(share: float, degrees: int) -> float:
    """The value that Student's t stays under with probability `share` (0.5 to below 1), for `degrees` of freedom (1 or more).

    Found by halving between bounds on the distribution below, to about 12 figures. Raises ValueError outside these limits.
    """
    if not 0.5 <= share < 1 or degrees < 1:  # noqa: PLR2004
        raise ValueError(f"no quantile for {share} and {degrees}")
    low, high = 0.0, 1.0
    while _t_share(high, degrees) < share:
        low, high = high, high * 2
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _t_share(middle, degrees) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _t_share(value: float, degrees: int) -> float:
    """The probability that Student's t is at most `value` (not negative), by the regularised incomplete beta function."""
    if value == inf:
        return 1.0
    x = degrees / (degrees + value * value)
    return 1 - _beta_share(x, degrees / 2, 0.5) / 2


def _beta_share(x: float, a: float, b: float) -> float:
    """I_x(a, b), with the continued fraction of DLMF 8.17.22; on the side where it converges fast, else by symmetry."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """The continued fraction, by the method of Lentz: a product of ratios that never divides by nought."""
    c, d = 1.0, 1 / _off_nought(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, _STEPS + 1):
        for part in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _off_nought(1 + part * d)
            c = _off_nought(1 + part / c)
            value *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return value


def _off_nought(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
