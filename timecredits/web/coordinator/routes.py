"""Every page of the room, gathered by importing the modules that hold them."""

from timecredits.web.coordinator import activities, home, hours, imports, references, registers, volunteers
from timecredits.web.coordinator.blueprint import blueprint

__all__ = ["activities", "blueprint", "home", "hours", "imports", "references", "registers", "volunteers"]
