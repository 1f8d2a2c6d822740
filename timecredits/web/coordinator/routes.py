"""Every page of the room, gathered by importing the modules that hold them."""

from timecredits.web.coordinator import references
from timecredits.web.coordinator.blueprint import blueprint

__all__ = ["blueprint", "references"]
