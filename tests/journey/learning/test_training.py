"""Training: one's own word until staff confirm it; who sees it; what runs out; what letters may say."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.hours.conftest import TODAY, Place
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.mail import MailMessage
from timecredits.hours.activity_models import RequirementKind
from timecredits.hours.planning.requirements import Asked, set_requirements
from timecredits.journey.learning.training import (
    ListedTraining,
    TrainingFacts,
    add_training,
    change_training,
    find_training,
    let_any_letter_say,
    list_training,
    remove_training,
)
from timecredits.journey.learning.training_confirming import (
    Confirmer,
    add_confirmed_training,
    confirm_training,
    confirmed_training,
    find_seen_training,
    list_persons_training,
    list_running_out,
    list_unconfirmed,
    take_back_confirmation,
)
from timecredits.journey.learning_models import TrainingKind
from timecredits.network.models import User
from timecredits.network.seen_checks import list_checks

JO = Confirmer(new_id(), "Jo Reed")
FIRST_AID = TrainingFacts(TrainingKind.TRAINING, "First aid", "St Example", date(2025, 11, 1), date(2028, 10, 31))
Leave = Callable[[UUID], None]


def say(place: Place, facts: TrainingFacts = FIRST_AID, who: UUID | None = None) -> UUID:
    key = new_id()
    add_training(place.session, place.programme_id, who or place.sian, facts, training_id=key, today=TODAY)
    return key


def mine(place: Place, key: UUID) -> ListedTraining:
    return find_training(place.session, place.programme_id, place.sian, key)


def confirm(place: Place, key: UUID, organisation_id: UUID | None = None, seen: str = "") -> None:
    confirm_training(
        place.session,
        place.programme_id,
        organisation_id or place.organisation_id,
        place.sian,
        key,
        seen=seen or mine(place, key).mark,
        by=JO,
        today=TODAY,
    )


def take_back(place: Place, key: UUID, organisation_id: UUID | None = None) -> bool:
    here = place.session, place.programme_id, organisation_id or place.organisation_id
    return take_back_confirmation(*here, key, by=JO, base_url="http://localhost")


def test_nobody_stands_behind_their_own_training(place: Place, with_email: str) -> None:
    own = place.session.scalars(select(User.id).where(User.email == with_email)).one()
    me, key, other = Confirmer(own, "Siân"), say(place), say(place)
    here = place.session, place.programme_id, place.organisation_id
    with pytest.raises(RuleError, match="about you"):
        confirm_training(*here, place.sian, key, seen=mine(place, key).mark, by=me, today=TODAY)
    with pytest.raises(RuleError, match="about you"):
        add_confirmed_training(*here, place.sian, FIRST_AID, training_id=new_id(), by=me, today=TODAY)
    assert not mine(place, key).is_confirmed
    confirm(place, other)
    with pytest.raises(RuleError, match="about you"):
        take_back_confirmation(*here, other, by=me, base_url="http://localhost")
    assert mine(place, other).is_confirmed
    assert len(list_training(place.session, place.programme_id, place.sian)) == 2


@pytest.mark.parametrize("field", ["title", "awarded_by"])
def test_what_can_not_be_printed_is_not_kept(place: Place, field: str) -> None:
    odd = replace(FIRST_AID, **{field: "First aid \U00013080"})
    with pytest.raises(RuleError, match=r"can not print one of these letters\. Nothing was saved") as fault:
        say(place, odd)
    assert fault.value.field == field
    say(place, replace(FIRST_AID, **{field: "Cymorth cyntaf â, الإسعاف"}))


def on_letters(place: Place, organisation_id: UUID) -> list[str]:
    found = confirmed_training(place.session, place.programme_id, place.sian, organisation_id)
    return [each.facts.title for each in found]


def seen_by_staff(place: Place, organisation_id: UUID) -> set[UUID]:
    return {each.id for each in list_persons_training(place.session, place.programme_id, organisation_id, place.sian)}


def test_it_is_ones_own_until_it_is_confirmed(place: Place) -> None:
    whose, key = (place.session, place.programme_id, place.sian), new_id()
    assert add_training(*whose, replace(FIRST_AID, title="  First   aid "), training_id=key, today=TODAY)
    assert not add_training(*whose, replace(FIRST_AID, title="Other"), training_id=key, today=TODAY)
    [kept] = list_training(*whose)
    assert (kept.facts, kept.is_confirmed, kept.organisation) == (FIRST_AID, False, "")
    change_training(*whose, key, replace(FIRST_AID, title="First aid at work"), today=TODAY)
    assert mine(place, key).facts.title == "First aid at work"
    remove_training(*whose, key)
    assert list_training(*whose) == []
    with pytest.raises(NotFoundError):
        change_training(*whose, key, FIRST_AID, today=TODAY)


def test_confirmed_it_is_locked_with_who_and_when(place: Place) -> None:
    whose, key = (place.session, place.programme_id, place.sian), say(place)
    for _ in range(2):
        confirm(place, key)
    kept = mine(place, key)
    assert (kept.confirmed_by, kept.organisation, kept.is_confirmed) == ("Jo Reed", "Riverside Trust", True)
    with pytest.raises(RuleError):
        change_training(*whose, key, FIRST_AID, today=TODAY)
    with pytest.raises(RuleError):
        remove_training(*whose, key)
    assert place.session.scalars(select(AuditEntry.action)).all().count("training confirmed") == 1


def test_what_was_changed_after_it_was_read_is_not_confirmed(place: Place) -> None:
    key = say(place)
    seen = mine(place, key).mark
    change_training(place.session, place.programme_id, place.sian, key, replace(FIRST_AID, title="Doctor"), today=TODAY)
    with pytest.raises(RuleError, match="Nothing was confirmed"):
        confirm(place, key, seen=seen)
    assert not mine(place, key).is_confirmed


def test_a_confirmation_is_taken_back_and_the_person_told(place: Place, with_email: str) -> None:
    key = say(place)
    confirm(place, key)
    let_any_letter_say(place.session, place.programme_id, place.sian, key, let=True)
    assert take_back(place, key)
    [letter] = place.session.scalars(select(MailMessage)).all()
    assert letter.recipient == with_email
    assert "Riverside" not in letter.body + letter.subject
    assert "First aid" not in letter.body + letter.subject
    kept = mine(place, key)
    assert (kept.is_confirmed, kept.on_any_letter, kept.confirmed_by) == (False, False, "")
    change_training(place.session, place.programme_id, place.sian, key, replace(FIRST_AID, title="Mine"), today=TODAY)
    with pytest.raises(NotFoundError):
        take_back(place, key)


def test_nobody_to_write_to_is_said(place: Place) -> None:
    key = say(place)
    confirm(place, key)
    assert not take_back(place, key)
    assert place.session.scalars(select(MailMessage)).all() == []


def test_staff_add_one_at_once(place: Place) -> None:
    here, key = (place.session, place.programme_id, place.organisation_id), new_id()
    assert add_confirmed_training(*here, place.sian, FIRST_AID, training_id=key, by=JO, today=TODAY)
    assert not add_confirmed_training(*here, place.sian, FIRST_AID, training_id=key, by=JO, today=TODAY)
    assert mine(place, key).is_confirmed
    for who, training_id in ((place.stranger, new_id()), (place.lukasz, key)):
        with pytest.raises(NotFoundError):
            add_confirmed_training(*here, who, FIRST_AID, training_id=training_id, by=JO, today=TODAY)


def test_who_sees_it(place: Place) -> None:
    """Unconfirmed: wherever one is enrolled. Confirmed: that organisation, and others only with the person's yes."""
    place.enrol_elsewhere(place.sian)
    here, there = place.organisation_id, place.other_organisation_id
    key = say(place)
    assert seen_by_staff(place, here) == seen_by_staff(place, there) == {key}
    with pytest.raises(RuleError):
        let_any_letter_say(place.session, place.programme_id, place.sian, key, let=True)
    confirm(place, key)
    assert (seen_by_staff(place, here), seen_by_staff(place, there)) == ({key}, set())
    assert (on_letters(place, here), on_letters(place, there)) == (["First aid"], [])
    with pytest.raises(NotFoundError):
        confirm(place, key, there)
    let_any_letter_say(place.session, place.programme_id, place.sian, key, let=True)
    assert seen_by_staff(place, there) == {key}
    assert on_letters(place, there) == ["First aid"]
    with pytest.raises(RuleError):
        confirm(place, key, there)
    for wrong in (key, new_id()):
        with pytest.raises(NotFoundError):
            take_back(place, wrong, there)


def test_nobody_else_finds_it(place: Place, leave: Leave) -> None:
    key = say(place)
    for who in (place.lukasz, place.stranger):
        with pytest.raises(NotFoundError):
            find_training(place.session, place.programme_id, who, key)
        with pytest.raises(NotFoundError):
            remove_training(place.session, place.programme_id, who, key)
    with pytest.raises(NotFoundError):
        confirm(place, key, place.other_organisation_id)
    with pytest.raises(NotFoundError):
        add_training(place.session, place.programme_id, place.lukasz, FIRST_AID, training_id=key, today=TODAY)
    here = place.session, place.programme_id, place.organisation_id
    with pytest.raises(NotFoundError):
        confirm_training(*here, place.lukasz, key, seen=mine(place, key).mark, by=JO, today=TODAY)
    leave(place.sian)
    with pytest.raises(NotFoundError):
        confirm(place, key)
    with pytest.raises(NotFoundError):
        seen_by_staff(place, place.organisation_id)


def test_on_letters_the_oldest_comes_first_and_only_what_is_confirmed(place: Place) -> None:
    newer, older = say(place), say(place, replace(FIRST_AID, title="Boats", completed_on=date(2001, 2, 3)))
    say(place, replace(FIRST_AID, title="Just my word"))
    for key in (newer, older):
        confirm(place, key)
    assert on_letters(place, place.organisation_id) == ["Boats", "First aid"]


@pytest.mark.parametrize(("days", "soon", "over"), [(-1, False, True), (0, True, False), (60, True, False), (61, False, False)])
def test_it_warns_from_60_days_before(place: Place, days: int, *, soon: bool, over: bool) -> None:
    key = say(place, replace(FIRST_AID, expires_on=TODAY + timedelta(days=days)))
    kept = mine(place, key)
    assert (kept.is_soon_over(TODAY), kept.is_over(TODAY)) == (soon, over)
    here = place.session, place.programme_id, place.organisation_id
    assert list_running_out(*here, today=TODAY) == []
    confirm(place, key)
    assert [each.id for each in list_running_out(*here, today=TODAY)] == ([key] if soon or over else [])


def test_a_newer_one_and_leaving_silence_it(place: Place, leave: Leave) -> None:
    here = place.session, place.programme_id, place.organisation_id
    old = say(place, replace(FIRST_AID, expires_on=TODAY + timedelta(days=3)))
    confirm(place, old)
    assert [each.person for each in list_running_out(*here, today=TODAY)] == ["Siân O'Neill-Wyn"]
    confirm(place, say(place, replace(FIRST_AID, title="first AID")))
    assert list_running_out(*here, today=TODAY) == []
    confirm(place, say(place, replace(FIRST_AID, title="Boats", expires_on=TODAY)))
    assert len(list_running_out(*here, today=TODAY)) == 1
    leave(place.sian)
    assert list_running_out(*here, today=TODAY) == []


def test_what_waits_is_listed_in_pages(place: Place) -> None:
    for number in range(27):
        say(place, replace(FIRST_AID, title=f"Course {number}"), place.lukasz if number % 2 else None)
    say(place, FIRST_AID, place.stranger)
    here = place.session, place.programme_id, place.organisation_id
    first, last, beyond = (list_unconfirmed(*here, page=page) for page in (1, 2, 99))
    assert (len(first.rows), len(last.rows), first.found, beyond.page) == (25, 2, 27, 2)
    assert {each.person for each in first.rows} == {"Siân O'Neill-Wyn", "Łukasz Żak"}


def test_a_check_that_a_role_asks_for_is_noted_and_ended_with_it(place: Place) -> None:
    here = place.session, place.programme_id, place.organisation_id
    set_requirements(*here, place.garden_id, [Asked(RequirementKind.TRAINING, name="First Aid")], actor_id=None)
    key = say(place)
    say(place, replace(FIRST_AID, title="Boats"))
    for _ in range(2):
        confirm(place, key)
        [check] = [each for each in list_checks(*here, place.sian) if each.ended_at is None]
        assert (check.facts.name, check.facts.issued_on, check.facts.expires_on) == (
            "First Aid",
            FIRST_AID.completed_on,
            FIRST_AID.expires_on,
        )
        take_back(place, key)
        assert all(each.ended_at is not None for each in list_checks(*here, place.sian))
    assert len(list_checks(*here, place.sian)) == 2


def test_what_no_role_asks_for_is_no_check(place: Place) -> None:
    confirm(place, say(place))
    assert list_checks(place.session, place.programme_id, place.organisation_id, place.sian) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "!?"}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"awarded_by": "x" * 121}, "awarded_by"),
        ({"completed_on": TODAY + timedelta(days=1), "expires_on": None}, "completed_on"),
        ({"completed_on": date(1939, 12, 31)}, "completed_on"),
        ({"expires_on": date(2025, 10, 31)}, "expires_on"),
    ],
)
def test_what_cannot_be_is_not_kept(place: Place, changes: dict[str, Any], field: str) -> None:
    facts = replace(FIRST_AID, **changes)
    with pytest.raises(RuleError) as fault:
        say(place, facts)
    assert fault.value.field == field
    with pytest.raises(RuleError):
        add_confirmed_training(
            place.session,
            place.programme_id,
            place.organisation_id,
            place.sian,
            facts,
            training_id=new_id(),
            by=JO,
            today=TODAY,
        )
    assert list_training(place.session, place.programme_id, place.sian) == []


def test_one_that_staff_confirmed_is_found_by_them_alone(place: Place) -> None:
    key = say(place)
    with pytest.raises(NotFoundError):
        find_seen_training(place.session, place.programme_id, place.organisation_id, key)
    confirm(place, key)
    assert find_seen_training(place.session, place.programme_id, place.organisation_id, key).person == "Siân O'Neill-Wyn"
    with pytest.raises(NotFoundError):
        find_seen_training(place.session, place.programme_id, place.other_organisation_id, key)
