"""Every page of the room, gathered by importing the modules that hold them."""

from timecredits.web.till import pairing, scanning
from timecredits.web.till.blueprint import blueprint

__all__ = ["blueprint", "pairing", "scanning"]
