"""The venues of the demo, each with its offers and a till; one has a manager and a poster by its door."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from timecredits.demo.people import demo_email
from timecredits.demo.places import VENUES
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.network.models import Programme, RoleKind
from timecredits.network.programmes import create_venue, join_programme
from timecredits.network.users import create_user, give_role
from timecredits.spending.models import Offer
from timecredits.spending.offers.offer_keeping import create_offer
from timecredits.spending.posters.keeping import make_poster
from timecredits.spending.redemption import AtTill
from timecredits.spending.tills.pairing import begin_pairing, pair_till


@dataclass
class Counter:
    """A venue's till with what can be had there."""

    till: AtTill
    offers: list[Offer]


def open_counters(session: Session, keyring: Keyring, programme: Programme) -> list[Counter]:
    """Open every venue with its offers and a till at the front desk."""
    counters = []
    for sample in VENUES:
        venue = create_venue(
            session,
            name=sample.name,
            slug=sample.slug,
            town=sample.town,
            summary=sample.summary,
            is_national=sample.is_national,
            access_facts=sample.access,
            address=sample.address,
            postcode_district=sample.district,
        )
        join_programme(session, programme.id, venue.id)
        offers = [create_offer(session, programme.id, venue.id, facts) for facts in sample.offers]
        paired = pair_till(session, begin_pairing(session, venue.id, till_name="Front desk", made_by=None))
        if paired is None:
            raise LookupError("a till could not be paired with the code made for it")
        counters.append(Counter(AtTill(paired.till.id, venue.id), offers))
        if sample.slug == "riverside-pool":
            manager = create_user(session, email=demo_email("venue-manager"), name="Kit Waters")
            give_role(session, programme.id, manager.id, RoleKind.VENUE_MANAGER, title="Duty manager", venue_id=venue.id)
            make_poster(session, keyring, programme.id, venue.id, poster_id=new_id(), name="By the door", actor_id=manager.id)
    return counters
