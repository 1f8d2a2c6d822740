"""The two lines on a volunteer's home page: a letter came, or a no."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.journey.charity import Charity, withdraw
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.journey.letters.letter_news import NEWS_FOR, LetterNews, letter_news
from timecredits.journey.models import ReferenceRequest


def news(charity: Charity, *, days: int = 0) -> LetterNews:
    with clock.standing_at(clock.now() + timedelta(days=days)):
        return letter_news(charity.session, charity.programme_id, charity.volunteer_id)


def test_a_letter_is_news_for_a_fortnight(charity: Charity) -> None:
    assert news(charity) == LetterNews(None, None)
    draft = charity.draft()
    assert news(charity).ready_at is None
    charity.issue(draft)
    assert news(charity).ready_at == draft.issued_at
    assert news(charity, days=NEWS_FOR.days).ready_at == draft.issued_at
    assert news(charity, days=NEWS_FOR.days + 1).ready_at is None
    assert letter_news(charity.session, charity.programme_id, new_id()) == LetterNews(None, None)


@pytest.mark.parametrize("fate", ["confidential", "withdrawn"])
def test_a_letter_in_confidence_or_taken_back_is_no_news(charity: Charity, fate: str) -> None:
    draft = charity.draft()
    draft.confidential = fate == "confidential"
    charity.issue(draft)
    if fate == "withdrawn":
        withdraw(charity, draft)
    assert news(charity).ready_at is None


def test_a_no_is_news_and_a_request_that_waits_is_not(charity: Charity) -> None:
    request = ReferenceRequest(
        programme_id=charity.programme_id,
        id=new_id(),
        organisation_id=charity.organisation_id,
        volunteer_id=charity.volunteer_id,
        asked_at=clock.now(),
        holder_name="Siân",
    )
    charity.session.add(request)
    charity.session.flush()
    assert news(charity).declined_at is None
    request.answered_at, request.declined_because = clock.now(), "I have only just met you."
    charity.session.flush()
    assert charity.session.scalar(select(ReferenceRequest.answered_at)) == news(charity).declined_at
    assert news(charity, days=NEWS_FOR.days + 1).declined_at is None
