"""The radar in the demo: a few people live where no venue is near, so that there is something to be done."""

from collections.abc import Iterable
from typing import Final

from timecredits.network.models import Volunteer

__all__ = ["live_far_from_venues"]

_FAR: Final = "PE37"


def live_far_from_venues(volunteers: Iterable[Volunteer]) -> None:
    """Let these people look for places from a town that has none. Whoever can be visited in the demo should not be among them."""
    for person in volunteers:
        if person.user_id is None:
            person.postcode_district = _FAR
