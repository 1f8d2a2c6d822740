"""The pages of the second step read easily: they follow one another, so they are held here as they come."""

from flask import Flask

from tests.house.test_reading_grade import check_texts
from tests.page_client import PageClient
from tests.web.second_step import key_on
from tests.web.world import PASSWORD, World, app_code


def test_the_second_step_is_easy_to_read(app: Flask, client: PageClient, world: World) -> None:
    door = client.get("/sign-in/password")
    setting_up = door.submit("Sign in", email=world.emails["owner"], password=PASSWORD)
    pages = [setting_up, setting_up.submit("Save this app", code="000000")]
    pages.append(setting_up.submit("Save this app", code=app_code(key_on(setting_up))))
    other = PageClient(app)
    second = other.get("/sign-in/password").submit("Sign in", email=world.emails["owner"], password=PASSWORD)
    pages += [second, second.submit("Sign in", code="000000"), other.get("/sign-in/recovery")]
    pages.append(other.get("/sign-in/slip").submit("Sign in", code="0000 0000 0000"))
    home = pages[2].submit("Go on", kept="y")
    assert home.path == "/coordinator/"
    pages += [client.get(path) for path in ("/how-i-sign-in", "/how-i-sign-in/app", "/how-i-sign-in/password", "/show-it-is-you")]
    pages.append(client.get(f"/coordinator/people/{world.volunteer_id}/sign-in-slip"))
    volunteer = world.sign_in(PageClient(app), "volunteer")
    pages += [volunteer.get(path) for path in ("/how-i-sign-in", "/how-i-sign-in/password", "/show-it-is-you")]
    headings = [page.heading for page in pages]
    assert headings.count("One more step") == headings.count("Set up your second step") == 2
    assert {"Keep these codes", "Use a recovery code", "Sign in with a slip", "How I sign in"} <= set(headings)
    check_texts({f"{number}: {page.heading}": page.response.text for number, page in enumerate(pages)})
