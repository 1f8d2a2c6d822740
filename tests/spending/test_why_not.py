"""Each reason for which credits are not taken, as it is kept: the words of an answer come from it (answer_words.py)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.spending.shop import (
    KEYRING,
    NOON,
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
from timecredits.foundation.tallies import REDEMPTION, take_tallies
from timecredits.ledger.models import Transfer, TransferKind
from timecredits.ledger.transfers import Movement, post
from timecredits.network.models import Enrolment, Organisation, Programme, ProgrammeVenue, Volunteer
from timecredits.network.programmes import create_programme, join_programme
from timecredits.network.settings import change_setting
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending import taking
from timecredits.spending.answers import Answer, Outcome
from timecredits.spending.card_models import SecondCheck
from timecredits.spending.giving_models import Helping
from timecredits.spending.live_codes import live_code
from timecredits.spending.models import CodeUse, Offer, OfferPlaces, Per, Redemption, RedemptionAttempt
from timecredits.spending.note_models import CreditNote
from timecredits.spending.redemption import ShownCheck, attempt_id_of, redeem

SATURDAYS = [{"days": [5], "from": "11:00", "until": "13:00"}]


def scanned(session: Session, world: World, **changes: Any) -> Answer:
    """Scan, by default what the person's phone shows now."""
    code = changes.pop("code", None) or show(session, world).qr_text
    return use(session, world, code, **changes)


def why(session: Session, answer: Answer) -> tuple[Outcome, str]:
    """The outcome, and the reason that is kept."""
    return answer.outcome, kept(session, answer)["reason"]


def kept(session: Session, answer: Answer) -> dict[str, Any]:
    """What is kept of an answer."""
    return session.scalars(select(RedemptionAttempt.answer).where(RedemptionAttempt.id == answer.id)).one()


@pytest.fixture(autouse=True)
def plenty(session: Session, world: World) -> None:
    earn(session, world, 600)


def test_each_answer_is_counted_once(session: Session, world: World) -> None:
    take_tallies(session)
    scanned(session, world)
    scanned(session, world, code="HELLO")
    assert take_tallies(session) == {(REDEMPTION, "taken"): 1, (REDEMPTION, "wrong_code"): 1}


def test_a_venue_that_is_stopped(session: Session, world: World) -> None:
    session.execute(update(ProgrammeVenue).where(ProgrammeVenue.programme_id == world.programme_id).values(frozen_at=NOON))
    assert why(session, scanned(session, world)) == (Outcome.FROZEN, "venue")


def test_an_offer_on_from_its_first_day_to_its_last(session: Session, world: World) -> None:
    today, day = NOON.date(), timedelta(days=1)
    for starts_on, ends_on, on in (
        (today + day, None, False),
        (today + day, today + 2 * day, False),
        (None, today - day, False),
        (today - 2 * day, today - day, False),
        (today, today, True),
    ):
        change_offer(session, world, starts_on=starts_on, ends_on=ends_on)
        with clock.standing_at(NOON + timedelta(minutes=1)):
            assert why(session, scanned(session, world)) == (Outcome.TAKEN if on else Outcome.NOT_TODAY, "")


def test_an_offer_outside_its_times(session: Session, world: World) -> None:
    change_offer(session, world, times=[{"days": [5], "from": "13:00", "until": "15:00"}])
    assert why(session, scanned(session, world)) == (Outcome.NOT_TODAY, "time")


def test_no_offer_chosen(session: Session, world: World) -> None:
    assert why(session, scanned(session, world, offer_id=None)) == (Outcome.NOT_AT_THIS_VENUE, "none_chosen")
    assert why(session, scanned(session, world, offer_id=uuid4())) == (Outcome.NOT_AT_THIS_VENUE, "")


def test_somebody_too_young(session: Session, world: World) -> None:
    session.get_one(Volunteer, (world.programme_id, world.volunteer_id)).born_month = date(2010, 1, 1)
    change_offer(session, world, least_age=18)
    answer = scanned(session, world)
    assert why(session, answer) == (Outcome.NOT_FOR_THEM, "age")
    assert kept(session, answer)["most"] == 18


def test_an_offer_for_the_people_of_one_organisation(session: Session, world: World) -> None:
    note = make_note(session, world)
    own = (Enrolment.programme_id == world.programme_id) & (Enrolment.volunteer_id == world.volunteer_id)
    here = session.scalars(select(Enrolment.organisation_id).where(own)).one()
    elsewhere = session.scalars(
        select(Organisation.id).where(Organisation.programme_id == world.programme_id, Organisation.id != here).limit(1)
    ).one()
    change_offer(session, world, organisation_ids=[str(elsewhere)])
    assert why(session, scanned(session, world)) == (Outcome.NOT_FOR_THEM, ""), "theirs is another one, where others are"
    change_offer(session, world, organisation_ids=[str(here)])
    assert why(session, scanned(session, world, code=note_text(session, note))) == (Outcome.NOT_FOR_THEM, "note")
    assert why(session, scanned(session, world)) == (Outcome.TAKEN, "")
    session.execute(update(Enrolment).where(own).values(left_on=NOON.date()))
    with clock.standing_at(NOON + timedelta(minutes=1)):
        assert why(session, scanned(session, world)) == (Outcome.NOT_FOR_THEM, ""), "who left is no longer one of them"


def test_a_party_that_can_not_come(session: Session, world: World) -> None:
    assert why(session, scanned(session, world, adults=0, under_16s=0)) == (Outcome.PARTY, "nobody")
    assert why(session, scanned(session, world, adults=-1, under_16s=3)) == (Outcome.PARTY, "nobody")
    too_many = scanned(session, world, adults=3, under_16s=2)
    assert (*why(session, too_many), kept(session, too_many)["most"]) == (Outcome.PARTY, "", 4)
    change_offer(session, world, under_16_minutes=None)
    assert why(session, scanned(session, world, adults=1, under_16s=1)) == (Outcome.PARTY, "no_under_16s")


def came(session: Session, answer: Answer) -> tuple[int, int]:
    """How many are written down."""
    found = session.scalars(select(Redemption).where(Redemption.id == answer.id)).one()
    return found.adults, found.under_16s


def test_a_party_that_is_told_in_half_is_told(session: Session, world: World) -> None:
    for adults, under_16s, needed in ((None, 2, 60), (2, None, 120), (1, 1, 90)):
        with clock.standing_at(NOON + timedelta(minutes=needed)):
            answer = scanned(session, world, adults=adults, under_16s=under_16s)
        assert (answer.outcome, answer.minutes) == (Outcome.TAKEN, needed)
        assert came(session, answer) == (adults or 0, under_16s or 0)
    change_offer(session, world, most_people=2)
    assert scanned(session, world, adults=None, under_16s=None).outcome is Outcome.INCOMPLETE
    change_offer(session, world, most_people=1)
    with clock.standing_at(NOON + timedelta(hours=3)):
        alone = scanned(session, world, adults=None, under_16s=None)
    assert came(session, alone) == (1, 0), "nobody is asked how many come where one may"


def test_a_note_worth_too_little(session: Session, world: World) -> None:
    answer = scanned(session, world, code=note_text(session, make_note(session, world, minutes=60)), adults=2)
    facts = kept(session, answer)
    assert (answer.outcome, facts["minutes"], facts["most"]) == (Outcome.NOTE_TOO_SMALL, 120, 60)


def test_the_days_limit_and_a_helpers(session: Session, world: World) -> None:
    change_setting(session, world.programme_id, "uses_a_day", 1, actor_id=None)
    assert scanned(session, world).outcome is Outcome.TAKEN
    with clock.standing_at(NOON + timedelta(minutes=1)):
        assert why(session, scanned(session, world)) == (Outcome.LIMIT, "day")
        assert why(session, scanned(session, world, code=_by_helper(session, world, 30))) == (Outcome.LIMIT, "helper")


def _by_helper(session: Session, world: World, minutes_a_week: int) -> str:
    helper = enrol_volunteer(session, world.programme_id, world.organisation_id, first_name="Joan", last_name="Price").volunteer
    agreed = {"volunteer_id": world.volunteer_id, "helper_id": helper.id, "organisation_id": world.organisation_id}
    agreed |= {"programme_id": world.programme_id, "id": new_id(), "begins_at": NOON - timedelta(days=20)}
    session.add(Helping(**agreed, minutes_a_week=minutes_a_week))
    session.flush()
    programme = session.get_one(Programme, world.programme_id)
    return live_code(session, KEYRING, programme, world.volunteer_id, clock.now(), helper_id=helper.id).qr_text


def test_no_place_left_and_how_many_there_are(session: Session, world: World) -> None:
    change_offer(session, world, places=3, places_per=Per.SLOT, times=SATURDAYS)
    assert scanned(session, world, adults=2).outcome is Outcome.TAKEN
    with clock.standing_at(NOON + timedelta(minutes=1)):
        answer = scanned(session, world, adults=2)
        assert (*why(session, answer), kept(session, answer)["left"]) == (Outcome.FULL, "", 1)
        assert scanned(session, world).outcome is Outcome.TAKEN
    with clock.standing_at(NOON + timedelta(minutes=2)):
        answer = scanned(session, world)
        assert (answer.outcome, kept(session, answer)["left"]) == (Outcome.FULL, 0)
    assert session.scalars(select(OfferPlaces.period)).all() == ["2026-11-21 11:00"]


@pytest.mark.parametrize(("once_a", "days"), [(Per.DAY, 1), (Per.WEEK, 2), (Per.MONTH, 10)])
def test_a_turn_that_was_had(session: Session, world: World, once_a: Per, days: int) -> None:
    """It is had until the next day, the next Monday, the first of the next month."""
    change_offer(session, world, once_a=once_a)
    assert scanned(session, world).outcome is Outcome.TAKEN
    with clock.standing_at(NOON + timedelta(days=days) - timedelta(hours=13)):
        assert why(session, scanned(session, world)) == (Outcome.ONCE, once_a.value)
    with clock.standing_at(NOON + timedelta(days=days)):
        assert scanned(session, world).outcome is Outcome.TAKEN


def test_a_note_that_is_ended_at_the_same_moment(session: Session, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look at a note and its marking somebody ends it: theirs came first, and nothing of the use stays."""
    note, other = make_note(session, world), make_note(session, world)
    count = taking._count

    def count_while_it_ends(*arguments: Any) -> Any:
        session.execute(update(CreditNote).where(CreditNote.id == note.id).values(ended_at=NOON))
        return count(*arguments)

    monkeypatch.setattr(taking, "_count", count_while_it_ends)
    assert scanned(session, world, code=note_text(session, note)).outcome is Outcome.REVOKED
    assert session.scalars(select(CodeUse)).all() == []
    assert session.scalars(select(CreditNote.used_at)).all() == [None, None]
    monkeypatch.undo()
    assert scanned(session, world, code=note_text(session, other)).outcome is Outcome.TAKEN


def test_an_id_under_which_something_else_moved(session: Session, world: World) -> None:
    sent = uuid4()
    volunteer = session.get_one(Volunteer, (world.programme_id, world.volunteer_id))
    organisation = session.get_one(Organisation, (world.programme_id, world.organisation_id))
    taken = attempt_id_of(till_of(world), sent)
    movement = Movement(taken, organisation.account_id, volunteer.account_id, 15, TransferKind.EARNED, NOON.date())
    post(session, world.programme_id, movement)
    assert scanned(session, world, id=sent).outcome is Outcome.CONFLICT
    assert credits_of(session, world) == 615


def test_whose_till_it_was_stands_in_the_ledger(session: Session, world: World) -> None:
    note = make_note(session, world, minutes=90)
    assert scanned(session, world, code=note_text(session, note)).outcome is Outcome.TAKEN
    moved = session.execute(
        select(Transfer.kind, Transfer.amount, Transfer.actor).where(
            Transfer.kind.in_([TransferKind.CHANGE, TransferKind.NOTE_USED])
        )
    )
    assert sorted(tuple(row) for row in moved) == [("change", 30, world.till_id), ("note_used", 60, world.till_id)]


def test_how_far_a_tills_clock_may_be_off(session: Session, world: World) -> None:
    moments = (timedelta(minutes=-10), timedelta(minutes=1))
    for moment in moments:
        assert kept(session, scanned(session, world, code="HELLO", scanned_at=NOON + moment))["clock_off"] is False
        beyond = NOON + moment + moment / 1_000_000
        assert kept(session, scanned(session, world, code="HELLO", scanned_at=beyond))["clock_off"] is True


@pytest.mark.parametrize("check", [SecondCheck.PIN, SecondCheck.PHOTO])
def test_what_a_card_still_needs(session: Session, world: World, check: SecondCheck) -> None:
    """Whose it is stands there only where a face is to be held against a name."""
    card = make_card(session, world, check)
    facts = kept(session, scanned(session, world, code=card_text(session, card)))
    whose = str(world.volunteer_id) if check is SecondCheck.PHOTO else None
    assert (facts["reason"], facts["way"], facts["card"], facts["volunteer"]) == (check.value, "card", str(card.id), whose)
    wrong = kept(session, scanned(session, world, code=card_text(session, card), check=ShownCheck(check.value, "0000")))
    assert wrong["left"] == (4 if check is SecondCheck.PIN else 5), "a face that does not fit is nobody's guess"


def test_an_id_is_one_uses_in_all_programmes_of_a_venue(session: Session, world: World) -> None:
    """A till that sends an id again, with the offer of another programme, hears that it meant something else before."""
    other = create_programme(session, name="Other Credits", slug="other")
    join_programme(session, other.id, world.venue_id)
    sauna = Offer(programme_id=other.id, id=new_id(), venue_id=world.venue_id, name="Sauna", adult_minutes=60, created_at=NOON)
    session.add(sauna)
    session.flush()
    request = scan(world, show(session, world).qr_text)
    assert redeem(session, KEYRING, till_of(world), request).outcome is Outcome.TAKEN
    again = redeem(session, KEYRING, till_of(world), replace(request, offer_id=sauna.id))
    assert (again.outcome, again.id) == (Outcome.CONFLICT, attempt_id_of(till_of(world), request.id))
    assert session.scalars(select(RedemptionAttempt.programme_id)).all() == [world.programme_id]
    assert redeem(session, KEYRING, till_of(world), request).outcome is Outcome.ALREADY_DONE
