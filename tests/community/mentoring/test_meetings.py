"""Whose the hours of a meeting are to take away."""

import pytest
from sqlalchemy import select

from tests.community.mentoring.paired import Paired, note
from timecredits.community.mentoring.meetings import HoursOf, count_meeting, remove_meeting
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.hours.models import LoggedHours, LoggedStatus


def test_a_mentee_does_not_take_the_mentors_hours_away(paired: Paired) -> None:
    mentoring_id, meeting_id = paired.begin(), new_id()
    here = (paired.session, paired.programme_id, mentoring_id)
    note(paired, mentoring_id, paired.mentee, meeting_id=meeting_id)
    assert count_meeting(*here, paired.mentor, meeting_id, today=clock.today()) is HoursOf.WAITING
    with pytest.raises(RuleError, match="Nothing was removed"):
        remove_meeting(*here, paired.mentee, meeting_id)
    [log] = paired.session.scalars(select(LoggedHours))
    assert log.status is not LoggedStatus.WITHDRAWN
    remove_meeting(*here, paired.worker, meeting_id)
