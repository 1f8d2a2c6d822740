"""What the rules say of the hours that signing in and out gave lately, for a coordinator to look at.

Nothing of it is stored: the rules are asked anew, so that a line is gone once the hours are put right.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.db import new_id
from timecredits.foundation.wording import Sentence
from timecredits.hours.history.hour_history import in_force
from timecredits.hours.hour_rules import HourRule, NewHours, check_hours
from timecredits.hours.models import HourEntry, HourSource

_BACK = timedelta(days=1)
_REMARKS = frozenset({HourRule.OVERLAP, HourRule.SAME_TWICE, HourRule.OVER_DAILY_LIMIT})


@dataclass(frozen=True, slots=True)
class ToCheck:
    """One remark about a person's hours."""

    volunteer_id: UUID
    sentence: Sentence


def list_to_check(session: Session, programme_id: UUID, organisation_id: UUID, today: date) -> list[ToCheck]:
    """Remarks on stays of today and yesterday at an organisation, oldest first; a remark stands once for each person."""
    entries = session.scalars(
        select(HourEntry)
        .where(
            HourEntry.programme_id == programme_id,
            HourEntry.organisation_id == organisation_id,
            HourEntry.source == HourSource.ATTENDANCE,
            HourEntry.done_on.between(today - _BACK, today),
            in_force(),
        )
        .order_by(HourEntry.recorded_at, HourEntry.id)
    ).all()
    # Under other ids, because hours that are stored already are not looked at again.
    anew = [
        NewHours(new_id(), each.volunteer_id, each.activity_id, each.activity_session_id, each.done_on, each.minutes, each.starts)
        for each in entries
    ]
    checked = check_hours(
        session,
        programme_id,
        organisation_id,
        anew,
        today=today,
        without=frozenset(each.id for each in entries),
        only_remarks=frozenset(HourRule),
    )
    whose = {each.id: each.volunteer_id for each in anew}
    said = [(whose[each.entry_id], each.sentence) for each in checked.remarks if each.rule in _REMARKS]
    unique = {(volunteer_id, str(sentence)): ToCheck(volunteer_id, sentence) for volunteer_id, sentence in said}
    return list(unique.values())
