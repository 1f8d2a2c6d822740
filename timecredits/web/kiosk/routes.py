"""Every page of the room, gathered by importing the modules that hold them."""

from timecredits.web.kiosk import pairing, signing, wall
from timecredits.web.kiosk.blueprint import blueprint

__all__ = ["blueprint", "pairing", "signing", "wall"]
