"""A coordinator stops the use of somebody's credits; the person reads whom to ask, and never why."""

from datetime import UTC, datetime

from flask import Flask

from tests.page_client import PageClient
from tests.spending.shop import earn
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.network.settings import change_setting
from timecredits.web.database import db

WHY = "The card was stolen."


def test_credits_are_stopped_and_let_go_on(app: Flask, client: PageClient, world: World) -> None:
    page = world.sign_in(client, "coordinator").get(f"/coordinator/people/{world.volunteer_id}")
    form = page.click("Stop now")
    assert "Say why. Nothing was stopped." in form.submit("Stop the use of credits", reason="").text
    back = form.submit("Stop the use of credits", reason=WHY)
    assert "Stopped. From now on Siân O'Neill-Wyn can not use credits." in " ".join(back.soup.get_text().split())
    phone = world.sign_in(PageClient(app), "volunteer")
    home = phone.get("/my/")
    assert "Your credits are on hold. You keep them all" in home.text
    assert "ask your coordinator at Riverside Trust . 01353 000000" in home.text
    assert WHY not in home.response.text
    looked = client.get(f"/coordinator/people/{world.volunteer_id}/stop-credits")
    assert WHY in looked.text
    assert "They can use their credits again." in looked.submit("Let them use credits again").response.text
    assert "on hold" not in phone.get("/my/").text


def test_another_organisation_s_people_are_nobody_here(client: PageClient, world: World) -> None:
    coordinator = world.sign_in(client, "coordinator")
    coordinator.get(f"/coordinator/people/{world.other_volunteer_id}/stop-credits", status=404)
    token = coordinator.get(f"/coordinator/people/{world.volunteer_id}/stop-credits").fields("Stop the use of credits")[
        "csrf_token"
    ]
    client.post(f"/coordinator/people/{world.other_volunteer_id}/let-credits-go-on", {"csrf_token": token}, status=404)


def test_credits_that_run_out_are_said_to_their_owner_with_the_number_and_to_staff_without(
    app: Flask, client: PageClient, world: World
) -> None:
    with app.app_context(), clock.standing_at(datetime(2024, 3, 10, tzinfo=UTC)):
        change_setting(db.session(), world.programme_id, "expire_after_months", 12, actor_id=None)
        earn(db.session(), world, 135)
        db.session.commit()
    with clock.standing_at(datetime(2025, 3, 20, 9, tzinfo=UTC)):
        home = world.sign_in(PageClient(app), "volunteer").get("/my/")
        listed = world.sign_in(client, "coordinator").get("/coordinator/people").click("Credits that run out soon")
    assert "2¼ credits run out on 1 April 2025. Use them or give them." in home.text
    assert "1 person" in listed.text
    assert "Siân O'Neill-Wyn" in listed.text
    assert "1 April 2025" in listed.text
    assert "2¼" not in listed.text


def test_nothing_is_said_where_nothing_runs_out(client: PageClient, world: World) -> None:
    coordinator = world.sign_in(client, "coordinator")
    assert "run out" not in coordinator.get("/coordinator/people").text
    assert "No credits run out soon" in coordinator.get("/coordinator/people/credits-run-out").text
