"""Every page of the room, gathered by importing the modules that hold them."""

from timecredits.web.public import checking, health, leaving, pages
from timecredits.web.public.blueprint import blueprint

__all__ = ["blueprint", "checking", "health", "leaving", "pages"]
