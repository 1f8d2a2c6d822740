"""Texts to phones that wait to be sent: rows, committed with what caused them, like the outbox of mails (foundation/mail.py).

Nothing needs a text: whatever is told so is also on a page (docs/adr/0043-texts.md).
"""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, ClassVar, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, Engine, Index, case, func, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from timecredits.foundation import clock
from timecredits.foundation.db import Base, Shared, transaction
from timecredits.foundation.text_gateways import RefusedTextError, TextGateway

__all__ = [
    "DAY_LIMIT",
    "LONGEST_TEXT",
    "MAX_TRIES",
    "TextMessage",
    "deliver_texts",
    "drop_texts",
    "forget_numbers",
    "mobile_number",
    "queue_text",
    "take_back_texts",
]

DAY_LIMIT = 5
"""How many texts one number gets within 24 hours, from all of the site."""
LONGEST_TEXT = 160
"""In characters. One text of plain letters; what is longer is two texts, and costs twice."""
_DAY = timedelta(hours=24)
_LEASE = timedelta(minutes=2)
"""How long a sender that took a text has for it. Longer than any gateway's time (text_gateways.LONGEST_SECONDS)."""
_WAITS = tuple(timedelta(minutes=each) for each in (0, 2, 10, 60))
"""How long after it was queued a text is tried the first time, the second, and so on. One that comes a day late helps nobody."""
MAX_TRIES = len(_WAITS)
_NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")
_UK_MOBILE = re.compile(r"\+447[0-9]{9}")


class TextMessage(Shared, Base):
    """One text: waiting until `sent_at` is set. The words are emptied once it is sent, the number a day later."""

    __tablename__ = "text_message"
    constraints: ClassVar = (Index(None, "sent_at", "queued_at"),)

    recipient: Mapped[str]
    """A number in the form +447..., or empty once it has been forgotten."""
    body: Mapped[str]
    queued_at: Mapped[datetime]
    """When the tries are counted from: as it was queued, or later where a sender holds it (see `_LEASE`)."""
    sent_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    last_fault: Mapped[str | None]


def mobile_number(typed: str) -> str | None:
    """A number as gateways take it (E.164, `+447...`), or None for what can't get a text. Without a country it is the UK's."""
    plain = re.sub(r"[\s().\-/\u2010-\u2015]", "", typed.replace("(0)", ""))
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    elif plain.startswith("0"):
        plain = f"+44{plain[1:]}"
    pattern = _UK_MOBILE if plain.startswith("+44") else _NUMBER
    return plain if pattern.fullmatch(plain) else None


def queue_text(session: Session, *, number: str, body: str, key: UUID, not_before: datetime | None = None) -> bool:
    """Put a text in the outbox, once for each `key`; False where it wasn't: known already, no mobile number, or enough today.

    It goes at once, or at `not_before` if that is later. `body` has at most LONGEST_TEXT characters; ValueError says that a
    programmer wrote more.
    """
    if len(body) > LONGEST_TEXT:
        msg = "A text is too long."
        raise ValueError(msg)
    recipient = mobile_number(number)
    if recipient is None or session.get(TextMessage, key) is not None:
        return False
    today = select(func.count()).where(TextMessage.recipient == recipient, TextMessage.queued_at > clock.now() - _DAY)
    if session.scalars(today).one() >= DAY_LIMIT:
        return False
    begins = max(clock.now(), not_before or clock.now())
    session.add(TextMessage(id=key, recipient=recipient, body=body, queued_at=begins, tries=0))
    session.flush()
    return True


def drop_texts(session: Session, number: str) -> int:
    """Let what waits for this number never go: they want no more of them. Answers how many."""
    dropped = session.execute(
        update(TextMessage)
        .where(TextMessage.recipient == mobile_number(number), TextMessage.recipient != "", TextMessage.sent_at.is_(None))
        .values(recipient="", body="", tries=MAX_TRIES),
        execution_options={"synchronize_session": False},
    )
    return cast("CursorResult[Any]", dropped).rowcount


def take_back_texts(session: Session, keys: Collection[UUID]) -> int:
    """Let these never go, as far as they wait: what they say isn't so any more. Answers how many."""
    taken = session.execute(
        update(TextMessage)
        .where(TextMessage.id.in_(keys), TextMessage.sent_at.is_(None), TextMessage.recipient != "")
        .values(recipient="", body="", tries=MAX_TRIES),
        execution_options={"synchronize_session": False},
    )
    return cast("CursorResult[Any]", taken).rowcount


def deliver_texts(engine: Engine, gateway: TextGateway, *, limit: int = 50) -> int:
    """Send what waits, oldest first, each in transactions of its own; answers how many went. A failure is tried again."""
    now = clock.now()
    with transaction(engine) as session:
        due = select(TextMessage.id).where(TextMessage.sent_at.is_(None), _due(now)).order_by(TextMessage.queued_at).limit(limit)
        waiting = session.scalars(due).all()
    return sum(_deliver_one(engine, key, gateway) for key in waiting)


def forget_numbers(session: Session, *, now: datetime) -> int:
    """Empty what is over: numbers a day after sending, and number and words of what has waited for a day. Answers how many.

    Where there is no gateway any more all of them wait; a text of yesterday is of no use to anybody.
    """
    sent = TextMessage.sent_at < now - _DAY
    given_up = TextMessage.sent_at.is_(None) & (TextMessage.queued_at < now - _DAY)
    emptied = session.execute(
        update(TextMessage)
        .where(or_(sent, given_up), TextMessage.recipient != "")
        .values(recipient="", body="", tries=case((given_up, MAX_TRIES), else_=TextMessage.tries)),
        execution_options={"synchronize_session": False},
    )
    return cast("CursorResult[Any]", emptied).rowcount


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(*((TextMessage.tries == tries) & (TextMessage.queued_at <= now - wait) for tries, wait in enumerate(_WAITS)))


def _deliver_one(engine: Engine, key: UUID, gateway: TextGateway) -> bool:
    now = clock.now()
    with transaction(engine) as session:
        text = session.get_one(TextMessage, key)
        next_wait = _WAITS[min(text.tries + 1, MAX_TRIES - 1)]
        claimed = session.execute(
            update(TextMessage)
            .where(TextMessage.id == key, TextMessage.tries == text.tries, TextMessage.sent_at.is_(None), _due(now))
            .values(tries=text.tries + 1, queued_at=max(text.queued_at, now + _LEASE - next_wait)),
            execution_options={"synchronize_session": False},
        )
        if not cast("CursorResult[Any]", claimed).rowcount:
            return False
        recipient, body = text.recipient, text.body
    try:
        gateway(recipient, body, key)
    except Exception as fault:  # noqa: BLE001  one number's fault must not hold up the texts behind it
        with transaction(engine) as session:
            text = session.get_one(TextMessage, key)
            text.last_fault = type(fault).__name__
            if isinstance(fault, RefusedTextError):
                text.tries, text.body = MAX_TRIES, ""
        return False
    with transaction(engine) as session:
        text = session.get_one(TextMessage, key)
        text.sent_at, text.body = clock.now(), ""
    return True
