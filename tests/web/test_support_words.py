"""How a page says when a service is open."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from timecredits.community.directory.finding import Listed
from timecredits.community.directory.opening_hours import Open
from timecredits.community.directory_models import SupportService
from timecredits.web.support_words import open_words

MONDAY_8PM = datetime(2026, 11, 23, 20, tzinfo=UTC)
WHOLE_WEEK = tuple(Open(day, 0, 1440) for day in range(7))


@pytest.mark.parametrize(
    ("openings", "said"),
    [
        ((), ""),
        ((Open(0, 540, 1260),), "Open now, until 9pm"),
        ((Open(0, 1140, 1440),), "Open now, until midnight"),
        ((Open(0, 1140, 1440), Open(1, 0, 120)), "Open now, until 2am"),
        ((Open(0, 0, 1440), Open(1, 0, 120)), "Open now, until 2am"),
        (WHOLE_WEEK, "Open now"),
        (WHOLE_WEEK[:2], "Open now"),  # "midnight" would be taken for tonight's
        ((Open(0, 0, 1440), Open(1, 0, 1320)), "Open now"),
        ((Open(0, 540, 600),), "Closed now. Opens Monday at 9am"),
        ((Open(0, 540, 600), Open(2, 600, 700)), "Closed now. Opens Wednesday at 10am"),
        ((Open(0, 1260, 1300),), "Closed now. Opens at 9pm"),
    ],
)
def test_when_it_is_open(app: Flask, openings: tuple[Open, ...], said: str) -> None:
    with app.test_request_context():
        assert open_words(Listed(SupportService(always_open=False), openings), MONDAY_8PM).text == said
