"""Every page of the room, gathered by importing the modules that hold them."""

from timecredits.web.venue import about, offer_changes, offers, posters, prices, tills, today, totals
from timecredits.web.venue.blueprint import blueprint

__all__ = ["about", "blueprint", "offer_changes", "offers", "posters", "prices", "tills", "today", "totals"]
