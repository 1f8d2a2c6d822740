"""A card says who somebody is at the door: scanned or typed, and none of their credits are touched."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.page_client import PageClient
from tests.spending.shop import earn, make_card, make_note
from tests.web.kiosk.test_signing import use
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.network.models import Volunteer
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.codes import CardParts, LiveCodeParts, NoteParts, encode, encode_card, encode_note, step_at
from timecredits.spending.models import CodeKind, Credential, Redemption
from timecredits.web.database import db


@pytest.fixture
def card(app: Flask, world: World) -> tuple[str, str]:
    """What a card's square code says, and what is typed."""
    with app.app_context():
        made = make_card(db.session(), world)
        found = encode_card(app.config["KEYRING"], CardParts(1, made.serial)), made.code
        db.session.commit()
        return found


def change_card(app: Flask, **columns: object) -> None:
    with app.app_context():
        made = db.session().scalars(select(Card)).one()
        for name, value in columns.items():
            setattr(made, name, value)
        db.session.commit()


@pytest.mark.parametrize("way", [0, 1])
def test_a_card_signs_in_and_takes_nothing(app: Flask, kiosk: PageClient, card: tuple[str, str], way: int) -> None:
    page = use(kiosk, card[way])
    assert "Welcome. You are signed in." in page.text
    assert "Siân O." in page.text
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(Redemption)) == 0
        assert db.session().scalars(select(Card.misses)).one() == 0


@pytest.mark.parametrize("check", list(SecondCheck))
def test_whatever_its_second_check_none_is_asked_for(
    app: Flask, kiosk: PageClient, card: tuple[str, str], check: SecondCheck
) -> None:
    change_card(app, check=check)
    assert "Welcome." in use(kiosk, card[0]).text


def test_one_that_is_locked_still_says_who_somebody_is(app: Flask, kiosk: PageClient, card: tuple[str, str]) -> None:
    change_card(app, locked_at=clock.now())
    assert "Welcome." in use(kiosk, card[0]).text


def test_a_stopped_one_does_not(app: Flask, kiosk: PageClient, card: tuple[str, str]) -> None:
    change_card(app, ended_at=clock.now(), ended_because="lost")
    for shown in card:
        page = use(kiosk, shown)
        assert "That one has been stopped. Nothing was recorded." in page.text
        assert "Siân" not in page.text


def test_a_note_is_nobody(app: Flask, world: World, kiosk: PageClient) -> None:
    with app.app_context():
        session = db.session()
        earn(session, world, 60)
        note = make_note(session, world)
        text = encode_note(app.config["KEYRING"], NoteParts(1, note.serial, note.minutes, note.expires_on))
        session.commit()
    assert "Nothing was recorded." in use(kiosk, text).text


def freeze(app: Flask, world: World) -> None:
    with app.app_context():
        volunteer = db.session().get_one(Volunteer, (world.programme_id, world.volunteer_id))
        volunteer.frozen_at, volunteer.frozen_because = clock.now(), "for a test"
        db.session.commit()


def test_somebody_whose_credits_are_stopped_gives_time_as_before(
    app: Flask, world: World, kiosk: PageClient, card: tuple[str, str]
) -> None:
    freeze(app, world)
    assert "Welcome." in use(kiosk, card[0]).text


@pytest.mark.parametrize("is_frozen", [False, True])
def test_a_code_on_a_helper_s_phone_is_not_the_person(app: Flask, world: World, kiosk: PageClient, *, is_frozen: bool) -> None:
    with app.app_context():
        session = db.session()
        session.add(
            Credential(
                programme_id=world.programme_id,
                volunteer_id=world.volunteer_id,
                helper_id=world.other_volunteer_id,
                kind=CodeKind.LIVE,
                reference=4711,
                created_at=clock.now(),
            )
        )
        session.commit()
    if is_frozen:
        freeze(app, world)
    code = encode(app.config["KEYRING"], LiveCodeParts(1, 4711, step_at(clock.now())))
    assert "Nothing was recorded." in use(kiosk, code).text
