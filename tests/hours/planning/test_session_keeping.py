from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.hours.conftest import Place, make_place
from tests.hours.planning.coming import TEN, TUESDAY, TWO_HOURS, come, letters, weekly, with_email
from timecredits.foundation import clock
from timecredits.foundation.clock import standing_at
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.mail import MailMessage
from timecredits.hours.activity_models import SessionMessage, SignUp, SignUpStatus
from timecredits.hours.planning.session_keeping import NewTerms, cancel_session, move_session, restore_session
from timecredits.hours.planning.session_messages import MOST_A_DAY, Told, list_messages, write_to_signed_up
from timecredits.hours.planning.session_rosters import list_turnouts
from timecredits.hours.planning.sessions import DatedSession, find_dated_session
from timecredits.hours.planning.signing_up import list_sign_ups, sign_up

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
NEXT_DAY = TUESDAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def standing() -> Iterator[None]:
    with standing_at(NOW):
        yield


def here(place: Place) -> tuple[Session, UUID, UUID]:
    return place.session, place.programme_id, place.organisation_id


def dated(place: Place, plan_id: UUID) -> DatedSession:
    return find_dated_session(place.session, place.programme_id, plan_id, TUESDAY)


def test_cancelling_keeps_everybody_and_tells_them_without_giving_away_what_it_is(place: Place) -> None:
    sian = with_email(place, place.sian)
    plan = weekly(place, capacity=1)
    come(place, plan.id, TUESDAY, place.sian, place.lukasz)
    told = cancel_session(*here(place), plan.id, TUESDAY, because="  The hall is  closed. ", actor_id=None)
    assert told == Told(1, ("Łukasz Żak",))
    after = dated(place, plan.id)
    assert (after.is_on, after.cancelled_because) == (False, "The hall is closed.")
    [people] = list_sign_ups(place.session, place.programme_id, [after.id]).values()
    assert [each.status for each in people] == [SignUpStatus.COMING, SignUpStatus.WAITING]
    [letter] = letters(place)
    assert (letter.recipient, letter.subject) == (sian, "Fenland: a change to your session")
    assert letter.body.startswith(
        "Hello,\n\nYour session on Tuesday 1 December 2026, 10am to 12pm will not take place.\n\nThe hall"
    )
    assert "Garden" not in letter.body + letter.subject
    assert "Riverside" not in letter.body + letter.subject
    again = cancel_session(*here(place), plan.id, TUESDAY, because="Another reason", actor_id=None)
    assert again.again
    assert len(letters(place)) == 1
    assert dated(place, plan.id).cancelled_because == "The hall is closed."


def test_putting_it_back_on_tells_them_too(place: Place) -> None:
    with_email(place, place.sian)
    plan = weekly(place)
    come(place, plan.id, TUESDAY, place.sian)
    assert restore_session(*here(place), plan.id, TUESDAY, actor_id=None).again
    for _ in range(2):
        cancel_session(*here(place), plan.id, TUESDAY, because="Snow", actor_id=None)
        assert restore_session(*here(place), plan.id, TUESDAY, actor_id=None).sent_to == 1
    assert dated(place, plan.id).is_on
    said = [each.body for each in letters(place)]
    assert sorted("after all" in body for body in said) == [False, False, True, True]
    kept = list_messages(place.session, place.programme_id, dated(place, plan.id).id)
    assert len(kept) == 4


def test_moving_tells_of_time_and_place_and_more_places_fill(place: Place) -> None:
    sian = with_email(place, place.sian)
    plan = weekly(place, capacity=1)
    come(place, plan.id, TUESDAY, place.sian, place.lukasz)
    terms = NewTerms(NEXT_DAY, 840, 90, place="The greenhouse", capacity=2, note="Please bring boots.")
    told = move_session(*here(place), plan.id, TUESDAY, terms, actor_id=None)
    assert told.sent_to == 1
    after = dated(place, plan.id)
    assert (after.day, after.starts, after.minutes, after.place, after.capacity) == (NEXT_DAY, 840, 90, "The greenhouse", 2)
    [moved] = letters(place, [sian])
    assert (
        "on Tuesday 1 December 2026, 10am to 12pm has moved. It is now on Wednesday 2 December 2026, 2pm to 3:30pm." in moved.body
    )
    assert "The place has changed. Sign in" in moved.body
    assert "greenhouse" not in moved.body
    assert "Please bring boots." in moved.body
    [turnout] = list_turnouts(place.session, place.programme_id, [after])
    assert (turnout.coming, turnout.waiting, turnout.is_full) == (2, 0, True)
    assert move_session(*here(place), plan.id, TUESDAY, terms, actor_id=None).again
    back = NewTerms(TUESDAY, TEN, TWO_HOURS, capacity=5)
    assert move_session(*here(place), plan.id, TUESDAY, back, actor_id=None).sent_to == 1
    only_places = NewTerms(TUESDAY, TEN, TWO_HOURS, capacity=6)
    assert move_session(*here(place), plan.id, TUESDAY, only_places, actor_id=None) == Told()
    assert dated(place, plan.id).place == ""
    assert len(letters(place, [sian])) == 2


def test_what_a_session_cannot_be_made(place: Place) -> None:
    plan = weekly(place, capacity=2)
    come(place, plan.id, TUESDAY, place.sian, place.lukasz)
    good = NewTerms(NEXT_DAY, TEN, TWO_HOURS)
    for terms, words in (
        (NewTerms(NEXT_DAY, TEN, TWO_HOURS, capacity=1), "2 people are coming"),
        (NewTerms(date(2026, 11, 20), TEN, TWO_HOURS), "is over"),
        (NewTerms(date(2206, 11, 20), TEN, TWO_HOURS), "far from today"),
        (NewTerms(NEXT_DAY, 2000, TWO_HOURS), "when it starts"),
        (NewTerms(NEXT_DAY, TEN, 0), "how long"),
        (NewTerms(NEXT_DAY, TEN, 60, place="x" * 1001), "too long"),
        (NewTerms(NEXT_DAY, TEN, 60, note="x" * 1001), "too long"),
        (NewTerms(NEXT_DAY, TEN, 60, capacity=0), "how many"),
    ):
        with pytest.raises(RuleError, match=words):
            move_session(*here(place), plan.id, TUESDAY, terms, actor_id=None)
    assert dated(place, plan.id).day == TUESDAY
    for because, words in (("  ", "Say why"), ("x" * 301, "too long")):
        with pytest.raises(RuleError, match=words):
            cancel_session(*here(place), plan.id, TUESDAY, because=because, actor_id=None)
    cancel_session(*here(place), plan.id, TUESDAY, because="Snow", actor_id=None)
    with pytest.raises(RuleError, match="is cancelled"):
        move_session(*here(place), plan.id, TUESDAY, good, actor_id=None)
    with standing_at(NOW + timedelta(days=30)), pytest.raises(RuleError, match="is over"):
        restore_session(*here(place), plan.id, TUESDAY, actor_id=None)
    there = (place.session, place.programme_id, place.other_organisation_id)
    with pytest.raises(NotFoundError):
        cancel_session(*there, plan.id, TUESDAY, because="Snow", actor_id=None)
    with pytest.raises(NotFoundError):
        move_session(*there, plan.id, TUESDAY, good, actor_id=None)
    with pytest.raises(NotFoundError):
        restore_session(*there, plan.id, TUESDAY, actor_id=None)
    with pytest.raises(NotFoundError):
        cancel_session(*here(place), plan.id, NEXT_DAY, because="Snow", actor_id=None)


def test_one_form_writes_once_and_says_who_must_be_phoned(place: Place) -> None:
    sian = with_email(place, place.sian)
    plan = weekly(place, capacity=1)
    with pytest.raises(RuleError, match="Nobody is signed up"):
        write_to_signed_up(*here(place), dated(place, plan.id), "Bring boots", message_id=new_id(), actor_id=None)
    come(place, plan.id, TUESDAY, place.sian, place.lukasz)
    message_id = new_id()
    session = dated(place, plan.id)
    told = write_to_signed_up(*here(place), session, " Bring boots. ", message_id=message_id, actor_id=None)
    assert told == Told(1, ())
    again = write_to_signed_up(*here(place), session, " Bring boots. ", message_id=message_id, actor_id=None)
    assert again.again
    [letter] = letters(place)
    assert letter.recipient == sian
    assert letter.body == "Hello,\n\nBring boots.\n\nThis is about your session on Tuesday 1 December 2026, 10am to 12pm.\n"
    everybody = write_to_signed_up(*here(place), session, "Bring cake", message_id=new_id(), actor_id=None, waiting_too=True)
    assert everybody == Told(1, ("Łukasz Żak",))
    assert [(each.body, each.without_email) for each in list_messages(place.session, place.programme_id, session.id)][-1] == (
        "Bring boots.",
        0,
    )
    for words, match in (("", "Type what"), ("x" * 1001, "too long")):
        with pytest.raises(RuleError, match=match):
            write_to_signed_up(*here(place), session, words, message_id=new_id(), actor_id=None)
    there = (place.session, place.programme_id, place.other_organisation_id)
    with pytest.raises(NotFoundError):
        write_to_signed_up(*there, session, "Hello", message_id=new_id(), actor_id=None)
    other = find_dated_session(place.session, place.programme_id, plan.id, TUESDAY + timedelta(weeks=1))
    with pytest.raises(NotFoundError):
        write_to_signed_up(*here(place), other, "Hello", message_id=message_id, actor_id=None)


def test_nobodys_letter_box_is_filled(place: Place) -> None:
    with_email(place, place.sian)
    plan = weekly(place)
    come(place, plan.id, TUESDAY, place.sian)
    session, last = dated(place, plan.id), new_id()
    for number in range(MOST_A_DAY):
        message_id = last if number == MOST_A_DAY - 1 else new_id()
        write_to_signed_up(*here(place), session, f"Line {number}", message_id=message_id, actor_id=None)
    assert write_to_signed_up(*here(place), session, "Line 9", message_id=last, actor_id=None).again
    with pytest.raises(RuleError, match="Write again tomorrow"):
        write_to_signed_up(*here(place), session, "One more", message_id=new_id(), actor_id=None)
    assert len(letters(place)) == MOST_A_DAY
    with standing_at(clock.now() + timedelta(days=1, minutes=1)):
        assert write_to_signed_up(*here(place), session, "A day later", message_id=new_id(), actor_id=None).sent_to == 1


def test_after_ten_letters_a_change_is_made_and_nobody_is_written_to(place: Place) -> None:
    with_email(place, place.sian)
    plan = weekly(place)
    come(place, plan.id, TUESDAY, place.sian)
    for _ in range(MOST_A_DAY // 2):
        assert cancel_session(*here(place), plan.id, TUESDAY, because="Snow", actor_id=None).sent_to == 1
        assert restore_session(*here(place), plan.id, TUESDAY, actor_id=None).sent_to == 1
    told = cancel_session(*here(place), plan.id, TUESDAY, because="Snow", actor_id=None)
    assert told == Told(without_email=("Siân O'Neill-Wyn",), too_often=True)
    assert not dated(place, plan.id).is_on
    assert len(letters(place)) == MOST_A_DAY


def test_cancelling_while_somebody_signs_up_leaves_nobody_untold(engine: Engine) -> None:
    with transaction(engine) as session:
        place = make_place(session)
        address = with_email(place, place.sian)
        plan_id = weekly(place).id
    start = Barrier(2)

    def cancel() -> Told:
        start.wait()
        with standing_at(NOW), transaction(engine) as session:
            return cancel_session(
                session, place.programme_id, place.organisation_id, plan_id, TUESDAY, because="Snow", actor_id=None
            )

    def come_along() -> str:
        start.wait()
        try:
            with standing_at(NOW), transaction(engine) as session:
                found = find_dated_session(session, place.programme_id, plan_id, TUESDAY)
                sign_up(session, place.programme_id, place.sian, found, actor_id=None, today=clock.today())
        except RuleError as fault:
            return str(fault)
        return "signed up"

    with ThreadPoolExecutor(2) as both:
        cancelled, came = both.submit(cancel), both.submit(come_along)
        told, said = cancelled.result(), came.result()
    with transaction(engine) as session:
        signed_up = session.scalar(select(func.count()).select_from(SignUp))
        mailed = session.scalars(select(MailMessage.recipient)).all()
    if said == "signed up":
        assert (told.sent_to, signed_up, mailed) == (1, 1, [address])
    else:
        assert said == "This session was cancelled. You are not signed up. Choose another day."
        assert (told.sent_to, signed_up, mailed) == (0, 0, [])


def test_one_message_sent_by_four_taps_at_once_is_sent_once(engine: Engine) -> None:
    with transaction(engine) as session:
        place = make_place(session)
        with_email(place, place.sian)
        plan_id = weekly(place).id
        come(place, plan_id, TUESDAY, place.sian)
    message_id, start = new_id(), Barrier(4)

    def send(_tap: int) -> bool:
        start.wait()
        with standing_at(NOW), transaction(engine) as session:
            found = find_dated_session(session, place.programme_id, plan_id, TUESDAY)
            return write_to_signed_up(
                session, place.programme_id, place.organisation_id, found, "Boots!", message_id=message_id, actor_id=None
            ).again

    with ThreadPoolExecutor(4) as taps:
        assert sorted(taps.map(send, range(4))) == [False, True, True, True]
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(MailMessage)) == 1
        assert session.scalar(select(func.count()).select_from(SessionMessage)) == 1
