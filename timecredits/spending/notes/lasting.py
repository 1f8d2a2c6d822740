"""How long notes are good, and when the credits of one that nobody used are back.

A note is good to the end of its last day. What was scanned on that day where there was no signal may arrive much later, so the
credits wait for as long as a till may hold on to its scans, and a day more.
"""

from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from timecredits.foundation.clock import first_moment, local_day
from timecredits.network.settings import Settings
from timecredits.spending.note_models import NoteKind

_DAY = timedelta(days=1)


def last_day(kind: NoteKind, made_on: date, settings: Settings) -> date:
    """The last day on which a note made today is good."""
    if kind is NoteKind.PASS:
        return made_on + timedelta(days=settings.pass_days)
    return made_on + relativedelta(months=settings.note_months)


def back_on(expires_on: date, settings: Settings) -> date:
    """The day on which the credits of a note come back if nobody uses it."""
    return local_day(first_moment(expires_on + _DAY) + _grace(settings))


def ended_before(now: datetime, settings: Settings) -> date:
    """Notes whose last day is before this one are over for good."""
    return local_day(now - _grace(settings))


def _grace(settings: Settings) -> timedelta:
    return timedelta(hours=settings.offline_stop_hours) + _DAY
