from tests.page_client import PageClient
from tests.web.world import World


def test_a_manager_sees_the_numbers_and_that_the_books_add_up(client: PageClient, world: World) -> None:
    page = world.sign_in(client, "manager").get("/programme")
    assert page.heading == "Your programme"
    assert "The books add up." in page.text
    assert "Riverside Trust" in page.text
    assert "Parkside Pool" in page.text


def test_nobody_else_may_look(client: PageClient, world: World) -> None:
    assert world.sign_in(client, "coordinator").get("/programme", status=403).heading == "You can't open this page"
