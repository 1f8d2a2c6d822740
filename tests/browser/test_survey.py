"""Answering on a phone, with and without JavaScript: a question at a time, then reading and taking back what was said."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.served_world import ServedWorld, serve_world
from tests.real.chromium import PHONE, OpenContext
from tests.real.served import ServeApp
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.insight.impact.asking import ask_all
from timecredits.insight.impact.surveys import SurveyFacts, start_survey, write_survey
from timecredits.insight.impact_models import SurveyKind
from timecredits.web.database import db

pytestmark = pytest.mark.browser


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=0)
    with served.app.app_context():
        session, programme_id = db.session(), served.world.programme_id
        facts = SurveyFacts(SurveyKind.LONELINESS, "How people feel")
        survey = write_survey(session, programme_id, None, facts, survey_id=new_id(), actor_id=None)
        start_survey(session, programme_id, None, survey.id, actor_id=None)
        ask_all(session, programme_id, now=clock.now())
        db.session.commit()
    yield served
    with served.app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_question_at_a_time_read_and_taken_back(site: ServedWorld, open_context: OpenContext, *, javascript: bool) -> None:
    context = open_context(**PHONE, has_touch=True, java_script_enabled=javascript)
    site.sign_in(context, "volunteer")
    page = context.new_page()
    page.goto(f"{site.url}/my/questions")
    page.get_by_role("button", name="One at a time").tap()
    for number, answer in enumerate(("Some of the time", None, "Hardly ever or never", "Never"), start=1):
        expect(page.get_by_text(f"Question {number} of 4")).to_be_visible()
        if answer:
            page.get_by_label(answer, exact=True).check()
        page.get_by_role("button", name="Send my answers" if number == 4 else "Next question").tap()
    expect(page.locator(".tc-flashes")).to_contain_text("Thank you. We have your answers.")
    page.get_by_role("link", name="Questions from").tap()
    expect(page.get_by_text("You left this out")).to_be_visible()
    page.get_by_text("Take my answers back").tap()
    page.get_by_role("button", name="Take them back").tap()
    expect(page.locator(".tc-flashes")).to_contain_text("Your answers are gone for good.")


def test_saying_no_is_one_tap_and_asks_nothing_back(site: ServedWorld, open_context: OpenContext) -> None:
    context = open_context(**PHONE, has_touch=True)
    site.sign_in(context, "volunteer")
    page = context.new_page()
    page.goto(f"{site.url}/my/questions")
    page.get_by_role("button", name="I would rather not").tap()
    expect(page.locator(".tc-flashes")).to_contain_text("We will not ask you these again.")
    expect(page.get_by_text("Nothing is asked of you now.")).to_be_visible()
