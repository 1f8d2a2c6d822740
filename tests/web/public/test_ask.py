"""Asking to be in touch: five pages, six fields, nothing in any address, and one request whatever is pressed twice."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.page_client import Page, PageClient
from tests.web.world import World
from timecredits.community.referral_models import Referral, ReferralKind, ReferralState
from timecredits.community.referrals.asking import open_answers
from timecredits.community.referrals.save_codes import MOST_TRIES
from timecredits.community.referrals.settings import set_takes_requests
from timecredits.community.referrals.stages import StepWords, find_sent, move
from timecredits.foundation import clock
from timecredits.foundation.mail import MailMessage
from timecredits.network.programmes import create_programme
from timecredits.web.database import db
from timecredits.web.public.asking_limits import MOST_AN_HOUR

START = "/in/fenland/ask"
CANARY = "Xylophonia"


@dataclass
class Asked:
    """What is stored, read past the pages."""

    app: Flask
    world: World

    def rows(self) -> list[Referral]:
        with self.app.app_context():
            return list(db.session().scalars(select(Referral).order_by(Referral.started_at)))

    def mails(self) -> list[MailMessage]:
        with self.app.app_context():
            return list(db.session().scalars(select(MailMessage).order_by(MailMessage.queued_at)))

    def said(self, row: Referral) -> Any:
        return open_answers(self.app.config["KEYRING"], row)

    def within(self, verb: Callable[[Session], Any]) -> Any:
        with self.app.app_context():
            answer = verb(db.session())
            db.session.commit()
            return answer


@pytest.fixture
def asked(app: Flask, world: World) -> Asked:
    made = Asked(app, world)
    made.within(lambda session: set_takes_requests(session, world.programme_id, world.organisation_id, takes=True, actor_id=None))
    return made


def answer_all(client: PageClient, *, organisation: str = "Ask them Riverside Trust") -> Page:
    """Answer the five questions, up to the last page, which is not sent yet."""
    page = client.get(START).submit(organisation)
    assert page.heading == "What would help?"
    page = page.submit("Go on", wishes=["people", "talk"])
    page = page.submit("Go on", name=CANARY)
    page = page.submit("Go on", phone="01632 960 444", email="xylo@somewhere.example")
    return page.submit("Go on", reach=["evening", "message"])


def test_five_pages_and_six_fields_lead_to_one_request(client: PageClient, asked: Asked) -> None:
    last = answer_all(client)
    assert last.heading == "Is there anything we should know?"
    for words in ("Meet people, Somebody to talk to", CANARY, "01632 960 444", "In the evening, It is safe"):
        assert words in last.text
    done = last.submit("Send", more="I walk slowly.")
    assert done.heading == "Sent. Thank you"
    assert "within 3 working days" in done.text
    [row] = asked.rows()
    assert (row.kind, row.state, row.organisation_id) == (ReferralKind.SELF, ReferralState.NEW, asked.world.organisation_id)
    said = asked.said(row)
    assert (said.wishes, said.name, said.phone, said.email, said.reach, said.more) == (
        ("people", "talk"),
        CANARY,
        "01632 960 444",
        "xylo@somewhere.example",
        ("evening", "message"),
        "I walk slowly.",
    )


@pytest.mark.usefixtures("asked")
def test_there_are_exactly_six_fields(client: PageClient) -> None:
    page = client.get(START).submit("Ask them Riverside Trust")
    fields = set()
    for number in range(1, 6):
        page = client.get(f"{START}/{number}")
        fields |= {str(each["name"]) for each in page.soup.select("main [name]") if each.get("type") != "hidden"} - {"go"}
    assert fields == {"wishes", "name", "phone", "email", "reach", "more"}
    client.get(f"{START}/6", status=404)


def test_what_was_typed_stands_in_no_address_title_cookie_or_mail(client: PageClient, asked: Asked) -> None:
    page = answer_all(client)
    done = page.submit("Send", more=f"{CANARY} again")
    assert CANARY not in done.text
    for number in range(1, 6):
        shown = client.get(f"{START}/{number}", follow=True)
        title = shown.soup.select_one("title")
        assert title is not None
        assert CANARY not in title.text
        assert CANARY not in shown.response.request.url
    for cookie in (client.http.get_cookie("timecredits"),):
        assert cookie is not None
        assert CANARY not in cookie.decoded_value
    with client.http.session_transaction() as browser:
        assert CANARY not in str(dict(browser))
    for mail in asked.mails():
        assert CANARY not in mail.subject + mail.body
        assert "Riverside" not in mail.subject + mail.body


def test_neutral_mails_go_to_the_organisation_and_to_who_said_it_is_safe(client: PageClient, asked: Asked) -> None:
    answer_all(client).submit("Send")
    assert {(each.recipient, each.subject) for each in asked.mails()} == {
        ("hello@riverside.example", "A new request waits for you"),
        ("xylo@somewhere.example", "We got your message"),
    }


def test_nobody_is_written_to_who_did_not_say_that_it_is_safe(client: PageClient, asked: Asked) -> None:
    page = answer_all(client)
    client.get(f"{START}/4").submit("Go on", reach=["evening"])
    page.submit("Send")
    assert {each.recipient for each in asked.mails()} == {"hello@riverside.example"}


def test_sent_twice_is_one_request(client: PageClient, asked: Asked) -> None:
    page = answer_all(client)
    for _press in range(3):
        assert page.submit("Send").heading == "Sent. Thank you"
    assert len(asked.rows()) == 1
    assert len(asked.mails()) == 2
    assert client.get(f"{START}/2").heading == "Sent. Thank you"


@pytest.mark.usefixtures("asked")
def test_back_and_a_changed_answer_lose_nothing(client: PageClient) -> None:
    page = answer_all(client)
    changed = page.click("Change your name")
    assert changed.soup.select_one("#name")["value"] == CANARY  # type: ignore[index]
    last = changed.submit("Save this", name="Nia")
    assert last.heading == "Is there anything we should know?"
    assert "Nia" in last.text
    assert "01632 960 444" in last.text


@pytest.mark.parametrize(
    ("number", "typed", "said"),
    [
        (1, {}, "Tick what would help."),
        (1, {"wishes": ["<script>"]}, "Tick what would help."),
        (2, {"name": "  "}, "Type a name."),
        (2, {"name": "me@example.org"}, "That looks like an email."),
        (2, {"name": "n" * 81}, "That is too long. Use at most 80 letters."),
        (3, {}, "Type a phone number or an email."),
        (3, {"phone": "ring me"}, "That is not a phone number."),
        (3, {"email": "nobody"}, "Type an email address"),
        (3, {"email": "one@example.org;two@example.org"}, "Type an email address"),
        (3, {"email": "all:one@example.org"}, "Type an email address"),
        (5, {"more": "m" * 1001}, "Use at most 1,000 letters."),
        (5, {"more": "m" * 100_000}, "Use at most 1,000 letters."),
    ],
)
def test_odd_answers_get_a_sentence_and_lose_nothing(
    client: PageClient, asked: Asked, number: int, typed: dict[str, Any], said: str
) -> None:
    client.get(START).submit("Ask them Riverside Trust")
    page = client.get(f"{START}/{number}").submit("Send" if number == 5 else "Go on", **typed)
    assert said in page.text
    assert str(page.soup.select_one("title").text).startswith("Error: ")  # type: ignore[union-attr]
    for name, value in typed.items():
        if name != "wishes":
            assert page.fields("Send" if number == 5 else "Go on")[name] == value
    assert asked.rows()[0].state is ReferralState.DRAFT


def test_turning_marks_and_scripts_are_only_words(client: PageClient, asked: Asked) -> None:
    client.get(START).submit("Ask them Riverside Trust")
    page = client.get(f"{START}/2").submit("Go on", name="\u202eEvil <script>alert(1)</script>")
    assert not client.get(f"{START}/5").soup.select("main script")
    assert asked.said(asked.rows()[0]).name == "Evil <script>alert(1)</script>"
    assert page.heading == "How can we reach you?"


def test_sending_too_early_leads_to_what_is_missing(client: PageClient, asked: Asked) -> None:
    client.get(START).submit("Ask them Riverside Trust")
    page = client.get(f"{START}/5").submit("Send")
    assert page.heading == "What would help?"
    assert "Nothing was sent yet." in page.text
    assert asked.rows()[0].state is ReferralState.DRAFT


def code_on(page: Page) -> str:
    found = page.soup.select_one(".tc-code__typed")
    assert found is not None
    return found.get_text(strip=True)


def test_saved_for_later_goes_on_elsewhere_with_the_code(app: Flask, client: PageClient, asked: Asked) -> None:
    client.get(START).submit("Ask them Riverside Trust")
    client.get(f"{START}/1").submit("Go on", wishes=["do"])
    page = client.get(f"{START}/2").submit("Save for later", name="Nia")
    assert page.heading == "Saved for later"
    assert "Nothing was sent." in page.text
    code = code_on(page)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{3}( [0-9A-HJKMNP-TV-Z]{3}){2}", code)
    [row] = asked.rows()
    assert code.replace(" ", "").encode() not in (row.save_code_hash or b"") + row.sealed
    elsewhere = PageClient(app).get(f"{START}/saved").submit("Open it", code=code.lower().replace(" ", "-"))
    assert elsewhere.heading == "How can we reach you?"
    assert elsewhere.client.get(f"{START}/2").fields("Go on")["name"] == "Nia"


@pytest.mark.usefixtures("asked")
def test_save_for_later_with_nothing_typed_is_fine_too(client: PageClient) -> None:
    client.get(START).submit("Ask without choosing")
    assert client.get(f"{START}/1").submit("Save for later").heading == "Saved for later"


@pytest.mark.usefixtures("asked")
def test_a_code_stops_after_two_weeks(app: Flask, client: PageClient) -> None:
    client.get(START).submit("Ask them Riverside Trust")
    code = code_on(client.get(f"{START}/1").submit("Save for later", wishes=["do"]))
    for days, found in ((13, True), (14, False)):
        with clock.standing_at(clock.now() + timedelta(days=days)):
            page = PageClient(app).get(f"{START}/saved").submit("Open it", code=code)
            assert ("That code did not work." not in page.text) is found


@pytest.mark.usefixtures("asked", "steady_clock")
def test_guessing_codes_ends_soon_and_a_right_one_must_wait(app: Flask, client: PageClient) -> None:
    client.get(START).submit("Ask them Riverside Trust")
    code = code_on(client.get(f"{START}/1").submit("Save for later", wishes=["do"]))
    guesser = PageClient(app)
    for _guess in range(MOST_TRIES):
        assert "did not work" in guesser.get(f"{START}/saved").submit("Open it", code="000 000 000").text
    assert "Wait 15 minutes" in guesser.get(f"{START}/saved").submit("Open it", code=code, status=429).text


def test_another_programme_s_page_knows_nothing_of_it(client: PageClient, asked: Asked) -> None:
    asked.within(lambda session: create_programme(session, name="Peak", slug="peak").id)
    client.get(START).submit("Ask them Riverside Trust")
    code = code_on(client.get(f"{START}/1").submit("Save for later", wishes=["do"]))
    assert client.get("/in/peak/ask/1").heading == "Ask us to get in touch"
    assert "did not work" in client.get("/in/peak/ask/saved").submit("Open it", code=code).text
    client.get("/in/nowhere/ask", status=404)


@pytest.mark.usefixtures("asked")
def test_leaving_in_a_hurry_forgets_it(client: PageClient) -> None:
    answer_all(client)
    client.http.get("/exit")
    page = client.get(f"{START}/5")
    assert page.heading == "Ask us to get in touch"
    assert CANARY not in page.text


def test_this_device_can_forget_it_and_a_draft_can_be_thrown_away(client: PageClient, asked: Asked) -> None:
    client.get(START).submit("Ask them Riverside Trust")
    page = client.get(f"{START}/1").submit("Save for later", wishes=["do"])
    assert "Your code still works." in page.submit("Forget it on this device").text
    assert len(asked.rows()) == 1
    client.get(f"{START}/saved").submit("Open it", code=code_on(page))
    client.get(f"{START}/code").submit("Yes, throw it away")
    assert asked.rows() == []


@pytest.mark.usefixtures("asked")
def test_what_was_sent_meanwhile_is_not_said_to_be_unsent_or_removed(client: PageClient) -> None:
    last = answer_all(client)
    saved = last.submit("Save for later")
    last.submit("Send")
    assert client.get(f"{START}/code").heading == "Sent. Thank you"
    said = saved.submit("Yes, throw it away")
    assert said.heading == "Sent. Thank you"
    assert "It was sent meanwhile. Nothing was removed." in said.soup.text


@pytest.mark.usefixtures("asked")
def test_saving_for_later_again_keeps_it_two_weeks_from_then(app: Flask, client: PageClient) -> None:
    client.get(START).submit("Ask them Riverside Trust")
    code = code_on(client.get(f"{START}/1").submit("Save for later", wishes=["do"]))
    with clock.standing_at(clock.now() + timedelta(days=10)):
        PageClient(app).get(f"{START}/saved").submit("Open it", code=code).submit("Save for later")
    with clock.standing_at(clock.now() + timedelta(days=20)):
        assert PageClient(app).get(f"{START}/saved").submit("Open it", code=code).heading == "What shall we call you?"


def test_it_can_be_taken_back_with_the_code_and_every_word_is_gone(app: Flask, client: PageClient, asked: Asked) -> None:
    done = answer_all(client).submit("Send", more="I walk slowly.")
    code = code_on(done)
    elsewhere = PageClient(app).get(f"{START}/saved").submit("Open it", code=code)
    assert elsewhere.heading == "Sent. Thank you"
    for _press in range(2):
        assert elsewhere.submit("Yes, take it back").heading == "You took it back"
    [row] = asked.rows()
    assert row.state is ReferralState.WITHDRAWN
    assert (row.phone_mark, row.email_mark) == (None, None)
    assert asked.said(row).name == ""


def test_what_has_ended_can_not_be_taken_back(client: PageClient, asked: Asked) -> None:
    done = answer_all(client).submit("Send")
    [row] = asked.rows()
    world, keyring = asked.world, asked.app.config["KEYRING"]

    def close(session: Session) -> None:
        found = find_sent(session, world.programme_id, world.organisation_id, row.id)
        move(session, keyring, found, ReferralState.NOT_NOW, StepWords(), actor_id=None)

    asked.within(close)
    assert "Nothing was changed." in done.submit("Yes, take it back").text
    assert asked.rows()[0].state is ReferralState.NOT_NOW


def test_not_sure_goes_to_nobody_in_particular_and_managers_hear_of_it(client: PageClient, asked: Asked) -> None:
    answer_all(client, organisation="Ask without choosing").submit("Send")
    assert asked.rows()[0].organisation_id is None
    assert asked.world.emails["manager"] in {each.recipient for each in asked.mails()}


def test_an_organisation_that_takes_none_is_not_named_and_not_asked(client: PageClient, asked: Asked) -> None:
    start = client.get(START)
    assert "Lantern House" not in start.text
    fields = start.fields("Ask them Riverside Trust") | {"organisation": str(asked.world.other_organisation_id)}
    client.post(START, fields, status=404)
    for odd in ("", "nonsense"):
        assert "Choose who to ask." in client.post(START, fields | {"organisation": odd}).text
    assert asked.rows() == []


def test_an_organisation_that_closes_meanwhile_gets_nothing(client: PageClient, asked: Asked) -> None:
    last, world = answer_all(client), asked.world
    asked.within(
        lambda session: set_takes_requests(session, world.programme_id, world.organisation_id, takes=False, actor_id=None)
    )
    page = last.submit("Send")
    assert "Nothing was sent. You can ask somebody else." in page.text
    assert asked.rows()[0].state is ReferralState.DRAFT
    assert page.submit("Ask without choosing").client.get(f"{START}/5").submit("Send").heading == "Sent. Thank you"


def test_a_volunteer_may_ask_too(client: PageClient, asked: Asked) -> None:
    asked.world.sign_in(client, "volunteer")
    assert answer_all(client).submit("Send").heading == "Sent. Thank you"


@pytest.mark.usefixtures("steady_clock")
def test_too_many_beginnings_from_one_place_wait(client: PageClient, asked: Asked) -> None:
    for _begin in range(MOST_AN_HOUR):
        client.get(START).submit("Ask without choosing")
    assert "Wait an hour" in client.get(START).submit("Ask without choosing", status=429).text
    assert len(asked.rows()) == 1  # each beginning takes the one draft up again
