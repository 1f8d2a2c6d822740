"""Deciding on what waits: who pays, once, and only what can be paid; and who may look at what."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

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
from tests.spending.shop import KEYRING, NOON, counted_statements, credits_of, earn, scan, show, till_of
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.ledger.books import check_ledger
from timecredits.ledger.note_float import float_id
from timecredits.network.models import Programme
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending.answers import Outcome
from timecredits.spending.books import check_spending
from timecredits.spending.giving.helping import agree
from timecredits.spending.helper_limits import helper_room
from timecredits.spending.live_codes import live_code
from timecredits.spending.models import PaidBy, Redemption
from timecredits.spending.offline.both_scans import other_scans
from timecredits.spending.offline.decisions import Decision, choices_for, decide
from timecredits.spending.offline.use_lists import Group, count_uses, find_listed, list_uses
from timecredits.spending.redemption import redeem


def waiting(session: Session, world: World, code: str, **changes: Any) -> UUID:
    (answer,) = send(session, world, saved(world, code, **{"check": "", **changes}))
    assert answer.result == "review"
    assert answer.use_id is not None
    return answer.use_id


def settle(session: Session, world: World, use_id: UUID, decision: Decision, reason: str = "We asked") -> None:
    decide(session, world.programme_id, use_id, decision, reason=reason, actor_id=None)


def old_note(session: Session, world: World, minutes: int = 60) -> tuple[UUID, UUID]:
    """A good note that waits, because the till had been without a signal for too long."""
    note, code = make_note(session, world, minutes)
    use_id = waiting(session, world, code, last_sync_at=(NOON - timedelta(days=9)).isoformat())
    return use_id, note.id


def the_books_are_clean(session: Session, world: World) -> bool:
    return not [*check_spending(session, world.programme_id), *check_ledger(session, world.programme_id)]


def test_the_person_pays_with_the_card_they_showed(session: Session, world: World) -> None:
    earn(session, world, 60)
    card, code = make_card(session, world)
    use_id = waiting(session, world, code)
    settle(session, world, use_id, Decision.PERSON_PAYS)
    kept = session.get_one(Redemption, (world.programme_id, use_id))
    assert (kept.paid_by, kept.card_id, kept.used_at) == (PaidBy.VOLUNTEER, card.id, NOON - timedelta(minutes=10))
    assert (credits_of(session, world), venue_sum(session, world, world.venue_id)) == (0, 60)
    assert the_books_are_clean(session, world)


def test_what_a_helper_showed_is_their_doing(session: Session, world: World) -> None:
    """A use that somebody decided on counts in the helper's week and in what is told of them, like any other."""
    earn(session, world, 60)
    friend = enrol_volunteer(session, world.programme_id, world.organisation_id, first_name="Zoë").volunteer
    where = session, world.programme_id, world.organisation_id, world.volunteer_id
    with clock.standing_at(NOON - timedelta(hours=1)):
        agree(*where, helping_id=new_id(), helper_id=friend.id, minutes_a_week=60, may_give=False, actor_id=None)
    programme = session.get_one(Programme, world.programme_id)
    shown_at = NOON - timedelta(minutes=10)
    code = live_code(session, KEYRING, programme, world.volunteer_id, shown_at, helper_id=friend.id)
    use_id = waiting(session, world, code.qr_text)
    settle(session, world, use_id, Decision.PERSON_PAYS)
    assert session.get_one(Redemption, (world.programme_id, use_id)).helper_id == friend.id
    assert helper_room(session, world.programme_id, world.volunteer_id, friend.id, NOON) == 0


def test_a_live_code_is_not_charged_twice_and_its_other_use_is_seen(session: Session, world: World) -> None:
    """Used with a signal in the half minute before: the page shows that, and the person does not pay again."""
    earn(session, world, 180)
    code = show(session, world).qr_text
    assert redeem(session, KEYRING, till_of(world), scan(world, code)).outcome is Outcome.TAKEN
    use_id = waiting(session, world, code, scanned_at=(NOON + timedelta(seconds=40)).isoformat())
    (other,) = other_scans(session, world.programme_id, find_listed(session, world.programme_id, use_id))
    assert other.paid_by is PaidBy.VOLUNTEER
    with pytest.raises(RuleError, match="can not be paid with their credits"):
        settle(session, world, use_id, Decision.PERSON_PAYS)
    assert credits_of(session, world) == 120


def test_the_note_pays_and_gives_change(session: Session, world: World) -> None:
    use_id, note_id = old_note(session, world, 90)
    settle(session, world, use_id, Decision.PERSON_PAYS)
    kept = session.get_one(Redemption, (world.programme_id, use_id))
    assert (kept.paid_by, kept.note_id, kept.volunteer_id) == (PaidBy.NOTE, note_id, None)
    assert account_sum(session, world, float_id(world.programme_id)) == 0
    assert the_books_are_clean(session, world)


def test_a_note_used_since_can_not_pay_again(session: Session, world: World) -> None:
    note, code = make_note(session, world)
    use_id = waiting(session, world, code, last_sync_at=None)
    assert redeem(session, KEYRING, till_of(world), scan(world, code)).outcome is Outcome.TAKEN
    with pytest.raises(RuleError, match="The note has been used or stopped"):
        settle(session, world, use_id, Decision.PERSON_PAYS)
    settle(session, world, use_id, Decision.PROGRAMME_PAYS)
    assert (venue_sum(session, world, world.venue_id), goodwill_sum(session, world)) == (120, -60)
    assert note.ended_at is None
    assert the_books_are_clean(session, world)


def test_a_note_too_small_can_not_pay(session: Session, world: World) -> None:
    _note, code = make_note(session, world, 45)
    use_id = waiting(session, world, code)
    with pytest.raises(RuleError, match="worth less than this"):
        settle(session, world, use_id, Decision.PERSON_PAYS)
    settle(session, world, use_id, Decision.PROGRAMME_PAYS)
    assert account_sum(session, world, float_id(world.programme_id)) == 45
    assert the_books_are_clean(session, world)


def test_a_refused_decision_leaves_nothing_behind(session: Session, world: World) -> None:
    use_id = waiting(session, world, make_card(session, world)[1])
    with pytest.raises(RuleError, match="too few credits"):
        settle(session, world, use_id, Decision.PERSON_PAYS)
    assert find_listed(session, world.programme_id, use_id).is_waiting
    assert session.scalars(select(Redemption.id)).all() == []
    with pytest.raises(RuleError, match="Say why"):
        settle(session, world, use_id, Decision.DOES_NOT_COUNT, "  ")
    settle(session, world, use_id, Decision.DOES_NOT_COUNT)
    with pytest.raises(RuleError, match="decided already"):
        settle(session, world, use_id, Decision.PROGRAMME_PAYS)


def test_what_never_had_to_be_decided_can_not_be(session: Session, world: World) -> None:
    (answer,) = send(session, world, saved(world, make_note(session, world)[1]))
    assert answer.use_id is not None
    with pytest.raises(RuleError, match="decided already"):
        settle(session, world, answer.use_id, Decision.PROGRAMME_PAYS)
    with pytest.raises(NotFoundError):
        settle(session, world, uuid4(), Decision.PROGRAMME_PAYS)


def test_nobody_pays_for_an_offer_that_nobody_knows(session: Session, world: World) -> None:
    use_id = waiting(session, world, make_card(session, world)[1], offer_id=str(uuid4()))
    use = find_listed(session, world.programme_id, use_id)
    assert choices_for(use) == (Decision.DOES_NOT_COUNT,)
    with pytest.raises(RuleError):
        settle(session, world, use_id, Decision.PROGRAMME_PAYS)


def test_the_same_record_again_after_the_decision_says_the_same(session: Session, world: World) -> None:
    earn(session, world, 60)
    record = saved(world, make_card(session, world)[1], check="")
    (first,) = send(session, world, record)
    assert first.use_id is not None
    settle(session, world, first.use_id, Decision.PERSON_PAYS)
    (again,) = send(session, world, record)
    assert (again.result, again.again) == ("review", True)
    assert credits_of(session, world) == 0
    request = scan(world, record["code"], id=UUID(record["id"]))
    assert redeem(session, KEYRING, till_of(world), request).outcome is Outcome.ALREADY_DONE


def test_an_organisation_sees_its_people_and_its_notes_and_no_others(session: Session, world: World) -> None:
    here, there = world.organisation_id, world.other_organisation_id
    mine = waiting(session, world, make_card(session, world)[1])
    theirs = waiting(session, world, make_card(session, world, world.other_volunteer_id)[1], sequence=2)
    note, _note_id = old_note(session, world)
    (junk,) = send(session, world, saved(world, "junk", sequence=3))

    def seen(group: Group, organisation_id: UUID | None) -> set[UUID]:
        return {use.id for use in list_uses(session, world.programme_id, group, organisation_id=organisation_id).uses}

    assert seen(Group.WAITING, here) == {mine, note}
    assert seen(Group.WAITING, there) == {theirs}
    assert seen(Group.WAITING, None) == {mine, theirs, note}
    assert seen(Group.TOLD, None) == {junk.use_id}
    assert [count_uses(session, world.programme_id, organisation_id=each) for each in (here, there, None)] == [2, 1, 3]
    with pytest.raises(NotFoundError):
        find_listed(session, world.programme_id, theirs, organisation_id=here)
    with pytest.raises(NotFoundError):
        decide(session, world.programme_id, theirs, Decision.DOES_NOT_COUNT, reason="x", actor_id=None, organisation_id=here)


def test_a_list_is_two_queries_however_long(session: Session, world: World) -> None:
    send(session, world, *[saved(world, "junk", sequence=each) for each in range(1, 41)])
    with counted_statements(session) as sent:
        page = list_uses(session, world.programme_id, Group.TOLD, page=2)
    assert (len(sent), len(page.uses), page.found, page.pages) == (2, 15, 40, 2)


def test_both_scans_of_a_code_are_found_whichever_is_looked_at(session: Session, world: World) -> None:
    _note, code = make_note(session, world)
    online = redeem(session, KEYRING, till_of(world), scan(world, code))
    other, offer_id = another_venue(session, world, "Roxy")
    (late,) = send(session, world, saved(world, code, till_id=str(other.id), offer_id=str(offer_id)), till=other)
    assert results([late]) == ["duplicate"]
    assert late.use_id is not None
    use = find_listed(session, world.programme_id, late.use_id)
    (first,) = other_scans(session, world.programme_id, use)
    assert (first.id, first.venue, first.arrived_at, first.paid_by) == (online.id, "Parkside Pool", None, PaidBy.NOTE)


def test_two_visits_with_one_card_are_no_pair(session: Session, world: World) -> None:
    earn(session, world, 120)
    _card, code = make_card(session, world)
    first = waiting(session, world, code, scanned_at=(NOON - timedelta(minutes=50)).isoformat())
    waiting(session, world, code, sequence=2)
    assert other_scans(session, world.programme_id, find_listed(session, world.programme_id, first)) == []
