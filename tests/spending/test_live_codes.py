"""What a phone shows: the same within a step, new in the next, and old typed codes are cleared away."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.spending.shop import KEYRING, NOON, earn, scan, show, till_of
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.secret_values import CROCKFORD
from timecredits.network.models import Programme
from timecredits.spending.answers import Outcome
from timecredits.spending.live_codes import clear_typed_codes, live_code, revoke_live_codes
from timecredits.spending.models import Credential, TypedCode
from timecredits.spending.redemption import redeem


def test_it_is_the_same_within_a_step_and_new_in_the_next(session: Session, world: World) -> None:
    first = show(session, world)
    assert first == show(session, world)
    assert len(first.typed) == 8
    assert set(first.typed) <= set(CROCKFORD)
    assert first.new_in_seconds == 25
    with clock.standing_at(NOON + timedelta(seconds=30)):
        later = show(session, world)
    assert later.step == first.step + 1
    assert later.qr_text != first.qr_text
    assert later.typed != first.typed
    assert session.scalar(select(func.count()).select_from(Credential)) == 1


def test_nothing_in_it_tells_who_it_is(session: Session, world: World) -> None:
    shown = show(session, world)
    for word in ("SIAN", "NEILL", "FENLAND"):
        assert word not in shown.qr_text + shown.typed


def test_nobody_of_another_programme_gets_a_code(session: Session, world: World) -> None:
    programme = session.get_one(Programme, world.programme_id)
    with pytest.raises(NotFoundError):
        live_code(session, KEYRING, programme, new_id(), NOON)


def test_old_typed_codes_do_not_pile_up(session: Session, world: World) -> None:
    for minute in range(30):
        with clock.standing_at(NOON + timedelta(minutes=minute)):
            show(session, world)
    assert (session.scalar(select(func.count()).select_from(TypedCode)) or 0) <= 12
    end = NOON + timedelta(hours=2)
    assert clear_typed_codes(session, world.programme_id, end) > 0
    assert session.scalar(select(func.count()).select_from(TypedCode)) == 0


def test_a_revoked_code_stops_and_its_replacement_works(session: Session, world: World) -> None:
    earn(session, world, 120)
    before = show(session, world)
    revoke_live_codes(session, world.programme_id, world.volunteer_id, NOON)
    after = show(session, world)
    assert redeem(session, KEYRING, till_of(world), scan(world, before.qr_text)).outcome is Outcome.REVOKED
    assert redeem(session, KEYRING, till_of(world), scan(world, before.typed)).outcome is Outcome.REVOKED
    assert redeem(session, KEYRING, till_of(world), scan(world, after.qr_text)).outcome is Outcome.TAKEN
