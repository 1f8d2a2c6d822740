"""The first page of a programme's manager."""

from flask import Flask

from tests.page_client import PageClient
from tests.web.programme.test_books import run
from tests.web.programme.test_reports import count, give
from tests.web.world import World
from timecredits.hours.activity_models import ActivityCategory


def test_before_anything_it_says_so(client: PageClient, world: World) -> None:
    page = world.sign_in(client, "manager").get("/programme")
    assert page.heading == "Your programme"
    assert "The books were not checked yet." in page.text
    assert "Nothing is counted yet" in page.text
    assert "fewer than 5 people known here" in page.text


def test_a_manager_sees_the_numbers_and_that_the_books_add_up(app: Flask, client: PageClient, world: World) -> None:
    give(app, world, world.organisation_id, 7, 120, ActivityCategory.FOOD)
    give(app, world, world.other_organisation_id, 3, 97, ActivityCategory.ARTS)
    count(app, world)
    manager = world.sign_in(client, "manager")
    manager.get("/programme/books").submit("Check now")
    assert run(app) == 1
    page = manager.get("/programme")
    assert "The books add up." in page.text
    assert "12 people known here" in page.text
    assert "hours given" in page.text
    assert "4.85" not in page.text, "three people's hours"
    assert "Lantern House" not in page.text, "an organisation of three people"
    assert page.click("Look at the books").heading == "The books"
    assert page.click("All reports").heading == "Reports"


def test_nobody_else_may_look(client: PageClient, world: World) -> None:
    assert world.sign_in(client, "coordinator").get("/programme", status=403).heading == "You can't open this page"
