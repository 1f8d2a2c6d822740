"""Who stands on a volunteer's list of referees, what is known of them, and what is left once they are taken off it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from tests.journey.asking import ANA, KEYRING, add, sign_in_address
from tests.journey.charity import TODAY, Charity
from timecredits.foundation.clock import standing_at
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.journey.one_time_links import mailbox, tidy_email
from timecredits.journey.planning_models import Consent, Referee, Relation
from timecredits.journey.referees.referee_consent import why_not_ask
from timecredits.journey.referees.referees import (
    MOST_REFEREES,
    RefereeLine,
    change_referee,
    find_referee,
    list_referees,
    remove_referee,
)
from timecredits.journey.referees.staff_referees import add_staff_referee, staff_to_add
from timecredits.network.models import RoleKind, StaffRole, User
from timecredits.network.users import create_user, end_role, give_role
from timecredits.network.volunteers import enrol_at_another, enrol_volunteer, find_enrolled


def listed(charity: Charity) -> list[RefereeLine]:
    return list_referees(charity.session, charity.programme_id, charity.volunteer_id)


def hire(charity: Charity, since: date, organisation: str = "organisation_id", name: str = "Jo Reed") -> tuple[User, StaffRole]:
    user = create_user(charity.session, email=f"{new_id()}@staff.example", name=name)
    with standing_at(datetime(since.year, since.month, since.day, 9, tzinfo=UTC)):
        role = give_role(
            charity.session,
            charity.programme_id,
            user.id,
            RoleKind.COORDINATOR,
            title="Volunteer coordinator",
            organisation_id=getattr(charity, organisation),
        )
    return user, role


def add_staff(charity: Charity, user: User) -> None:
    add_staff_referee(
        charity.session,
        charity.programme_id,
        charity.volunteer_id,
        referee_id=new_id(),
        user_id=user.id,
        organisation_id=charity.organisation_id,
    )


def change(charity: Charity, referee_id: UUID, **facts: Any) -> bool:
    here = charity.session, charity.programme_id, charity.volunteer_id
    return change_referee(*here, referee_id, replace(ANA, **facts), today=TODAY)


def test_what_was_typed_is_kept_tidied(charity: Charity) -> None:
    facts = replace(ANA, name="  Ana   Silva ", email=" ana@college.example ", phone=" 01632  960123")
    key = add(charity, facts)
    [line] = listed(charity)
    assert (line.id, line.name, line.email, line.phone) == (key, "Ana Silva", "ana@college.example", "01632 960123")
    assert (line.known_since, line.known_until, line.relation) == (date(2020, 3, 1), None, Relation.TEACHER)
    assert (line.consent, line.is_staff, line.is_reachable) == (Consent.NOT_ASKED, False, True)


def test_a_form_sent_twice_adds_one(charity: Charity) -> None:
    key = add(charity)
    add(charity, referee_id=key)
    assert [line.id for line in listed(charity)] == [key]


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"name": " - "}, "name", "Type their name"),
        ({"name": "x" * 121}, "name", "too long"),
        ({"known_since": None}, "known_since", "when it began"),
        ({"known_since": date(2026, 11, 22)}, "known_since", "22 November 2026 has not come yet"),
        ({"known_since": date(1899, 1, 1)}, "known_since", "too long ago"),
        ({"known_until": date(2020, 2, 29)}, "known_until", "can not end before it began"),
        ({"known_until": date(2026, 11, 22)}, "known_until", "has not come yet"),
        ({"at_org_until": date(9000, 1, 1)}, "at_org_until", "Check the year"),
        ({"email": "ana at college"}, "email", "one email address"),
        ({"email": "a@b.example,c@d.example"}, "email", "one email address"),
        ({"email": "a@b.example\nBcc: c@d.example"}, "email", "one email address"),
        ({"phone": "ask me"}, "phone", "phone number"),
        ({"phone": "12"}, "phone", "phone number"),
    ],
)
def test_what_can_not_be_is_said_at_its_field(charity: Charity, wrong: dict[str, object], field: str, words: str) -> None:
    with pytest.raises(RuleError) as fault:
        add(charity, replace(ANA, **wrong))  # type: ignore[arg-type]
    assert fault.value.field == field
    assert words in str(fault.value.sentence)
    assert listed(charity) == []


def test_nobody_is_their_own_referee(charity: Charity) -> None:
    sign_in_address(charity, "sian@example.org")
    with pytest.raises(RuleError, match="your own email"):
        add(charity, replace(ANA, email="Sian+teacher@Example.org"))


def test_the_same_address_stands_on_the_list_once(charity: Charity) -> None:
    add(charity)
    with pytest.raises(RuleError, match="has this email"):
        add(charity, replace(ANA, name="Ana S.", email="ANA@college.example"))


def test_staff_are_not_typed(charity: Charity) -> None:
    user, role = hire(charity, date(2020, 1, 1))
    number, _at, place = (user.email or "").partition("@")
    typed = replace(ANA, email=f"{number.upper()}+home@{place}")
    with pytest.raises(RuleError, match=r"on the staff\. Add them from the list above\. Nothing was saved") as fault:
        add(charity, typed)
    assert fault.value.field == "email"
    key = add(charity)
    with pytest.raises(RuleError, match="They are on the staff"):
        change(charity, key, email=typed.email)
    end_role(role)
    charity.session.flush()
    change(charity, key, email=typed.email)  # they left, so the list does not offer them


def test_the_list_has_an_end(charity: Charity) -> None:
    keys = [add(charity, replace(ANA, email="")) for _ in range(MOST_REFEREES)]
    with pytest.raises(RuleError, match="30 people"):
        add(charity, replace(ANA, email=""))
    add(charity, replace(ANA, email=""), keys[0])  # a form sent again, not one more
    remove_referee(charity.session, charity.programme_id, charity.volunteer_id, keys[0])
    add(charity)
    assert len(listed(charity)) == MOST_REFEREES


def test_taken_off_the_list_nothing_leads_to_them(charity: Charity) -> None:
    key = add(charity, replace(ANA, phone="01632 960123", known_until=date(2025, 1, 1), at_org_until=date(2025, 1, 1)))
    remove_referee(charity.session, charity.programme_id, charity.volunteer_id, key)
    row = charity.session.get_one(Referee, (charity.programme_id, key))
    assert (row.name, row.title, row.organisation_name, row.email, row.phone) == ("", "", "", "", "")
    assert (row.relation, row.known_since, row.known_until, row.at_org_until) == (Relation.COLLEAGUE, TODAY, None, None)
    assert listed(charity) == []
    with pytest.raises(NotFoundError):
        find_referee(charity.session, charity.programme_id, charity.volunteer_id, key)


def test_another_volunteer_finds_nobody(charity: Charity) -> None:
    other = enrol_volunteer(charity.session, charity.programme_id, charity.organisation_id, first_name="Bo").volunteer
    key = add(charity)
    with pytest.raises(NotFoundError):
        find_referee(charity.session, charity.programme_id, other.id, key)
    with pytest.raises(NotFoundError):
        remove_referee(charity.session, charity.programme_id, other.id, key)
    with pytest.raises(NotFoundError):
        find_referee(charity.session, new_id(), charity.volunteer_id, key)
    assert list_referees(charity.session, charity.programme_id, other.id) == []


def test_staff_are_offered_with_what_the_register_says(charity: Charity) -> None:
    early, _role = hire(charity, date(2020, 1, 1))
    late, _role = hire(charity, date(2025, 2, 3), name="Nell Carter")
    hire(charity, date(2020, 1, 1), "other_organisation_id")
    offered = staff_to_add(charity.session, charity.programme_id, charity.volunteer_id)
    assert [(each.user_id, each.known_since) for each in offered] == [
        (early.id, date(2024, 5, 1)),  # the day of enrolment
        (late.id, date(2025, 2, 3)),  # the day the role began
    ]
    assert (offered[0].title, offered[0].organisation_name) == ("Volunteer coordinator", "Lantern House mental health group")


def test_hours_from_before_the_enrolment_count(charity: Charity) -> None:
    user, _role = hire(charity, date(2020, 1, 1))
    charity.give_hours(date(2023, 6, 1), 60)
    add_staff(charity, user)
    assert listed(charity)[0].known_since == date(2023, 6, 1)


def test_staff_are_added_without_an_address(charity: Charity) -> None:
    user, _role = hire(charity, date(2020, 1, 1))
    add_staff(charity, user)
    [line] = listed(charity)
    assert (line.name, line.title, line.email, line.is_staff, line.is_reachable) == (
        "Jo Reed",
        "Volunteer coordinator",
        "",
        True,
        True,
    )
    assert staff_to_add(charity.session, charity.programme_id, charity.volunteer_id) == []
    with pytest.raises(RuleError, match="on your list already"):
        add_staff(charity, user)
    with pytest.raises(RuleError, match="come from our records"):
        change(charity, line.id)


def test_staff_of_a_place_where_one_never_was_are_not_there(charity: Charity) -> None:
    user, _role = hire(charity, date(2020, 1, 1), "other_organisation_id")
    with pytest.raises(NotFoundError):
        add_staff_referee(
            charity.session,
            charity.programme_id,
            charity.volunteer_id,
            referee_id=new_id(),
            user_id=user.id,
            organisation_id=charity.other_organisation_id,
        )


def test_a_role_that_ended_since_is_said_and_offered_no_more(charity: Charity) -> None:
    user, role = hire(charity, date(2020, 1, 1))
    add_staff(charity, user)
    with standing_at(datetime(2026, 9, 30, 12, tzinfo=UTC)):
        end_role(role)
        charity.session.flush()
    [line] = listed(charity)
    assert (line.at_org_until, line.known_until) == (date(2026, 9, 30), date(2026, 9, 30))
    assert (line.is_reachable, line.has_left_staff) == (False, True)
    here = charity.session, KEYRING, charity.programme_id, charity.volunteer_id
    assert str(why_not_ask(*here, line.id)) == "They no longer work there, so we can not write to them. Nothing was sent."
    gone, role = hire(charity, date(2020, 1, 1))
    end_role(role)
    charity.session.flush()
    assert staff_to_add(charity.session, charity.programme_id, charity.volunteer_id) == []
    with pytest.raises(NotFoundError):
        add_staff(charity, gone)


def test_having_left_ends_knowing_the_staff_there(charity: Charity) -> None:
    user, _role = hire(charity, date(2020, 1, 1))
    hire(charity, date(2026, 6, 1), name="After Them")
    find_enrolled(charity.session, charity.programme_id, charity.organisation_id, charity.volunteer_id).enrolment.left_on = date(
        2026, 5, 1
    )
    charity.session.flush()
    [offered] = staff_to_add(charity.session, charity.programme_id, charity.volunteer_id)
    assert (offered.user_id, offered.known_until, offered.at_org_until) == (user.id, date(2026, 5, 1), None)


def test_nobody_on_the_staff_is_offered_to_themselves(charity: Charity) -> None:
    user, _role = hire(charity, date(2020, 1, 1))
    charity_volunteer = find_enrolled(charity.session, charity.programme_id, charity.organisation_id, charity.volunteer_id)
    charity_volunteer.volunteer.user_id = user.id
    charity.session.flush()
    assert staff_to_add(charity.session, charity.programme_id, charity.volunteer_id) == []


def _into(heard: list[str]) -> Any:
    return lambda *told: heard.append(told[2])


def test_a_longer_list_asks_no_more_questions(charity: Charity) -> None:
    counts = []
    enrol_at_another(
        charity.session,
        find_enrolled(charity.session, charity.programme_id, charity.organisation_id, charity.volunteer_id).volunteer,
        charity.other_organisation_id,
    )
    for _ in range(2):
        for _more in range(3):
            user, _role = hire(charity, date(2020, 1, 1))
            add_staff(charity, user)
            add(charity, replace(ANA, email=""))
        asked: list[str] = []
        connection = charity.session.connection()
        hear = _into(asked)
        event.listen(connection, "before_cursor_execute", hear)
        listed(charity)
        event.remove(connection, "before_cursor_execute", hear)
        counts.append(len(asked))
    assert counts[0] == counts[1] == 4


@given(st.emails())
def test_a_plus_and_capitals_lead_to_the_same_mailbox(email: str) -> None:
    local, _, domain = email.rpartition("@")
    base = local.partition("+")[0]
    assert mailbox(f"{base}+anything@{domain.upper()}") == mailbox(f" {base.upper()}@{domain} ") or not email.isascii()


@given(st.text(max_size=60))
def test_what_passes_for_an_address_is_one_line_and_one_address(typed: str) -> None:
    try:
        email = tidy_email(typed)
    except RuleError:
        return
    assert email == "" or (email.count("@") == 1 and len(email.split()) == 1 and not set(email) & set(',;:<>()"\\'))


def test_a_yes_holds_for_what_they_said_it_to(charity: Charity) -> None:
    key = add(charity)
    row = charity.session.get_one(Referee, (charity.programme_id, key))
    for facts, anew in (
        ({}, False),
        ({"phone": "01632 960123"}, False),
        ({"known_since": date(2019, 1, 1)}, True),
        ({"known_until": date(2026, 1, 1)}, True),
        ({"at_org_until": date(2026, 1, 1)}, True),
        ({"relation": Relation.SUPERVISOR}, True),
        ({"title": "Head"}, True),
        ({"organisation_name": "Another college"}, True),
        ({"name": "Olga Silva"}, True),
        ({"name": "Olga Silva", "email": "olga@college.example"}, True),
        ({"name": "Olga Silva", "email": ""}, True),
        ({"name": "Olga Silva", "email": "ana@college.example"}, True),
    ):
        if facts:
            change(charity, key, **({"name": "Olga Silva"} if "name" in facts and len(facts) > 1 else {}))
        row.consent, row.consent_from, row.asked_at = Consent.GIVEN, TODAY, datetime(2026, 11, 1, tzinfo=UTC)
        charity.session.flush()
        if facts == {"name": "Olga Silva", "email": "ana@college.example"}:
            row.email = ""  # it was emptied by a no that became a yes
            charity.session.flush()
        assert change(charity, key, **facts) is anew
        assert (row.consent, row.asked_at is None) == ((Consent.NOT_ASKED, True) if anew else (Consent.GIVEN, False))
