"""One activity's sessions as a calendar that anybody with its address may follow. Nothing about people stands in it.

The address holds the activity's id and a mark made with our key: who has one address can't guess another's.
"""

import base64
import binascii
import hmac
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.keys import Keyring
from timecredits.hours.activity_models import Activity
from timecredits.hours.planning.calendar_writing import CalendarEvent, write_calendar
from timecredits.hours.planning.sessions import list_sessions

BEHIND, AHEAD = timedelta(weeks=4), timedelta(days=366)
"""How far a calendar reaches into the past and the future."""

_PURPOSE = "activity calendar"
_MARK_BYTES = 16
_ID_BYTES = 16
_SIZE = 1 + 2 * _ID_BYTES + _MARK_BYTES


def calendar_token(keyring: Keyring, programme_id: UUID, activity_id: UUID) -> str:
    """The part of the address that stands for one activity."""
    number, key = keyring.signing_key(_PURPOSE)
    said = bytes([number]) + programme_id.bytes + activity_id.bytes
    return base64.urlsafe_b64encode(said + _mark(key, said)).rstrip(b"=").decode()


def read_calendar_token(keyring: Keyring, token: str) -> tuple[UUID, UUID]:
    """(programme id, activity id) of an address that is ours. Raises NotFoundError for any other."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as fault:
        raise NotFoundError from fault
    said, mark = raw[:-_MARK_BYTES], raw[-_MARK_BYTES:]
    key = keyring.key(_PURPOSE, raw[0]) if len(raw) == _SIZE else None
    if key is None or not hmac.compare_digest(mark, _mark(key, said)):
        raise NotFoundError
    return UUID(bytes=said[1 : 1 + _ID_BYTES]), UUID(bytes=said[1 + _ID_BYTES :])


def activity_calendar(session: Session, programme_id: UUID, activity_id: UUID) -> bytes:
    """The file: four weeks back, a year ahead. A closed activity's is empty. Raises NotFoundError for one that isn't there."""
    activity = session.get(Activity, (programme_id, activity_id))
    if activity is None:
        raise NotFoundError
    today = clock.today()
    found = list_sessions(
        session, programme_id, first=today - BEHIND, last=today + AHEAD, activity_id=activity_id, only_open=True
    )
    events = [
        CalendarEvent(each.id, each.activity, each.begins, each.ends, each.place, activity.summary, each.is_on) for each in found
    ]
    return write_calendar(activity.name, events)


def _mark(key: bytes, said: bytes) -> bytes:
    return hmac.new(key, said, sha256).digest()[:_MARK_BYTES]
