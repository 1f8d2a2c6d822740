"""A volunteer's own sessions as a calendar (RFC 5545) at a private address, which they can end at any moment.

The address is the link's id and a keyed MAC over it (timecredits.foundation.keys), so that it can be shown again while nothing
that opens it is stored. What stands in the calendar is neutral: others may see a phone's screen. Whoever wants the names and
places of what they do uses the other of the link's two addresses.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import CalendarLink
from timecredits.hours.planning.calendar_writing import CalendarEvent, write_calendar
from timecredits.hours.planning.my_sessions import MySession, list_for_calendar
from timecredits.network.models import User, Volunteer
from timecredits.network.scope import find

_PURPOSE = "volunteer calendar"
_MAC_SIZE = 16
_LOOK_BACK = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class CalendarCodes:
    """What stands at the end of the two addresses of a link: the neutral one, and the one that tells names and places."""

    neutral: str
    named: str


def make_link(session: Session, programme_id: UUID, volunteer_id: UUID, *, link_id: UUID | None = None) -> CalendarLink:
    """A new private address for somebody's calendar, in place of the one before. The same `link_id` twice is one."""
    find(session, Volunteer, programme_id, volunteer_id)
    if link_id is not None and session.get(CalendarLink, link_id) is not None:
        return find(session, CalendarLink, programme_id, link_id, volunteer_id=volunteer_id)
    end_links(session, programme_id, volunteer_id)
    link = CalendarLink(id=link_id or new_id(), programme_id=programme_id, volunteer_id=volunteer_id, made_at=clock.now())
    session.add(link)
    session.flush()
    return link


def current_link(session: Session, programme_id: UUID, volunteer_id: UUID) -> CalendarLink | None:
    """The link that works now, or None."""
    return session.scalars(
        select(CalendarLink)
        .where(
            CalendarLink.programme_id == programme_id,
            CalendarLink.volunteer_id == volunteer_id,
            CalendarLink.ended_at.is_(None),
        )
        .order_by(CalendarLink.made_at.desc(), CalendarLink.id.desc())
        .limit(1)
    ).one_or_none()


def end_links(session: Session, programme_id: UUID, volunteer_id: UUID) -> None:
    """Let every address of somebody's calendar end at once."""
    session.execute(
        update(CalendarLink)
        .where(
            CalendarLink.programme_id == programme_id,
            CalendarLink.volunteer_id == volunteer_id,
            CalendarLink.ended_at.is_(None),
        )
        .values(ended_at=clock.now())
    )


def forget_ended(session: Session, programme_id: UUID, before: datetime) -> int:
    """Throw away links of a programme that ended before an instant: to a stranger they are as ones that never were."""
    gone = session.execute(delete(CalendarLink).where(CalendarLink.programme_id == programme_id, CalendarLink.ended_at < before))
    return cast("CursorResult[Any]", gone).rowcount


def calendar_codes(keyring: Keyring, link: CalendarLink) -> CalendarCodes:
    """The two codes of a link, the same whenever asked while the key stays."""
    number, key = keyring.signing_key(_PURPOSE)
    neutral, named = (_text(bytes([number]) + link.id.bytes + _mac(key, link.id, names=names)) for names in (False, True))
    return CalendarCodes(neutral, named)


def read_calendar(session: Session, keyring: Keyring, code: str) -> bytes | None:
    """The calendar at this code, or None for one that was never made, has ended, or whose person may not sign in any more."""
    found = _parsed(keyring, code)
    if found is None:
        return None
    link_id, names = found
    link = session.get(CalendarLink, link_id)
    if link is None or link.ended_at is not None:
        return None
    disabled_at = session.scalar(
        select(User.disabled_at)
        .join(Volunteer, Volunteer.user_id == User.id)
        .where(Volunteer.programme_id == link.programme_id, Volunteer.id == link.volunteer_id)
    )
    if disabled_at is not None:
        return None
    since = clock.today() - _LOOK_BACK
    mine = list_for_calendar(session, link.programme_id, link.volunteer_id, since=since)
    return write_calendar(str(Sentence("My sessions")), [_event(each, names=names) for each in mine])


def _event(mine: MySession, *, names: bool) -> CalendarEvent:
    dated = mine.dated
    return CalendarEvent(
        id=mine.sign_up.id,
        title=_title(mine, names=names),
        begins=dated.begins,
        ends=dated.ends,
        place=dated.place if names else "",
        is_on=dated.is_on,
    )


def _title(mine: MySession, *, names: bool) -> str:
    what = mine.dated.activity if names else Sentence("My session")
    if not mine.dated.is_on:
        return str(Sentence("Cancelled: %(what)s", what=what))
    return str(Sentence("Waiting list: %(what)s", what=what) if mine.is_waiting else what)


def _mac(key: bytes, link_id: UUID, *, names: bool) -> bytes:
    return hmac.new(key, link_id.bytes + (b"names" if names else b"neutral"), sha256).digest()[:_MAC_SIZE]


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


def _parsed(keyring: Keyring, code: str) -> tuple[UUID, bool] | None:
    """The link's id and whether names are told, where the MAC is ours."""
    size = 1 + 16 + _MAC_SIZE
    try:
        content = urlsafe_b64decode(code.encode("ascii") + b"=" * (-len(code) % 4))
    except ValueError:
        return None
    if len(content) != size or _text(content) != code:
        return None
    number, link_id, mac = content[0], UUID(bytes=content[1:17]), content[17:]
    key = keyring.key(_PURPOSE, number)
    if key is None:
        return None
    for names in (False, True):
        if hmac.compare_digest(mac, _mac(key, link_id, names=names)):
            return link_id, names
    return None
