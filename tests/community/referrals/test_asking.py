"""Drafts: what is kept, that it is sealed, and that it goes in time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.community.referrals.conftest import BASE_URL, SAID, Desk, make_desk
from tests.real.at_once import at_once, in_one
from timecredits.community.referral_models import Referral, ReferralState, ReferralStep
from timecredits.community.referrals.asking import (
    SAVED_FOR,
    UNSAVED_FOR,
    Answers,
    Question,
    begin_draft,
    check_all,
    forget_drafts,
    open_answers,
    save_answers,
    throw_away,
)
from timecredits.community.referrals.save_codes import TakenUp, keep_code, show_code, take_up
from timecredits.community.referrals.sending import mark_of, note_call, send
from timecredits.community.referrals.working_days import working_days
from timecredits.foundation.clock import standing_at
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.mail import MailMessage

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_no_column_holds_a_word_that_was_typed(desk: Desk) -> None:
    desk.ask()
    desk.session.flush()
    for table in ("referral", "referral_step", "mail_message", "audit_entry"):
        for row in desk.session.execute(text(f"SELECT * FROM {table}")).all():  # noqa: S608  our own tables' names
            held = b" ".join(bytes(each) if isinstance(each, bytes | memoryview) else str(each).encode() for each in row)
            for word in (b"Zelda", b"Quark", b"960111", b"canaries"):
                assert word not in held, (table, word)


def test_what_was_said_comes_back_as_it_was(desk: Desk) -> None:
    assert open_answers(desk.keyring, desk.ask()) == SAID
    assert open_answers(Keyring.from_secret("another secret, as if the key had gone"), desk.ask()) is None


@given(
    said=st.builds(
        Answers,
        st.lists(st.sampled_from(["people", "give", "unsure", "odd"])).map(tuple),
        st.text(max_size=90),
        st.text(alphabet="0123456789 +-x", max_size=20),
        st.text(alphabet="ab@. ", max_size=12),
        st.lists(st.sampled_from(["morning", "message", "odd"])).map(tuple),
        st.text(max_size=1100),
    )
)
def test_checking_twice_changes_nothing_more(said: Answers) -> None:
    try:
        once = check_all(said)
    except RuleError:
        return
    assert check_all(once) == once
    assert once.phone or once.email
    assert "odd" not in once.wishes + once.reach


def test_a_draft_goes_in_time_and_what_was_sent_stays(desk: Desk) -> None:
    with standing_at(NOON):
        begin_draft(desk.session, desk.keyring, desk.programme_id, None)
        saved = begin_draft(desk.session, desk.keyring, desk.programme_id, None)
        keep_code(desk.session, desk.keyring, desk.programme_id, saved)
        sent = desk.ask().id
    moments = ((UNSAVED_FOR, 0), (UNSAVED_FOR + timedelta(seconds=1), 1), (SAVED_FOR, 0), (SAVED_FOR + timedelta(seconds=1), 1))
    for later, gone in moments:
        assert forget_drafts(desk.session, desk.programme_id, now=NOON + later) == gone
    desk.session.expire_all()
    assert desk.session.scalars(select(Referral.id)).all() == [sent]


def test_a_code_is_the_same_each_time_and_survives_a_new_key(desk: Desk) -> None:
    draft = begin_draft(desk.session, desk.keyring, desk.programme_id, None)
    row = desk.session.get_one(Referral, (desk.programme_id, draft))
    assert show_code(desk.keyring, row) is None
    code = keep_code(desk.session, desk.keyring, desk.programme_id, draft)
    rotated = Keyring({**desk.keyring.secrets, 2: b"a newer secret for tests"}, current=2)
    assert keep_code(desk.session, rotated, desk.programme_id, draft) == code
    assert take_up(desk.session, rotated, desk.programme_id, code, where="here").referral_id == draft
    assert take_up(desk.session, desk.keyring, desk.programme_id, code[:-1], where="here").outcome is TakenUp.WRONG


@pytest.mark.parametrize(
    "other", ["01632960111", "+44 1632 960111", "0044 (0) 1632 960111", "+44 (0)1632-960-111", "01632/960/111"]
)
def test_a_phone_number_is_known_again_however_it_is_typed(desk: Desk, other: str) -> None:
    marks = {mark_of(desk.keyring, "phone", desk.programme_id, each) for each in ("01632 960111", other)}
    assert len(marks) == 1
    assert mark_of(desk.keyring, "phone", desk.here, other) not in marks
    assert mark_of(desk.keyring, "email", desk.programme_id, "A@b.example") == mark_of(
        desk.keyring, "email", desk.programme_id, "a@B.example"
    )


def test_sent_by_two_at_once_is_one_request(database_url: str, session: Session) -> None:
    desk = make_desk(session)
    draft = begin_draft(session, desk.keyring, desk.programme_id, desk.here)
    for question in Question:
        save_answers(session, desk.keyring, desk.programme_id, draft, question, SAID)
    session.commit()
    press = in_one(lambda own: send(own, desk.keyring, desk.programme_id, draft, base_url=BASE_URL))
    assert sorted(at_once(database_url, [press, press, press])) == [False, False, True]
    with transaction(session.get_bind()) as own:  # type: ignore[arg-type]
        assert own.get_one(Referral, (desk.programme_id, draft)).state is ReferralState.NEW
        assert len(own.scalars(select(MailMessage)).all()) == 2


@pytest.mark.parametrize("other", ["ask another", "throw away"])
def test_what_is_sent_at_that_moment_is_neither_moved_nor_removed(database_url: str, session: Session, other: str) -> None:
    desk = make_desk(session)
    draft = begin_draft(session, desk.keyring, desk.programme_id, desk.here)
    for question in Question:
        save_answers(session, desk.keyring, desk.programme_id, draft, question, SAID)
    session.commit()
    here = (desk.keyring, desk.programme_id)

    def press_send(each: Session) -> bool:
        try:
            return send(each, *here, draft, base_url=BASE_URL)
        except NotFoundError:
            return False

    def do_other(each: Session) -> bool:
        if other == "throw away":
            return throw_away(each, desk.programme_id, draft)
        return begin_draft(each, *here, desk.there, draft_id=draft) == draft

    sent, _done = at_once(database_url, [in_one(press_send), in_one(do_other)])
    with transaction(session.get_bind()) as own:  # type: ignore[arg-type]
        row = own.get(Referral, (desk.programme_id, draft))
        assert (row is not None) is sent
        if row is not None:
            asked = "riverside" if row.organisation_id == desk.here else "lantern"
            told = set(own.scalars(select(MailMessage.recipient))) - {SAID.email}
            assert told == {f"hello@{asked}.example"}, "who has it was told"


def test_a_call_pressed_at_once_is_noted_once(database_url: str, session: Session) -> None:
    desk, key = make_desk(session), new_id()
    session.commit()
    press = in_one(lambda each: note_call(each, desk.keyring, *desk.own, SAID, referral_id=key, actor_id=desk.worker))
    assert sorted(at_once(database_url, [press, press, press])) == [False, False, True]
    with transaction(session.get_bind()) as own:  # type: ignore[arg-type]
        assert len(own.scalars(select(ReferralStep)).all()) == 2


@given(first=st.dates(date(2024, 1, 1), date(2027, 1, 1)), days=st.integers(0, 40))
def test_working_days_are_those_from_monday_to_friday(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    counted = sum((first + timedelta(days=each)).weekday() < 5 for each in range(1, days + 1))
    assert working_days(first, last) == counted
    assert working_days(last, first) == 0
