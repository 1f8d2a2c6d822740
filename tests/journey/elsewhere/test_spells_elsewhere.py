"""Time elsewhere: as the volunteer tells it, as its contact confirms it, and what nobody can change afterwards."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.journey.asking import BASE_URL, KEYRING, SHOP, add, add_time, ask, ask_about, later, mails, sign_in_address
from tests.journey.charity import TODAY, Charity
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.journey.elsewhere.spell_confirming import answer_spell, ask_contact, read_confirmation, why_not_ask_contact
from timecredits.journey.elsewhere.spells_elsewhere import MOST_SPELLS, Spell, change_spell, find_spell, list_spells, remove_spell
from timecredits.journey.planning_models import SpellElsewhere, SpellState
from timecredits.journey.referees.referees import check_order


def spell(charity: Charity, spell_id: UUID) -> Spell:
    return find_spell(charity.session, charity.programme_id, charity.volunteer_id, spell_id)


def confirm(charity: Charity, code: str, name: str = "Bo Lind", role: str = "Manager") -> None:
    answer_spell(charity.session, KEYRING, code, is_right=True, name=name, role=role)


def refuse(charity: Charity, code: str) -> None:
    answer_spell(charity.session, KEYRING, code, is_right=False)


def change(charity: Charity, spell_id: UUID, **facts: object) -> bool:
    here = charity.session, charity.programme_id, charity.volunteer_id
    return change_spell(*here, spell_id, replace(SHOP, **facts), today=TODAY)  # type: ignore[arg-type]


def test_what_is_told_is_only_told(charity: Charity) -> None:
    key = add_time(charity)
    going_on = add_time(charity, replace(SHOP, organisation_name="Food bank", last_day=None, minutes=None))
    add_time(charity, spell_id=key)
    assert [each.id for each in list_spells(charity.session, charity.programme_id, charity.volunteer_id)] == [going_on, key]
    assert (spell(charity, key).state, spell(charity, key).minutes) == (SpellState.DECLARED, 6000)


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"organisation_name": " "}, "organisation_name", "Type where it was"),
        ({"role": "?"}, "role", "Type what you did"),
        ({"role": "x" * 121}, "role", "too long"),
        ({"first_day": None}, "first_day", "when it began"),
        ({"first_day": date(2027, 1, 1)}, "first_day", "has not come yet"),
        ({"first_day": date(1850, 1, 1)}, "first_day", "too long ago"),
        ({"last_day": date(2021, 1, 3)}, "last_day", "can not end before it began"),
        ({"last_day": date(2026, 11, 22)}, "last_day", "has not come yet"),
        ({"minutes": 0}, "hours", "more hours than these days have"),
        ({"minutes": 24 * 60 + 1, "last_day": date(2021, 1, 4)}, "hours", "more hours than these days have"),
        ({"contact_email": "bo"}, "contact_email", "one email address"),
        ({"contact_name": "x" * 121}, "contact_name", "too long"),
    ],
)
def test_what_can_not_be_is_said_at_its_field(charity: Charity, wrong: dict[str, object], field: str, words: str) -> None:
    with pytest.raises(RuleError) as fault:
        add_time(charity, replace(SHOP, **wrong))  # type: ignore[arg-type]
    assert fault.value.field == field
    assert words in str(fault.value.sentence)


@given(st.dates(), st.none() | st.dates(), st.dates(min_value=date(1950, 1, 1)))
def test_days_that_pass_are_in_order_and_have_come(since: date, until: date | None, today: date) -> None:
    can_be = since <= today and since.year >= today.year - 100 and (until is None or until >= since)
    with nullcontext() if can_be else pytest.raises(RuleError):
        assert check_order(since, until, today, field="first_day") == since


def test_the_contact_sees_what_is_claimed_and_confirms_it_once(charity: Charity) -> None:
    key = add_time(charity)
    code = ask_about(charity, key)
    [letter] = mails(charity.session)
    assert (letter.recipient, letter.subject) == ("bo@books.example", "Fenland Time Credits: a question for you")
    assert f"{BASE_URL}/c/{code}" in letter.body
    assert "Corner Books" not in letter.body
    page = read_confirmation(charity.session, KEYRING, code)
    assert (page.asked_by, page.spell.role, page.is_answered) == ("Siân O'Neill-Wyn", "Shop helper", False)
    confirm(charity, code)
    found = spell(charity, key)
    assert (found.state, found.answered_by, found.answered_on) == (SpellState.CONFIRMED, "Bo Lind, Manager", TODAY)
    assert (found.contact_name, found.contact_email) == ("", "")
    refuse(charity, code)  # a second answer changes nothing
    assert spell(charity, key).is_confirmed
    assert read_confirmation(charity.session, KEYRING, code).is_answered


def test_what_was_confirmed_is_locked(charity: Charity) -> None:
    key = add_time(charity)
    confirm(charity, ask_about(charity, key))
    with pytest.raises(RuleError, match="can not change"):
        change(charity, key, role="Manager")
    with later(30), pytest.raises(RuleError, match="is confirmed"):
        ask_about(charity, key)
    remove_spell(charity.session, charity.programme_id, charity.volunteer_id, key)
    assert charity.session.get_one(SpellElsewhere, (charity.programme_id, key)).answered_by == ""
    assert list_spells(charity.session, charity.programme_id, charity.volunteer_id) == []


@pytest.mark.parametrize(
    ("name", "role", "words"), [(" ", "Manager", "your name"), ("Bo", "", "your role"), ("x" * 121, "M", "long")]
)
def test_a_yes_has_a_name_and_a_role(charity: Charity, name: str, role: str, words: str) -> None:
    key = add_time(charity)
    code = ask_about(charity, key)
    with pytest.raises(RuleError, match=words):
        confirm(charity, code, name, role)
    assert spell(charity, key).state is SpellState.ASKED


def test_a_no_needs_no_name_and_ends_the_asking(charity: Charity) -> None:
    key = add_time(charity)
    refuse(charity, ask_about(charity, key))
    found = spell(charity, key)
    assert (found.state, found.contact_name, found.contact_email, found.answered_by) == (SpellState.REFUSED, "", "", "")
    with later(30), pytest.raises(RuleError, match="not right"):
        ask_about(charity, key)
    assert change(charity, key, last_day=date(2022, 5, 31))
    assert spell(charity, key).state is SpellState.DECLARED
    with later(30), pytest.raises(RuleError, match="somebody else who was there"):
        ask_about(charity, key)
    change(charity, key, contact_email="cy@books.example")
    with later(30):
        ask_about(charity, key)


def test_what_changes_after_the_asking_must_be_asked_again(charity: Charity) -> None:
    key = add_time(charity)
    code = ask_about(charity, key)
    assert not change(charity, key)  # saved as it was
    assert read_confirmation(charity.session, KEYRING, code)
    assert change(charity, key, first_day=date(2010, 1, 1))
    with pytest.raises(NotFoundError):
        confirm(charity, code)
    assert spell(charity, key).state is SpellState.DECLARED


def test_the_link_is_good_for_60_days(charity: Charity) -> None:
    code = ask_about(charity, add_time(charity))
    with later(59):
        assert read_confirmation(charity.session, KEYRING, code)
    with later(60), pytest.raises(NotFoundError):
        read_confirmation(charity.session, KEYRING, code)
    with later(60), pytest.raises(NotFoundError):
        confirm(charity, code)


def test_once_a_week_and_three_times(charity: Charity) -> None:
    key = add_time(charity)
    codes = [ask_about(charity, key)]
    reason = why_not_ask_contact(charity.session, KEYRING, charity.programme_id, charity.volunteer_id, key)
    assert "You can ask again on 28 November 2026" in str(reason)
    for week in (1, 2):
        with later(7 * week):
            codes.append(ask_about(charity, key))
    with later(60), pytest.raises(RuleError, match="asked 3 times"):
        ask_about(charity, key)
    with pytest.raises(NotFoundError):
        read_confirmation(charity.session, KEYRING, codes[0])


def test_a_name_that_no_font_has_is_refused_at_its_field(charity: Charity) -> None:
    key = add_time(charity)
    code = ask_about(charity, key)
    for name, role, field in (("Bo \U00013080", "Manager", "name"), ("Bo", "Man\u202eager", "role")):
        with pytest.raises(RuleError, match=r"can not print one of these letters\. Nothing was sent") as fault:
            confirm(charity, code, name, role)
        assert fault.value.field == field
    assert spell(charity, key).state is SpellState.ASKED
    confirm(charity, code, "Zoë محمد", "Rheolwr siŵr")
    with pytest.raises(RuleError, match="Nothing was saved") as fault:
        add_time(charity, replace(SHOP, role="Baker \U00013080"))
    assert fault.value.field == "role"


def test_one_mail_a_week_to_one_address_whatever_is_changed(charity: Charity) -> None:
    key, other = add_time(charity), add_time(charity, replace(SHOP, organisation_name="Food bank"))
    ask_about(charity, key)
    assert change(charity, key, role="Baker")
    for each in (key, other):
        with pytest.raises(RuleError, match="You can ask again on 28 November 2026"):
            ask_about(charity, each)
    assert len(mails(charity.session)) == 1
    with later(7):
        ask_about(charity, key)
    change(charity, other, contact_email="cy@books.example")
    ask_about(charity, other)


def test_nobody_confirms_themselves(charity: Charity) -> None:
    own = sign_in_address(charity, "sian@example.org")
    with pytest.raises(RuleError, match="your own email") as fault:
        add_time(charity, replace(SHOP, contact_email="SIAN+books@example.org"))
    assert fault.value.field == "contact_email"
    key = add_time(charity)
    code = ask_about(charity, key)
    with pytest.raises(RuleError, match="Only the other person"):
        answer_spell(charity.session, KEYRING, code, is_right=True, name="Bo", role="Manager", user_id=own)
    assert spell(charity, key).state is SpellState.ASKED


def test_without_an_address_nobody_is_asked(charity: Charity) -> None:
    key = add_time(charity, replace(SHOP, contact_email=""))
    with pytest.raises(RuleError, match="Add the email"):
        ask_about(charity, key)
    assert mails(charity.session) == []


def test_a_referee_s_link_opens_no_spell(charity: Charity) -> None:
    code = ask(charity, add(charity))
    for wrong in (code, "", "x" * 47):
        with pytest.raises(NotFoundError):
            read_confirmation(charity.session, KEYRING, wrong)


def test_another_s_time_is_not_there(charity: Charity) -> None:
    key = add_time(charity)
    here = charity.session, charity.programme_id
    with pytest.raises(NotFoundError):
        find_spell(*here, new_id(), key)
    with pytest.raises(NotFoundError):
        find_spell(charity.session, new_id(), charity.volunteer_id, key)
    with pytest.raises(NotFoundError):
        remove_spell(*here, new_id(), key)
    with pytest.raises(NotFoundError):
        ask_contact(charity.session, KEYRING, charity.programme_id, new_id(), key, base_url=BASE_URL, user_id=None)
    code = ask_about(charity, key)
    remove_spell(*here, charity.volunteer_id, key)
    with pytest.raises(NotFoundError):
        read_confirmation(charity.session, KEYRING, code)
    row = charity.session.get_one(SpellElsewhere, (charity.programme_id, key))
    assert (row.contact_name, row.contact_email) == ("", "")


def test_the_list_has_an_end(charity: Charity) -> None:
    for _ in range(MOST_SPELLS):
        add_time(charity, replace(SHOP, contact_email=""))
    with pytest.raises(RuleError, match="30 places"):
        add_time(charity)
