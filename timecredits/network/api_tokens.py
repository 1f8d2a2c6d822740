"""Keys with which partners call the API: made by a programme manager, shown once, limited in scope and time.

A key reads `tc_<number of its programme>_<secret>`, so that it leads to its programme with no search. Only its hash is kept.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.secret_values import digest, new_secret
from timecredits.foundation.wording import Sentence
from timecredits.network.actors import Actor
from timecredits.network.models import ApiToken, Programme
from timecredits.network.permissions import ActorKind
from timecredits.network.scope import find

__all__ = [
    "DAYS",
    "LONGEST_NAME",
    "SCOPES",
    "MadeToken",
    "end_token",
    "find_partner",
    "is_partner_key",
    "list_tokens",
    "make_token",
    "note_use",
]

SCOPES: Mapping[str, Sentence] = {
    "volunteers:read": Sentence("See who is enrolled: first name and initial, and since when"),
    "names:read": Sentence("See whole names, where people are shown"),
    "hours:read": Sentence("See hours that people gave"),
    "hours:write": Sentence("Add hours that people gave"),
    "balances:read": Sentence("See how many credits people have"),
    "statements:read": Sentence("See what came in and went out of people's credits"),
    "offers:read": Sentence("See what venues offer"),
    "venues:read": Sentence("See the venues"),
    "organisations:read": Sentence("See the organisations and their activities"),
}
"""What a key may be good for, and what each means."""
DAYS = (30, 90, 180, 365)
"""For how long a key may be good."""
LONGEST_NAME = 60

_USED_EVERY = timedelta(minutes=5)
_KEY = re.compile(r"tc_([0-9]{1,5})_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A key just made. `text` is None where it was made before: it can't be shown again."""

    token: ApiToken
    text: str | None


def make_token(
    session: Session,
    programme_id: UUID,
    *,
    token_id: UUID,
    name: str,
    scopes: Collection[str],
    days: int,
    actor_id: UUID | None,
) -> MadeToken:
    """Make a key, good for `days`. The same `token_id` twice makes one. Raises RuleError for what can't be."""
    known = session.get(ApiToken, (programme_id, token_id))
    if known is not None:
        return MadeToken(known, None)
    name = " ".join(name.split())
    if not name:
        raise RuleError(Sentence("Say whom the key is for. No key was made."), field="name")
    if len(name) > LONGEST_NAME:
        raise RuleError(Sentence("Use at most %(most)s letters for the name. No key was made.", most=LONGEST_NAME), field="name")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise RuleError(Sentence("Tick what the key is good for. No key was made."), field="scopes")
    if days not in DAYS:
        raise RuleError(Sentence("Choose how long the key is good. No key was made."), field="days")
    text = f"tc_{session.get_one(Programme, programme_id).number}_{new_secret()}"
    now = clock.now()
    token = ApiToken(
        programme_id=programme_id,
        id=token_id,
        name=name,
        token_hash=digest(text),
        scopes=[scope for scope in SCOPES if scope in scopes],
        made_by=actor_id,
        made_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(token)
    audit.record(session, programme_id, "key made", actor_id=actor_id, subject_id=token_id)
    session.flush()
    return MadeToken(token, text)


def list_tokens(session: Session, programme_id: UUID) -> Sequence[ApiToken]:
    """Every key of a programme, those that still work first, then the newest first."""
    now = clock.now()
    works = (ApiToken.revoked_at.is_(None)) & (ApiToken.expires_at > now)
    return session.scalars(
        select(ApiToken).where(ApiToken.programme_id == programme_id).order_by(works.desc(), ApiToken.made_at.desc(), ApiToken.id)
    ).all()


def end_token(session: Session, programme_id: UUID, token_id: UUID, *, actor_id: UUID | None) -> ApiToken:
    """Let a key work no more, from the next call on. Twice is once. Raises NotFoundError for a key of elsewhere."""
    token = find(session, ApiToken, programme_id, token_id)
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        audit.record(session, programme_id, "key ended", actor_id=actor_id, subject_id=token_id)
        session.flush()
    return token


def is_partner_key(text: str) -> bool:
    """Whether it looks like such a key; a till's token is shorter than any."""
    return _KEY.fullmatch(text) is not None


def find_partner(session: Session, text: str) -> Actor | None:
    """The partner who holds this key, or None for one that is unknown, ended or too old. One query."""
    key = _KEY.fullmatch(text)
    if key is None:
        return None
    row = session.execute(
        select(ApiToken, Programme.name)
        .join(Programme, Programme.id == ApiToken.programme_id)
        .where(
            Programme.number == int(key[1]),
            ApiToken.token_hash == digest(text),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > clock.now(),
        )
    ).one_or_none()
    if row is None:
        return None
    token, programme_name = row
    return Actor(
        ActorKind.PARTNER,
        display_name=token.name,
        programme_id=token.programme_id,
        organisation_name=programme_name,
        token_id=token.id,
        scopes=frozenset(token.scopes),
    )


def note_use(session: Session, programme_id: UUID, token_id: UUID) -> None:
    """Keep when a key was used last, to within five minutes, so that a busy one doesn't write at every call."""
    now = clock.now()
    session.execute(
        update(ApiToken)
        .where(
            ApiToken.programme_id == programme_id,
            ApiToken.id == token_id,
            or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at < now - _USED_EVERY),
        )
        .values(last_used_at=now),
        execution_options={"synchronize_session": False},
    )
