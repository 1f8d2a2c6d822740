"""What the sample's year is told about: activities, with the people who come to them."""

from dataclasses import dataclass, field
from uuid import UUID

from timecredits.demo.places import SampleActivity
from timecredits.network.models import Volunteer


@dataclass
class Group:
    """An activity with those who come to it."""

    activity_id: UUID
    organisation_id: UUID
    coordinator_id: UUID
    sample: SampleActivity
    regulars: list[Volunteer] = field(default_factory=list)
