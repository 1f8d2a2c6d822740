"""Write under a story as a visitor, have it read by a moderator, and see it shown; with and without JavaScript."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser.served_world import ServedWorld, serve_world
from tests.real.chromium import PHONE, OpenContext
from tests.real.served import ServeApp
from tests.web.told_story import AREA, TITLE, tell
from timecredits.network.duties import give_duty
from timecredits.network.models import DutyKind
from timecredits.web.database import db

pytestmark = pytest.mark.browser

WORDS = "We laughed a lot. <b>Bold</b> as we are."


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    served = serve_world(live_server, sqlite_url, minutes=0)
    yield served
    with served.app.app_context():
        db.engine.dispose()


@pytest.fixture
def story_id(site: ServedWorld) -> UUID:
    with site.app.app_context():
        give_duty(
            db.session(),
            site.world.programme_id,
            DutyKind.MODERATOR,
            actor_id=None,
            organisation_id=site.world.organisation_id,
            user_id=site.world.users["coordinator"],
        )
        db.session.commit()
    story_id = tell(site.app, site.world)
    with site.app.app_context():
        db.engine.dispose()
    return story_id


def _send(page: Page) -> None:
    """Press Send until the page no longer finds it too fast; what was typed stays each time."""
    words = page.get_by_label("Your words")

    def pressed() -> bool:
        page.get_by_role("button", name="Send my words").click()
        if page.get_by_text("That was very fast").count():
            expect(words).to_have_value(WORDS)
            return False
        return True

    assert any(pressed() for _try in range(100))


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_comment_moderate_publish(site: ServedWorld, story_id: UUID, open_context: OpenContext, *, javascript: bool) -> None:
    visitor = open_context(**PHONE, has_touch=True, java_script_enabled=javascript).new_page()
    visitor.goto(f"{site.url}/in/{AREA}/stories")
    visitor.get_by_role("link", name=TITLE).tap()
    visitor.get_by_role("button", name="Write a comment").tap()
    visitor.get_by_label("Your words").fill(WORDS)
    visitor.get_by_label("The name to show").fill("Robin")
    _send(visitor)
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Thank you. Somebody reads it first.")
    visitor.get_by_role("link", name="See where your words stand").tap()
    expect(visitor.get_by_role("main")).to_contain_text("They are not shown yet.")
    where = visitor.url

    context = open_context(java_script_enabled=javascript)
    site.sign_in(context, "coordinator")
    desk = context.new_page()
    desk.goto(f"{site.url}/coordinator/moderation")
    expect(desk.get_by_role("main")).to_contain_text(WORDS)
    desk.get_by_role("button", name="Show it Robin").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("main")).to_contain_text("Nothing waits for you")

    visitor.goto(f"{site.url}/in/{AREA}/stories/{story_id}")
    expect(visitor.get_by_role("article")).to_contain_text(WORDS)
    visitor.goto(where)
    visitor.get_by_role("button", name="Take my words back").tap()
    expect(visitor.get_by_role("main")).to_contain_text("gone for good")
    visitor.goto(f"{site.url}/in/{AREA}/stories/{story_id}")
    expect(visitor.get_by_role("main")).not_to_contain_text(WORDS)
