"""A last day on an enrolment, who has left, a duty that goes with it, and a phone number that one organisation knows."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.hours.conftest import JOINED, TODAY, Place, make_place
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.actors import Actor
from timecredits.network.duties import facilitated_groups, give_duty, has_duty, list_duties
from timecredits.network.enrolled_phones import LONGEST_PHONE, set_phone, tidy_phone
from timecredits.network.enrolments import end_enrolment, find_left, list_left, take_up_again
from timecredits.network.models import DutyKind, Enrolment
from timecredits.network.permissions import ActorKind
from timecredits.network.volunteers import find_enrolled, list_enrolled


@pytest.fixture
def place(session: Session) -> Place:
    return make_place(session)


def end(place: Place, volunteer_id: UUID, left_on: date = TODAY, at: UUID | None = None) -> bool:
    here = place.session, place.programme_id, at or place.organisation_id
    return end_enrolment(*here, volunteer_id, left_on, today=TODAY, actor_id=None)


def test_leaving_and_coming_back_leave_the_enrolment_as_it_was(place: Place) -> None:
    here = place.session, place.programme_id, place.organisation_id
    before = {
        column.key: getattr(find_enrolled(*here, place.sian).enrolment, column.key) for column in Enrolment.__table__.columns
    }
    assert [end(place, place.sian, day) for day in (TODAY, TODAY - timedelta(days=9))] == [True, False]
    left = find_left(*here, place.sian)
    assert left.enrolment.left_on == TODAY
    assert [each.volunteer.id for each in list_enrolled(*here)] == [place.lukasz]
    with pytest.raises(NotFoundError):
        find_enrolled(*here, place.sian)
    assert [take_up_again(*here, place.sian, actor_id=None) for _ in range(2)] == [True, False]
    after = find_enrolled(*here, place.sian).enrolment
    assert {key: getattr(after, key) for key in before} == before
    with pytest.raises(NotFoundError):
        find_left(*here, place.sian)
    assert place.session.scalars(select(AuditEntry.action)).all()[-2:] == ["enrolment ended", "enrolment taken up again"]


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), JOINED - timedelta(days=1)])
def test_a_day_that_can_not_be(place: Place, day: date) -> None:
    with pytest.raises(RuleError, match="Nothing was saved") as refused:
        end(place, place.sian, day)
    assert refused.value.field == "left_on"
    assert find_enrolled(place.session, place.programme_id, place.organisation_id, place.sian).enrolment.left_on is None


def test_nobody_elses_people(place: Place) -> None:
    for volunteer_id in (place.stranger, new_id()):
        with pytest.raises(NotFoundError):
            end(place, volunteer_id)
        with pytest.raises(NotFoundError):
            take_up_again(place.session, place.programme_id, place.organisation_id, volunteer_id, actor_id=None)


def test_who_left_is_listed_the_latest_first_in_pages(place: Place) -> None:
    place.enrol_elsewhere(place.sian)
    end(place, place.sian, TODAY - timedelta(days=1))
    end(place, place.lukasz)
    here = place.session, place.programme_id, place.organisation_id
    listed = list_left(*here)
    assert [each.volunteer.id for each in listed.people] == [place.lukasz, place.sian]
    assert (listed.page, listed.pages, listed.found) == (1, 1, 2)
    assert [each.volunteer.id for each in list_left(*here, search="zak lukasz", page=9).people] == [place.lukasz]
    assert list_left(*here, search="%").found == 0
    there = place.session, place.programme_id, place.other_organisation_id
    assert list_left(*there).found == 0
    assert find_enrolled(*there, place.sian).enrolment.left_on is None


def test_a_facilitator_who_left_keeps_no_duty_and_has_it_again_when_back(place: Place) -> None:
    group_id, here = new_id(), (place.session, place.programme_id, place.organisation_id)
    give_duty(
        place.session,
        place.programme_id,
        DutyKind.FACILITATOR,
        actor_id=None,
        organisation_id=place.organisation_id,
        group_id=group_id,
        volunteer_id=place.sian,
    )
    who = Actor(ActorKind.VOLUNTEER, programme_id=place.programme_id, volunteer_id=place.sian)

    def holds() -> tuple[bool, int, int]:
        held = has_duty(place.session, who, DutyKind.FACILITATOR, group_id=group_id)
        return held, len(list_duties(*here)), len(facilitated_groups(*here[:2], place.sian))

    assert holds() == (True, 1, 1)
    place.enrol_elsewhere(place.sian)
    end(place, place.sian, at=None)
    assert holds() == (False, 0, 0)
    take_up_again(*here, place.sian, actor_id=None)
    assert holds() == (True, 1, 1)


@given(st.text(alphabet="0123456789+ ()-./x٣", max_size=40))
def test_a_number_is_tidied_once_or_refused(typed: str) -> None:
    try:
        kept = tidy_phone(typed)
    except RuleError:
        return
    assert tidy_phone(kept) == kept
    assert len(kept) <= LONGEST_PHONE
    assert set(kept) <= set("+0123456789 ")
    assert kept.count("+") == (1 if kept.startswith("+") else 0)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("(01632) 960-123", "01632 960 123"), ("+44 1632 960123", "+44 1632 960123"), ("  ", ""), ("٠١٦٣٢٩٦٠", "01632960")],
)
def test_some_numbers(typed: str, kept: str) -> None:
    assert tidy_phone(typed) == kept


@pytest.mark.parametrize("typed", ["12345", "call me", "0163x960123", "1" * 31, "01632 960+123", "-"])
def test_no_number(typed: str) -> None:
    with pytest.raises(RuleError, match="not a phone number"):
        tidy_phone(typed)


def test_a_number_is_one_organisations_own(place: Place) -> None:
    place.enrol_elsewhere(place.sian)
    here, there = ((place.session, place.programme_id, at) for at in (place.organisation_id, place.other_organisation_id))
    assert [set_phone(*here, place.sian, "01632 960123", actor_id=None) for _ in range(2)] == [True, False]
    assert find_enrolled(*here, place.sian).enrolment.phone == "01632 960123"
    assert find_enrolled(*there, place.sian).enrolment.phone == ""
    assert set_phone(*here, place.sian, "", actor_id=None)
    with pytest.raises(NotFoundError):
        set_phone(*there, place.lukasz, "01632 960123", actor_id=None)
    assert place.session.scalars(select(AuditEntry.action)).all()[-2:] == ["phone noted", "phone removed"]
