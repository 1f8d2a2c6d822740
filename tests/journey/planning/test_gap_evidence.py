"""Evidence for a stretch of days: that somebody saw it, and never what it was."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from tests.journey.asking import sign_in_address
from tests.journey.charity import AUTHOR, TODAY, Charity
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.journey.planning.gap_evidence import end_evidence, list_evidence, list_evidence_here, note_evidence
from timecredits.journey.planning_models import GapEvidence


def note(charity: Charity, organisation_id: UUID | None = None, **values: Any) -> UUID:
    facts: dict[str, Any] = {
        "evidence_id": new_id(),
        "first_day": date(2025, 5, 1),
        "last_day": date(2025, 6, 30),
        "seen_on": TODAY,
        "actor_id": AUTHOR.user_id,
        "actor_name": AUTHOR.name,
    }
    facts |= values
    here = charity.session, charity.programme_id, organisation_id or charity.organisation_id, charity.volunteer_id
    note_evidence(*here, today=TODAY, **facts)
    key: UUID = facts["evidence_id"]
    return key


def seen(charity: Charity) -> list[UUID]:
    return [each.id for each in list_evidence(charity.session, charity.programme_id, charity.volunteer_id)]


def test_who_saw_it_and_when_is_kept_and_shown(charity: Charity) -> None:
    key = note(charity)
    note(charity, evidence_id=key)
    [each] = list_evidence(charity.session, charity.programme_id, charity.volunteer_id)
    assert (each.first_day, each.last_day, each.seen_by, each.seen_on) == (date(2025, 5, 1), date(2025, 6, 30), "Jo Reed", TODAY)
    assert each.organisation_name == "Lantern House mental health group"


def test_there_is_no_place_for_what_it_was() -> None:
    words = {column.name for column in GapEvidence.__table__.columns if column.type.python_type is str}
    assert words == {"seen_by_name"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"last_day": date(2025, 4, 30)}, "last_day"),
        ({"first_day": date(2026, 11, 22), "last_day": date(2026, 11, 22)}, "first_day"),
        ({"last_day": date(2026, 11, 22)}, "last_day"),
        ({"seen_on": date(2026, 11, 22)}, "seen_on"),
        ({"first_day": date(1900, 1, 1)}, "first_day"),
    ],
)
def test_days_that_can_not_be(charity: Charity, wrong: dict[str, date], field: str) -> None:
    with pytest.raises(RuleError) as fault:
        note(charity, **wrong)
    assert fault.value.field == field
    assert seen(charity) == []


def test_it_can_be_undone_and_stays_to_be_seen_by_staff(charity: Charity) -> None:
    key, other = note(charity), note(charity, first_day=date(2024, 5, 1))
    for _ in range(2):
        whose = end_evidence(charity.session, charity.programme_id, charity.organisation_id, key, actor_id=AUTHOR.user_id)
        assert whose == charity.volunteer_id
    assert seen(charity) == [other]
    here = charity.session, charity.programme_id, charity.organisation_id, charity.volunteer_id
    assert [(each.id, each.is_ended) for each in list_evidence_here(*here)] == [(other, False), (key, True)]


def test_another_organisation_neither_sees_nor_ends_it(charity: Charity) -> None:
    key = note(charity)
    elsewhere = charity.session, charity.programme_id, charity.other_organisation_id
    with pytest.raises(NotFoundError):
        end_evidence(*elsewhere, key, actor_id=None)
    with pytest.raises(NotFoundError):
        list_evidence_here(*elsewhere, charity.volunteer_id)
    with pytest.raises(NotFoundError):
        note(charity, charity.other_organisation_id)
    with pytest.raises(NotFoundError):
        end_evidence(charity.session, new_id(), charity.organisation_id, key, actor_id=None)


def test_nobody_notes_it_about_themselves(charity: Charity) -> None:
    own = sign_in_address(charity, "sian@example.org")
    with pytest.raises(RuleError, match="about you"):
        note(charity, actor_id=own)
