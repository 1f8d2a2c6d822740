"""What the ledger says no to."""

from uuid import UUID


class NotEnoughError(Exception):
    """A batch would take an account below its floor. Nothing of the batch stands."""


class ConflictError(Exception):
    """An id in a batch is already taken by another movement. Nothing of the batch stands."""

    def __init__(self, movement_id: UUID) -> None:
        super().__init__(f"movement {movement_id} differs from the one stored under its id")
        self.movement_id = movement_id
