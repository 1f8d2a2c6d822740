"""The photo a person said yes to: there while they agree, seen by whom the card asks, and gone for good when it goes."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.spending.cards.test_issuing import make
from tests.web.world import World
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.models import Picture
from timecredits.spending.card_models import SecondCheck
from timecredits.spending.cards.choosing import choose_check
from timecredits.spending.cards.photos import card_photo, person_photo, remove_photo, set_photo
from timecredits.spending.cards.stopping import CardEnd, stop_card


def a_photo(colour: str = "orange") -> bytes:
    made = BytesIO()
    Image.new("RGB", (900, 600), colour).save(made, "PNG")
    return made.getvalue()


def add(session: Session, world: World, colour: str = "orange") -> None:
    set_photo(
        session,
        world.programme_id,
        world.organisation_id,
        world.volunteer_id,
        a_photo(colour),
        picture_id=new_id(),
        actor_id=world.users["coordinator"],
    )


def theirs(session: Session, world: World) -> bytes | None:
    return person_photo(session, world.programme_id, world.volunteer_id, organisation_id=world.organisation_id)


def pictures(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Picture)) or 0


def test_a_photo_takes_the_place_of_the_one_before(session: Session, world: World) -> None:
    add(session, world)
    first = theirs(session, world)
    add(session, world, "navy")
    assert first is not None
    assert theirs(session, world) not in {None, first}
    assert pictures(session) == 1


def test_a_file_that_is_none_changes_nothing(session: Session, world: World) -> None:
    add(session, world)
    before = theirs(session, world)
    with pytest.raises(RuleError):
        set_photo(
            session,
            world.programme_id,
            world.organisation_id,
            world.volunteer_id,
            b"<svg/>",
            picture_id=new_id(),
            actor_id=None,
        )
    assert theirs(session, world) == before


def test_a_till_sees_it_only_while_the_card_asks_for_it(session: Session, world: World) -> None:
    add(session, world)
    card = make(session, world)
    assert card_photo(session, world.programme_id, card.id) is None
    own = {"organisation_id": None, "actor_id": None}
    choose_check(session, world.programme_id, world.volunteer_id, SecondCheck.PHOTO, **own)
    assert card_photo(session, world.programme_id, card.id) == theirs(session, world)
    assert card_photo(session, new_id(), card.id) is None
    stop_card(session, world.programme_id, world.volunteer_id, CardEnd.LOST, **own)
    assert card_photo(session, world.programme_id, card.id) is None


def test_taking_the_yes_back_leaves_nothing_and_the_card_wants_a_pin(session: Session, world: World) -> None:
    add(session, world)
    card = make(session, world, check=SecondCheck.PHOTO)
    own = {"organisation_id": None, "actor_id": world.users["volunteer"]}
    assert remove_photo(session, world.programme_id, world.volunteer_id, **own)
    assert (card.check, card.secret_hash) == (SecondCheck.PIN, None)
    assert theirs(session, world) is None
    assert pictures(session) == 0
    assert not remove_photo(session, world.programme_id, world.volunteer_id, **own)


def test_another_organisation_sees_and_changes_nothing(session: Session, world: World) -> None:
    add(session, world)
    there = world.other_organisation_id
    for who in (world.volunteer_id, new_id()):
        with pytest.raises(NotFoundError):
            person_photo(session, world.programme_id, who, organisation_id=there)
        with pytest.raises(NotFoundError):
            remove_photo(session, world.programme_id, who, organisation_id=there, actor_id=None)
        with pytest.raises(NotFoundError):
            set_photo(session, world.programme_id, there, who, a_photo(), picture_id=new_id(), actor_id=None)
    assert theirs(session, world) is not None
