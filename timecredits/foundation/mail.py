"""The outbox: a letter is a row, committed with what caused it, and sent afterwards.

So a mail server that hangs never holds up a page, and nothing is sent for work that was rolled back.
Subjects are plain; nothing in a subject tells what a project is about (design/trust.md).
"""

import smtplib
import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any, ClassVar, cast
from urllib.parse import unquote, urlsplit
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, Engine, Index, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from timecredits.foundation import clock
from timecredits.foundation.cut_off import cut_off_after
from timecredits.foundation.db import Base, Shared, new_id, transaction

Gateway = Callable[[EmailMessage], None]

_WAITS = tuple(timedelta(minutes=each) for each in (0, 1, 5, 15, 60, 240, 720, 1440))
"""How long after it was queued a letter is tried the first time, the second, and so on: a server may be away for a day."""
MAX_TRIES = len(_WAITS)
PRINTING = "print:"
"""MAIL_URL for letters that go to the terminal."""
LONGEST_SECONDS = 60.0
"""How long one talk with a mail server may take in all, however slowly it goes on."""
_LEASE = timedelta(minutes=2)
"""How long a sender that took a letter has for it, before another may; longer than LONGEST_SECONDS and all timeouts beside it."""
_NEVER = 500
"""SMTP's answers from here on say that another try is of no use."""


class MailMessage(Shared, Base):
    """One letter: waiting until `sent_at` is set. The body is emptied once it is sent."""

    __tablename__ = "mail_message"
    constraints: ClassVar = (Index(None, "sent_at", "queued_at"),)

    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    queued_at: Mapped[datetime]
    """When the tries are counted from: as it was queued, or later where a sender holds it (see `_LEASE`)."""
    sent_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    last_fault: Mapped[str | None]


@dataclass(frozen=True)
class Delivery:
    """What one round of sending did."""

    sent: int
    failed: int


def queue(session: Session, *, recipient: str, subject: str, body: str, message_id: UUID | None = None) -> None:
    """Put a letter in the outbox. The same `message_id` twice is one letter."""
    key = message_id or new_id()
    if session.get(MailMessage, key) is None:
        session.add(
            MailMessage(id=key, recipient=recipient, subject=subject, body=body, queued_at=clock.now(), tries=0),
        )
        session.info["mail_waiting"] = True


def deliver_waiting(engine: Engine, gateway: Gateway, *, sender: str, limit: int = 50) -> Delivery:
    """Send what waits, oldest first, each letter in a transaction of its own. A failure is kept and tried again later."""
    with transaction(engine) as session:
        waiting = session.scalars(
            select(MailMessage.id)
            .where(MailMessage.sent_at.is_(None), _due(clock.now()))
            .order_by(MailMessage.queued_at)
            .limit(limit),
        ).all()
    sent = failed = 0
    for key in waiting:
        if _deliver_one(engine, key, gateway, sender):
            sent += 1
        else:
            failed += 1
    return Delivery(sent, failed)


def _due(now: datetime) -> ColumnElement[bool]:
    # A letter from times to come was queued before the clock was set back. It does not wait until they come.
    is_ahead = (MailMessage.queued_at > now + _LEASE) & (MailMessage.tries < MAX_TRIES)
    waited = ((MailMessage.tries == tries) & (MailMessage.queued_at <= now - wait) for tries, wait in enumerate(_WAITS))
    return or_(is_ahead, *waited)


def _deliver_one(engine: Engine, key: UUID, gateway: Gateway, sender: str) -> bool:
    now = clock.now()
    with transaction(engine) as session:
        letter = session.get_one(MailMessage, key)
        next_wait = _WAITS[min(letter.tries + 1, MAX_TRIES - 1)]
        queued_at = min(letter.queued_at, now)
        # Whoever moves the counter sends; another sender who read the same number finds nothing to do.
        claimed = session.execute(
            update(MailMessage)
            .where(MailMessage.id == key, MailMessage.tries == letter.tries, MailMessage.sent_at.is_(None), _due(now))
            .values(tries=letter.tries + 1, queued_at=max(queued_at, now + _LEASE - next_wait)),
            execution_options={"synchronize_session": False},
        )
        if not cast("CursorResult[Any]", claimed).rowcount:
            return False
        recipient, subject, body = letter.recipient, letter.subject, letter.body
    try:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, recipient, subject
        # The same at every try: where the server took it and we fell before we noted that, a mailbox can fold the two into one.
        message["Message-ID"] = f"<{key}@{parseaddr(sender)[1].rpartition('@')[2] or 'localhost'}>"
        message["Date"] = format_datetime(now)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(body)
        gateway(message)
    except Exception as fault:  # noqa: BLE001  an address that can't be written must not hold up the letters behind it
        with transaction(engine) as session:
            letter = session.get_one(MailMessage, key)
            letter.last_fault = type(fault).__name__
            if _came_back(fault):
                letter.tries, letter.body = MAX_TRIES, ""
        return False
    with transaction(engine) as session:
        letter = session.get_one(MailMessage, key)
        letter.sent_at, letter.body = clock.now(), ""
    return True


def _came_back(fault: Exception) -> bool:
    """Whether the server said that this letter can never go. A refusal of us (sender, sign-in) is no fault of the letter's."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return all(code >= _NEVER for code, _words in fault.recipients.values())
    return isinstance(fault, smtplib.SMTPDataError) and fault.smtp_code >= _NEVER


def gateway_for(url: str, *, longest: float = LONGEST_SECONDS) -> Gateway:
    """The way out that MAIL_URL names: `smtp://user:password@host:port`, `smtps://...`, or `print:` for the terminal.

    `longest` is in seconds, for one letter. With a user's name `smtp` goes on only over TLS (STARTTLS); certificates are checked.
    ValueError for any other address: printing by mistake would put sign-in codes into a log.
    """
    if url == PRINTING:
        return _print_message
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.port == 0:
        raise ValueError("not a mail server's address")

    def send(message: EmailMessage) -> None:
        host, port = str(parts.hostname), parts.port or (465 if parts.scheme == "smtps" else 25)
        connection = (
            smtplib.SMTP_SSL(timeout=10, context=ssl.create_default_context())
            if parts.scheme == "smtps"
            else smtplib.SMTP(timeout=10)
        )
        # smtplib checks certificates against the name it was made with; here it learns the name as it connects.
        connection._host = host  # type: ignore[attr-defined]  # noqa: SLF001
        with cut_off_after(longest, lambda: connection.sock):
            connection.connect(host, port)
            with connection as server:
                if parts.username:
                    if parts.scheme == "smtp":
                        server.starttls(context=ssl.create_default_context())
                    server.login(unquote(parts.username), unquote(parts.password or ""))
                server.send_message(message)

    return send


def _print_message(message: EmailMessage) -> None:
    sys.stdout.write(f"\n--- mail to {message['To']}: {message['Subject']}\n{message.get_content()}---\n")
    sys.stdout.flush()
