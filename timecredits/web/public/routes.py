"""Every page of the room, gathered by importing the modules that hold them."""

from timecredits.web.public import health, pages
from timecredits.web.public.blueprint import blueprint

__all__ = ["blueprint", "health", "pages"]
