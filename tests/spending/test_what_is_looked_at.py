"""What a decision looks at: this programme's rows and nobody else's, this person's day, and the use that a code was spent on."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, insert, select, update
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
from timecredits.foundation.clock import first_moment, local_day
from timecredits.foundation.db import Base, new_id
from timecredits.network.models import Enrolment, Volunteer
from timecredits.network.programmes import create_programme, create_venue
from timecredits.network.settings import change_setting
from timecredits.spending.answers import Answer, Outcome
from timecredits.spending.models import CodeUse, Offer, OfferTurn, Per, Redemption, RedemptionAttempt
from timecredits.spending.redemption import AtTill, ShownCheck, attempt_id_of, redeem
from timecredits.spending.undoing import undo

TWINS = ("account", "organisation", "volunteer", "programme_venue", "offer", "transfer", "redemption", "redemption_attempt")


@pytest.fixture
def twin(session: Session, world: World) -> Callable[..., UUID]:
    """Give another programme, at another venue, rows under the same ids, some of them changed as said: its id."""

    def make(**changes: dict[str, Any]) -> UUID:
        other = create_programme(session, name="Twin", slug="twin").id
        elsewhere = create_venue(session, name="Museum", slug="museum", town="Ely").id
        changes["programme_venue"] = {"venue_id": elsewhere}
        for name in (*TWINS, *(each for each in changes if each not in TWINS)):
            table = Base.metadata.tables[name]
            own = select(table).where(table.c.programme_id == world.programme_id)
            for row in session.execute(own).mappings().all():
                values = {**row, "programme_id": other, **changes.get(name, {})}
                if name == "account":  # without a floor, for ids say nothing of which transfer came first
                    values |= {"floor": None, "balance": None, "last_transfer": None}
                session.execute(insert(table).values(values))
        return other

    return make


def limit(session: Session, world: World, name: str, most: int) -> None:
    change_setting(session, world.programme_id, name, most, actor_id=None)


def test_a_refusal_says_whom_and_what_it_is_about(session: Session, world: World) -> None:
    change_offer(session, world, paused_because="The pool is being cleaned.")
    answer = use(session, world, show(session, world).qr_text, scanned_at=NOON + timedelta(hours=1))
    assert (answer.outcome, answer.name, answer.way, answer.offer_name) == (Outcome.PAUSED, "Siân O.", "live", "Swim, one hour")
    kept = session.scalars(select(RedemptionAttempt)).one()
    assert kept.way == "live"
    assert kept.answer["volunteer"] == str(world.volunteer_id)
    assert kept.answer["clock_off"] is True


def test_a_repeat_is_told_of_its_own_try_offer_and_person(session: Session, world: World) -> None:
    earn(session, world, 240)
    gym = Offer(
        programme_id=world.programme_id, id=new_id(), venue_id=world.venue_id, name="Gym", adult_minutes=60, created_at=NOON
    )
    session.add(gym)
    session.flush()
    code = show(session, world).qr_text
    wrong, none_chosen = scan(world, "HELLO"), scan(world, code, offer_id=None)
    right = scan(world, code, offer_id=gym.id)
    first = [redeem(session, KEYRING, till_of(world), each) for each in (wrong, none_chosen, right)]
    again = [redeem(session, KEYRING, till_of(world), each) for each in (wrong, none_chosen, right)]
    assert [(each.outcome, each.name) for each in again] == [
        (Outcome.WRONG_CODE, ""),
        (Outcome.NOT_AT_THIS_VENUE, "Siân O."),
        (Outcome.ALREADY_DONE, "Siân O."),
    ]
    assert [each.offer_name for each in again[1:]] == ["", "Gym"]
    assert [each.id for each in again] == [each.id for each in first]


def test_who_is_stopped_is_not_named_the_second_time_either(session: Session, world: World) -> None:
    session.get_one(Volunteer, (world.programme_id, world.volunteer_id)).frozen_at = NOON
    session.flush()
    request = scan(world, show(session, world).qr_text)
    for _ in range(2):
        answer = redeem(session, KEYRING, till_of(world), request)
        assert (answer.outcome, answer.name) == (Outcome.FROZEN, "")


def test_a_repeat_looks_at_what_became_of_it_since(session: Session, world: World) -> None:
    """What this session has read of it before is not what stands: somebody else may have undone it."""
    earn(session, world, 60)
    request = scan(world, show(session, world).qr_text)
    taken = redeem(session, KEYRING, till_of(world), request)
    held = session.get_one(Redemption, (world.programme_id, taken.id))
    change = update(Redemption).where(Redemption.programme_id == world.programme_id, Redemption.id == taken.id)
    session.execute(change.values(undone_at=NOON), execution_options={"synchronize_session": False})
    assert redeem(session, KEYRING, till_of(world), request).outcome is Outcome.ALREADY_UNDONE
    assert held.undone_at == NOON


def test_rows_of_another_programme_under_the_same_ids_change_nothing(
    session: Session, world: World, twin: Callable[..., UUID]
) -> None:
    earn(session, world, 600)
    limit(session, world, "uses_a_day", 2)
    code = show(session, world).qr_text
    request = scan(world, code)
    assert redeem(session, KEYRING, till_of(world), request).outcome is Outcome.TAKEN
    twin(offer={"name": "Another"}, redemption={"minutes": 300, "used_at": NOON + timedelta(hours=1)}, code_use={})
    repeated = redeem(session, KEYRING, till_of(world), request)
    assert (repeated.outcome, repeated.offer_name) == (Outcome.ALREADY_DONE, "Swim, one hour")
    spent = use(session, world, code)
    assert (spent.outcome, spent.needed) == (Outcome.ALREADY_USED, 60)
    with clock.standing_at(NOON + timedelta(minutes=1)):
        assert use(session, world, show(session, world).qr_text).outcome is Outcome.TAKEN, "one of two uses today"


def test_being_of_an_organisation_in_another_programme_opens_nothing(
    session: Session, world: World, twin: Callable[..., UUID]
) -> None:
    earn(session, world, 60)
    twin(enrolment={})
    own = (Enrolment.programme_id == world.programme_id) & (Enrolment.volunteer_id == world.volunteer_id)
    session.execute(update(Enrolment).where(own).values(left_on=NOON.date()))
    change_offer(session, world, organisation_ids=[str(world.organisation_id)])
    assert use(session, world, show(session, world).qr_text).outcome is Outcome.NOT_FOR_THEM


@pytest.mark.parametrize("once_a", [None, Per.DAY])
def test_a_refusal_takes_nothing_of_another_programme_back(
    session: Session, world: World, twin: Callable[..., UUID], once_a: Per | None
) -> None:
    request = scan(world, show(session, world).qr_text)
    attempt_id = attempt_id_of(till_of(world), request.id)
    other = twin()
    of_try = {"programme_id": other, "redemption_id": attempt_id}
    session.add(CodeUse(**of_try, id=new_id(), kind="live", reference=1, step=1, used_at=NOON))
    session.add(OfferTurn(**of_try, id=new_id(), offer_id=world.offer_id, volunteer_id=world.volunteer_id, period="2026-11-21"))
    session.flush()
    change_offer(session, world, once_a=once_a)
    assert redeem(session, KEYRING, till_of(world), request).outcome is Outcome.NOT_ENOUGH
    for kept in (CodeUse, OfferTurn):
        assert session.scalar(select(func.count()).select_from(kept)) == 1


def test_only_the_persons_own_uses_of_the_day_that_stand_are_counted(session: Session, world: World) -> None:
    """Two a day: not the other person's, not yesterday's last and tomorrow's first, not one that was undone."""
    for person in (None, world.other_volunteer_id):
        earn(session, world, 600, person)
    midnight, next_midnight = (first_moment(local_day(NOON) + timedelta(days=days)) for days in (0, 1))
    others = (next_midnight + timedelta(hours=13), next_midnight, midnight - timedelta(microseconds=1))
    for moment in others:
        with clock.standing_at(moment):
            assert use(session, world, show(session, world).qr_text).outcome is Outcome.TAKEN
    limit(session, world, "uses_a_day", 2)
    for _ in range(2):
        undone = use(session, world, show(session, world).qr_text)
        assert undone.id is not None
        assert undo(session, till_of(world), undone.id, "A slip").outcome is Outcome.UNDONE
    assert use(session, world, show(session, world, world.other_volunteer_id).qr_text).outcome is Outcome.TAKEN
    with clock.standing_at(midnight):
        assert use(session, world, show(session, world).qr_text).outcome is Outcome.TAKEN, "the day's first moment"
    assert use(session, world, show(session, world).qr_text).outcome is Outcome.TAKEN
    with clock.standing_at(NOON + timedelta(minutes=1)):
        assert use(session, world, show(session, world).qr_text).outcome is Outcome.LIMIT


def test_a_day_of_one_credit_has_room_for_one_credit(session: Session, world: World) -> None:
    earn(session, world, 120)
    limit(session, world, "used_a_day", 60)
    assert use(session, world, show(session, world).qr_text).outcome is Outcome.TAKEN
    with clock.standing_at(NOON + timedelta(minutes=1)):
        assert use(session, world, show(session, world).qr_text, adults=0, under_16s=1).outcome is Outcome.LIMIT


@pytest.mark.parametrize("caps", [(1, 2), (5, 2), (1, 5, 2)])
def test_a_cap_is_as_it_was_set_last(session: Session, world: World, caps: tuple[int, ...]) -> None:
    earn(session, world, 600)
    for number, cap in enumerate(caps):
        with clock.standing_at(NOON - timedelta(days=9 - number)):
            limit(session, world, "uses_a_day", cap)
    other = create_programme(session, name="Twin", slug="twin").id
    change_setting(session, other, "uses_a_day", 9, actor_id=None)  # later, and not ours
    outcomes = []
    for minutes in range(3):
        with clock.standing_at(NOON + timedelta(minutes=minutes)):
            outcomes.append(use(session, world, show(session, world).qr_text).outcome)
    assert outcomes == [Outcome.TAKEN, Outcome.TAKEN, Outcome.LIMIT]


def test_a_spent_code_is_told_of_its_own_use_and_when(session: Session, world: World) -> None:
    for person in (None, world.other_volunteer_id):
        earn(session, world, 600, person)
    code = show(session, world).qr_text
    use(session, world, code, adults=2)
    with clock.standing_at(NOON + timedelta(seconds=9)):
        use(session, world, show(session, world, world.other_volunteer_id).qr_text)
        again = use(session, world, code)
    assert (again.outcome, again.needed, again.used_at) == (Outcome.ALREADY_USED, 120, NOON)
    assert "9 seconds ago" in str(again.sentence)


def by_card(session: Session, world: World, text: str, at: datetime) -> Answer:
    with clock.standing_at(at):
        return use(session, world, text, check=ShownCheck("pin", PIN))


def test_a_card_is_held_for_half_a_minute_from_its_own_use(session: Session, world: World) -> None:
    """Longer where the same time step lasts, shorter never, whoever else has used a card meanwhile."""
    earn(session, world, 600)
    earn(session, world, 600, world.other_volunteer_id)
    card, other = make_card(session, world), make_card(session, world, volunteer_id=world.other_volunteer_id)
    text, begins = card_text(session, card), NOON.replace(second=0)
    taken = by_card(session, world, text, begins + timedelta(seconds=20))
    assert taken.outcome is Outcome.TAKEN
    assert session.get_one(Redemption, (world.programme_id, taken.id)).card_id == card.id
    assert by_card(session, world, card_text(session, other), begins + timedelta(seconds=25)).outcome is Outcome.TAKEN
    for second in (21, 29, 30, 49):
        again = by_card(session, world, text, begins + timedelta(seconds=second))
        assert (again.outcome, again.used_at) == (Outcome.ALREADY_USED, begins + timedelta(seconds=20)), second
    assert by_card(session, world, text, begins + timedelta(seconds=50)).outcome is Outcome.TAKEN, "half a minute is over"
    assert by_card(session, world, text, begins + timedelta(seconds=59)).outcome is Outcome.ALREADY_USED
    assert by_card(session, world, text, begins + timedelta(seconds=79)).outcome is Outcome.ALREADY_USED
    assert by_card(session, world, text, begins + timedelta(seconds=80)).outcome is Outcome.TAKEN
    assert credits_of(session, world) == 420


def test_a_card_is_held_from_its_last_use_also_where_an_earlier_one_holds_it(session: Session, world: World) -> None:
    """A scan that comes late, of a moment between two uses, is told of the later one."""
    earn(session, world, 600)
    text, begins = card_text(session, make_card(session, world)), NOON.replace(second=0)
    for second in (25, 56):
        assert by_card(session, world, text, begins + timedelta(seconds=second)).outcome is Outcome.TAKEN
    late = by_card(session, world, text, begins + timedelta(seconds=50))
    assert (late.outcome, late.used_at) == (Outcome.ALREADY_USED, begins + timedelta(seconds=56))


def test_a_used_note_is_told_of_its_use_however_long_ago(session: Session, world: World) -> None:
    earn(session, world, 120)
    note = make_note(session, world)
    assert use(session, world, note_text(session, note)).outcome is Outcome.TAKEN
    with clock.standing_at(NOON + timedelta(days=3)):
        again = use(session, world, note_text(session, note))
    assert (again.outcome, again.used_at) == (Outcome.ALREADY_USED, NOON)


def test_an_undone_card_works_at_once_whatever_else_has_its_number(
    session: Session, world: World, twin: Callable[..., UUID]
) -> None:
    earn(session, world, 60)
    text = card_text(session, make_card(session, world))
    taken = by_card(session, world, text, NOON)
    assert taken.id is not None
    twin(code_use={})
    held = session.scalars(select(CodeUse).where(CodeUse.programme_id == world.programme_id)).one()
    of_another_kind = {"kind": "look_up", "reference": held.reference, "step": held.step, "used_at": NOON}
    session.add(CodeUse(programme_id=world.programme_id, id=new_id(), redemption_id=new_id(), **of_another_kind))
    session.flush()
    assert undo(session, till_of(world), taken.id, "A slip").outcome is Outcome.UNDONE
    assert by_card(session, world, text, NOON + timedelta(seconds=26)).outcome is Outcome.TAKEN, "in the next time step"


def test_who_turns_eighteen_this_month_is_let_in_on_its_first_day_and_not_before(session: Session, world: World) -> None:
    earn(session, world, 600)
    session.get_one(Volunteer, (world.programme_id, world.volunteer_id)).born_month = NOON.date().replace(year=2008, day=1)
    change_offer(session, world, least_age=18)
    first = first_moment(NOON.date().replace(day=1))
    with clock.standing_at(first - timedelta(minutes=1)):
        assert use(session, world, show(session, world).qr_text).outcome is Outcome.NOT_FOR_THEM
    with clock.standing_at(first + timedelta(minutes=1)):
        assert use(session, world, show(session, world).qr_text).outcome is Outcome.TAKEN


def test_the_id_of_a_try_is_the_tills_own() -> None:
    sent, venue = uuid4(), uuid4()
    first, second = AtTill(uuid4(), venue), AtTill(uuid4(), venue)
    assert attempt_id_of(first, sent) == attempt_id_of(first, sent) != attempt_id_of(second, sent)
