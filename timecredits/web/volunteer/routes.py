"""Every page of the room, gathered by importing the modules that hold them."""

from timecredits.web.volunteer import (
    activities,
    attendance,
    calendar,
    code,
    documents,
    hours,
    logging,
    places,
    references,
    sessions,
    settings,
    statement_work,
)
from timecredits.web.volunteer import credits as own_credits
from timecredits.web.volunteer.blueprint import blueprint

__all__ = [
    "activities",
    "attendance",
    "blueprint",
    "calendar",
    "code",
    "documents",
    "hours",
    "logging",
    "own_credits",
    "places",
    "references",
    "sessions",
    "settings",
    "statement_work",
]
