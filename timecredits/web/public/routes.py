"""Every page of the room, gathered by importing the modules that hold them."""

from timecredits.web.public import (
    areas,
    calendars,
    checking,
    credentials,
    health,
    leaving,
    one_time_links,
    pages,
    shared_letters,
    volunteer_calendar,
)
from timecredits.web.public.blueprint import blueprint

__all__ = [
    "areas",
    "blueprint",
    "calendars",
    "checking",
    "credentials",
    "health",
    "leaving",
    "one_time_links",
    "pages",
    "shared_letters",
    "volunteer_calendar",
]
