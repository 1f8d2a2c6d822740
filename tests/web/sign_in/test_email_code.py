"""A volunteer signs in with a code from a real mailbox."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.real.smtp import MailServer
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.mail import deliver_waiting, gateway_for
from timecredits.web.database import db


class Mailbox:
    """Sends what waits, as the application does after its answer, and reads what came."""

    def __init__(self, app: Flask, server: MailServer) -> None:
        self.app, self.server = app, server

    def letters(self, address: str) -> list[EmailMessage]:
        with self.app.app_context():
            deliver_waiting(db.engine, gateway_for(self.server.url), sender="Time Credits <no-reply@localhost>")
        return self.server.to(address)

    def code(self, address: str) -> str:
        found = re.search(r"\d{4} \d{4}", self.letters(address)[-1].get_content())
        assert found is not None
        return found.group()


@pytest.fixture
def mailbox(app: Flask, mail_server: MailServer) -> Iterator[Mailbox]:
    app.config["MAIL_URL"] = mail_server.url
    return Mailbox(app, mail_server)


def ask(client: PageClient, address: str) -> str:
    page = client.get("/sign-in").submit("Send me a code", email=address)
    assert page.heading == "Check your email"
    return page.text.replace(address, "ADDRESS")


def test_from_address_to_home(client: PageClient, world: World, mailbox: Mailbox) -> None:
    ask(client, world.emails["volunteer"])
    code = mailbox.code(world.emails["volunteer"])
    page = client.get("/sign-in/code").submit("Sign in", code=code)
    assert page.path == "/my/"
    assert client.get("/sign-in").path == "/my/"


def test_the_letter_is_plain(client: PageClient, world: World, mailbox: Mailbox) -> None:
    ask(client, world.emails["volunteer"])
    [letter] = mailbox.letters(world.emails["volunteer"])
    assert letter["Subject"] == "Your sign-in code"
    assert "Riverside" not in str(letter)
    assert "credit" not in letter.get_content().lower()


def test_nobody_learns_who_is_known(client: PageClient, app: Flask, world: World, mailbox: Mailbox) -> None:
    pages = {ask(PageClient(app), world.emails[who]) for who in ("volunteer", "coordinator")}
    pages.add(ask(client, "nobody@example.org"))
    assert len(pages) == 1
    assert mailbox.letters("nobody@example.org") == []
    [letter] = mailbox.letters(world.emails["coordinator"])
    assert re.search(r"\d{4} \d{4}", letter.get_content()) is None
    assert "/sign-in/password" in letter.get_content()


def test_a_code_works_only_where_it_was_asked_for(client: PageClient, app: Flask, world: World, mailbox: Mailbox) -> None:
    ask(client, world.emails["volunteer"])
    code = mailbox.code(world.emails["volunteer"])
    elsewhere = PageClient(app)
    page = elsewhere.get("/sign-in/code")
    assert page.path == "/sign-in"
    ask(elsewhere, world.emails["other_volunteer"])
    page = elsewhere.get("/sign-in/code").submit("Sign in", code=code)
    assert "That code did not work." in page.text


def test_a_wrong_code_says_how_many_tries_are_left_and_keeps_what_was_typed(
    client: PageClient,
    world: World,
    mailbox: Mailbox,
) -> None:
    ask(client, world.emails["volunteer"])
    right = mailbox.code(world.emails["volunteer"])
    wrong = f"{(int(right.replace(' ', '')) + 1) % 10**8:08}"
    page = client.get("/sign-in/code").submit("Sign in", code=wrong)
    assert "You can try 4 more times." in page.text
    assert page.fields("Sign in")["code"] == wrong
    assert page.soup.title is not None
    assert page.soup.title.get_text().startswith("Error: ")
    for _ in range(3):
        page = page.submit("Sign in", code=wrong)
    assert "You can try 1 more time." in page.text
    page = page.submit("Sign in", code=wrong)
    assert "That code does not work any more." in page.text
    page = page.submit("Sign in", code=right)
    assert "That code does not work any more." in page.text
    page.submit("Send a new code")
    page = client.get("/sign-in/code").submit("Sign in", code=mailbox.code(world.emails["volunteer"]))
    assert page.path == "/my/"


def test_asking_too_often(client: PageClient, world: World) -> None:
    for _ in range(5):
        ask(client, world.emails["volunteer"])
    page = client.get("/sign-in").submit("Send me a code", email=world.emails["volunteer"], status=429)
    assert "Wait 15 minutes." in page.text
    assert page.fields("Send me a code")["email"] == world.emails["volunteer"]


@pytest.mark.parametrize("typed", ["", "name", "name@place", "a b@c.de", "x" * 300 + "@example.org"])
def test_an_odd_address_is_sent_back_as_it_was_typed(client: PageClient, world: World, typed: str) -> None:
    assert world.programme_id
    page = client.get("/sign-in").submit("Send me a code", email=typed)
    assert "There is a problem" in page.text
    assert page.fields("Send me a code")["email"] == typed


def test_on_to_the_page_that_was_wanted(client: PageClient, world: World, mailbox: Mailbox) -> None:
    assert client.get("/my/statement").path == "/sign-in"
    ask(client, world.emails["volunteer"])
    code = mailbox.code(world.emails["volunteer"])
    assert client.get("/sign-in/code").submit("Sign in", code=code).path == "/my/statement"


def test_a_foreign_next_is_forgotten(client: PageClient, world: World, mailbox: Mailbox) -> None:
    client.get("/sign-in?next=//evil.example")
    ask(client, world.emails["volunteer"])
    code = mailbox.code(world.emails["volunteer"])
    assert client.get("/sign-in/code").submit("Sign in", code=code).path == "/my/"


def test_without_the_forms_mark_nothing_is_sent(client: PageClient, world: World, mailbox: Mailbox) -> None:
    client.post("/sign-in/email", {"email": world.emails["volunteer"]}, status=400)
    assert mailbox.letters(world.emails["volunteer"]) == []


def test_the_letter_goes_out_once_the_page_has_been_sent(
    client: PageClient, app: Flask, world: World, mail_server: MailServer
) -> None:
    app.config["MAIL_URL"] = mail_server.url
    form = client.get("/sign-in").fields("Send me a code")
    with client.http.post("/sign-in/email", data={**form, "email": world.emails["volunteer"]}) as response:
        assert response.status_code == 302
    assert len(mail_server.to(world.emails["volunteer"])) == 1


def test_a_mail_server_that_turns_letters_away_holds_nobody_up(
    client: PageClient,
    app: Flask,
    world: World,
    mail_server: MailServer,
) -> None:
    app.config["MAIL_URL"], mail_server.refuse = mail_server.url, "451 Not now"
    ask(client, world.emails["volunteer"])
    mail_server.refuse = None
    with clock.standing_at(clock.now() + timedelta(minutes=5)):  # it is tried again a little later
        assert re.search(r"\d{4} \d{4}", Mailbox(app, mail_server).letters(world.emails["volunteer"])[0].get_content())
