"""A question, no, and taking an approval back; and the letters that tell the volunteer, which give nothing away."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.hours.conftest import TODAY, Place
from tests.hours.self_logged.logged import approve_all, give_sign_in, here, log, row
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.mail import MailMessage
from timecredits.hours.books import check_hours
from timecredits.hours.correcting import CreditsUsedError, correct_hours
from timecredits.hours.corrections import Corrected
from timecredits.hours.history.hour_history import hour_history
from timecredits.hours.models import LoggedStatus
from timecredits.hours.self_logged.approval_queue import approved_together, find_line
from timecredits.hours.self_logged.logged_decisions import ask, decline, take_back
from timecredits.hours.self_logged.my_logged_hours import list_my_logged
from timecredits.ledger.books import check_ledger
from timecredits.ledger.models import AccountKind, TransferKind
from timecredits.ledger.transfers import Movement, open_account, post
from timecredits.network.models import Volunteer

BASE = "https://credits.example"
Verb = Callable[[Place, object, str], bool]


def asked(place: Place, log_id: object, words: str = "Which day was it?") -> bool:
    return ask(place.session, *here(place), log_id, question=words, actor_id=None, base_url=BASE)  # type: ignore[arg-type]


def declined(place: Place, log_id: object, words: str = "We were shut.") -> bool:
    return decline(place.session, *here(place), log_id, reason=words, actor_id=None, base_url=BASE)  # type: ignore[arg-type]


def taken_back(place: Place, *log_ids: object, reason: str = "By mistake") -> int:
    done = take_back(place.session, *here(place), log_ids, reason=reason, actor_id=None, today=TODAY)  # type: ignore[arg-type]
    return sum(each.before for each in done)


def spend(place: Place, volunteer_id: UUID, minutes: int) -> None:
    account = place.session.get_one(Volunteer, (place.programme_id, volunteer_id)).account_id
    venue = open_account(place.session, place.programme_id, AccountKind.VENUE)
    post(place.session, place.programme_id, Movement(new_id(), account, venue, minutes, TransferKind.USED, TODAY))


def letters(place: Place) -> list[MailMessage]:
    return list(place.session.scalars(select(MailMessage).order_by(MailMessage.queued_at)))


@pytest.mark.parametrize(("verb", "status"), [(asked, LoggedStatus.RETURNED), (declined, LoggedStatus.DECLINED)])
def test_the_volunteer_is_told_once_in_words_that_give_nothing_away(place: Place, verb: Verb, status: LoggedStatus) -> None:
    give_sign_in(place, place.sian)
    [log_id] = log(place, place.sian).ids
    assert verb(place, log_id, "The grief group was shut on Tuesday.")
    assert verb(place, log_id, "The grief group was shut on Tuesday.")
    assert row(place, log_id).status is status
    [letter] = letters(place)
    assert (letter.recipient, letter.subject) == ("sian@example.org", "Fenland: a note about your hours")
    assert f"{BASE}/my/hours/logged" in letter.body
    assert letter.body.startswith("Hello Siân,")
    for secret in ("grief", "Garden group", "Riverside"):
        assert secret not in letter.subject + letter.body
    assert place.credits(place.sian) == 0


@pytest.mark.parametrize("verb", [asked, declined])
def test_somebody_without_an_email_gets_no_letter(place: Place, verb: Verb) -> None:
    [log_id] = log(place, place.sian).ids
    assert not verb(place, log_id, "Which day?")
    assert letters(place) == []


@pytest.mark.parametrize("verb", [asked, declined])
def test_words_are_wanted_and_not_too_many(place: Place, verb: Verb) -> None:
    [log_id] = log(place, place.sian).ids
    for words in ("", " \n ", "x" * 301):
        with pytest.raises(RuleError) as fault:
            verb(place, log_id, words)
        assert fault.value.field == "words"
    assert row(place, log_id).status is LoggedStatus.WAITING


@pytest.mark.parametrize("verb", [asked, declined])
def test_what_is_decided_or_another_s_is_not_decided_again(place: Place, verb: Verb) -> None:
    [log_id] = log(place, place.sian).ids
    approve_all(place, log_id)
    with pytest.raises(RuleError, match="decided before"):
        verb(place, log_id, "Hm")
    with pytest.raises(NotFoundError):
        verb(place, new_id(), "Hm")


def test_a_declined_row_shows_the_reason(place: Place) -> None:
    [log_id] = log(place, place.sian).ids
    declined(place, log_id)
    [mine] = list_my_logged(place.session, place.programme_id, place.sian).rows
    assert (mine.log.reason, mine.approved) == ("We were shut.", None)


def test_an_approval_is_taken_back_and_can_be_given_again(place: Place) -> None:
    first, second = log(place, place.sian, 120).ids[0], log(place, place.sian, 60).ids[0]
    approve_all(place, first, second)
    log_row = row(place, first)
    assert set(approved_together(place.session, *here(place), log_row)) == {first, second}
    assert taken_back(place, first, second) == 180
    assert taken_back(place, first, second) == 0
    assert (place.credits(place.sian), row(place, first).status) == (0, LoggedStatus.WAITING)
    history = hour_history(place.session, place.programme_id, place.sian, as_of=TODAY)
    assert [(line.minutes, line.correction_reason) for line in history.lines] == [(0, "By mistake")] * 2
    for _ in range(2):  # given, taken back, and given once more
        assert approve_all(place, first).minutes == 120
        assert place.credits(place.sian) == 120
        assert find_line(place.session, *here(place), first, today=TODAY)[0].approved == 120
        assert taken_back(place, first) == 120
    assert check_ledger(place.session, place.programme_id) == check_hours(place.session, place.programme_id) == []


def test_taking_back_needs_a_reason_and_an_approval(place: Place) -> None:
    first, second = log(place, place.sian).ids[0], log(place, place.lukasz).ids[0]
    approve_all(place, first)
    declined(place, second)
    with pytest.raises(RuleError, match="Say why"):
        taken_back(place, first, reason=" ")
    with pytest.raises(RuleError, match="not approved"):
        taken_back(place, first, second)
    assert (place.credits(place.sian), row(place, first).status) == (120, LoggedStatus.APPROVED)


def test_what_was_corrected_since_is_left_to_the_correction(place: Place) -> None:
    [log_id] = log(place, place.sian).ids
    approve_all(place, log_id)
    correct_hours(place.session, *here(place), log_id, minutes=None, reason="Wrong person", actor_id=None, today=TODAY)
    with pytest.raises(RuleError, match="taken away before"):
        taken_back(place, log_id)
    [mine] = list_my_logged(place.session, place.programme_id, place.sian).rows
    assert mine.approved is None


def test_credits_used_since_are_said_before_anything_is_taken_back(place: Place) -> None:
    first, second = log(place, place.sian, 120).ids[0], log(place, place.sian, 60).ids[0]
    approve_all(place, first, second)
    spend(place, place.sian, 150)

    def undo(agreed_to: int) -> list[Corrected]:
        return take_back(
            place.session, *here(place), [first, second], reason="Slip", actor_id=None, today=TODAY, agreed_to=agreed_to
        )

    with pytest.raises(CreditsUsedError, match="has used 2½ credits of these") as asked_first:
        undo(0)
    assert (place.credits(place.sian), row(place, first).status) == (30, LoggedStatus.APPROVED)
    undo(asked_first.value.lent)
    assert (place.credits(place.sian), row(place, first).status) == (0, LoggedStatus.WAITING)
    assert check_ledger(place.session, place.programme_id) == check_hours(place.session, place.programme_id) == []
