"""One measured figure, with the bound it has to keep, and the table that is printed of them."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """A value in `unit`. `at_least` or `at_most` is the bound to keep, None where the figure is only told. `note` says how."""

    name: str
    value: float
    unit: str
    note: str = ""
    at_least: float | None = None
    at_most: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the bound is kept; a figure without one always holds."""
        return (self.at_least is None or self.value >= self.at_least) and (self.at_most is None or self.value <= self.at_most)

    @property
    def bound(self) -> str:
        """The bound in words."""
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return "" if self.at_most is None else f"<= {self.at_most:g}"

    def as_record(self) -> dict[str, Any]:
        """The figure for results.json."""
        return {**asdict(self), "holds": self.holds}


def shown(value: float) -> str:
    """A value as people read it: wide numbers need no decimals."""
    return f"{value:,.2f}" if value < 1000 else f"{value:,.0f}"  # noqa: PLR2004  a thousand


def table(figures: Iterable[Figure]) -> str:
    """Lines of name, value, unit, bound, verdict and note."""
    rows = [
        (
            each.name,
            shown(each.value),
            each.unit,
            each.bound,
            ("ok" if each.holds else "MISSED") if each.bound else "",
            each.note,
        )
        for each in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(5)] if rows else []
    return "\n".join(
        "  ".join(
            [
                row[0].ljust(widths[0]),
                row[1].rjust(widths[1]),
                *(row[column].ljust(widths[column]) for column in range(2, 5)),
                row[5],
            ],
        ).rstrip()
        for row in rows
    )
