"""Postcode districts, the first half of a postcode such as "CB7": where they are, and how far apart.

Near enough to say how far away a place is, and it tells nobody where a person lives (docs/adr/0019). The table beside this
file holds the middle of every district of Great Britain on the national grid, in hundreds of metres.
"""

import re
from functools import cache
from math import hypot
from pathlib import Path
from typing import Final

__all__ = ["district_of", "is_known", "miles_between"]

_TABLE: Final = Path(__file__).with_name("postcode_districts.txt")
_OUTWARD: Final = "[A-Z]{1,2}[0-9](?:[0-9]|[A-Z])?"
_HALF: Final = re.compile(_OUTWARD)
_WHOLE: Final = re.compile(f"({_OUTWARD})[0-9][A-Z]{{2}}")
_LONGEST: Final = 20
_GRID_TO_MILES: Final = 100 / 1609.344


def district_of(typed: str) -> str | None:
    """The district in whatever was typed: "cb7 4df", "CB74DF" and "cb7" are "CB7". None for what is no postcode.

    Nothing of the second half is kept. Whether there is such a district is `is_known`'s to say.
    """
    words = re.findall(r"[A-Z0-9]+", typed[:_LONGEST].upper())
    whole = _WHOLE.fullmatch("".join(words))
    if whole:
        return whole[1]
    return words[0] if words and _HALF.fullmatch(words[0]) else None


def is_known(district: str) -> bool:
    """Whether we know where the district is."""
    return district in _middles()


def miles_between(district: str, other: str) -> float | None:
    """Miles in a straight line between the middles of two districts; 0.0 within one; None where we don't know one of them."""
    here, there = _middles().get(district), _middles().get(other)
    if here is None or there is None:
        return None
    return hypot(here[0] - there[0], here[1] - there[1]) * _GRID_TO_MILES


@cache
def _middles() -> dict[str, tuple[int, int]]:
    with _TABLE.open(encoding="ascii") as lines:
        rows = (line.split() for line in lines if not line.startswith("#"))
        return {district: (int(east), int(north)) for district, east, north in rows}
