from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, func, select

from tests.hours.conftest import TODAY, Place
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.books import check_hours
from timecredits.hours.correcting import Corrected, CreditsUsedError, correct_hours, take_away_hours
from timecredits.hours.history.hour_history import hour_history
from timecredits.hours.models import HourCorrection, HourEntry
from timecredits.hours.recording import HoursRuleError
from timecredits.ledger.books import check_ledger
from timecredits.ledger.models import AccountKind, TransferKind
from timecredits.ledger.transfers import Movement, open_account, post
from timecredits.network.models import Volunteer
from timecredits.network.volunteers import find_enrolled


def correct(place: Place, entry_id: UUID, minutes: int | None, reason: str = "A slip", **more: Any) -> Corrected:
    organisation_id = more.pop("organisation_id", place.organisation_id)
    return correct_hours(
        place.session,
        place.programme_id,
        organisation_id,
        entry_id,
        minutes=minutes,
        reason=reason,
        actor_id=None,
        today=TODAY,
        **more,
    )


def use(place: Place, volunteer_id: UUID, minutes: int) -> None:
    venue = open_account(place.session, place.programme_id, AccountKind.VENUE)
    account = place.session.get_one(Volunteer, (place.programme_id, volunteer_id)).account_id
    post(place.session, place.programme_id, Movement(new_id(), account, venue, minutes, TransferKind.USED, TODAY))


def books_agree(place: Place) -> bool:
    return check_ledger(place.session, place.programme_id) == check_hours(place.session, place.programme_id) == []


def test_three_hours_become_two_and_a_half_after_one_was_used(place: Place) -> None:
    entry = place.record(place.new(place.sian, 180)).entries[0]
    use(place, place.sian, 60)
    corrected = correct(place, entry, 150)
    assert (corrected.before, corrected.after) == (180, 150)
    assert place.credits(place.sian) == 90
    assert books_agree(place)


def test_hours_can_be_taken_away(place: Place) -> None:
    entry = place.record(place.new(place.sian)).entries[0]
    assert correct(place, entry, None).replacement_id is None
    assert place.credits(place.sian) == 0
    assert hour_history(place.session, place.programme_id, place.sian, as_of=TODAY).total_minutes == 0
    assert books_agree(place)


def test_used_credits_are_told_of_before_anything_changes(place: Place) -> None:
    entry = place.record(place.new(place.sian, 180)).entries[0]
    use(place, place.sian, 120)
    with pytest.raises(CreditsUsedError, match=r"used 1 credit of these\. If you save, the programme makes up for it") as caught:
        correct(place, entry, 60, agreed_to=0)
    assert caught.value.lent == 60
    assert place.credits(place.sian) == 60
    assert place.session.scalar(select(func.count()).select_from(HourEntry)) == 1
    assert place.session.scalar(select(func.count()).select_from(HourCorrection)) == 0
    assert books_agree(place)
    assert correct(place, entry, 60, agreed_to=60).lent == 60
    assert place.credits(place.sian) == 0
    assert books_agree(place)


def test_the_same_correction_twice_is_done_once(place: Place) -> None:
    entry, replacement = place.record(place.new(place.sian)).entries[0], new_id()
    correct(place, entry, 60, replacement_id=replacement)
    assert correct(place, entry, 60, replacement_id=replacement).already
    assert place.credits(place.sian) == 60
    taken = place.record(place.new(place.lukasz)).entries[0]
    correct(place, taken, None)
    assert correct(place, taken, None).already


def test_an_entry_corrected_before_is_left_alone(place: Place) -> None:
    entry = place.record(place.new(place.sian)).entries[0]
    correct(place, entry, 60)
    with pytest.raises(RuleError, match="corrected before"):
        correct(place, entry, 90)
    assert place.credits(place.sian) == 60


def test_a_correction_can_be_corrected(place: Place) -> None:
    entry = place.record(place.new(place.sian)).entries[0]
    first = correct(place, entry, 60).replacement_id
    assert first is not None
    correct(place, first, 90, "Longer after all")
    line = hour_history(place.session, place.programme_id, place.sian, as_of=TODAY).lines[0]
    assert (line.minutes, line.corrected_from, line.correction_reason) == (90, 60, "Longer after all")
    assert place.credits(place.sian) == 90
    assert books_agree(place)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
def test_a_correction_says_why(place: Place, reason: str) -> None:
    entry = place.record(place.new(place.sian)).entries[0]
    with pytest.raises(RuleError) as caught:
        correct(place, entry, 60, reason)
    assert caught.value.field == "reason"


@pytest.mark.parametrize("minutes", [0, -5, 1441, 120])
def test_hours_that_a_rule_forbids_change_nothing(place: Place, minutes: int) -> None:
    entry = place.record(place.new(place.sian)).entries[0]
    with pytest.raises(RuleError):
        correct(place, entry, minutes)
    assert place.credits(place.sian) == 120


def test_the_corrected_entry_does_not_count_to_the_24_hours(place: Place) -> None:
    entry = place.record(place.new(place.sian, 1400)).entries[0]
    correct(place, entry, 1440)
    with pytest.raises(HoursRuleError):
        place.record(place.new(place.sian, 1))


def test_hours_that_earned_nothing_stay_without_credits(place: Place) -> None:
    entry = place.record(place.new(place.sian, activity_id=place.meeting_id)).entries[0]
    correct(place, entry, 60)
    assert place.credits(place.sian) == 0
    assert books_agree(place)


def test_an_entry_of_another_organisation_is_not_found(place: Place) -> None:
    entry = place.record(place.new(place.sian)).entries[0]
    for entry_id in (entry, new_id()):
        with pytest.raises(NotFoundError):
            correct(place, entry_id, 60, organisation_id=place.other_organisation_id)


def test_hours_of_somebody_who_left_can_still_be_corrected(place: Place) -> None:
    entry = place.record(place.new(place.sian, day=date(2026, 3, 1))).entries[0]
    enrolled = find_enrolled(place.session, place.programme_id, place.organisation_id, place.sian)
    enrolled.enrolment.left_on = date(2026, 6, 1)
    place.session.flush()
    correct(place, entry, 60)
    assert place.credits(place.sian) == 60


def take_away(place: Place, *entry_ids: UUID, organisation_id: UUID | None = None, reason: str = "A slip") -> list[Corrected]:
    return take_away_hours(
        place.session,
        place.programme_id,
        organisation_id or place.organisation_id,
        entry_ids,
        reason=reason,
        actor_id=None,
        today=TODAY,
    )


def test_many_are_taken_away_at_once_and_once(place: Place) -> None:
    days = [date(2026, 11, day) for day in range(1, 11)]
    recorded = place.record(*(place.new(who, 60, day) for day in days for who in (place.sian, place.lukasz)))
    correct(place, recorded.entries[0], None)
    assert len(take_away(place, *recorded.entries, recorded.entries[1])) == 19
    assert take_away(place, *recorded.entries) == take_away(place) == []
    assert place.credits(place.sian) == place.credits(place.lukasz) == 0
    assert books_agree(place)


def test_of_another_organisations_hours_none_is_taken_away(place: Place) -> None:
    mine = place.record(place.new(place.sian)).entries[0]
    for organisation_id, ids in ((place.other_organisation_id, [mine]), (place.organisation_id, [mine, new_id()])):
        with pytest.raises(NotFoundError):
            take_away(place, *ids, organisation_id=organisation_id)
    with pytest.raises(RuleError, match="Say why"):
        take_away(place, mine, reason=" ")
    assert place.credits(place.sian) == 120


def test_taking_away_many_asks_no_more_questions(place: Place) -> None:
    few = place.record(*(place.new(place.sian, 60, date(2026, 10, day)) for day in range(1, 4))).entries
    many = place.record(*(place.new(place.sian, 60, date(2026, 9, day)) for day in range(1, 29))).entries
    assert questions(place, few) == questions(place, many)


def questions(place: Place, entry_ids: tuple[UUID, ...]) -> int:
    asked: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().startswith("SELECT"):
            asked.append(statement)

    event.listen(place.session.get_bind(), "before_cursor_execute", listen)
    take_away(place, *entry_ids)
    event.remove(place.session.get_bind(), "before_cursor_execute", listen)
    return len(asked)
