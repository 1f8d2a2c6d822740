"""Posters: a venue's code on its wall, which people scan with their own phone.

A poster is a till of kind POSTER. Its address ends in 8 characters made from its id and our key, so that the same can be printed
again, and short enough to be typed; what is stored is a keyed hash of them. The address is no secret (it hangs on a wall): it
says at which venue somebody means to be, and nothing is taken before they have signed in and said so. No till's token can hash
to what a poster has, so a poster's row makes no browser a till.
"""

import hmac
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.secret_values import CROCKFORD, keyed_digest, tidy_short_code
from timecredits.foundation.wording import Sentence
from timecredits.network.models import ProgrammeVenue
from timecredits.network.shared_venues import need_to_speak_for
from timecredits.network.venue_facts import find_membership
from timecredits.spending.models import Till, TillKind

LONGEST_NAME = 40
CODE_LENGTH = 8
PURPOSE = "poster code"
ADDRESS = "/my/at/"
"""What stands before the code in a poster's address (web/volunteer/at_venue.py)."""

_till: Any = Till.__table__
_INSERT: dict[str, Any] = {
    name: dialect.insert(_till).on_conflict_do_nothing(index_elements=["id"])
    for name, dialect in {"postgresql": postgresql, "sqlite": sqlite}.items()
}


def make_poster(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    venue_id: UUID,
    *,
    poster_id: UUID,
    name: str,
    actor_id: UUID | None,
) -> Till:
    """Make a poster for a venue. The same `poster_id` twice makes one.

    Raises RuleError for a name that can't be, and for somebody who doesn't speak for a venue that several programmes share;
    NotFoundError for a venue outside the programme or an id of another venue's.
    """
    find_membership(session, programme_id, venue_id)
    need_to_speak_for(session, venue_id, actor_id)
    name = " ".join(name.split())
    if not name:
        raise RuleError(Sentence("Give the poster a name, such as Front desk."), field="name")
    if len(name) > LONGEST_NAME:
        raise RuleError(Sentence("Use at most %(most)s letters for the name.", most=LONGEST_NAME), field="name")
    _number, key = keyring.signing_key(PURPOSE)
    values = {
        "id": poster_id,
        "venue_id": venue_id,
        "name": name,
        "kind": TillKind.POSTER,
        "token_hash": _hash(key, _code(key, poster_id)),
        "paired_at": clock.now(),
    }
    connection = session.connection()
    made = connection.execute(
        _INSERT[connection.dialect.name].values(**values), execution_options={"preserve_rowcount": True}
    ).rowcount
    if made:
        audit.record(session, programme_id, "poster made", actor_id=actor_id, subject_id=poster_id)
        session.flush()
    return find_venue_poster(session, venue_id, poster_id)


def list_posters(session: Session, venue_id: UUID) -> Sequence[Till]:
    """A venue's posters that work now, the oldest first."""
    return session.scalars(
        select(Till)
        .where(Till.venue_id == venue_id, Till.kind == TillKind.POSTER, Till.revoked_at.is_(None))
        .order_by(Till.paired_at, Till.id)
    ).all()


def find_venue_poster(session: Session, venue_id: UUID, poster_id: UUID) -> Till:
    """One of a venue's posters that work now. Raises NotFoundError."""
    poster = session.scalars(
        select(Till).where(
            Till.id == poster_id, Till.venue_id == venue_id, Till.kind == TillKind.POSTER, Till.revoked_at.is_(None)
        )
    ).one_or_none()
    if poster is None:
        raise NotFoundError
    return poster


def end_poster(session: Session, programme_id: UUID, venue_id: UUID, poster_id: UUID, *, actor_id: UUID | None) -> Till:
    """Let a poster work no more, from the next request on. A second time changes nothing.

    Raises NotFoundError for one of another venue, RuleError as `make_poster`.
    """
    find_membership(session, programme_id, venue_id)
    need_to_speak_for(session, venue_id, actor_id)
    poster = session.scalars(
        select(Till).where(Till.id == poster_id, Till.venue_id == venue_id, Till.kind == TillKind.POSTER)
    ).one_or_none()
    if poster is None:
        raise NotFoundError
    ended = session.execute(
        update(_till)
        .where(_till.c.id == poster_id, _till.c.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .returning(_till.c.id)
    ).one_or_none()
    if ended is not None:
        audit.record(session, programme_id, "poster ended", actor_id=actor_id, subject_id=poster_id)
        session.flush()
        session.refresh(poster)
    return poster


def poster_code(keyring: Keyring, poster: Till) -> str:
    """The 8 characters on a poster; "" for one made under a key that is listed no more, which works no more either."""
    for key in keyring.checking_keys(PURPOSE):
        code = _code(key, poster.id)
        if hmac.compare_digest(_hash(key, code), poster.token_hash):
            return code
    return ""


def poster_address(base_url: str, keyring: Keyring, poster: Till) -> str:
    """The address in the poster's square code, the same whenever it is printed; "" as :func:`poster_code`."""
    code = poster_code(keyring, poster)
    return f"{base_url}{ADDRESS}{code}" if code else ""


def find_poster(session: Session, keyring: Keyring, text: str) -> Till | None:
    """The poster with this code, typed in any way, or None for one that there isn't or that has ended."""
    code = tidy_short_code(text[: 4 * CODE_LENGTH])
    if len(code) != CODE_LENGTH or not set(code) <= set(CROCKFORD):
        return None
    hashes = [_hash(key, code) for key in keyring.checking_keys(PURPOSE)]
    return session.scalars(
        select(Till).where(Till.token_hash.in_(hashes), Till.kind == TillKind.POSTER, Till.revoked_at.is_(None))
    ).one_or_none()


def serves_programme(session: Session, programme_id: UUID, venue_id: UUID) -> bool:
    """Whether a venue takes the credits of a programme."""
    found = select(ProgrammeVenue.id).where(ProgrammeVenue.programme_id == programme_id, ProgrammeVenue.venue_id == venue_id)
    return session.scalar(found) is not None


def _code(key: bytes, poster_id: UUID) -> str:
    """40 bits of HMAC-SHA256 over the poster's id, 5 bits a character."""
    bits = int.from_bytes(hmac.new(key, poster_id.bytes, sha256).digest()[:5])
    return "".join(CROCKFORD[bits >> shift & 31] for shift in range(35, -5, -5))


def _hash(key: bytes, code: str) -> bytes:
    return keyed_digest(key, "poster", code)
