"""What strangers, and the person a letter is about, learn of one in confidence: that it was written, and nothing else."""

from datetime import timedelta

import pytest

from tests.journey.charity import Charity, check, correct
from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError
from timecredits.journey.checks.letter_looks import list_looks
from timecredits.journey.letters.issuing import Issued
from timecredits.journey.letters.letter_states import newer_letter
from timecredits.journey.letters.listing import list_for_volunteer


def issue_later(charity: Charity, days: int, *, confidential: bool) -> Issued:
    with clock.standing_at(clock.now() + timedelta(days=days)):
        draft = charity.draft()
        draft.confidential = confidential
        return charity.issue(draft)


def test_a_newer_letter_in_confidence_is_told_to_staff_only_and_hides_no_open_one(charity: Charity) -> None:
    first = issue_later(charity, 0, confidential=False)
    correct(charity)
    secret = issue_later(charity, 1, confidential=True).reference
    assert check(charity, first.secret).newer_number == ""
    assert newer_letter(charity.session, first.reference, for_staff=True) is secret
    opened = issue_later(charity, 2, confidential=False).reference
    issue_later(charity, 3, confidential=True)
    assert check(charity, first.secret).newer_number == opened.number


def test_its_looks_and_its_number_are_not_told_to_the_person(charity: Charity) -> None:
    issued = issue_later(charity, 0, confidential=True)
    answer = check(charity, issued.secret)
    assert answer.number == issued.reference.number
    assert not answer.person_sees_looks
    with pytest.raises(NotFoundError):
        list_looks(charity.session, charity.programme_id, charity.volunteer_id, issued.reference.id)
    (told,) = list_for_volunteer(charity.session, charity.programme_id, charity.volunteer_id)
    assert (told.number, told.minutes, told.look_ups.times, told.can_download, told.has_credential) == ("", 0, 0, False, False)
    assert check(charity, issue_later(charity, 1, confidential=False).secret).person_sees_looks


def test_the_secret_of_a_letter_is_not_shown_in_a_log(charity: Charity) -> None:
    issued = issue_later(charity, 0, confidential=False)
    assert issued.secret
    assert issued.secret not in repr(issued)
