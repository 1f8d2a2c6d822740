"""Asking a referee, their answer by a one-time link, and their answer on the phone."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from tests.journey.asking import ANA, BASE_URL, KEYRING, add, add_time, ask, ask_about, later, mails, sign_in_address
from tests.journey.charity import TODAY, Charity
from timecredits.foundation import clock
from timecredits.foundation.clock import standing_at
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.secret_values import digest
from timecredits.journey.one_time_links import Question, address_mark, code_of
from timecredits.journey.planning_models import Consent, Referee
from timecredits.journey.referees.referee_consent import Answer, answer_consent, ask_referee, read_consent, why_not_ask
from timecredits.journey.referees.referee_phone import (
    ask_to_ring,
    note_phone_answer,
    phone_notes,
    referees_to_ring,
    volunteers_with_calls,
)
from timecredits.journey.referees.referees import RefereeState, change_referee, find_referee, list_referees, remove_referee
from timecredits.journey.referees.staff_referees import add_staff_referee
from timecredits.network.models import RoleKind, User
from timecredits.network.users import create_user, give_role


def answer(charity: Charity, code: str, what: Answer, user_id: UUID | None = None) -> None:
    answer_consent(charity.session, KEYRING, code, what, user_id=user_id, today=clock.today())


def row(charity: Charity, referee_id: UUID) -> Referee:
    return charity.session.get_one(Referee, (charity.programme_id, referee_id))


def state(charity: Charity, referee_id: UUID) -> RefereeState:
    line = find_referee(charity.session, charity.programme_id, charity.volunteer_id, referee_id)
    return line.state(clock.today())


def why(charity: Charity, referee_id: UUID) -> str:
    return str(why_not_ask(charity.session, KEYRING, charity.programme_id, charity.volunteer_id, referee_id) or "")


def test_the_mail_is_neutral_and_its_link_leads_to_the_question(charity: Charity) -> None:
    key = add(charity)
    assert state(charity, key) is RefereeState.PLEASE_ASK
    code = ask(charity, key)
    [letter] = mails(charity.session)
    assert letter.recipient == "ana@college.example"
    assert letter.subject == "Fenland Time Credits: a question for you"
    assert "Siân O'Neill-Wyn" in letter.body
    assert "Lantern" not in letter.body
    assert f"{BASE_URL}/r/{code}" in letter.body
    page = read_consent(charity.session, KEYRING, code)
    assert (page.asked_by, page.referee.name, page.has_answered) == ("Siân O'Neill-Wyn", "Ana Silva", False)
    assert page.year_ends == date(2027, 11, 21)
    assert state(charity, key) is RefereeState.ASKED


@pytest.mark.parametrize(("said", "until"), [(Answer.ALWAYS, None), (Answer.YEAR, date(2027, 11, 21))])
def test_a_yes_holds_for_good_or_for_a_year(charity: Charity, said: Answer, until: date | None) -> None:
    key = add(charity)
    answer(charity, ask(charity, key), said)
    line = row(charity, key)
    assert (line.consent, line.consent_from, line.consent_until) == (Consent.GIVEN, TODAY, until)
    assert line.email == "ana@college.example"
    assert state(charity, key) is RefereeState.AGREED
    with later(365):
        assert state(charity, key) is RefereeState.AGREED
    with later(366):
        assert state(charity, key) is (RefereeState.AGREED if until is None else RefereeState.ENDED)


def test_a_yes_of_the_leap_day_ends_on_the_month_s_last(charity: Charity) -> None:
    key = add(charity)
    with standing_at(datetime(2028, 2, 29, 12, tzinfo=UTC)):
        answer(charity, ask(charity, key), Answer.YEAR)
    assert row(charity, key).consent_until == date(2029, 2, 28)


def test_a_no_empties_how_to_reach_them_and_ends_the_asking(charity: Charity) -> None:
    key = add(charity, replace(ANA, phone="01632 960123"))
    answer(charity, ask(charity, key), Answer.NO)
    line = row(charity, key)
    assert (line.consent, line.email, line.phone) == (Consent.DECLINED, "", "")
    assert state(charity, key) is RefereeState.SAID_NO
    with later(400), pytest.raises(RuleError, match="We do not ask them again"):
        ask(charity, key)
    with pytest.raises(RuleError, match="They said no"):
        change_referee(charity.session, charity.programme_id, charity.volunteer_id, key, ANA, today=TODAY)
    assert len(mails(charity.session)) == 1


def test_taking_somebody_off_and_adding_them_again_is_no_way_round_their_no(charity: Charity) -> None:
    key = add(charity)
    answer(charity, ask(charity, key), Answer.NO)
    remove_referee(charity.session, charity.programme_id, charity.volunteer_id, key)
    again = add(charity, replace(ANA, email="Ana+again@college.example"))
    with later(30), pytest.raises(RuleError, match="said no before"):
        ask(charity, again)


def test_a_mind_can_be_changed_with_the_same_link(charity: Charity) -> None:
    key = add(charity)
    code = ask(charity, key)
    for said, found in (
        (Answer.NO, Consent.DECLINED),
        (Answer.ALWAYS, Consent.GIVEN),
        (Answer.NO, Consent.WITHDRAWN),
        (Answer.NO, Consent.WITHDRAWN),
        (Answer.YEAR, Consent.GIVEN),
    ):
        answer(charity, code, said)
        assert row(charity, key).consent is found
    assert state(charity, key) is RefereeState.AGREED


def test_a_yes_taken_back_is_no_longer_one(charity: Charity) -> None:
    key = add(charity)
    code = ask(charity, key)
    answer(charity, code, Answer.ALWAYS)
    with later(700):
        answer(charity, code, Answer.NO)
    assert state(charity, key) is RefereeState.NO_LONGER


def test_a_no_that_became_a_yes_is_a_yes_afterwards(charity: Charity) -> None:
    here = charity.session, charity.programme_id, charity.volunteer_id
    key = add(charity)
    code = ask(charity, key)
    answer(charity, code, Answer.NO)
    with later(1):
        answer(charity, code, Answer.YEAR)
        assert change_referee(*here, key, ANA, today=clock.today())  # somebody may have typed another's address
    assert (row(charity, key).consent, row(charity, key).email) == (Consent.NOT_ASKED, "ana@college.example")
    with later(2):
        assert "You can ask again on" in why(charity, key)
    with later(8):
        again = ask(charity, key)
        answer(charity, again, Answer.NO)
        remove_referee(*here, key)
    anew = add(charity)
    with later(400):
        assert "said no before" in why(charity, anew)


def test_the_yes_of_another_of_the_same_name_lifts_no_no(charity: Charity) -> None:
    first = add(charity)
    answer(charity, ask(charity, first), Answer.NO)
    second = add(charity, replace(ANA, email="friend@example.org"))
    with later(1):
        answer(charity, ask(charity, second), Answer.ALWAYS)
        change_referee(charity.session, charity.programme_id, charity.volunteer_id, second, ANA, today=clock.today())
    with later(30):
        assert "said no before" in why(charity, second)


def ring(charity: Charity, referee_id: UUID) -> None:
    ask_to_ring(charity.session, KEYRING, charity.programme_id, charity.volunteer_id, referee_id)


def test_a_no_on_the_phone_is_remembered(charity: Charity) -> None:
    key = add(charity, replace(ANA, email="", phone="01632 960123"))
    ring(charity, key)
    here = charity.session, KEYRING, charity.programme_id, charity.organisation_id, charity.volunteer_id
    assert not note_phone_answer(*here, key, agreed=False, actor_id=None, today=TODAY)
    assert not note_phone_answer(*here, key, agreed=True, actor_id=None, today=TODAY)  # twice keeps the first
    assert state(charity, key) is RefereeState.SAID_NO
    remove_referee(charity.session, charity.programme_id, charity.volunteer_id, key)
    for facts in (
        replace(ANA, name="A. S.", email="", phone="+44 1632 960 123"),
        replace(ANA, name="ana  SILVA", email="", phone="01632 960999"),
    ):
        with later(1), pytest.raises(RuleError, match=r"said no before\. We do not ask them again\. Nobody was asked to ring"):
            ring(charity, add(charity, facts))
    with later(1), pytest.raises(RuleError, match="said no before"):
        ask(charity, add(charity, replace(ANA, name="A. S.", phone="01632 960123")))
    ring(charity, add(charity, replace(ANA, name="Bo", email="", phone="01632 960777")))


def test_a_no_by_mail_is_not_gone_round_by_phone(charity: Charity) -> None:
    answer(charity, ask(charity, add(charity)), Answer.REMOVE)
    with later(1), pytest.raises(RuleError, match="Nobody was asked to ring"):
        ring(charity, add(charity, replace(ANA, name="ANA SILVA", email="", phone="01632 960123")))


def test_a_mark_tells_nobody_without_the_key_whom_it_is_of(charity: Charity) -> None:
    of = {
        address_mark(keyring, volunteer_id, email)
        for keyring in (KEYRING, Keyring.from_secret("another-secret-0123456789abcdefgh"))
        for volunteer_id in (charity.volunteer_id, charity.organisation_id)
        for email in ("ana@college.example", "bo@college.example")
    }
    assert len(of) == 8
    assert address_mark(KEYRING, charity.volunteer_id, "Ana+x@college.example") in of
    plain = digest(f"{charity.volunteer_id} ana@college.example")[:16]
    assert plain not in {mark.bytes for mark in of}


def test_a_double_tap_on_the_phone_note_answers_the_same(charity: Charity) -> None:
    key = add(charity, replace(ANA, email="", phone="01632 960123"))
    ring(charity, key)
    here = charity.session, KEYRING, charity.programme_id, charity.organisation_id, charity.volunteer_id
    for agreed in (True, True, False):
        assert note_phone_answer(*here, key, agreed=agreed, actor_id=None, today=TODAY)
    change_referee(
        charity.session, charity.programme_id, charity.volunteer_id, key, replace(ANA, name="Olga", email=""), today=TODAY
    )
    with pytest.raises(NotFoundError):
        note_phone_answer(*here, key, agreed=True, actor_id=None, today=TODAY)


def test_they_can_take_themselves_off_the_list(charity: Charity) -> None:
    key = add(charity)
    code = ask(charity, key)
    answer(charity, code, Answer.REMOVE)
    assert (row(charity, key).name, row(charity, key).email) == ("", "")
    assert list_referees(charity.session, charity.programme_id, charity.volunteer_id) == []
    with pytest.raises(NotFoundError):
        read_consent(charity.session, KEYRING, code)
    again = add(charity)
    assert "said no before" in why(charity, again)


def test_once_a_week_and_three_times_then_silence_is_an_answer(charity: Charity) -> None:
    key = add(charity)
    codes = [ask(charity, key)]
    assert "You asked on 21 November 2026. Nothing was sent. You can ask again on 28 November 2026." in why(charity, key)
    for week in (1, 2):
        with later(7 * week - 1), pytest.raises(RuleError, match="You can ask again"):
            ask(charity, key)
        with later(7 * week):
            codes.append(ask(charity, key))
    with later(400), pytest.raises(RuleError, match="asked 3 times"):
        ask(charity, key)
    assert len(mails(charity.session)) == 3
    for old in codes[:2]:
        with pytest.raises(NotFoundError):
            read_consent(charity.session, KEYRING, old)
    answer(charity, codes[2], Answer.YEAR)
    assert "have agreed" in why(charity, key)


def test_a_year_that_has_gone_by_can_be_asked_for_anew(charity: Charity) -> None:
    key = add(charity)
    with later(0):
        old = ask(charity, key)
    with later(1):
        answer(charity, old, Answer.YEAR)
    with later(400):
        new = ask(charity, key)
        assert state(charity, key) is RefereeState.ASKED
        with pytest.raises(NotFoundError):
            answer(charity, old, Answer.NO)
        answer(charity, new, Answer.ALWAYS)


def test_adding_and_asking_over_and_over_ends(charity: Charity) -> None:
    for number in range(10):
        ask(charity, add(charity, replace(ANA, email=f"person{number}@example.org")))
    last = add(charity, replace(ANA, email="one.more@example.org"))
    with pytest.raises(RuleError, match="many people today"):
        ask(charity, last)
    with later(1):
        ask(charity, last)


def test_a_mail_that_went_astray_opens_nothing_once_the_address_is_put_right(charity: Charity) -> None:
    key = add(charity)
    code = ask(charity, key)
    right = replace(ANA, email="ana.silva@college.example")
    assert change_referee(charity.session, charity.programme_id, charity.volunteer_id, key, right, today=TODAY)
    with pytest.raises(NotFoundError):
        read_consent(charity.session, KEYRING, code)
    with later(1):
        assert ask(charity, key) != code


def test_forged_old_and_foreign_codes_are_all_the_same_nothing(charity: Charity) -> None:
    key = add(charity)
    code = ask(charity, key)
    about_time = ask_about(charity, add_time(charity))
    forged = code_of(
        charity.session, Keyring.from_secret("another-secret-0123456789abcdefgh"), Question.CONSENT, row(charity, key)
    )
    for wrong in ("", "x", code[:-1], code[:-1] + ("A" if code[-1] != "A" else "B"), about_time, forged, "é" * 47):
        with pytest.raises(NotFoundError):
            read_consent(charity.session, KEYRING, wrong)
        with pytest.raises(NotFoundError):
            answer(charity, wrong, Answer.ALWAYS)
    remove_referee(charity.session, charity.programme_id, charity.volunteer_id, key)
    with pytest.raises(NotFoundError):
        read_consent(charity.session, KEYRING, code)


def test_the_volunteer_does_not_answer_for_their_referee(charity: Charity) -> None:
    key = add(charity)
    code = ask(charity, key)
    own = sign_in_address(charity, "sian@example.org")
    with pytest.raises(RuleError, match="Only the other person"):
        answer(charity, code, Answer.ALWAYS, own)
    assert row(charity, key).consent is Consent.PENDING


def test_an_address_that_became_one_s_own_since_is_not_asked(charity: Charity) -> None:
    key = add(charity)
    sign_in_address(charity, "ana@college.example")
    with pytest.raises(RuleError, match="your own email"):
        ask(charity, key)


def hire(charity: Charity) -> User:
    user = create_user(charity.session, email="jo@lantern.example", name="Jo Reed")
    here = charity.organisation_id
    give_role(charity.session, charity.programme_id, user.id, RoleKind.COORDINATOR, title="Coordinator", organisation_id=here)
    return user


def test_staff_are_asked_where_they_sign_in(charity: Charity) -> None:
    user, key = hire(charity), new_id()
    here = charity.session, charity.programme_id, charity.volunteer_id
    add_staff_referee(*here, referee_id=key, user_id=user.id, organisation_id=charity.organisation_id)
    code = ask(charity, key)
    assert mails(charity.session)[-1].recipient == "jo@lantern.example"
    answer(charity, code, Answer.ALWAYS)
    assert state(charity, key) is RefereeState.AGREED
    user.disabled_at = clock.now()
    row(charity, key).consent_until = date(2026, 11, 20)
    charity.session.flush()
    assert "They no longer work there" in why(charity, key)


def test_without_an_email_staff_ring_and_note_the_answer(charity: Charity) -> None:
    key = add(charity, replace(ANA, email="", phone="01632 960123"))
    here = charity.session, charity.programme_id, charity.organisation_id, charity.volunteer_id
    user = hire(charity)
    with pytest.raises(RuleError, match="Your coordinator can ring"):
        ask(charity, key)
    assert referees_to_ring(*here) == []  # nobody is shown to staff before the volunteer asks for it
    with pytest.raises(NotFoundError):
        note_phone_answer(here[0], KEYRING, *here[1:], key, agreed=True, actor_id=user.id, today=TODAY)
    ask_to_ring(charity.session, KEYRING, charity.programme_id, charity.volunteer_id, key)
    ask_to_ring(charity.session, KEYRING, charity.programme_id, charity.volunteer_id, key)
    assert [line.id for line in referees_to_ring(*here)] == [key]
    assert volunteers_with_calls(*here[:3]) == [(charity.volunteer_id, "Siân O'Neill-Wyn")]
    assert volunteers_with_calls(*here[:2], charity.other_organisation_id) == []
    note_phone_answer(here[0], KEYRING, *here[1:], key, agreed=True, actor_id=user.id, today=TODAY)
    assert state(charity, key) is RefereeState.AGREED
    assert referees_to_ring(*here) == []
    assert volunteers_with_calls(*here[:3]) == []
    lines = list_referees(charity.session, charity.programme_id, charity.volunteer_id)
    [note] = phone_notes(charity.session, charity.programme_id, lines).values()
    assert (note.by, note.on) == ("Jo Reed", TODAY)


def test_a_no_on_the_phone_empties_the_number(charity: Charity) -> None:
    key = add(charity, replace(ANA, email="", phone="01632 960123"))
    ask_to_ring(charity.session, KEYRING, charity.programme_id, charity.volunteer_id, key)
    here = charity.session, charity.programme_id, charity.organisation_id, charity.volunteer_id
    note_phone_answer(here[0], KEYRING, *here[1:], key, agreed=False, actor_id=None, today=TODAY)
    assert (row(charity, key).phone, state(charity, key)) == ("", RefereeState.SAID_NO)
    assert phone_notes(charity.session, charity.programme_id, []) == {}


def test_only_staff_where_they_are_enrolled_may_note_it_and_not_about_themselves(charity: Charity) -> None:
    key = add(charity, replace(ANA, email="", phone="01632 960123"))
    ask_to_ring(charity.session, KEYRING, charity.programme_id, charity.volunteer_id, key)
    programme, volunteer = charity.programme_id, charity.volunteer_id
    elsewhere = charity.session, programme, charity.other_organisation_id, volunteer
    with pytest.raises(NotFoundError):
        referees_to_ring(*elsewhere)
    with pytest.raises(NotFoundError):
        note_phone_answer(elsewhere[0], KEYRING, *elsewhere[1:], key, agreed=True, actor_id=None, today=TODAY)
    own = sign_in_address(charity, "sian@example.org")
    with pytest.raises(RuleError, match="about you"):
        note_phone_answer(
            charity.session, KEYRING, programme, charity.organisation_id, volunteer, key, agreed=True, actor_id=own, today=TODAY
        )


@pytest.mark.parametrize(("facts", "words"), [({"email": ""}, "phone number first"), ({}, "can send them an email")])
def test_whom_nobody_rings(charity: Charity, facts: dict[str, str], words: str) -> None:
    key = add(charity, replace(ANA, **facts))  # type: ignore[arg-type]
    with pytest.raises(RuleError, match=words):
        ask_to_ring(charity.session, KEYRING, charity.programme_id, charity.volunteer_id, key)


def test_asking_for_another_s_referee_finds_nobody(charity: Charity) -> None:
    key = add(charity)
    with pytest.raises(NotFoundError):
        ask_referee(charity.session, KEYRING, charity.programme_id, new_id(), key, base_url=BASE_URL, user_id=None)
    with pytest.raises(NotFoundError):
        ask_to_ring(charity.session, KEYRING, charity.programme_id, new_id(), key)
