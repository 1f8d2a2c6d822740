"""How often somebody may begin to ask from one place: enough for a library's computers, too few to bury a queue."""

from datetime import timedelta
from typing import Final

from flask import request

from timecredits.network.tries import count_try
from timecredits.web.database import db

__all__ = ["MOST_AN_HOUR", "too_many"]

MOST_AN_HOUR: Final = 40


def too_many() -> bool:
    """Count one more beginning from the address that asks, and say whether it is too many."""
    place = f"requests from {request.remote_addr or 'unknown'}"
    return count_try(db.session(), place, within=timedelta(hours=1)) > MOST_AN_HOUR
