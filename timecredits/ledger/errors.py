"""What the ledger says no to, and how the database's own words for it are recognised."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError

from timecredits.ledger.models import BALANCE_NOT_BELOW_FLOOR


class NotEnoughError(Exception):
    """A batch would take an account below its floor. Nothing of the batch stands."""


class ConflictError(Exception):
    """An id in a batch is already taken by another movement. Nothing of the batch stands."""

    def __init__(self, movement_id: UUID) -> None:
        super().__init__(f"movement {movement_id} differs from the one stored under its id")
        self.movement_id = movement_id


_CHECK_VIOLATION = "23514"  # PostgreSQL, Appendix A: check_violation
_SQLITE_CHECK = f"CHECK constraint failed: {BALANCE_NOT_BELOW_FLOOR}"


def is_below_floor(fault: IntegrityError) -> bool:
    """Whether `fault` is the floor's check. By SQLSTATE and constraint on PostgreSQL; SQLite has only its exact message."""
    driver_fault = fault.orig
    if getattr(driver_fault, "sqlstate", None) == _CHECK_VIOLATION:
        name = getattr(getattr(driver_fault, "diag", None), "constraint_name", None)
        return bool(name == BALANCE_NOT_BELOW_FLOOR)
    return str(driver_fault) == _SQLITE_CHECK
