"""Other computers that are told: added, shown their secret once, tested, paused, ended, and what was sent to each."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.house.full_webhooks import webhook_things
from tests.page_client import Page, PageClient
from tests.web.world import World
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id
from timecredits.records.models import Webhook, WebhookDelivery
from timecredits.records.webhooks.keeping import MOST_WEBHOOKS
from timecredits.web.database import db

GOOD = {"about": "The council", "url": "https://hooks.example.org/new", "events": ["hours.recorded", "use.undone"]}


@pytest.fixture
def manager(client: PageClient, world: World) -> PageClient:
    return world.sign_in(client, "manager")


def secret_on(page: Page) -> str:
    found = page.soup.select_one("code.tc-key")
    return "" if found is None else found.get_text()


def add(manager: PageClient, **changes: object) -> Page:
    form = manager.get("/programme/webhooks").click("Add a computer")
    return manager.post(form.path, {**form.fields("Add it"), **GOOD, **changes})


def test_one_is_added_its_secret_is_shown_once_and_it_is_kept(app: Flask, manager: PageClient, world: World) -> None:
    assert "No computer is told yet" in manager.get("/programme/webhooks").text
    form = manager.get("/programme/webhooks/new")
    sent = {**form.fields("Add it"), **GOOD}
    made = manager.post(form.path, sent)
    first = secret_on(made)
    assert made.heading == "Copy the secret now"
    assert first.startswith("whsec_")
    again = manager.post(form.path, sent)
    assert again.heading == "This was done before"
    assert secret_on(again) == ""
    page = made.click("Go on")
    assert first not in page.response.text
    assert "The council" in page.text
    assert "New hours; A use that was undone" in page.text
    assert "Nothing was sent yet" in page.text
    tested = page.submit("Send a test")
    assert "The test is on its way." in tested.response.text
    assert "A test It waits" in tested.text
    paused = tested.submit("Pause")
    assert "It is paused. Nothing is sent. What is new waits." in paused.text
    assert "Paused" in manager.get("/programme/webhooks").text
    assert "It goes on." in paused.submit("Let it go on").response.text
    change = manager.get(page.path).click("Make a new secret")
    sent = change.fields("Make a new secret")
    changed = manager.post(change.path, sent)
    assert secret_on(changed).startswith("whsec_")
    assert secret_on(changed) != first
    assert "The old secret still works for one day." in changed.text
    assert secret_on(manager.post(change.path, sent)) == ""
    ended = manager.get(page.path).submit("End it")
    assert "It has ended. Nothing more is sent there." in ended.text
    assert not ended.soup.select("main form")
    assert "A test It did not arrive" in ended.text
    manager.get(change.path, status=404)
    with app.app_context():
        done = set(db.session().scalars(select(AuditEntry.action).where(AuditEntry.programme_id == world.programme_id)))
    assert done >= {f"webhook {act}" for act in ("made", "tested", "paused", "resumed", "secret changed", "ended")}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"about": " "}, "Say whose computer it is."),
        ({"about": "x" * 61}, "Use at most 60 letters"),
        ({"url": ""}, "Write the address."),
        ({"url": "http://hooks.example.org/"}, "The address must begin with https://."),
        ({"url": "https://10.0.0.1/"}, "Use the full name of the computer"),
        ({"url": "https://user@hooks.example.org/"}, "This is not an address we can use."),
        ({"url": "https://hooks.example.org:25/"}, "Use port 443"),
        ({"url": "https://hooks.example.org/" + "x" * 500}, "Use an address of at most 500 letters"),
        ({"events": []}, "Tick what to tell."),
        ({"events": ["everything"]}, "Tick what to tell."),
        ({"events": ["webhook.test"]}, "Tick what to tell."),
    ],
)
def test_what_can_not_be_is_not_saved_and_stays_as_typed(manager: PageClient, changes: dict[str, object], words: str) -> None:
    page = add(manager, **changes)
    assert words in page.text
    assert "Nothing was saved." in page.text
    kept = page.fields("Add it")
    for name in {"about", "url"} - set(changes):
        assert kept[name] == GOOD[name]
    assert "No computer is told yet" in manager.get("/programme/webhooks").text


def test_there_is_a_most(manager: PageClient) -> None:
    for _ in range(MOST_WEBHOOKS):
        assert add(manager).heading == "Copy the secret now"
    page = add(manager)
    assert "You can tell 10 computers at most." in page.text


def test_messages_are_listed_in_pages_and_sent_again(app: Flask, manager: PageClient, world: World) -> None:
    with app.app_context():
        things = webhook_things(db.session(), app.config["KEYRING"], world.programme_id, actor_id=world.users["manager"])
        db.session.commit()
    page = manager.get(f"/programme/webhooks/{things['webhook']}")
    assert "It took too long." in page.text
    assert "Its answer: 500." in page.text
    older = page.click("Older", follow=True) if "Older" in page.text else page
    assert "Newer" in older.text
    manager.get(f"{page.path}?page=3", status=404)
    manager.get(f"{page.path}?page=nonsense")
    buttons = [" ".join(each.get_text(" ").split()) for each in page.soup.select("main form button")]
    again = [each for each in buttons if each.startswith("Send again")]
    assert len(set(again)) == len(again)  # each says what it sends
    assert "It will be sent again in a minute." in page.submit(again[0]).response.text
    with app.app_context():
        fresh = select(WebhookDelivery).where(WebhookDelivery.tries == 0, WebhookDelivery.last_answer != "")
        assert len(db.session().scalars(fresh).all()) == 1


def test_only_a_manager_and_only_of_their_own_programme(app: Flask, client: PageClient, world: World) -> None:
    for who in ("coordinator", "venue_manager", "volunteer"):
        world.sign_in(client, who).get("/programme/webhooks", status=403)
    manager = world.sign_in(client, "manager")
    add(manager)
    with app.app_context():
        webhook_id = db.session().scalars(select(Webhook.id)).one()
    token = manager.get("/programme/webhooks/new").fields("Add it")["csrf_token"]
    manager.get(f"/programme/webhooks/{new_id()}", status=404)
    manager.get(f"/programme/webhooks/{new_id()}/secret", status=404)
    for act in ("test", "pause", "go-on", "end", f"messages/{new_id()}/again"):
        sent = {"csrf_token": token, "new_id": str(UUID(int=7))}
        manager.post(f"/programme/webhooks/{new_id()}/{act}", sent, status=404)
        manager.post(f"/programme/webhooks/{webhook_id}/{act}", {}, status=400)
    manager.post(f"/programme/webhooks/{webhook_id}/messages/{new_id()}/again", {"csrf_token": token}, status=404)


def test_a_test_without_its_id_sends_nothing(app: Flask, manager: PageClient) -> None:
    page = add(manager).click("Go on")
    said = page.submit("Send a test", new_id="nonsense")
    assert "Nothing was sent." in said.response.text
    said = page.submit("Send a test")
    assert "The test is on its way." in said.response.text
    assert "You asked for a test a moment ago." in said.submit("Send a test").response.text
    with app.app_context():
        assert len(db.session().scalars(select(WebhookDelivery)).all()) == 1
