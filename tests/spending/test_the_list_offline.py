"""The lines of design/redemption.md, "The list to be held to", that are about no signal, each under its number."""

from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.spending.offline_shop import (
    account_sum,
    another_venue,
    goodwill_sum,
    make_card,
    make_note,
    results,
    saved,
    send,
    venue_sum,
)
from tests.spending.shop import NOON, credits_of, earn
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.ledger.books import check_ledger
from timecredits.ledger.note_float import float_id
from timecredits.spending.books import check_spending
from timecredits.spending.models import PaidBy, Redemption, Till
from timecredits.spending.offline_models import OfflineUse, SyncResult


def test_06_a_stopped_card_uploaded_as_an_offline_fact_is_stored_flagged_and_tied_to_the_right_person(
    session: Session, world: World
) -> None:
    earn(session, world, 120)
    card, code = make_card(session, world)
    card.ended_at = clock.now() - timedelta(minutes=30)
    replacement, new_code = make_card(session, world)
    before, after = send(session, world, saved(world, code), saved(world, new_code, sequence=2))
    assert (before.result, after.result) == ("review", "ok")
    kept = session.get_one(OfflineUse, (world.programme_id, before.use_id))
    assert (kept.reason, kept.volunteer_id, kept.reference) == ("revoked", world.volunteer_id, card.serial)
    assert credits_of(session, world) == 60  # the stopped card moved nothing
    assert session.scalars(select(Redemption.card_id)).all() == [replacement.id]


def test_06_a_card_that_was_stopped_only_after_the_scan_counts(session: Session, world: World) -> None:
    earn(session, world, 60)
    card, code = make_card(session, world)
    card.ended_at = clock.now() - timedelta(minutes=1)
    assert results(send(session, world, saved(world, code))) == ["ok"]


def test_16_the_scan_time_is_kept_and_the_arrival_stored_apart(session: Session, world: World) -> None:
    earn(session, world, 60)
    _card, code = make_card(session, world)
    scanned = NOON - timedelta(hours=5)
    record = saved(world, code, scanned_at=scanned.isoformat(), last_sync_at=(NOON - timedelta(hours=6)).isoformat())
    (answer,) = send(session, world, record)
    redemption = session.get_one(Redemption, (world.programme_id, answer.use_id))
    assert (redemption.used_at, redemption.arrived_at) == (scanned, NOON)
    kept = session.get_one(OfflineUse, (world.programme_id, answer.use_id))
    assert (kept.scanned_at, kept.arrived_at, kept.clock_was_off) == (scanned, NOON, False)


def test_16_a_scan_in_the_future_is_clamped_and_flagged(session: Session, world: World) -> None:
    earn(session, world, 60)
    _card, code = make_card(session, world)
    ahead = (NOON + timedelta(hours=3)).isoformat()
    (answer,) = send(session, world, saved(world, code, scanned_at=ahead))
    kept = session.get_one(OfflineUse, (world.programme_id, answer.use_id))
    assert (answer.result, kept.scanned_at, kept.clock_was_off) == ("ok", NOON, True)
    assert kept.sent["scanned_at"] == ahead


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_17_a_note_on_two_offline_devices_keeps_both_and_one_is_a_duplicate_in_either_order(
    session: Session, world: World, order: tuple[int, int]
) -> None:
    _note, code = make_note(session, world)
    other, offer_id = another_venue(session, world, "Roxy")
    here = session.get_one(Till, world.till_id)
    sends: list[tuple[Till, dict[str, Any]]] = [
        (here, saved(world, code)),
        (other, saved(world, code, till_id=str(other.id), offer_id=str(offer_id))),
    ]
    came = [send(session, world, sends[each][1], till=sends[each][0])[0].result for each in order]
    assert came == ["ok", "duplicate"]
    assert [venue_sum(session, world, venue_id) for venue_id in (world.venue_id, other.venue_id)] == [60, 60]
    assert account_sum(session, world, float_id(world.programme_id)) == 0
    assert goodwill_sum(session, world) == -60
    assert sorted(session.scalars(select(Redemption.paid_by))) == [PaidBy.GOODWILL, PaidBy.NOTE]
    assert check_spending(session, world.programme_id) == []
    assert check_ledger(session, world.programme_id) == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_17_three_venues_and_two_prices_have_the_same_credits_whoever_comes_first(
    session: Session, world: World, order: tuple[int, ...]
) -> None:
    _note, code = make_note(session, world, 60)
    places: list[tuple[Till, UUID, int]] = [(session.get_one(Till, world.till_id), world.offer_id, 60)]
    for name, minutes in (("Roxy", 30), ("Museum", 45)):
        till, offer_id = another_venue(session, world, name, adult_minutes=minutes)
        places.append((till, offer_id, minutes))
    sends = [
        (till, saved(world, code, till_id=str(till.id), offer_id=str(offer_id), minutes=minutes))
        for till, offer_id, minutes in places
    ]
    for each in order:
        send(session, world, sends[each][1], till=sends[each][0])
    for till, record in reversed(sends):  # and everything once more, in another order, moves nothing
        assert send(session, world, record, till=till)[0].again
    assert [venue_sum(session, world, till.venue_id) for till, _offer, _minutes in places] == [60, 30, 45]
    assert account_sum(session, world, float_id(world.programme_id)) == 0
    assert check_spending(session, world.programme_id) == []
    assert check_ledger(session, world.programme_id) == []


def test_18_what_a_removed_device_uploads_is_quarantined_and_not_lost(session: Session, world: World) -> None:
    earn(session, world, 120)
    _card, code = make_card(session, world)
    till = session.get_one(Till, world.till_id)
    till.revoked_at = clock.now() - timedelta(minutes=1)
    record = saved(world, code)
    assert results(send(session, world, record)) == ["review"]
    kept = session.scalars(select(OfflineUse)).one()
    assert (kept.result, kept.reason, kept.volunteer_id) == (SyncResult.REVIEW, "removed_till", world.volunteer_id)
    assert credits_of(session, world) == 120
    assert send(session, world, record)[0].again


def test_24_a_batch_of_50_with_one_bad_stores_49(session: Session, world: World) -> None:
    earn(session, world, 60)
    card_code = make_card(session, world)[1]
    records: list[Any] = [
        saved(world, card_code if each == 1 else make_note(session, world)[1], sequence=each, minutes=60) for each in range(1, 51)
    ]
    # Fifty within a device's limits: what is beyond them would wait for a person, and be stored all the same.
    for index, record in enumerate(records):
        record["last_sync_at"] = (NOON - timedelta(minutes=50 - index)).isoformat()
        record["scanned_at"] = (NOON - timedelta(minutes=50 - index) + timedelta(seconds=30)).isoformat()
    records[17] = {"id": records[17]["id"], "code": 5}
    answers = send(session, world, *records)
    assert [index for index, answer in enumerate(answers) if answer.result != "ok"] == [17]
    assert (answers[17].result, str(answers[17].id)) == ("unreadable", records[17]["id"])
    assert len(session.scalars(select(OfflineUse.id)).all()) == 49
    assert check_spending(session, world.programme_id) == []
