"""The same ids once more: what is done again because nobody knows whether it was kept takes the ids it had the first time.

A line to the database that is lost during a COMMIT leaves that open. Whoever then does the whole work again, with the same
ids, adds nothing that is there already: either a verb finds its id and answers as before, or the database refuses the second
row (design/scale.md: of 17,460 writes three were so, and only the id told).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import UUID

import uuid_utils.compat

__all__ = ["GivenIds", "next_id", "same_ids"]


@dataclass(slots=True)
class GivenIds:
    """The ids that one piece of work was given, in order, and how many of them its present try has taken."""

    ids: list[UUID] = field(default_factory=list)
    taken: int = 0

    def again(self) -> None:
        """The next try begins: it gets the same ones from the first on."""
        self.taken = 0

    def take(self) -> UUID:
        """The next id: as the last try had it, or a fresh one where that had no more."""
        if self.taken == len(self.ids):
            self.ids.append(uuid_utils.compat.uuid7())
        self.taken += 1
        return self.ids[self.taken - 1]


_given: ContextVar[GivenIds | None] = ContextVar("given_ids", default=None)


def next_id() -> UUID:
    """A UUIDv7: a fresh one, or within `same_ids` the one that this work's last try had at this place."""
    given = _given.get()
    return uuid_utils.compat.uuid7() if given is None else given.take()


@contextmanager
def same_ids() -> Iterator[GivenIds]:
    """Within this block the ids are remembered, so that the work can be done again with them."""
    given = GivenIds()
    token = _given.set(given)
    try:
        yield given
    finally:
        _given.reset(token)
