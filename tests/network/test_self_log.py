"""How a person may log their own hours, set by their organisation and kept in the audit."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError
from timecredits.network.models import SelfLog
from timecredits.network.programmes import create_organisation, create_programme
from timecredits.network.self_log import set_self_log
from timecredits.network.volunteers import enrol_volunteer, find_enrolled


def test_it_is_set_once_at_one_organisation(session: Session) -> None:
    programme = create_programme(session, name="Fenland", slug="fenland")
    here = create_organisation(session, programme.id, name="Riverside Trust", slug="riverside")
    there = create_organisation(session, programme.id, name="Lantern House", slug="lantern")
    person = enrol_volunteer(session, programme.id, here.id, first_name="Siân").volunteer.id

    def set_to(self_log: SelfLog, organisation_id: object = here.id, volunteer_id: object = person) -> bool:
        return set_self_log(session, programme.id, organisation_id, volunteer_id, self_log, actor_id=None)  # type: ignore[arg-type]

    assert find_enrolled(session, programme.id, here.id, person).enrolment.self_log is SelfLog.APPROVAL
    assert set_to(SelfLog.TRUSTED)
    assert not set_to(SelfLog.TRUSTED)
    assert find_enrolled(session, programme.id, here.id, person).enrolment.self_log is SelfLog.TRUSTED
    assert session.scalars(select(AuditEntry.action)).all() == ["self-logging set to trusted"]
    for wrong in ((there.id, person), (here.id, new_id())):
        with pytest.raises(NotFoundError):
            set_to(SelfLog.NO, *wrong)
