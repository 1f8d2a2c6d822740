"""Every page of the room, gathered by importing the modules that hold them."""

from timecredits.web.volunteer import code, documents, hours, places, references, settings
from timecredits.web.volunteer import credits as own_credits
from timecredits.web.volunteer.blueprint import blueprint

__all__ = ["blueprint", "code", "documents", "hours", "own_credits", "places", "references", "settings"]
