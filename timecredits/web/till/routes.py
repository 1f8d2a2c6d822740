"""Every page of the room, gathered by importing the modules that hold them."""

from timecredits.web.till import app, look_up, offline, pairing, questions, scanning
from timecredits.web.till.blueprint import blueprint

__all__ = ["app", "blueprint", "look_up", "offline", "pairing", "questions", "scanning"]
