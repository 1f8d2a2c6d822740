"""What surrounds credits in the sample: pairs, groups, requests, the directory, stories, events and people kept safe."""

from sqlalchemy.orm import Session

from timecredits.demo.events import hold_sample_events
from timecredits.demo.first_steps import list_sample_steps, say_how_much_talking
from timecredits.demo.groups import gather_sample_groups
from timecredits.demo.mentoring import pair_sample_people
from timecredits.demo.places import ORGANISATIONS
from timecredits.demo.referrals import ask_sample_organisations
from timecredits.demo.safety import keep_sample_people_safe
from timecredits.demo.sample_groups import Group
from timecredits.demo.stories import tell_sample_stories
from timecredits.demo.support import keep_sample_support
from timecredits.foundation.keys import Keyring
from timecredits.network.models import Programme, Volunteer

__all__ = ["surround_with_care"]


def surround_with_care(
    session: Session, keyring: Keyring, programme: Programme, groups: list[Group], me: Volunteer, *, base_url: str
) -> None:
    """Add all of it. The first group's organisation has most; `me` is whom the demo's visitor is."""
    door = groups[0]
    others = [person for person in door.regulars if person.id != me.id]
    pair_sample_people(
        session,
        keyring,
        programme.id,
        door.organisation_id,
        [me, *others],
        coordinator_id=door.coordinator_id,
        base_url=base_url,
    )
    keep_sample_people_safe(
        session,
        keyring,
        programme.id,
        door.organisation_id,
        [person.id for person in door.regulars],
        coordinator_id=door.coordinator_id,
    )
    gather_sample_groups(
        session,
        keyring,
        programme.id,
        door.organisation_id,
        [me, *others],
        coordinator_id=door.coordinator_id,
        coordinator_name="Hazel Brook",
    )
    ask_sample_organisations(session, keyring, programme.id, groups, base_url=base_url)
    keep_sample_support(session, programme.id, actor_id=door.coordinator_id)
    tell_sample_stories(
        session,
        keyring,
        programme.id,
        door.organisation_id,
        coordinator_id=door.coordinator_id,
        organisation=ORGANISATIONS[0].name,
        volunteer_id=me.id,
    )
    hold_sample_events(session, keyring, programme.id, groups, me.id)
    say_how_much_talking(session, programme.id)
    list_sample_steps(session, keyring, programme.id, me.id)
