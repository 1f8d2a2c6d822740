"""That staff saw something that accounts for a stretch of days. Never what it was, and never why: there is no place for it."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.display import display_day
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.journey.one_time_links import keep_once
from timecredits.journey.planning_models import GapEvidence
from timecredits.journey.referees.referee_phone import refuse_about_oneself
from timecredits.network.models import Organisation
from timecredits.network.scope import find
from timecredits.network.volunteers import find_enrolled

_YEARS: Final = 60


@dataclass(frozen=True, slots=True)
class Evidence:
    """Days that are accounted for, both inclusive, who saw it and where, and the day. `is_ended`: it counts no more."""

    id: UUID
    volunteer_id: UUID
    first_day: date
    last_day: date
    seen_by: str
    seen_on: date
    organisation_id: UUID
    organisation_name: str
    is_ended: bool


def note_evidence(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    volunteer_id: UUID,
    *,
    evidence_id: UUID,
    first_day: date,
    last_day: date,
    seen_on: date,
    actor_id: UUID,
    actor_name: str,
    today: date,
) -> None:
    """Keep that these days are accounted for. The same `evidence_id` twice is kept once.

    Raises RuleError for days that can't be and where it would be about oneself; NotFoundError for somebody not enrolled here.
    """
    find_enrolled(session, programme_id, organisation_id, volunteer_id)
    refuse_about_oneself(session, programme_id, volunteer_id, actor_id)
    for field, day in (("first_day", first_day), ("last_day", last_day), ("seen_on", seen_on)):
        _check_day(day, today, field)
    if last_day < first_day:
        raise RuleError(Sentence("The last day can not be before the first. Nothing was saved."), field="last_day")
    values = {
        "programme_id": programme_id,
        "id": evidence_id,
        "volunteer_id": volunteer_id,
        "organisation_id": organisation_id,
        "first_day": first_day,
        "last_day": last_day,
        "seen_by": actor_id,
        "seen_by_name": actor_name,
        "seen_on": seen_on,
        "noted_at": clock.now(),
    }
    if not keep_once(session, GapEvidence, values):
        find(session, GapEvidence, programme_id, evidence_id, organisation_id=organisation_id, volunteer_id=volunteer_id)
        return
    audit.record(
        session, programme_id, "gap evidence seen", actor_id=actor_id, subject_id=evidence_id, organisation_id=organisation_id
    )


def end_evidence(
    session: Session, programme_id: UUID, organisation_id: UUID, evidence_id: UUID, *, actor_id: UUID | None
) -> UUID:
    """Let it count no more, and answer whose it was. Twice ends it once. NotFoundError for another organisation's."""
    row = find(session, GapEvidence, programme_id, evidence_id, organisation_id=organisation_id)
    if row.ended_at is None:
        row.ended_at = clock.now()
        session.flush()
        audit.record(
            session,
            programme_id,
            "gap evidence ended",
            actor_id=actor_id,
            subject_id=evidence_id,
            organisation_id=organisation_id,
        )
    return row.volunteer_id


def list_evidence(session: Session, programme_id: UUID, volunteer_id: UUID) -> list[Evidence]:
    """What counts for a volunteer, wherever it was seen, newest days first. One question."""
    return [each for each in _list(session, programme_id, volunteer_id) if not each.is_ended]


def list_evidence_here(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> list[Evidence]:
    """What this organisation saw, what was ended last. NotFoundError for somebody who isn't enrolled here."""
    find_enrolled(session, programme_id, organisation_id, volunteer_id)
    found = [each for each in _list(session, programme_id, volunteer_id) if each.organisation_id == organisation_id]
    return sorted(found, key=lambda each: each.is_ended)


def _list(session: Session, programme_id: UUID, volunteer_id: UUID) -> list[Evidence]:
    rows = session.execute(
        select(GapEvidence, Organisation.name)
        .join(
            Organisation,
            (Organisation.programme_id == GapEvidence.programme_id) & (Organisation.id == GapEvidence.organisation_id),
        )
        .where(GapEvidence.programme_id == programme_id, GapEvidence.volunteer_id == volunteer_id)
    )
    found = [
        Evidence(
            id=row.id,
            volunteer_id=row.volunteer_id,
            first_day=row.first_day,
            last_day=row.last_day,
            seen_by=row.seen_by_name,
            seen_on=row.seen_on,
            organisation_id=row.organisation_id,
            organisation_name=name,
            is_ended=row.ended_at is not None,
        )
        for row, name in rows
    ]
    return sorted(found, key=lambda each: (each.last_day, each.first_day, each.id), reverse=True)


def _check_day(day: date, today: date, field: str) -> None:
    if day > today:
        raise RuleError(Sentence("%(day)s has not come yet. Nothing was saved.", day=display_day(day)), field=field)
    if day.year < today.year - _YEARS:
        raise RuleError(
            Sentence("%(day)s is too long ago. Nothing was saved. Check the year.", day=display_day(day)), field=field
        )
