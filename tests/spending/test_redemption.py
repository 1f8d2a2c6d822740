"""The decision, one worked example after another. Each runs on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.spending.shop import KEYRING, NOON, counted_statements, credits_of, earn, scan, show, till_of
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.keys import Keyring
from timecredits.ledger.models import Transfer
from timecredits.network.models import Programme
from timecredits.network.programmes import create_programme, create_venue, join_programme
from timecredits.spending.answers import Answer, Outcome
from timecredits.spending.books import check_spending
from timecredits.spending.codes import LiveCodeParts, encode, step_at
from timecredits.spending.live_codes import live_code
from timecredits.spending.models import Offer, Redemption, RedemptionAttempt
from timecredits.spending.redemption import AtTill, RedemptionRequest, redeem
from timecredits.spending.tills.pairing import begin_pairing, pair_till


def use(session: Session, world: World, request: RedemptionRequest) -> Answer:
    return redeem(session, KEYRING, till_of(world), request)


def offer_of(session: Session, world: World) -> Offer:
    return session.get_one(Offer, (world.programme_id, world.offer_id))


def moved(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Transfer).where(Transfer.kind == "used")) or 0


def test_a_good_code_takes_credits_once(session: Session, world: World) -> None:
    earn(session, world, 120)
    request = scan(world, show(session, world).qr_text)
    with counted_statements(session) as sent:
        answer = use(session, world, request)
    assert answer.outcome is Outcome.TAKEN
    assert str(answer.sentence) == "Done. 1 credit taken."
    assert (answer.name, answer.minutes, answer.panel) == ("Siân O.", 60, "done")
    assert credits_of(session, world) == 60
    assert moved(session) == 1
    assert len(sent) <= 12, sent
    assert check_spending(session, world.programme_id) == []


def test_a_typed_code_works_with_spaces_small_letters_and_look_alikes(session: Session, world: World) -> None:
    earn(session, world, 60)
    typed = show(session, world).typed
    as_typed = f"  {typed[:4].lower()}-{typed[4:].lower()} ".replace("0", "o").replace("1", "l")
    request = scan(world, as_typed)
    with counted_statements(session) as sent:
        assert use(session, world, request).outcome is Outcome.TAKEN
    assert len(sent) <= 12, sent


def test_a_lost_answer_is_told_again_and_credits_moved_once(session: Session, world: World) -> None:
    earn(session, world, 180)
    request = scan(world, show(session, world).qr_text, adults=2)
    use(session, world, request)
    with clock.standing_at(NOON + timedelta(seconds=20)):
        answer = use(session, world, request)
        assert answer.outcome is Outcome.ALREADY_DONE
        assert str(answer.sentence) == "Already done. You took 2 credits 20 seconds ago. We did not take them again."
        assert answer.name == "Siân O."
    assert credits_of(session, world) == 60


def test_the_same_id_with_another_body_is_a_conflict(session: Session, world: World) -> None:
    earn(session, world, 180)
    request = scan(world, show(session, world).qr_text)
    use(session, world, request)
    answer = use(session, world, replace(request, adults=2))
    assert answer.outcome is Outcome.CONFLICT
    assert credits_of(session, world) == 120
    assert use(session, world, request).outcome is Outcome.ALREADY_DONE


def test_a_refusal_is_told_again_too(session: Session, world: World) -> None:
    request = scan(world, show(session, world).qr_text)
    first = use(session, world, request)
    earn(session, world, 180)
    assert use(session, world, request) == first
    assert moved(session) == 0


def test_a_spent_code_is_said_to_be_used(session: Session, world: World) -> None:
    earn(session, world, 60)
    shown = show(session, world)
    use(session, world, scan(world, shown.qr_text))
    again = use(session, world, scan(world, shown.typed))  # the typed form is the same code
    assert again.outcome is Outcome.ALREADY_USED
    assert str(again.sentence).startswith("Already done. You took 1 credit just now.")
    paired = pair_till(session, begin_pairing(session, world.venue_id, till_name="Back door", made_by=None))
    assert paired is not None
    beside = redeem(session, KEYRING, AtTill(paired.till.id, world.venue_id), scan(world, shown.qr_text))
    assert "on Front desk" in str(beside.sentence)
    assert credits_of(session, world) == 0


def test_where_else_somebody_went_is_not_told(session: Session, world: World) -> None:
    earn(session, world, 120)
    shown = show(session, world)
    use(session, world, scan(world, shown.qr_text))
    elsewhere = create_venue(session, name="Museum", slug="museum", town="Ely")
    join_programme(session, world.programme_id, elsewhere.id)
    offer = Offer(
        programme_id=world.programme_id, id=new_id(), venue_id=elsewhere.id, name="A visit", adult_minutes=60, created_at=NOON
    )
    session.add(offer)
    paired = pair_till(session, begin_pairing(session, elsewhere.id, till_name="Door", made_by=None))
    assert paired is not None
    there = AtTill(paired.till.id, elsewhere.id)
    answer = redeem(session, KEYRING, there, scan(world, shown.qr_text, offer_id=offer.id))
    assert answer.outcome is Outcome.ALREADY_USED
    assert "Parkside" not in f"{answer.sentence}{answer.say}{answer.next}"
    assert "Front desk" not in str(answer.sentence)
    # The museum can't use the pool's offer either.
    foreign = redeem(session, KEYRING, there, scan(world, shown.qr_text, offer_id=world.offer_id))
    missing = redeem(session, KEYRING, there, scan(world, shown.qr_text, offer_id=uuid4()))
    assert foreign.outcome is missing.outcome is Outcome.NOT_AT_THIS_VENUE
    assert foreign.sentence == missing.sentence


def test_too_few_credits_move_nothing_and_leave_the_code_good(session: Session, world: World) -> None:
    earn(session, world, 60)
    shown = show(session, world)
    answer = use(session, world, scan(world, shown.qr_text, adults=2))
    assert answer.outcome is Outcome.NOT_ENOUGH
    assert str(answer.sentence) == "Not enough credits. This needs 2 credits. Nothing was taken."
    assert (answer.minutes, answer.needed) == (0, 120)
    assert credits_of(session, world) == 60
    assert use(session, world, scan(world, shown.qr_text)).outcome is Outcome.TAKEN


def test_an_old_code_is_too_old_and_a_wrong_clock_is_named(session: Session, world: World) -> None:
    earn(session, world, 60)
    shown = show(session, world)
    with clock.standing_at(NOON + timedelta(seconds=61)):
        for code in (shown.qr_text, shown.typed):
            answer = use(session, world, scan(world, code, scanned_at=clock.now()))
            assert answer.outcome is Outcome.EXPIRED
            assert "clock" not in str(answer.next)
        ahead = use(session, world, scan(world, shown.qr_text, scanned_at=NOON + timedelta(hours=1)))
        assert "clock" in str(ahead.next)
        kept = session.scalars(select(RedemptionAttempt).where(RedemptionAttempt.id == ahead.id)).one()
        assert kept.scanned_at == kept.arrived_at == clock.now()
    early = encode(KEYRING, LiveCodeParts(1, 5, step_at(NOON) + 1))
    assert use(session, world, scan(world, early)).outcome is Outcome.WRONG_CODE
    assert credits_of(session, world) == 60


def test_a_forged_code_is_said_to_be_forged_before_anything_else(session: Session, world: World) -> None:
    earn(session, world, 60)
    programme = session.get_one(Programme, world.programme_id)
    genuine = show(session, world)
    use(session, world, scan(world, genuine.qr_text))
    stranger = Keyring.from_secret("not our secret but long enough to be one")
    forged = live_code(session, stranger, programme, world.volunteer_id, NOON)
    assert use(session, world, scan(world, forged.qr_text)).outcome is Outcome.FORGED


def test_a_code_of_another_programme_is_not_taken(session: Session, world: World) -> None:
    other = create_programme(session, name="Hills", slug="hills")
    code = encode(KEYRING, LiveCodeParts(other.number, 5, step_at(NOON)))
    answer = use(session, world, scan(world, code))
    assert answer.outcome is Outcome.WRONG_PROGRAMME
    assert "Hills" not in str(answer.sentence)


def test_a_venue_of_no_programme_finds_nothing(session: Session, world: World) -> None:
    lonely = create_venue(session, name="Lonely", slug="lonely", town="Ely")
    with pytest.raises(NotFoundError):
        redeem(session, KEYRING, AtTill(world.till_id, lonely.id), scan(world, "x"))


def test_an_offer_that_is_paused_or_not_on_today(session: Session, world: World) -> None:
    earn(session, world, 60)
    shown = show(session, world)
    offer = offer_of(session, world)
    offer.paused_because = "the pool is being cleaned."
    session.flush()
    answer = use(session, world, scan(world, shown.qr_text))
    assert answer.outcome is Outcome.PAUSED
    assert str(answer.sentence) == "This offer is paused: the pool is being cleaned. Nothing was taken."
    offer.paused_because, offer.starts_on = None, date(2026, 11, 22)
    session.flush()
    assert use(session, world, scan(world, shown.qr_text)).outcome is Outcome.NOT_TODAY
    offer.starts_on, offer.ends_on = None, date(2026, 11, 20)
    session.flush()
    assert use(session, world, scan(world, shown.qr_text)).outcome is Outcome.NOT_TODAY
    offer.ends_on = date(2026, 11, 21)
    session.flush()
    assert use(session, world, scan(world, shown.qr_text)).outcome is Outcome.TAKEN


def test_party_amounts_are_exact(session: Session, world: World) -> None:
    earn(session, world, 600)
    answer = use(session, world, scan(world, show(session, world).qr_text, adults=1, under_16s=3))
    assert (answer.outcome, answer.minutes) == (Outcome.TAKEN, 150)
    assert str(answer.sentence) == "Done. 2½ credits taken."
    kept = session.scalars(select(Redemption)).one()
    assert (kept.adults, kept.under_16s, kept.minutes) == (1, 3, 150)


@pytest.mark.parametrize(
    ("adults", "under_16s", "outcome"),
    [
        (None, None, Outcome.INCOMPLETE),
        (0, 0, Outcome.PARTY),
        (-1, 2, Outcome.PARTY),
        (3, 2, Outcome.PARTY),
        (10**9, 0, Outcome.PARTY),
        (0, 1, Outcome.TAKEN),
    ],
)
def test_a_party_must_be_told_and_fit(
    session: Session, world: World, adults: int | None, under_16s: int | None, outcome: Outcome
) -> None:
    earn(session, world, 600)
    answer = use(session, world, scan(world, show(session, world).qr_text, adults=adults, under_16s=under_16s))
    assert answer.outcome is outcome


def test_an_offer_for_one_needs_no_count_and_may_turn_children_away(session: Session, world: World) -> None:
    earn(session, world, 60)
    offer = offer_of(session, world)
    offer.most_people, offer.under_16_minutes = 1, None
    session.flush()
    shown = show(session, world)
    refused = use(session, world, scan(world, shown.qr_text, adults=0, under_16s=1))
    assert str(refused.sentence) == "Under-16s can't come on this offer. Nothing was taken."
    answer = use(session, world, scan(world, shown.qr_text, adults=None, under_16s=None))
    assert (answer.outcome, answer.minutes) == (Outcome.TAKEN, 60)
    offer.under_16_minutes = 0
    session.flush()
    with clock.standing_at(NOON + timedelta(seconds=30)):
        free = use(session, world, scan(world, show(session, world).qr_text, adults=0, under_16s=1))
    assert free.outcome is Outcome.FREE
    assert not free.may_undo


def test_five_wrong_typed_codes_pause_typing_but_not_scanning(session: Session, world: World) -> None:
    earn(session, world, 120)
    shown = show(session, world)
    wrong = "ZZZZ9999" if shown.typed != "ZZZZ9999" else "YYYY8888"
    outcomes = [use(session, world, scan(world, wrong)).outcome for _ in range(5)]
    assert set(outcomes) == {Outcome.WRONG_CODE}
    paused = use(session, world, scan(world, shown.typed))
    assert paused.outcome is Outcome.TYPING_PAUSED
    assert use(session, world, scan(world, shown.qr_text)).outcome is Outcome.TAKEN
    with clock.standing_at(NOON + timedelta(minutes=5)):
        assert use(session, world, scan(world, show(session, world).typed)).outcome is Outcome.TAKEN


def test_every_attempt_is_kept_without_a_name(session: Session, world: World) -> None:
    use(session, world, scan(world, show(session, world).qr_text, scanned_at=NOON - timedelta(seconds=3)))
    use(session, world, scan(world, "HELLO"))
    kept = session.scalars(select(RedemptionAttempt).order_by(RedemptionAttempt.outcome)).all()
    assert [each.outcome for each in kept] == ["not_enough", "wrong_code"]
    assert kept[0].scanned_at == NOON - timedelta(seconds=3)
    assert kept[0].arrived_at == NOON
    assert "Siân" not in str(kept[0].answer)
    assert kept[0].answer["volunteer"] == str(world.volunteer_id)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(st.text(max_size=40), st.uuids().map(str), st.just("A" * 10_000), st.text().map(lambda text: f"TC1:{text}")))
def test_no_text_is_a_crash_or_a_redemption(sqlite_session: Session, sqlite_world: World, text: str) -> None:
    with clock.standing_at(NOON):
        answer = use(sqlite_session, sqlite_world, scan(sqlite_world, text))
    assert answer.outcome in {Outcome.WRONG_CODE, Outcome.TYPING_PAUSED}
    assert moved(sqlite_session) == 0


def test_a_database_id_is_no_code(session: Session, world: World) -> None:
    earn(session, world, 60)
    for known in (world.volunteer_id, world.programme_id, UUID(int=0)):
        assert use(session, world, scan(world, str(known))).outcome is Outcome.WRONG_CODE
