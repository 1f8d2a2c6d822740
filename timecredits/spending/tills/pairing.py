"""Tills: a browser is paired with one venue by a one-time code, and is known afterwards by a secret token."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.secret_values import digest, new_secret, new_short_code, tidy_short_code
from timecredits.network.actors import Actor
from timecredits.network.models import Venue
from timecredits.network.permissions import ActorKind
from timecredits.network.tries import count_of, count_try
from timecredits.spending.models import Till, TillKind, TillPairing

_till: Any = Till.__table__
# Built once, and rows in place of objects: every call of a till asks this.
_ACTOR = (
    select(_till.c.id, _till.c.name, _till.c.venue_id, Venue.__table__.c.name)
    .join(Venue.__table__, Venue.__table__.c.id == _till.c.venue_id)
    .where(
        _till.c.token_hash == bindparam("token", type_=_till.c.token_hash.type),
        _till.c.revoked_at.is_(None),
        _till.c.kind == TillKind.SCREEN,
    )
)
PAIRING_FOR = timedelta(minutes=10)
MOST_MISSES = 30
"""Wrong pairing codes from anywhere within PAIRING_FOR before pairing pauses: 30 tries at 2^40 codes."""


@dataclass(frozen=True)
class Paired:
    """A till just paired, with the token for its cookie; only the token's hash is kept."""

    till: Till
    token: str


def begin_pairing(session: Session, venue_id: UUID, *, till_name: str, made_by: UUID | None) -> str:
    """Make a one-time pairing code for a venue, 8 characters, good for ten minutes."""
    code = new_short_code(8)
    session.add(
        TillPairing(
            id=new_id(),
            venue_id=venue_id,
            till_name=till_name.strip() or "Till",
            code_hash=digest(f"pair/{code}"),
            made_by=made_by,
            expires_at=clock.now() + PAIRING_FOR,
        ),
    )
    session.flush()
    return code


def pairing_is_paused(session: Session) -> bool:
    """Whether too many wrong pairing codes were typed lately."""
    return count_of(session, "pair till", within=PAIRING_FOR) >= MOST_MISSES


def pair_till(session: Session, typed: str) -> Paired | None:
    """Make this browser a till, or None for a code that is wrong, used or too old. The miss is counted."""
    code = tidy_short_code(typed)
    pairing = session.scalars(
        select(TillPairing).where(
            TillPairing.code_hash == digest(f"pair/{code}"),
            TillPairing.used_at.is_(None),
            TillPairing.expires_at > clock.now(),
        ),
    ).first()
    if pairing is None:
        count_try(session, "pair till", within=PAIRING_FOR)
        return None
    taken = session.execute(
        update(TillPairing)
        .where(TillPairing.id == pairing.id, TillPairing.used_at.is_(None))
        .values(used_at=clock.now())
        .returning(TillPairing.id),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if taken is None:
        return None
    token = new_secret()
    till = Till(id=new_id(), venue_id=pairing.venue_id, name=pairing.till_name, token_hash=digest(token), paired_at=clock.now())
    session.add(till)
    session.flush()
    return Paired(till, token)


def find_device(session: Session, token: str) -> Till | None:
    """The till that holds this token or held it before it was removed: what such a one saved is still taken in."""
    return session.scalars(select(Till).where(Till.token_hash == digest(token))).one_or_none()


def find_till_actor(session: Session, token: str) -> Actor | None:
    """The till that holds this token, or None once it has been removed."""
    found = session.connection().execute(_ACTOR, {"token": digest(token)}).one_or_none()
    if found is None:
        return None
    till_id, name, venue_id, venue_name = found
    return Actor(ActorKind.TILL, display_name=name, organisation_name=venue_name, venue_id=venue_id, till_id=till_id)
