from datetime import date, timedelta

from sqlalchemy.orm import Session

from tests.web.world import build_world
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.correcting import correct_hours
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.insight.programme_summary import find_book_faults, programme_summary
from timecredits.ledger.models import AccountKind, TransferKind
from timecredits.ledger.transfers import Movement, open_account, post
from timecredits.network.models import Volunteer


def test_the_numbers_add_up_and_a_correction_counts_once(session: Session) -> None:
    world = build_world(session)
    today = clock.today()
    activity = create_activity(session, world.programme_id, world.organisation_id, ActivityFacts("Garden group"), actor_id=None)
    entries = [NewHours(new_id(), world.volunteer_id, activity.id, None, today - timedelta(days=each), 120) for each in range(3)]
    record_hours(
        session, world.programme_id, world.organisation_id, entries, source=HourSource.SINGLE, actor_id=None, today=today
    )
    correct_hours(
        session,
        world.programme_id,
        world.organisation_id,
        entries[0].id,
        minutes=90,
        reason="Left early.",
        actor_id=None,
        today=today,
    )
    summary = programme_summary(session, world.programme_id, since=date(2000, 1, 1))
    assert (summary.earned, summary.used, summary.elsewhere, summary.out) == (330, 0, 0, 330)
    assert summary.hours_minutes == 330
    assert (summary.volunteers, summary.never_used) == (2, 1)
    lines = {line.name: (line.enrolled, line.gave_time, line.minutes) for line in summary.organisations}
    assert lines == {"Riverside Trust": (1, 1, 330), "Lantern House": (1, 0, 0)}
    assert [(line.name, line.visits, line.minutes) for line in summary.venues] == [("Parkside Pool", 0, 0)]
    assert find_book_faults(session, world.programme_id) == []


def test_what_the_programme_made_up_for_is_counted_by_itself(session: Session) -> None:
    world = build_world(session)
    here, today = (world.programme_id, world.organisation_id), clock.today()
    activity = create_activity(session, *here, ActivityFacts("Garden group"), actor_id=None)
    entry = NewHours(new_id(), world.volunteer_id, activity.id, None, today, 180)
    record_hours(session, *here, [entry], source=HourSource.SINGLE, actor_id=None, today=today)
    account = session.get_one(Volunteer, (world.programme_id, world.volunteer_id)).account_id
    note = open_account(session, world.programme_id, AccountKind.FLOAT)
    post(session, world.programme_id, Movement(new_id(), account, note, 120, TransferKind.NOTE_ISSUED, today))
    correct_hours(session, *here, entry.id, minutes=60, reason="A slip", actor_id=None, today=today)
    summary = programme_summary(session, world.programme_id, since=date(2000, 1, 1))
    assert (summary.earned, summary.made_up, summary.elsewhere, summary.out) == (60, 60, 120, 0)
    assert find_book_faults(session, world.programme_id) == []
