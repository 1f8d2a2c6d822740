"""What holds for each way of using credits: posters, notes and their change, caps, helpers, who may, and undoing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.spending.shop import (
    KEYRING,
    NOON,
    PIN,
    card_text,
    change_offer,
    credits_of,
    earn,
    make_card,
    make_note,
    note_text,
    scan,
    show,
    till_of,
    use,
)
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError
from timecredits.ledger.books import check_ledger
from timecredits.ledger.models import TransferKind
from timecredits.ledger.note_float import float_id
from timecredits.ledger.transfers import Movement, balance, post
from timecredits.network.models import Organisation, Programme, ProgrammeVenue, Volunteer
from timecredits.network.settings import change_setting
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending.answers import Answer, Outcome
from timecredits.spending.books import check_spending
from timecredits.spending.giving_models import Helping
from timecredits.spending.live_codes import live_code
from timecredits.spending.models import OfferPlaces, Per, Redemption, Till, TillKind
from timecredits.spending.note_models import NoteEnd
from timecredits.spending.posters.poster_use import use_at_poster
from timecredits.spending.redemption import RedemptionRequest, ShownCheck
from timecredits.spending.undoing import undo, undo_by_staff, undo_own

HALF = timedelta(seconds=30)


@pytest.fixture
def poster(session: Session, world: World) -> Till:
    till = Till(id=new_id(), venue_id=world.venue_id, name="Front desk", token_hash=b"p", paired_at=NOON, kind=TillKind.POSTER)
    session.add(till)
    session.flush()
    return till


def at_poster(session: Session, world: World, poster: Till, **changes: object) -> Answer:
    request = scan(world, "", **changes)
    return use_at_poster(session, world.programme_id, world.volunteer_id, poster, request)


def add_up(session: Session, world: World) -> None:
    assert check_ledger(session, world.programme_id) == []
    assert check_spending(session, world.programme_id) == []


def test_a_poster_takes_once_however_often_it_is_confirmed(session: Session, world: World, poster: Till) -> None:
    earn(session, world, 240)
    sent = uuid4()
    assert at_poster(session, world, poster, id=sent).outcome is Outcome.TAKEN
    assert at_poster(session, world, poster, id=sent).outcome is Outcome.ALREADY_DONE
    assert at_poster(session, world, poster).outcome is Outcome.ALREADY_USED
    with clock.standing_at(NOON + 2 * HALF):
        assert at_poster(session, world, poster).outcome is Outcome.TAKEN
    assert credits_of(session, world) == 120
    add_up(session, world)


def test_a_poster_that_was_ended_or_is_no_poster_leads_nowhere(session: Session, world: World, poster: Till) -> None:
    request = scan(world, "")
    with pytest.raises(NotFoundError):
        use_at_poster(session, world.programme_id, uuid4(), poster, request)
    with pytest.raises(NotFoundError):
        use_at_poster(session, world.programme_id, world.volunteer_id, session.get_one(Till, world.till_id), request)
    poster.revoked_at = clock.now()
    with pytest.raises(NotFoundError):
        use_at_poster(session, world.programme_id, world.volunteer_id, poster, request)


def test_what_a_poster_took_is_undone_by_the_person_or_at_any_till_there(session: Session, world: World, poster: Till) -> None:
    earn(session, world, 120)
    first = at_poster(session, world, poster)
    assert first.id is not None
    assert undo_own(session, world.programme_id, world.volunteer_id, first.id, "Wrong place").outcome is Outcome.UNDONE
    assert undo(session, till_of(world), first.id, "Again").outcome is Outcome.ALREADY_UNDONE
    second = at_poster(session, world, poster)
    assert second.id is not None
    with clock.standing_at(NOON + timedelta(minutes=16)):
        late = undo_own(session, world.programme_id, world.volunteer_id, second.id, "Late")
    assert late.outcome is Outcome.TOO_LATE_TO_UNDO
    assert undo(session, till_of(world), second.id, "Not here").outcome is Outcome.UNDONE
    assert credits_of(session, world) == 120
    add_up(session, world)


def test_a_person_undoes_only_what_a_poster_took(session: Session, world: World) -> None:
    earn(session, world, 60)
    answer = use(session, world, show(session, world).qr_text)
    assert answer.id is not None
    with pytest.raises(NotFoundError):
        undo_own(session, world.programme_id, world.volunteer_id, answer.id, "Mine")


def test_an_undone_note_is_whole_again_with_its_change_place_and_code(session: Session, world: World) -> None:
    earn(session, world, 120)
    change_offer(session, world, places=1, places_per=Per.DAY)
    note = make_note(session, world, minutes=120)
    for _ in range(2):
        answer = use(session, world, note_text(session, note))
        assert answer.outcome is Outcome.TAKEN
        assert answer.name == ""
        assert answer.id is not None
        assert credits_of(session, world) == 60, "the change"
        assert undo(session, till_of(world), answer.id, "Wrong offer").outcome is Outcome.UNDONE
        assert credits_of(session, world) == 0
        assert balance(session, world.programme_id, float_id(world.programme_id)) == 120
        assert session.scalars(select(OfferPlaces.taken)).all() == [0]
        add_up(session, world)


def test_a_note_whose_change_was_used_meanwhile_stays_used_and_nothing_is_made_of_nothing(session: Session, world: World) -> None:
    earn(session, world, 120)
    answer = use(session, world, note_text(session, make_note(session, world, minutes=120)))
    assert answer.id is not None
    assert use(session, world, show(session, world).qr_text).outcome is Outcome.TAKEN
    assert undo(session, till_of(world), answer.id, "Wrong offer").outcome is Outcome.TOO_LATE_TO_UNDO
    assert balance(session, world.programme_id, float_id(world.programme_id)) == 0
    assert credits_of(session, world) == 0
    add_up(session, world)
    earn(session, world, 60)
    assert undo(session, till_of(world), answer.id, "Wrong offer").outcome is Outcome.UNDONE
    assert balance(session, world.programme_id, float_id(world.programme_id)) == 120
    add_up(session, world)


def test_a_note_that_ran_out_or_was_voided_says_which(session: Session, world: World) -> None:
    earn(session, world, 120)
    old = make_note(session, world, expires_on=NOON.date() - timedelta(days=1))
    answer = use(session, world, note_text(session, old))
    assert answer.outcome is Outcome.EXPIRED
    assert "20 November 2026" in str(answer.sentence)
    void = make_note(session, world)
    void.ended_at, void.ended_because = clock.now(), NoteEnd.VOID
    session.flush()
    assert use(session, world, note_text(session, void)).outcome is Outcome.REVOKED


def test_caps_a_day_count_every_way_and_begin_anew_at_midnight(session: Session, world: World, poster: Till) -> None:
    earn(session, world, 600)
    change_setting(session, world.programme_id, "used_a_day", 120, actor_id=None)
    assert use(session, world, show(session, world).qr_text).outcome is Outcome.TAKEN
    assert at_poster(session, world, poster, adults=2).outcome is Outcome.LIMIT
    assert at_poster(session, world, poster).outcome is Outcome.TAKEN
    card = make_card(session, world)
    pin = ShownCheck("pin", PIN)
    assert use(session, world, card_text(session, card), check=pin).outcome is Outcome.LIMIT
    with clock.standing_at(NOON + timedelta(hours=12, minutes=5)):
        assert use(session, world, card_text(session, card), check=pin).outcome is Outcome.TAKEN
        change_setting(session, world.programme_id, "uses_a_day", 1, actor_id=None)
        with clock.standing_at(NOON + timedelta(hours=12, minutes=7)):
            assert use(session, world, card_text(session, card), check=pin).outcome is Outcome.LIMIT
    assert credits_of(session, world) == 600 - 180
    add_up(session, world)


def test_frozen_people_and_venues_take_nothing(session: Session, world: World, poster: Till) -> None:
    earn(session, world, 60)
    volunteer = session.get_one(Volunteer, (world.programme_id, world.volunteer_id))
    volunteer.frozen_at, volunteer.frozen_because = clock.now(), "Two people said that this card is not theirs"
    session.flush()
    for answer in (use(session, world, show(session, world).qr_text), at_poster(session, world, poster)):
        assert answer.outcome is Outcome.FROZEN
        assert "card is not theirs" not in f"{answer.sentence} {answer.say} {answer.next}"
        assert answer.name == ""
    volunteer.frozen_at = None
    venue = session.scalars(select(ProgrammeVenue).where(ProgrammeVenue.venue_id == world.venue_id)).one()
    venue.frozen_at = clock.now()
    session.flush()
    assert use(session, world, show(session, world).qr_text).outcome is Outcome.FROZEN


def test_who_may_use_an_offer(session: Session, world: World) -> None:
    earn(session, world, 240)
    change_offer(session, world, organisation_ids=[str(world.organisation_id)], least_age=18)
    note = note_text(session, make_note(session, world))
    assert use(session, world, note).outcome is Outcome.NOT_FOR_THEM
    volunteer = session.get_one(Volunteer, (world.programme_id, world.volunteer_id))
    volunteer.born_month = NOON.date().replace(year=2008, month=12, day=1)
    session.flush()
    assert use(session, world, show(session, world).qr_text).outcome is Outcome.NOT_FOR_THEM
    volunteer.born_month = NOON.date().replace(year=2008, month=11, day=1)
    session.flush()
    assert use(session, world, show(session, world).qr_text).outcome is Outcome.TAKEN
    change_offer(session, world, organisation_ids=[str(uuid4())])
    with clock.standing_at(NOON + 2 * HALF):
        assert use(session, world, show(session, world).qr_text).outcome is Outcome.NOT_FOR_THEM


def test_a_helper_uses_somebodys_credits_up_to_the_weeks_limit_and_it_is_written_down(session: Session, world: World) -> None:
    earn(session, world, 600)
    helper = enrol_volunteer(session, world.programme_id, world.organisation_id, first_name="Joan", last_name="Price").volunteer
    agreed = Helping(
        programme_id=world.programme_id,
        id=new_id(),
        volunteer_id=world.volunteer_id,
        helper_id=helper.id,
        organisation_id=world.organisation_id,
        minutes_a_week=120,
        begins_at=NOON - timedelta(days=20),
    )
    session.add(agreed)
    session.flush()
    programme = session.get_one(Programme, world.programme_id)

    def shown_by_helper() -> str:
        return live_code(session, KEYRING, programme, world.volunteer_id, clock.now(), helper_id=helper.id).qr_text

    assert shown_by_helper() != show(session, world).qr_text
    first = use(session, world, shown_by_helper(), adults=2)
    assert first.outcome is Outcome.TAKEN
    assert session.get_one(Redemption, (world.programme_id, first.id)).helper_id == helper.id
    with clock.standing_at(NOON + 2 * HALF):
        assert use(session, world, shown_by_helper()).outcome is Outcome.LIMIT
        assert use(session, world, show(session, world).qr_text).outcome is Outcome.TAKEN
    with clock.standing_at(NOON + timedelta(days=2)):
        assert use(session, world, shown_by_helper()).outcome is Outcome.TAKEN, "Monday begins a new week"
    agreed.ended_at = NOON + timedelta(days=3)
    session.flush()
    with clock.standing_at(NOON + timedelta(days=4)):
        assert use(session, world, shown_by_helper()).outcome is Outcome.REVOKED
    add_up(session, world)


def test_a_coordinator_undoes_for_their_own_people_only_and_however_late(session: Session, world: World) -> None:
    earn(session, world, 60)
    answer = use(session, world, show(session, world).qr_text)
    assert answer.id is not None
    with clock.standing_at(NOON + timedelta(days=40)):
        with pytest.raises(NotFoundError):
            undo_by_staff(session, world.programme_id, uuid4(), answer.id, "They told me", actor_id=None)
        for expected in (Outcome.UNDONE, Outcome.ALREADY_UNDONE):
            again = undo_by_staff(session, world.programme_id, world.organisation_id, answer.id, "They told me", actor_id=None)
            assert again.outcome is expected
    assert credits_of(session, world) == 60
    add_up(session, world)


def test_a_movement_no_redemption_explains_is_found(session: Session, world: World) -> None:
    earn(session, world, 60)
    make_note(session, world)
    organisation = session.get_one(Organisation, (world.programme_id, world.organisation_id))
    stray = Movement(new_id(), float_id(world.programme_id), organisation.account_id, 60, TransferKind.NOTE_USED, NOON.date())
    post(session, world.programme_id, stray)
    assert [fault.rule for fault in check_spending(session, world.programme_id)] == ["transfer_without_redemption"]


def test_the_request_says_what_it_is_about() -> None:
    request = RedemptionRequest(id=uuid4(), code="x", offer_id=None)
    assert request.body_hash() == RedemptionRequest(id=uuid4(), code="x", offer_id=None).body_hash()
    assert request.body_hash() != RedemptionRequest(id=request.id, code="y", offer_id=None).body_hash()
