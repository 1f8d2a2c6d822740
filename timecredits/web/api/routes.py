"""Every call of the API, gathered by importing the modules that hold them."""

from timecredits.web.api import about, hours, people, places, redemptions, till
from timecredits.web.api.blueprint import blueprint

__all__ = ["about", "blueprint", "hours", "people", "places", "redemptions", "till"]
