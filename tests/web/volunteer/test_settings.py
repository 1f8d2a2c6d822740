"""What a volunteer decides about themselves."""

from flask import Flask

from tests.page_client import PageClient
from tests.web.world import PASSWORD, World
from timecredits.network.models import Volunteer
from timecredits.web.database import db


def _volunteer(app: Flask, world: World) -> Volunteer:
    with app.app_context():
        return db.session().get_one(Volunteer, (world.programme_id, world.volunteer_id))


def test_the_name_on_letters(me: PageClient, app: Flask, world: World) -> None:
    page = me.get("/my/settings").click("Change name on letters")
    assert page.fields("Save my name")["letter_name"] == "Siân O'Neill-Wyn"
    page = page.submit("Save my name", letter_name="  Siân  Wyn ")
    assert "Saved." in page.text
    assert "Siân Wyn" in page.text
    assert _volunteer(app, world).letter_name == "Siân Wyn"
    me.get("/my/settings/name").submit("Save my name", letter_name="")
    assert _volunteer(app, world).letter_name == ""


def test_too_long_a_name_is_kept_for_mending(me: PageClient, app: Flask, world: World) -> None:
    page = me.get("/my/settings/name").submit("Save my name", letter_name="x" * 101)
    assert "That name is too long." in page.text
    assert page.fields("Save my name")["letter_name"] == "x" * 101
    assert _volunteer(app, world).letter_name == ""


def test_credits_or_no_thank_you(me: PageClient, app: Flask, world: World) -> None:
    page = me.get("/my/settings/credits").submit("Save my choice", wants="no")
    assert "Your next hours count, without credits." in page.text
    assert _volunteer(app, world).wants_credits is False
    page = me.get("/my/settings/credits")
    assert page.fields("Save my choice")["wants"] == "no"
    page = page.submit("Save my choice", wants="perhaps")
    assert "Choose yes or no." in page.text
    page.submit("Save my choice", wants=None)
    assert _volunteer(app, world).wants_credits is False


def test_a_new_password(me: PageClient, app: Flask, world: World) -> None:
    elsewhere = world.sign_in(PageClient(app), "volunteer")
    page = me.get("/my/settings").click("Change password")
    page = page.submit("Save", old="wrong", password="seven green kettles")
    assert "That is not your password now." in page.text
    page = page.submit("Save", old=PASSWORD, password="short")
    assert "Use at least 12 characters." in page.text
    page = page.submit("Save", old=PASSWORD, password="seven green kettles")
    assert "Other devices are signed out." in page.text
    assert elsewhere.get("/my/").path == "/sign-in"
    assert me.get("/my/").path == "/my/"
