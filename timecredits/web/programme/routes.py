"""Every page of the room, gathered by importing the modules that hold them."""

from timecredits.web.programme import pots, pots_moving, settings, summary, tokens, uses, uses_tills, venues
from timecredits.web.programme.blueprint import blueprint

__all__ = ["blueprint", "pots", "pots_moving", "settings", "summary", "tokens", "uses", "uses_tills", "venues"]
