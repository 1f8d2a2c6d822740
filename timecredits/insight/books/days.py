"""What both lists of what happened are asked by: some days, and from which place on, page after page."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol, Self, TypeVar
from uuid import UUID

from sqlalchemy import literal, tuple_
from sqlalchemy.sql.elements import ColumnElement

from timecredits.foundation.clock import first_moment
from timecredits.foundation.wording import Sentence

__all__ = ["ALL_DAYS", "Days", "Page", "Place", "before", "in_days", "page_after_page", "read_days"]

_AT_ONCE: Final = 500
Line_co = TypeVar("Line_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Days:
    """From the first to the last day in London, both within; None: no end that way."""

    first: date | None = None
    last: date | None = None


ALL_DAYS: Final = Days()


@dataclass(frozen=True, slots=True)
class Place:
    """After which row to go on: when it was recorded, and its id."""

    at: datetime
    row_id: UUID

    @property
    def text(self) -> str:
        """As it stands in an address."""
        return f"{self.at.isoformat()}~{self.row_id}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The place that a text names; None for one that names none."""
        at, _, row_id = text.replace(" ", "+").partition("~")
        try:
            moment = datetime.fromisoformat(at)
            return cls(moment, UUID(row_id)) if moment.tzinfo is not None else None
        except ValueError:
            return None


def read_days(asked: Mapping[str, str]) -> tuple[Days, str, Sentence | None]:
    """The days in an address under `from` and `to`, or the field that is wrong and why; then no day is left out."""
    found: dict[str, date | None] = {}
    for field in ("from", "to"):
        typed = asked.get(field, "").strip()
        try:
            found[field] = date.fromisoformat(typed) if typed else None
        except ValueError:
            return ALL_DAYS, field, Sentence("Choose a day, such as 2026-05-17. We show every day.")
        if found[field] is not None and not date(1900, 1, 1) <= (found[field] or date.min) < date(9999, 1, 1):
            return ALL_DAYS, field, Sentence("There is no such day here. We show every day.")
    first, last = found["from"], found["to"]
    if first is not None and last is not None and last < first:
        return ALL_DAYS, "to", Sentence("The last day is before the first. We show every day.")
    return Days(first, last), "", None


def in_days(moment: Any, days: Days) -> list[ColumnElement[bool]]:
    """For a query's WHERE."""
    wanted = []
    if days.first is not None:
        wanted.append(moment >= first_moment(days.first))
    if days.last is not None:
        wanted.append(moment < first_moment(days.last + timedelta(days=1)))
    return wanted


def before(moment: Any, row_id: Any, place: Place) -> ColumnElement[bool]:
    """For a query's WHERE, in an order that falls by moment and id: what comes after this place."""
    return tuple_(moment, row_id) < tuple_(literal(place.at, moment.type), literal(place.row_id, row_id.type))


class Page(Protocol[Line_co]):
    """Lines, the newest first. `next` is what to hand on as `after` for older ones, "" at the end."""

    @property
    def lines(self) -> tuple[Line_co, ...]:
        """Of this page."""

    @property
    def next(self) -> str:
        """Where the next page begins."""


def page_after_page(read: Callable[..., Page[Line_co]], *asked: Any, most: int) -> Iterator[Line_co]:
    """The newest `most` lines of what `read` tells a page of, some at a time."""
    after, left = "", most
    while left > 0:
        page = read(*asked, after=after, limit=min(left, _AT_ONCE))
        yield from page.lines
        left -= len(page.lines)
        after = page.next
        if not after:
            return
