"""Two records become one: everything of both is the one's, and the books stay right."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.records.merging.conftest import Two
from tests.spending.shop import KEYRING
from timecredits.foundation import clock
from timecredits.foundation.db import Base, new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.history.hour_history import hour_totals
from timecredits.hours.models import HourEntry
from timecredits.network.blocks import is_kept_apart, keep_apart, own_blocks
from timecredits.network.slips import SlipAnswer, make_slip, take_slip
from timecredits.network.volunteers import enrol_at_another, list_enrolled
from timecredits.records.merging.rows_of import BY_HAND, LEFT, RULES
from timecredits.records.models import Erasure
from timecredits.spending.giving.gift_undoing import take_back_own
from timecredits.spending.giving.gifts import Giver, give_to_person
from timecredits.spending.models import Redemption
from timecredits.spending.statements import volunteer_statement

WHOSE = ("volunteer", "helper", "mentor_id", "mentee_id", "handed_to", "merged_into", "kept_id", "gone_id", "other_id")


def hours_of(two: Two, who: UUID) -> set[UUID]:
    return set(two.session.scalars(select(HourEntry.id).where(HourEntry.volunteer_id == who)))


def test_every_column_that_says_whose_something_is_has_a_treatment() -> None:
    treated = {f"{rule.table}.{rule.column}" for rule in RULES} | BY_HAND | LEFT
    found = set()
    for table in Base.metadata.tables.values():
        if table.info.get("derived"):
            continue
        keyed = {
            key.parent.name for key in table.foreign_keys if key.column.table.name == "volunteer" and key.column.name == "id"
        }
        ids = [column for column in table.columns if "UUID" in repr(column.type).upper()]
        found |= {f"{table.name}.{name}" for name in keyed}
        found |= {f"{table.name}.{each.name}" for each in ids if any(word in each.name for word in WHOSE)}
    assert found == treated


def test_hours_and_credits_of_both_are_the_ones(two: Two) -> None:
    first, second = two.earn(two.kept, 120), two.earn(two.gone, 90)
    two.merge()
    assert hours_of(two, two.kept) == {first, second}
    assert two.credits(two.kept) == 210
    assert two.credits(two.gone) == 0
    assert hour_totals(two.session, two.world.programme_id, [two.kept])[two.kept].minutes == 210
    assert two.faults() == []
    assert [each.volunteer.id for each in list_enrolled(two.session, *two.here, search="mina")] == [two.kept, two.third]


def test_the_statement_says_where_the_credits_came_from(two: Two) -> None:
    two.earn(two.gone, 60)
    two.merge()
    line = volunteer_statement(two.session, two.world.programme_id, two.kept).rows[0]
    assert (str(line.title), line.minutes) == ("Credits from your other record", 60)


def test_the_number_that_goes_still_finds_the_person(two: Two) -> None:
    two.merge()
    assert [each.enrolment.number for each in list_enrolled(two.session, *two.here, search="M2")] == ["M1"]


def test_an_organisation_that_knew_only_the_second_record_knows_the_one(two: Two) -> None:
    enrol_at_another(two.session, two.person(two.gone), two.world.other_organisation_id, number="X9")
    two.merge()
    found = list_enrolled(two.session, two.world.programme_id, two.world.other_organisation_id, search="x9")
    assert [each.volunteer.id for each in found] == [two.kept]


def test_hours_of_before_are_put_right_after_a_merge(two: Two) -> None:
    entry = two.earn(two.gone, 120)
    two.earn(two.kept, 60)
    two.merge()
    two.correct(entry, 30)
    assert two.credits(two.kept) == 90
    assert two.credits(two.gone) == 0
    assert two.faults() == []


def test_hours_whose_credits_were_used_are_put_right_after_a_merge(two: Two) -> None:
    entry = two.earn(two.gone, 60)
    assert two.use(two.gone) is not None
    two.merge()
    two.correct(entry, 30)
    assert two.faults() == []
    two.earn(two.kept, 240)
    assert two.faults() == []


def test_a_use_of_before_is_given_back_to_the_one(two: Two) -> None:
    two.earn(two.gone, 60)
    used = two.use(two.gone)
    assert used is not None
    two.merge()
    assert two.credits(two.kept) == 0
    two.give_back(used)
    assert (two.credits(two.kept), two.credits(two.gone)) == (60, 0)
    assert two.faults() == []


def test_a_gift_between_the_two_stays_what_it_was_and_can_be_taken_back(two: Two) -> None:
    two.earn(two.gone, 120)
    gift_id = new_id()
    give_to_person(two.session, two.world.programme_id, Giver(two.gone, None), two.kept, gift_id=gift_id, minutes=60)
    merge = two.merge()
    assert two.credits(two.kept) == 120
    assert two.faults() == []
    take_back_own(two.session, two.world.programme_id, two.gone, gift_id, user_id=None)
    assert (two.credits(two.kept), two.credits(two.gone)) == (120, 0)
    two.undo(merge)
    assert (two.credits(two.kept), two.credits(two.gone)) == (0, 120)
    assert two.faults() == []


def test_whoever_was_kept_apart_from_either_is_kept_apart_from_the_one(two: Two) -> None:
    programme_id = two.world.programme_id
    keep_apart(two.session, programme_id, two.third, two.gone, shown_as="Mina", actor_id=None)
    keep_apart(two.session, programme_id, two.kept, two.gone, shown_as="Mina", actor_id=None)
    for one in (two.gone, two.kept):
        keep_apart(
            two.session, programme_id, one, two.third, shown_as="", actor_id=None, organisation_id=two.world.organisation_id
        )
    before = two.dump()
    merge = two.merge()
    assert is_kept_apart(two.session, programme_id, two.kept, two.third)
    assert own_blocks(two.session, programme_id, two.kept) == []
    two.undo(merge)
    assert two.dump() == before


def test_frozen_stays_frozen(two: Two) -> None:
    two.person(two.gone).frozen_at, two.person(two.gone).frozen_because = clock.now(), "Lost card"
    two.merge()
    assert two.person(two.kept).frozen_because == "Lost card"


def test_only_one_of_two_sign_ins_stays(two: Two) -> None:
    users = list(two.world.users.values())[:2]
    two.person(two.gone).user_id = users[0]
    merge = two.merge()
    assert (two.person(two.kept).user_id, two.person(two.gone).user_id) == (users[0], None)
    two.undo(merge)
    two.person(two.kept).user_id = users[1]
    two.merge()
    assert (two.person(two.kept).user_id, two.person(two.gone).user_id) == (users[1], None)


def test_a_slip_for_the_record_that_goes_opens_nothing_any_more(two: Two) -> None:
    made = make_slip(two.session, KEYRING, two.person(two.gone), organisation_id=two.world.organisation_id, actor_id=None)
    merge = two.merge()
    assert made.slip.ended_at is not None
    assert take_slip(two.session, KEYRING, made.code, asked_from="here").answer is SlipAnswer.WRONG
    two.undo(merge)
    assert take_slip(two.session, KEYRING, made.code, asked_from="here").answer is SlipAnswer.FITS


def test_the_same_merge_sent_twice_merges_once(two: Two) -> None:
    merge_id = new_id()
    first, again = two.merge(merge_id=merge_id), two.merge(merge_id=merge_id)
    assert first is again


@pytest.mark.parametrize("swapped", [False, True])
def test_a_merged_record_is_not_merged_again(two: Two, *, swapped: bool) -> None:
    two.merge()
    pair = {"kept_id": two.gone, "gone_id": two.third} if swapped else {"kept_id": two.third, "gone_id": two.gone}
    with pytest.raises(RuleError, match="merged already"):
        two.merge(**pair)


def test_who_waits_to_be_erased_is_not_merged(two: Two) -> None:
    waiting = Erasure(
        programme_id=two.world.programme_id,
        volunteer_id=two.gone,
        why="asked",
        asked_at=clock.now(),
        due_on=clock.today() + timedelta(days=30),
    )
    two.session.add(waiting)
    with pytest.raises(RuleError, match="erased"):
        two.merge()


def test_a_merge_needs_a_reason_and_two_records_of_one_programme(two: Two) -> None:
    with pytest.raises(RuleError, match="Say how"):
        two.merge(reason="  ")
    for wrong in (new_id(), two.kept):
        with pytest.raises(NotFoundError):
            two.merge(gone_id=wrong)


def test_a_merge_is_not_taken_back_after_thirty_days_nor_twice(two: Two) -> None:
    merge = two.merge()
    with clock.standing_at(clock.now() + timedelta(days=30, minutes=1)), pytest.raises(RuleError, match="30 days"):
        two.undo(merge)
    two.undo(merge)
    with pytest.raises(RuleError, match="already"):
        two.undo(merge)


def test_what_was_used_since_goodwill_gives(two: Two) -> None:
    two.earn(two.gone, 60)
    merge = two.merge()
    assert two.use(two.kept) is not None
    undone = two.undo(merge)
    assert (undone.minutes, undone.from_goodwill) == (60, 60)
    assert (two.credits(two.kept), two.credits(two.gone)) == (0, 60)
    assert two.faults() == []


def test_a_chain_is_taken_back_from_its_end(two: Two) -> None:
    for who in (two.kept, two.gone, two.third):
        two.earn(who, 60)
    before = two.dump()
    first = two.merge()
    second = two.merge(kept_id=two.third, gone_id=two.kept)
    assert two.credits(two.third) == 180
    assert two.person(two.gone).merged_into == two.third
    with pytest.raises(RuleError, match="part of another"):
        two.undo(first)
    two.undo(second)
    assert two.person(two.gone).merged_into == two.kept
    assert two.faults() == []
    two.undo(first)
    assert two.dump() == before
    assert two.faults() == []


def test_who_helped_themselves_had_no_helper(two: Two) -> None:
    two.earn(two.gone, 60)
    used = two.use(two.gone)
    row = two.session.get_one(Redemption, (two.world.programme_id, used))
    row.helper_id = two.kept
    before = two.dump()
    merge = two.merge()
    row = two.session.get_one(Redemption, (two.world.programme_id, used))
    assert (row.volunteer_id, row.helper_id) == (two.kept, None)
    two.undo(merge)
    assert two.dump() == before


def test_another_programmes_record_is_not_found(two: Two) -> None:
    with pytest.raises(NotFoundError):
        two.merge(gone_id=two.world.users["coordinator"])
