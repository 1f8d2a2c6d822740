"""A peer group on a phone, with and without JavaScript: join, sign up, come once, leave. Staff keep the one register there is."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from tests.browser.served_world import ServedWorld, serve_world
from tests.real.chromium import PHONE, OpenContext
from tests.real.served import ServeApp
from timecredits.community.group_models import GroupKind, GroupMember
from timecredits.community.groups.group_facts import GroupFacts
from timecredits.community.groups.groups import make_group
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.planning.plans import PlanFacts, make_plan
from timecredits.hours.planning.repeating import Repeats
from timecredits.web.database import db

pytestmark = pytest.mark.browser

NAME, NEUTRAL = "Quiet minds after loss", "Group session"


@pytest.fixture
def site(live_server: ServeApp, sqlite_url: str) -> Iterator[ServedWorld]:
    """The small world with an open group that met today, and meets again tomorrow at the same time."""
    served = serve_world(live_server, sqlite_url, minutes=0)
    here = (served.world.programme_id, served.world.organisation_id)
    with served.app.app_context():
        session = db.session()
        facts = GroupFacts(NAME, GroupKind.OPEN, NEUTRAL, checks_posts=False)
        group = make_group(session, served.app.config["KEYRING"], *here, facts, group_id=new_id(), actor_id=None)
        daily = PlanFacts(clock.today(), 23 * 60 + 58, 1, Repeats.DAILY)
        make_plan(session, *here, group.activity_id, daily, actor_id=None)
        session.commit()
    yield served
    with served.app.app_context():
        db.engine.dispose()


def browser_of(site: ServedWorld, open_context: OpenContext, who: str, *, javascript: bool) -> Page:
    context = open_context(**PHONE, has_touch=True, java_script_enabled=javascript)
    site.sign_in(context, who)
    return context.new_page()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_join_come_once_and_leave(site: ServedWorld, open_context: OpenContext, *, javascript: bool) -> None:
    me = browser_of(site, open_context, "volunteer", javascript=javascript)
    me.goto(f"{site.url}/my/groups")
    me.get_by_role("link", name=NAME).tap()
    me.get_by_role("button", name="Join this group").tap()
    expect(me.locator(".tc-flashes")).to_contain_text("You are in the group.")
    me.get_by_role("button", name="Sign up Today").tap()
    expect(me.locator(".tc-flashes")).to_contain_text("Done. You are coming.")
    me.get_by_role("button", name="The board").tap()
    me.get_by_label("What do you want to say?").fill("Hello from me.")
    me.get_by_label("The name that others see").fill("Moss")
    me.get_by_role("button", name="Send").tap()
    expect(me.locator("main")).to_contain_text("Hello from me.")

    jo = browser_of(site, open_context, "coordinator", javascript=javascript)
    jo.goto(f"{site.url}/coordinator/register")
    expect(jo.locator("main")).not_to_contain_text(NAME)
    jo.get_by_role("link", name=NEUTRAL).first.tap()
    expect(jo.locator("main")).to_contain_text("Siân")
    expect(jo.locator("main")).not_to_contain_text(NAME)
    jo.get_by_role("button", name="Save").first.tap()
    expect(jo.locator("main")).to_contain_text("Siân")

    me.goto(f"{site.url}/my/hours")
    expect(me.locator("main")).to_contain_text(NEUTRAL)
    me.goto(f"{site.url}/my/groups")
    me.get_by_role("link", name=NAME).tap()
    me.get_by_role("link", name="Leave this group").tap()
    me.get_by_label("Take it back").check()
    me.get_by_role("button", name="Leave this group").tap()
    expect(me.locator(".tc-flashes")).to_contain_text("Nobody was told.")
    with site.app.app_context():
        assert db.session().scalar(select(func.count()).select_from(GroupMember)) == 0
