"""Numbers that never came are found, also where a venue serves two programmes; and a till that is lost stops at once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.spending.offline_shop import another_venue, make_note, saved, send
from tests.spending.shop import NOON, counted_statements
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.programmes import create_programme, create_venue, join_programme
from timecredits.spending.models import Offer, Till, TillKind
from timecredits.spending.offline.gaps import find_gaps
from timecredits.spending.tills.pairing import begin_pairing, find_device, find_till_actor, pair_till
from timecredits.spending.tills.till_keeping import list_tills, lose_till
from timecredits.spending.tills.till_states import find_till_state, list_till_states


def test_missing_numbers_are_found_in_one_query(session: Session, world: World) -> None:
    till, offer_id = another_venue(session, world, "Roxy")
    send(session, world, *[saved(world, "junk", sequence=each) for each in (2, 3, 6, 9)])
    send(
        session,
        world,
        *[saved(world, "junk", till_id=str(till.id), offer_id=str(offer_id), sequence=each) for each in (1, 2)],
        till=till,
    )
    with counted_statements(session) as sent:
        gaps = find_gaps(session, world.programme_id)
    assert len(sent) == 1
    assert [(gap.venue, gap.till, gap.first, gap.last, gap.missing) for gap in gaps] == [
        ("Parkside Pool", "Front desk", 1, 1, 1),
        ("Parkside Pool", "Front desk", 4, 5, 2),
        ("Parkside Pool", "Front desk", 7, 8, 2),
    ]
    assert find_gaps(session, world.programme_id, venue_id=till.venue_id) == []
    with clock.standing_at(NOON + timedelta(days=61)):
        assert find_gaps(session, world.programme_id) == []


def test_a_till_of_two_programmes_counts_through(session: Session, world: World) -> None:
    other = create_programme(session, name="Other", slug="other")
    join_programme(session, other.id, world.venue_id)
    offer = Offer(
        programme_id=other.id,
        id=new_id(),
        venue_id=world.venue_id,
        name="Swim",
        adult_minutes=60,
        most_people=1,
        created_at=NOON,
    )
    session.add(offer)
    session.flush()
    send(
        session,
        world,
        saved(world, "junk"),
        saved(world, "junk", sequence=2, offer_id=str(offer.id)),
        saved(world, "junk", sequence=3),
    )
    assert find_gaps(session, world.programme_id) == []
    assert find_gaps(session, other.id) == []


def test_a_lost_till_stops_and_says_why(session: Session, world: World) -> None:
    assert lose_till(session, world.programme_id, world.till_id, reason=" Stolen  on Friday ", actor_id=None)
    assert find_till_actor(session, world.till_token) is None
    device = find_device(session, world.till_token)
    assert device is not None
    assert (device.revoked_at, device.revoked_because) == (NOON, "Stolen on Friday")
    assert list_tills(session, world.venue_id) == []
    state = find_till_state(session, world.programme_id, world.till_id)
    assert (state.is_lost, state.removed_at, state.lost_because) == (True, NOON, "Stolen on Friday")
    assert not lose_till(session, world.programme_id, world.till_id, reason="It was the bag", actor_id=None)
    assert session.scalars(select(AuditEntry.action)).all().count("till lost") == 2
    paired = pair_till(session, begin_pairing(session, world.venue_id, till_name="Front desk", made_by=None))
    assert paired is not None
    assert [till.id for till in list_tills(session, world.venue_id)] == [paired.till.id]


def test_tills_of_elsewhere_posters_and_no_reason_are_turned_down(session: Session, world: World) -> None:
    with pytest.raises(RuleError):
        lose_till(session, world.programme_id, world.till_id, reason="  ", actor_id=None)
    venue = create_venue(session, name="Elsewhere", slug="elsewhere", town="Ely")
    stranger = pair_till(session, begin_pairing(session, venue.id, till_name="Door", made_by=None))
    assert stranger is not None
    poster = Till(id=new_id(), venue_id=world.venue_id, name="Wall", token_hash=b"w", paired_at=NOON, kind=TillKind.POSTER)
    session.add(poster)
    session.flush()
    for till_id in (stranger.till.id, poster.id, uuid4()):
        with pytest.raises(NotFoundError):
            lose_till(session, world.programme_id, till_id, reason="Lost", actor_id=None)
        with pytest.raises(NotFoundError):
            find_till_state(session, world.programme_id, till_id)
    assert stranger.till.revoked_at is None


def test_tills_say_when_they_were_heard_of(session: Session, world: World) -> None:
    (before,), _more = list_till_states(session, world.programme_id)
    assert (before.seen_at, before.synced_at) == (None, None)
    send(session, world, saved(world, make_note(session, world)[1]))
    (after,), more = list_till_states(session, world.programme_id, venue_id=world.venue_id)
    assert (after.seen_at, after.synced_at, more) == (NOON, NOON, False)
    assert list_till_states(session, world.programme_id, page=2) == ([], False)
