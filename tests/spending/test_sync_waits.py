"""What a saved scan waits for: each reason for which a person looks before anything moves."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.spending.offline_shop import another_venue, make_card, make_note, results, saved, send
from tests.spending.shop import NOON, credits_of, earn, show
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.network.models import ProgrammeVenue, Volunteer
from timecredits.network.settings import change_setting
from timecredits.spending.models import Offer, Per, Redemption, Till
from timecredits.spending.offline_models import OfflineUse, SyncResult


def use_of(session: Session, world: World, use_id: UUID | None) -> OfflineUse:
    return session.get_one(OfflineUse, (world.programme_id, use_id), populate_existing=True)


def hours(number: float) -> str:
    return (NOON - timedelta(hours=number)).isoformat()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"last_sync_at": hours(73)}, "too_long"),
        ({"last_sync_at": None}, "never_synced"),
        ({"check": ""}, "no_check"),
        ({"check": "pin"}, "no_check"),
        ({"offer_id": str(uuid4())}, "unknown_offer"),
        ({"minutes": 45}, "price"),
        ({"adults": 0}, "party"),
        ({"adults": 9, "minutes": 540}, "party"),
        ({"adults": 3, "minutes": 180}, "card_cap"),
        ({"till_id": str(uuid4())}, "other_till"),
    ],
)
def test_what_waits_for_a_person(session: Session, world: World, changes: dict[str, Any], reason: str) -> None:
    earn(session, world, 600)
    (answer,) = send(session, world, saved(world, make_card(session, world)[1], **changes))
    assert (answer.result, use_of(session, world, answer.use_id).reason) == ("review", reason)
    assert use_of(session, world, answer.use_id).volunteer_id == world.volunteer_id
    assert credits_of(session, world) == 600
    assert session.scalars(select(Redemption.id)).all() == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"places": 5, "places_per": Per.DAY}, "limited"),
        ({"once_a": Per.DAY}, "limited"),
        ({"least_age": 18}, "limited"),
        ({"organisation_ids": [str(uuid4())]}, "limited"),
        ({"ended_at": NOON - timedelta(hours=2)}, "unknown_offer"),
        ({"ends_on": date(2026, 11, 20)}, "not_on"),
        ({"times": [{"days": [0], "from": "10:00", "until": "12:00"}]}, "not_on"),
    ],
)
def test_an_offer_that_needs_a_signal_or_was_not_on_waits(
    session: Session, world: World, changes: dict[str, Any], reason: str
) -> None:
    offer = session.get_one(Offer, (world.programme_id, world.offer_id))
    for name, value in changes.items():
        setattr(offer, name, value)
    session.flush()
    (answer,) = send(session, world, saved(world, make_note(session, world)[1]))
    assert (answer.result, use_of(session, world, answer.use_id).reason) == ("review", reason)


def test_an_offer_paused_or_ended_since_the_scan_counts(session: Session, world: World) -> None:
    offer = session.get_one(Offer, (world.programme_id, world.offer_id))
    offer.paused_because, offer.ended_at = "The pool leaks", NOON - timedelta(minutes=1)
    session.flush()
    assert results(send(session, world, saved(world, make_note(session, world)[1]))) == ["ok"]


def test_people_and_venues_that_are_stopped_wait(session: Session, world: World) -> None:
    earn(session, world, 60)
    volunteer = session.get_one(Volunteer, (world.programme_id, world.volunteer_id))
    volunteer.frozen_at = NOON
    session.flush()
    (person,) = send(session, world, saved(world, make_card(session, world)[1]))
    membership = session.scalars(select(ProgrammeVenue).where(ProgrammeVenue.venue_id == world.venue_id)).one()
    membership.frozen_at = NOON
    session.flush()
    (venue,) = send(session, world, saved(world, make_note(session, world)[1], sequence=2))
    reasons = [use_of(session, world, answer.use_id).reason for answer in (person, venue)]
    assert reasons == ["frozen", "venue_frozen"]


def test_codes_that_can_not_be_checked_with_no_signal_wait_with_their_person(session: Session, world: World) -> None:
    earn(session, world, 60)
    live = show(session, world)
    card, _code = make_card(session, world)
    answers = send(
        session,
        world,
        saved(world, live.qr_text),
        saved(world, live.typed, sequence=2),
        saved(world, card.code, sequence=3),
    )
    uses = [use_of(session, world, answer.use_id) for answer in answers]
    assert [use.reason for use in uses] == ["live_code", "typed", "typed"]
    assert {use.volunteer_id for use in uses} == {world.volunteer_id}


def test_notes_that_had_run_out_or_are_too_small_wait(session: Session, world: World) -> None:
    _old, old_code = make_note(session, world, expires_on=date(2026, 11, 20))
    _small, small_code = make_note(session, world, 45)
    answers = send(session, world, saved(world, old_code), saved(world, small_code, sequence=2))
    assert [use_of(session, world, answer.use_id).reason for answer in answers] == ["note_expired", "note_small"]


def test_a_note_that_ran_out_between_scan_and_arrival_counts(session: Session, world: World) -> None:
    _note, code = make_note(session, world, expires_on=date(2026, 11, 21))
    record = saved(world, code)
    with clock.standing_at(NOON + timedelta(days=1)):
        assert results(send(session, world, record)) == ["ok"]


def test_a_till_has_its_own_limits_until_the_next_contact(session: Session, world: World) -> None:
    change_setting(session, world.programme_id, "offline_most_uses", 2, actor_id=None)
    codes = [make_note(session, world)[1] for _each in range(4)]
    records = [saved(world, code, sequence=index) for index, code in enumerate(codes, start=1)]
    # There was a contact before the last one.
    records[3]["last_sync_at"] = (NOON - timedelta(minutes=6)).isoformat()
    records[3]["scanned_at"] = (NOON - timedelta(minutes=5)).isoformat()
    assert results(send(session, world, *records)) == ["ok", "ok", "review", "ok"]
    assert session.scalars(select(OfflineUse.reason).where(OfflineUse.result == SyncResult.REVIEW)).all() == ["till_cap"]


def test_a_cap_of_the_day_makes_it_wait(session: Session, world: World) -> None:
    earn(session, world, 300)
    change_setting(session, world.programme_id, "uses_a_day", 1, actor_id=None)
    _card, code = make_card(session, world)
    second = saved(world, code, sequence=2, scanned_at=(NOON - timedelta(minutes=5)).isoformat())
    answers = send(session, world, saved(world, code), second)
    assert results(answers) == ["ok", "review"]
    assert use_of(session, world, answers[1].use_id).reason == "day_cap"
    assert credits_of(session, world) == 240


def test_a_device_that_was_paired_again_sends_what_it_saved_before(session: Session, world: World) -> None:
    earn(session, world, 60)
    other, _offer = another_venue(session, world, "Roxy")
    new = Till(id=uuid4(), venue_id=world.venue_id, name="Front desk 2", token_hash=b"new", paired_at=NOON)
    session.add(new)
    session.flush()
    record = saved(world, make_card(session, world)[1])
    (answer,) = send(session, world, record, till=new)
    kept = use_of(session, world, answer.use_id)
    assert (answer.result, kept.reason, kept.till_id) == ("review", "other_till", world.till_id)
    (elsewhere,) = send(session, world, {**record, "id": str(uuid4())}, till=other)
    assert use_of(session, world, elsewhere.use_id).till_id == other.id  # no till of another venue is spoken for


def test_a_lost_till_is_named_so(session: Session, world: World) -> None:
    till = session.get_one(Till, world.till_id)
    till.revoked_at, till.revoked_because = NOON, "Stolen from the desk"
    session.flush()
    (answer,) = send(session, world, saved(world, make_note(session, world)[1]))
    assert use_of(session, world, answer.use_id).reason == "lost_till"
