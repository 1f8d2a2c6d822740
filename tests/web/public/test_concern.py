"""Say that you worry about somebody: who is told, what is kept, and what is said when nobody is there to read it."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import PageClient
from tests.web.safe import concern_ids, name_lead
from tests.web.world import World
from timecredits.community.safety import concerns
from timecredits.community.safety_models import Concern
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.mail import MailMessage
from timecredits.web.database import db

HERE = "/in/fenland/concern"
WORDS = "Somebody shouts at Ann in the kitchen zqx-canary."


def send(client: PageClient, **more: str) -> str:
    page = client.get(HERE).submit("Send it", **{"worry": WORDS, **more})
    return page.text


def mails(app: Flask) -> list[tuple[str, str, str]]:
    with app.app_context():
        return [(each.recipient, each.subject, each.body) for each in db.session().scalars(select(MailMessage))]


def test_it_goes_to_the_lead_of_that_organisation_and_the_mail_has_no_words(client: PageClient, world: World, app: Flask) -> None:
    name_lead(app, world, "coordinator")
    name_lead(app, world, "manager", programme=True)
    said = send(client, place=str(world.organisation_id), about="Ann", reach="07700 900123")
    assert "It goes to the person who looks after safety there." in said
    assert "They may get in touch with you." in said
    [(recipient, subject, body)] = mails(app)
    assert (recipient, subject) == (world.emails["coordinator"], "Something waits for you")
    assert not any(word in body for word in ("canary", "Ann", "07700", "concern", "safe", "Riverside"))


def test_what_is_kept_is_sealed_and_nobody_is_named_who_sent_it(client: PageClient, world: World, app: Flask) -> None:
    world.sign_in(client, "volunteer")
    send(client, place=str(world.organisation_id))
    with app.app_context():
        session = db.session()
        kept = session.scalars(select(Concern)).one()
        assert b"canary" not in kept.sealed
        assert not {"made_by", "volunteer_id", "user_id"} & set(Concern.__table__.columns.keys())
        assert [each.actor_id for each in session.scalars(select(AuditEntry).where(AuditEntry.action == "concern raised"))] == [
            None
        ]


def test_without_a_lead_there_the_programmes_reads_it(client: PageClient, world: World, app: Flask) -> None:
    name_lead(app, world, "manager", programme=True)
    assert "for the whole programme" in send(client, place=str(world.organisation_id))
    assert [each[0] for each in mails(app)] == [world.emails["manager"]]


def test_without_any_lead_it_says_so_and_whoever_is_named_next_reads_it(client: PageClient, world: World, app: Flask) -> None:
    said = send(client, place=str(world.organisation_id))
    assert "Right now nobody is named to read this." in said
    assert "Ring 999" in said
    assert mails(app) == []
    name_lead(app, world, "coordinator")
    world.sign_in(client, "coordinator")
    assert "shouts at Ann" in client.get("/coordinator/concerns").text


def test_it_is_for_staff_and_tills_too_and_not_sure_goes_to_the_programme(client: PageClient, world: World, app: Flask) -> None:
    name_lead(app, world, "coordinator")
    name_lead(app, world, "manager", programme=True)
    for who in ("coordinator", "venue_manager", "manager"):
        world.sign_in(client, who)
        assert "for the whole programme" in send(client)
    assert {each[0] for each in mails(app)} == {world.emails["manager"]}


@pytest.mark.usefixtures("world")
def test_danger_puts_the_numbers_first(client: PageClient) -> None:
    page = client.get(HERE).submit("Send it", worry=WORDS, danger="yes")
    assert page.text.index("Ring 999") < page.text.index("What happens next")
    assert page.soup.select_one('main a[href="tel:999"]')


def test_sent_twice_is_one(client: PageClient, world: World, app: Flask) -> None:
    name_lead(app, world, "coordinator")
    form = client.get(HERE)
    for _ in range(2):
        form.submit("Send it", worry=WORDS, place=str(world.organisation_id))
    assert len(concern_ids(app)) == 1
    assert len(mails(app)) == 1


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"worry": " \n "}, "Say what worries you."),
        ({"worry": "a" * 4001}, "That is too long."),
        ({"about": "b" * 201}, "That is too long."),
        ({"reach": "c" * 201}, "That is too long."),
    ],
)
def test_bad_input_keeps_what_was_typed(
    client: PageClient,
    app: Flask,
    typed: dict[str, str],
    says: str,
) -> None:
    page = client.get(HERE).submit("Send it", **{"worry": WORDS, "about": "Ann", **typed})
    assert says in page.text
    kept = page.fields("Send it")
    for name, value in {"about": "Ann", **typed}.items():
        assert kept[name].strip() == value.strip()
    assert concern_ids(app) == []


def test_odd_choices_are_no_crash(client: PageClient, world: World, app: Flask) -> None:
    form = client.get(HERE)
    assert form.submit("Send it", worry=WORDS, danger="nonsense").heading == "Thank you. We have it."
    client.get(HERE).submit("Send it", worry=WORDS, place="nonsense", status=404)
    client.get(HERE).submit("Send it", worry=WORDS, place=str(world.venue_id), status=404)
    client.get("/in/nowhere/concern", status=404)
    assert len(concern_ids(app)) == 1


@pytest.mark.usefixtures("world", "steady_clock")
def test_a_machine_that_writes_all_day_is_paused_and_the_numbers_stay(
    client: PageClient,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(concerns, "MOST_AN_HOUR", 2)
    send(client)
    send(client)
    page = client.get(HERE).submit("Send it", worry=WORDS, status=429)
    assert "Nothing was sent." in page.text
    assert page.fields("Send it")["worry"] == WORDS
    assert page.soup.select_one('a[href="/help-now"]')
    assert len(concern_ids(app)) == 2
    assert client.get("/help-now").heading == "Help now"


@pytest.mark.usefixtures("world")
def test_to_concern_leads_there(client: PageClient) -> None:
    assert client.get("/to/concern").heading == "Say what worries you"


def test_help_is_there_though_the_database_is_away(client: PageClient, app: Flask, sqlite_url: str) -> None:
    with app.app_context():
        db.engine.dispose()
    place = Path(sqlite_url.removeprefix("sqlite:///"))
    for each in place.parent.glob(f"{place.name}*"):
        each.unlink()
    place.mkdir()
    page = client.get("/help-now")
    links = [str(each["href"]) for each in page.soup.select("main a[href]")]
    assert links[0] == "tel:999"
    assert {"tel:116123", "tel:111", "sms:85258?body=SHOUT"} <= set(links)
    assert "Press 55" in page.text
