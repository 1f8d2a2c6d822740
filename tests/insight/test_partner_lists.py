"""Lists for partners on both databases: in an order that holds, from where the last page ended."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.insight.partner_lists import (
    list_activities,
    list_hours,
    list_offers,
    list_offers_of_venue,
    list_organisations,
    list_venues,
    list_volunteers,
)


def record(session: Session, world: World, days: int) -> None:
    here = (world.programme_id, world.organisation_id)
    activity = create_activity(session, *here, ActivityFacts(name="Garden"), actor_id=None)
    today = clock.today()
    for ago in range(days, 0, -1):
        with clock.standing_at(clock.now() - timedelta(minutes=ago // 2)):  # two at each moment
            day = today - timedelta(days=ago)
            new = NewHours(new_id(), world.volunteer_id, activity.id, None, day, 60 + ago)
            record_hours(session, *here, [new], source=HourSource.PARTNER, actor_id=None, today=today)


def hours(session: Session, world: World, **changes: object) -> list[tuple[object, UUID, date]]:
    asked: dict[str, object] = {"organisation_id": None, "volunteer_id": None, "since": None, "after": None, "limit": 100}
    found = list_hours(session, world.programme_id, **{**asked, **changes})  # type: ignore[arg-type]
    return [(each.entry.recorded_at, each.entry.id, each.entry.done_on) for each in found]


def test_hours_come_page_by_page_and_whole(session: Session) -> None:
    world = build_world(session)
    record(session, world, 7)
    whole = hours(session, world)
    assert len(whole) == 7
    assert whole == sorted(whole, key=lambda each: (each[0], each[1].bytes))  # type: ignore[no-any-return]
    pages, after = [], None
    while page := hours(session, world, after=after, limit=3):
        pages += page
        after = page[-1][:2]
    assert pages == whole
    since = clock.today() - timedelta(days=2)
    assert sorted(each[2] for each in hours(session, world, since=since)) == [since, since + timedelta(days=1)]
    assert hours(session, world, organisation_id=world.other_organisation_id) == []
    assert hours(session, world, volunteer_id=world.other_volunteer_id) == []


def test_the_other_lists_go_on_after_an_id(session: Session) -> None:
    world = build_world(session)
    programme_id = world.programme_id
    people = list_volunteers(session, programme_id, organisation_id=None, after=None, limit=9)
    ids = [each.volunteer.id for each in people]
    assert ids == sorted(ids, key=lambda each: each.bytes)
    rest = list_volunteers(session, programme_id, organisation_id=None, after=ids[0], limit=9)
    assert [each.volunteer.id for each in rest] == ids[1:]
    assert [each.id for each in list_offers(session, programme_id, venue_id=None, after=None, limit=9)] == [world.offer_id]
    assert list_offers(session, programme_id, venue_id=None, after=world.offer_id, limit=9) == []
    assert [each.id for each in list_offers_of_venue(session, world.venue_id, after=None, limit=9)] == [world.offer_id]
    assert list_offers_of_venue(session, new_id(), after=None, limit=9) == []
    assert [each.id for each in list_venues(session, programme_id, after=None, limit=9)] == [world.venue_id]
    first, second = list_organisations(session, programme_id, after=None, limit=9)
    assert [each.id for each in list_organisations(session, programme_id, after=first.id, limit=9)] == [second.id]
    assert list_activities(session, programme_id, organisation_id=None, after=None, limit=9) == []
    assert list_volunteers(session, new_id(), organisation_id=None, after=None, limit=9) == []
