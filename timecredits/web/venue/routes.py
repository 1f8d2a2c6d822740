"""Every page of the room, gathered by importing the modules that hold them."""

from timecredits.web.venue import offers, tills, today
from timecredits.web.venue.blueprint import blueprint

__all__ = ["blueprint", "offers", "tills", "today"]
