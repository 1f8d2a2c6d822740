"""Every page of the room, gathered by importing the modules that hold them."""

from timecredits.web.programme import settings, summary
from timecredits.web.programme.blueprint import blueprint

__all__ = ["blueprint", "settings", "summary"]
