"""An order in which a programme's transfers can be posted again: no balance below its floor on the way, no reversal too early.

They come as they were recorded, which is nearly always such an order. Not so where several bear the same instant, and where a
server's clock or a wait for a lock put one before another that it needed. So transfers of one instant are taken together:
whatever fits goes first, and where that comes to a standstill every order of the few that are left is tried. What fits in none
of them waits for the next instant.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

__all__ = ["TransferOrder"]

Row = Mapping[str, Any]
_MOST_TRIED: Final = 14  # 2 to this power are the states that a search of all orders may see


class TransferOrder:
    """Takes transfers as recorded and gives them back in an order that can be posted.

    `floors` are those of the accounts that have one, whose `balances` are 0 at first. `undone` are the ids of transfers that some
    reversal undoes. At the end `waiting` holds what fits in no order.
    """

    def __init__(self, floors: Mapping[UUID, int], undone: Iterable[UUID]) -> None:
        self.floors = floors
        self.balances = dict.fromkeys(floors, 0)
        self.waiting: list[Row] = []
        self._undone = frozenset(undone)
        self._awaited = set(self._undone)  # those of them that aren't posted yet
        self._group: list[Row] = []
        self._instant: datetime | None = None

    def take(self, row: Row) -> Iterator[Row]:
        """Take the next transfer; gives those that can be posted by now."""
        if row["recorded_at"] != self._instant:
            yield from self.settle()
            self._instant = row["recorded_at"]
        self._group.append(row)

    def settle(self) -> list[Row]:
        """Give what can be posted of all that was taken, in order."""
        rows, self._group = [*self.waiting, *self._group], []
        posted, self.waiting = self._greedily(rows)
        if self.waiting and len([row for row in rows if row["debit_account"] in self.floors]) <= _MOST_TRIED:
            for row in reversed(posted):
                self._take_back(row)
            found = self._search(rows)
            posted, self.waiting = self._greedily(rows) if found is None else (found, [])
        return posted

    def _greedily(self, rows: list[Row]) -> tuple[list[Row], list[Row]]:
        """Post what fits, over and over, and what brings credits in before what takes them out. Answers these and the rest."""
        posted: list[Row] = []
        left, going = sorted(rows, key=self._rank), True
        while left and going:
            waiting = []
            for row in left:
                if self._fits(row):
                    posted.append(self._post(row))
                else:
                    waiting.append(row)
            going, left = len(waiting) < len(left), waiting
        return posted, left

    def _search(self, rows: list[Row]) -> list[Row] | None:
        """Post all of them in an order that fits, or none and answer None. What comes from no floor comes first."""
        path = [self._post(row) for row in rows if row["debit_account"] not in self.floors and self._fits(row)]
        rest = [row for row in rows if row not in path]
        seen: set[int] = set()

        def go(done: int) -> bool:
            if done == (1 << len(rest)) - 1:
                return True
            if done in seen:
                return False
            seen.add(done)
            for place, row in enumerate(rest):
                if not done >> place & 1 and self._fits(row):
                    path.append(self._post(row))
                    if go(done | 1 << place):
                        return True
                    self._take_back(path.pop())
            return False

        if go(0):
            return path
        for row in reversed(path):
            self._take_back(row)
        return None

    def _rank(self, row: Row) -> int:
        if row["debit_account"] not in self.floors:
            return 0
        if row["reverses"] is not None:
            return 1
        return 2 if row["credit_account"] in self.floors else 3

    def _fits(self, row: Row) -> bool:
        debit = row["debit_account"]
        if debit in self.floors and self.balances[debit] - row["amount"] < self.floors[debit]:
            return False
        return row["reverses"] not in self._awaited

    def _post(self, row: Row) -> Row:
        self._move(row, row["amount"])
        self._awaited.discard(row["id"])
        return row

    def _take_back(self, row: Row) -> None:
        self._move(row, -row["amount"])
        if row["id"] in self._undone:
            self._awaited.add(row["id"])

    def _move(self, row: Row, amount: int) -> None:
        for account, sign in ((row["debit_account"], -1), (row["credit_account"], 1)):
            if account in self.floors:
                self.balances[account] += sign * amount
