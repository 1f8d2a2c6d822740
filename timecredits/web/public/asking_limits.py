"""How often somebody may begin to ask from one place: enough for a library's computers, too few to bury a queue."""

from datetime import timedelta
from typing import Final

from timecredits.network.tries import count_try
from timecredits.web.database import db
from timecredits.web.limits_outer import address_mark, secret_for_addresses

__all__ = ["MOST_AN_HOUR", "too_many"]

MOST_AN_HOUR: Final = 40


def too_many() -> bool:
    """Count one more beginning from the address that asks, and say whether it is too many."""
    # There are few enough addresses to try them all, so what is kept of one is made with our key.
    place = f"requests from {address_mark(secret_for_addresses())}"
    return count_try(db.session(), place, within=timedelta(hours=1)) > MOST_AN_HOUR
