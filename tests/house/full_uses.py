"""For the full world: uses with no signal that wait, one that was used twice, one decided, and a number that never came."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.spending.offline_shop import another_venue, make_note, saved, send
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.keys import Keyring
from timecredits.network.models import Programme
from timecredits.spending.live_codes import live_code
from timecredits.spending.models import Redemption
from timecredits.spending.offline.decisions import Decision, decide


def use_things(session: Session, keyring: Keyring, world: World, volunteer_id: UUID, *, first: int) -> dict[str, str]:
    """Let the world's till send what it saved, with numbers from `first` on, and answer what pages about one use need."""
    programme = session.get_one(Programme, world.programme_id)
    codes = []
    for days_ago in (2, 1):
        with clock.standing_at(clock.now() - timedelta(days=days_ago)):
            codes.append(live_code(session, keyring, programme, volunteer_id, clock.now()).qr_text)
    _note, note_code = make_note(session, world)
    till, offer_id = another_venue(session, world, f"Roxy {first}")
    there = {"till_id": str(till.id), "offer_id": str(offer_id)}
    waiting, decided = send(session, world, *[saved(world, code, sequence=first + index) for index, code in enumerate(codes)])
    copied = send(session, world, *[saved(world, note_code, sequence=each, **there) for each in (2, 3)], till=till)
    assert [each.result for each in copied] == ["ok", "duplicate"]
    assert waiting.use_id is not None
    assert decided.use_id is not None
    decide(session, world.programme_id, decided.use_id, Decision.PROGRAMME_PAYS, reason="We asked the pool", actor_id=None)
    redemption_id = session.scalars(
        select(Redemption.id)
        .where(
            Redemption.programme_id == world.programme_id,
            Redemption.volunteer_id == volunteer_id,
            Redemption.undone_at.is_(None),
        )
        .order_by(Redemption.used_at)
    ).first()
    return {"use": str(waiting.use_id), "redemption": str(redemption_id)}


def no_such_use() -> dict[str, str]:
    """Of another programme there is nothing to see."""
    return {"any_use": str(uuid4()), "any_till": str(uuid4())}
