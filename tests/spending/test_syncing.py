"""What becomes of each thing that a till saved: who pays, what waits for a person, and that nothing counts twice."""

from datetime import timedelta
from uuid import UUID, uuid5

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
from tests.spending.shop import KEYRING, NOON, change_offer, credits_of, earn, note_text, scan, show, till_of
from tests.spending.shop import make_note as make_own_note
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.ledger.books import check_ledger
from timecredits.ledger.note_float import float_id
from timecredits.spending.answers import Outcome
from timecredits.spending.books import check_spending
from timecredits.spending.models import Offer, PaidBy, Redemption, RedemptionAttempt, Till
from timecredits.spending.offline_models import OfflineUse, SyncResult
from timecredits.spending.redemption import RedemptionRequest, redeem
from timecredits.spending.statements import volunteer_statement
from timecredits.spending.undoing import undo, undo_redemption


def use_of(session: Session, world: World, use_id: UUID | None) -> OfflineUse:
    return session.get_one(OfflineUse, (world.programme_id, use_id), populate_existing=True)


def the_books_are_clean(session: Session, world: World) -> bool:
    return not [*check_spending(session, world.programme_id), *check_ledger(session, world.programme_id)]


def test_a_card_is_paid_by_its_person_and_a_note_by_the_float(session: Session, world: World) -> None:
    earn(session, world, 120)
    answers = send(
        session, world, saved(world, make_card(session, world)[1]), saved(world, make_note(session, world)[1], sequence=2)
    )
    assert results(answers) == ["ok", "ok"]
    assert str(answers[0].sentence) == "Counted. 1 credit taken."
    assert credits_of(session, world) == 60
    assert account_sum(session, world, float_id(world.programme_id)) == 0
    assert venue_sum(session, world, world.venue_id) == 120
    assert [answer.use_id for answer in answers] == [uuid5(world.till_id, str(answer.id)) for answer in answers]
    assert the_books_are_clean(session, world)


@pytest.mark.parametrize(("earned", "given"), [(0, 60), (45, 15)])
def test_goodwill_pays_what_is_missing(session: Session, world: World, earned: int, given: int) -> None:
    if earned:
        earn(session, world, earned)
    (answer,) = send(session, world, saved(world, make_card(session, world)[1]))
    assert answer.result == "ok_covered"
    assert str(answer.sentence) == "Counted. You have your credits."
    assert (credits_of(session, world), goodwill_sum(session, world)) == (0, -given)
    redemption = session.scalars(select(Redemption)).one()
    assert (redemption.minutes, redemption.paid_by) == (60, PaidBy.VOLUNTEER)
    assert the_books_are_clean(session, world)


def test_what_goodwill_gave_goes_back_with_an_undo(session: Session, world: World) -> None:
    earn(session, world, 45)
    (answer,) = send(session, world, saved(world, make_card(session, world)[1]))
    redemption = session.get_one(Redemption, (world.programme_id, answer.use_id))
    undo_redemption(session, redemption, "Wrong person", actor=None, now=clock.now())
    assert (credits_of(session, world), goodwill_sum(session, world)) == (45, 0)
    assert the_books_are_clean(session, world)


def test_one_card_is_helped_so_often_and_then_a_person_looks(session: Session, world: World) -> None:
    _card, code = make_card(session, world)
    sends = [(session.get_one(Till, world.till_id), world.offer_id)]
    sends += [another_venue(session, world, name) for name in ("Roxy", "Museum")]
    came = [
        send(
            session,
            world,
            saved(
                world,
                code,
                till_id=str(till.id),
                offer_id=str(offer_id),
                scanned_at=(NOON - timedelta(minutes=10 * index + 1)).isoformat(),
            ),
            till=till,
        )[0].result
        for index, (till, offer_id) in enumerate(sends)
    ]
    assert came == ["ok_covered", "ok_covered", "review"]
    assert session.scalars(select(OfflineUse.reason).where(OfflineUse.result == SyncResult.REVIEW)).all() == ["cover_cap"]
    assert goodwill_sum(session, world) == -120


def test_a_note_copied_many_times_is_paid_a_few_times_and_then_a_person_looks(session: Session, world: World) -> None:
    _note, code = make_note(session, world)
    came = results(send(session, world, *[saved(world, code, sequence=each) for each in range(1, 8)]))
    assert came == ["ok", *["duplicate"] * 3, *["review"] * 3]
    assert venue_sum(session, world, world.venue_id) == 4 * 60
    assert goodwill_sum(session, world) == -3 * 60
    assert set(session.scalars(select(OfflineUse.reason).where(OfflineUse.result == SyncResult.REVIEW))) == {"again"}
    assert the_books_are_clean(session, world)


def test_a_note_ended_after_its_scan_is_looked_at_for_its_credits_went_back(session: Session, world: World) -> None:
    note, code = make_note(session, world)
    note.ended_at = NOON - timedelta(minutes=1)
    session.flush()
    sent = [saved(world, code, sequence=each) for each in range(1, 9)]
    assert results(send(session, world, *sent)) == ["review"] * 8
    assert (venue_sum(session, world, world.venue_id), goodwill_sum(session, world)) == (0, 0)


def test_what_a_till_says_of_its_last_contact_and_its_numbers_opens_no_card_any_further(session: Session, world: World) -> None:
    earn(session, world, 1200)
    _card, code = make_card(session, world)
    sent = []
    for each in range(20):
        when = (NOON - timedelta(minutes=5 * each + 1)).isoformat()
        sent.append(saved(world, code, sequence=100 - each, scanned_at=when, last_sync_at=when))
    came = results(send(session, world, *sent))
    assert came.count("ok") <= 4
    assert set(came[4:]) == {"review"}


def test_goodwill_helps_one_person_so_often_a_month_whatever_the_dates_say(session: Session, world: World) -> None:
    _card, code = make_card(session, world)
    sent = []
    for each in range(8):
        when = (NOON - timedelta(days=5 * each + 1)).isoformat()
        sent.append(saved(world, code, sequence=each + 1, scanned_at=when, last_sync_at=when))
    came = results(send(session, world, *sent))
    assert came.count("ok_covered") <= 2
    assert goodwill_sum(session, world) >= -120


def test_a_removed_till_takes_nothing_back(session: Session, world: World) -> None:
    earn(session, world, 120)
    _card, code = make_card(session, world)
    record = saved(world, code)
    assert results(send(session, world, record)) == ["ok"]
    till = session.get_one(Till, world.till_id)
    till.revoked_at, till.revoked_because = NOON, "stolen"
    session.flush()
    again = {**record, "undone": {"at": record["scanned_at"], "reason": "Mine now"}}
    send(session, world, again)
    assert credits_of(session, world) == 60


def test_a_note_worth_more_gives_change(session: Session, world: World) -> None:
    _note, code = make_note(session, world, 90)
    assert results(send(session, world, saved(world, code))) == ["ok"]
    assert account_sum(session, world, float_id(world.programme_id)) == 0
    assert the_books_are_clean(session, world)


def test_a_note_whose_change_was_used_is_not_told_as_taken_back(session: Session, world: World) -> None:
    earn(session, world, 90)
    note = make_own_note(session, world, 90)
    record = saved(world, note_text(session, note))
    assert results(send(session, world, record)) == ["ok"]
    assert use_all(session, world, 30) is Outcome.TAKEN
    (answer,) = send(session, world, {**record, "undone": {"at": record["scanned_at"], "reason": "Wrong offer"}})
    assert answer.result == "ok"
    use = session.get_one(OfflineUse, (world.programme_id, answer.use_id), populate_existing=True)
    kept = session.get_one(Redemption, (world.programme_id, answer.use_id), populate_existing=True)
    assert (use.result, kept.undone_at) == (SyncResult.OK, None)
    assert venue_sum(session, world, world.venue_id) == 90
    assert the_books_are_clean(session, world)


def use_all(session: Session, world: World, minutes: int) -> Outcome:
    """Let the world's volunteer use what they have left for something that costs as much."""
    change_offer(session, world, adult_minutes=minutes)
    outcome = redeem(session, KEYRING, till_of(world), scan(world, show(session, world).qr_text)).outcome
    change_offer(session, world, adult_minutes=60)
    return outcome


def test_a_partner_s_till_that_counts_nobody_is_found_again_too(session: Session, world: World) -> None:
    """One adult may be left out with a signal, and is sent as one without."""
    change_offer(session, world, most_people=1)
    _note, code = make_note(session, world)
    request = scan(world, code, adults=None, under_16s=None)
    assert redeem(session, KEYRING, till_of(world), request).outcome is Outcome.TAKEN
    assert results(send(session, world, saved(world, code, id=str(request.id)))) == ["ok"]
    assert venue_sum(session, world, world.venue_id) == 60


def test_the_same_record_again_says_the_same_and_another_body_conflicts(session: Session, world: World) -> None:
    earn(session, world, 120)
    record = saved(world, make_card(session, world)[1])
    (first,) = send(session, world, record)
    (again,) = send(session, world, record)
    assert (again.result, again.again, again.use_id) == ("ok", True, first.use_id)
    (other,) = send(session, world, {**record, "adults": 2, "minutes": 120})
    assert (other.result, other.use_id) == ("conflict", None)
    assert credits_of(session, world) == 60
    assert len(session.scalars(select(OfflineUse.id)).all()) == 1


def test_the_same_id_in_one_batch_counts_once(session: Session, world: World) -> None:
    earn(session, world, 120)
    record = saved(world, make_card(session, world)[1])
    assert [answer.again for answer in send(session, world, record, record)] == [False, True]
    assert credits_of(session, world) == 60


def test_a_scan_that_was_taken_with_a_signal_is_found_again(session: Session, world: World) -> None:
    _note, code = make_note(session, world)
    record = saved(world, code)
    redeem(session, KEYRING, till_of(world), scan(world, code, id=UUID(record["id"])))
    assert results(send(session, world, record)) == ["ok"]
    assert (venue_sum(session, world, world.venue_id), goodwill_sum(session, world)) == (60, 0)


def test_a_request_that_comes_after_the_sync_is_told_it_was_done(session: Session, world: World) -> None:
    _note, code = make_note(session, world)
    record = saved(world, code)
    send(session, world, record)
    request = RedemptionRequest(UUID(record["id"]), code, world.offer_id, 1, 0)
    assert redeem(session, KEYRING, till_of(world), request).outcome is Outcome.ALREADY_DONE
    waiting = saved(world, show(session, world).qr_text, sequence=2)
    send(session, world, waiting)
    live = RedemptionRequest(UUID(waiting["id"]), waiting["code"], world.offer_id, 1, 0)
    earn(session, world, 60)
    assert redeem(session, KEYRING, till_of(world), live).outcome is Outcome.CONFLICT
    assert credits_of(session, world) == 60


def test_what_was_refused_with_a_signal_and_saved_then_counts(session: Session, world: World) -> None:
    _card, code = make_card(session, world)
    record = saved(world, code)
    refused = redeem(session, KEYRING, till_of(world), scan(world, code, id=UUID(record["id"])))
    assert refused.outcome is Outcome.CHECK_NEEDED
    earn(session, world, 60)
    assert results(send(session, world, record)) == ["ok"]
    assert session.scalars(select(RedemptionAttempt.outcome)).all() == ["taken"]


def test_a_forged_code_moves_nothing_and_is_kept(session: Session, world: World) -> None:
    _note, code = make_note(session, world)
    last = "A" if code[-2] != "A" else "B"
    forged = code[:-2] + last + code[-1]
    assert results(send(session, world, saved(world, forged), saved(world, "gibberish", sequence=2))) == ["forged"] * 2
    assert session.scalars(select(Redemption.id)).all() == []
    assert {(use.kind, use.volunteer_id) for use in session.scalars(select(OfflineUse))} == {(None, None)}


def test_taken_back_before_it_was_sent(session: Session, world: World) -> None:
    earn(session, world, 60)
    undone = {"at": (NOON - timedelta(minutes=8)).isoformat(), "reason": "Wrong person"}
    record = saved(world, make_card(session, world)[1], undone=undone)
    (answer,) = send(session, world, record)
    assert answer.result == "undone"
    assert credits_of(session, world) == 60
    assert use_of(session, world, answer.use_id).sent["undone"] == undone
    (again,) = send(session, world, record)
    assert (again.result, again.again) == ("undone", True)


def test_taken_back_after_it_had_arrived_and_the_answer_was_lost(session: Session, world: World) -> None:
    earn(session, world, 60)
    record = saved(world, make_card(session, world)[1])
    send(session, world, record)
    undone = {"at": (NOON - timedelta(minutes=1)).isoformat(), "reason": "Wrong person"}
    for _each in range(2):
        (answer,) = send(session, world, {**record, "undone": undone})
        assert (answer.result, answer.again) == ("undone", True)
        assert credits_of(session, world) == 60
    assert session.scalars(select(Redemption.undone_because)).all() == ["Wrong person"]
    assert the_books_are_clean(session, world)


def test_taken_back_too_late_stays(session: Session, world: World) -> None:
    earn(session, world, 60)
    record = saved(world, make_card(session, world)[1], scanned_at=(NOON - timedelta(minutes=40)).isoformat())
    send(session, world, record)
    late = {"at": (NOON - timedelta(minutes=20)).isoformat(), "reason": "Changed my mind"}
    (answer,) = send(session, world, {**record, "undone": late})
    assert (answer.result, str(answer.sentence)) == ("ok", "It is too late to take this back here. A coordinator can.")
    assert credits_of(session, world) == 0


def test_a_till_undoes_what_it_sent_within_a_quarter_of_an_hour(session: Session, world: World) -> None:
    earn(session, world, 60)
    (answer,) = send(session, world, saved(world, make_card(session, world)[1]))
    assert answer.use_id is not None
    assert undo(session, till_of(world), answer.use_id, "Wrong offer").outcome is Outcome.UNDONE
    assert credits_of(session, world) == 60


def test_the_same_card_at_two_tills_in_one_moment_is_a_duplicate(session: Session, world: World) -> None:
    earn(session, world, 180)
    _card, code = make_card(session, world)
    other, offer_id = another_venue(session, world, "Roxy")
    send(session, world, saved(world, code))
    (answer,) = send(session, world, saved(world, code, till_id=str(other.id), offer_id=str(offer_id)), till=other)
    assert answer.result == "duplicate"
    assert (credits_of(session, world), goodwill_sum(session, world)) == (120, -60)
    kept = session.get_one(Redemption, (world.programme_id, answer.use_id))
    assert (kept.paid_by, kept.volunteer_id) == (PaidBy.GOODWILL, world.volunteer_id)


def test_a_visit_that_is_free_moves_nothing(session: Session, world: World) -> None:
    offer = session.get_one(Offer, (world.programme_id, world.offer_id))
    offer.under_16_minutes = 0
    session.flush()
    record = saved(world, make_note(session, world)[1], adults=0, under_16s=1, minutes=0)
    assert results(send(session, world, record)) == ["ok"]
    assert venue_sum(session, world, world.venue_id) == 0
    assert the_books_are_clean(session, world)


def test_a_statement_says_that_it_was_scanned_with_no_signal(session: Session, world: World) -> None:
    earn(session, world, 45)
    (answer,) = send(session, world, saved(world, make_card(session, world)[1]))
    redemption = session.get_one(Redemption, (world.programme_id, answer.use_id))
    undo_redemption(session, redemption, "Wrong person", actor=None, now=clock.now() + timedelta(minutes=1))
    rows = volunteer_statement(session, world.programme_id, world.volunteer_id).rows
    said = {(str(row.title), str(row.place), row.minutes, row.is_put_right) for row in rows}
    place = "Parkside Pool. Scanned with no signal."
    assert said >= {
        ("Swim, one hour", place, -60, False),
        ("Swim, one hour", place, 60, True),
        ("Added by the programme", "", 15, False),
        ("Added by the programme", "", -15, True),
    }
