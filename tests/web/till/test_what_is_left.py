"""Whether a till shows what somebody has left: only where their programme says so."""

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.web.till.test_scanning import typed_code, use
from tests.web.world import World
from timecredits.network.settings import change_setting
from timecredits.web.database import db

LEFT = "They have 2 credits left."


@pytest.fixture
def shown(app: Flask, world: World) -> None:
    with app.app_context():
        change_setting(db.session(), world.programme_id, "venues_see_balance", True, actor_id=None)
        db.session().commit()


def test_it_shows_nothing_unless_the_programme_says_so(till: PageClient, phone: PageClient) -> None:
    page = use(till, typed_code(phone))
    assert "Done. 1 credit taken." in page.text
    assert "left." not in page.text


@pytest.mark.usefixtures("shown")
def test_it_shows_what_is_left_and_a_repeat_what_is_left_by_then(till: PageClient, phone: PageClient) -> None:
    page = till.get("/till")
    code = typed_code(phone)
    assert LEFT in page.submit("Take credits", code=code).text
    again = page.submit("Take credits", code=code)
    assert "Already done" in again.text
    assert LEFT in again.text


@pytest.mark.usefixtures("shown")
def test_it_shows_it_where_there_are_too_few_and_never_for_a_code_that_failed(till: PageClient, phone: PageClient) -> None:
    too_few = use(till, typed_code(phone), adults="4", under_16s="0")
    assert "Not enough credits" in too_few.text
    assert "They have 3 credits left." in too_few.text
    assert "left." not in use(till, "00000000").text
