"""Take many hours away at once: a saved register, an import. They stay as they were, with corrections beside them."""

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.errors import NotFoundError
from timecredits.hours.correction_words import check_agreed
from timecredits.hours.corrections import Corrected, keep_corrections, tidy_reason
from timecredits.hours.hour_facts import lock_people
from timecredits.hours.models import HourCorrection, HourEntry
from timecredits.hours.shortfalls import owed_by
from timecredits.hours.taking_back import take_back
from timecredits.network.settings import read_settings

_GROUP = 500  # ids in one question


def take_away_hours(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    entry_ids: Sequence[UUID],
    *,
    reason: str,
    actor_id: UUID | None,
    today: date,
    agreed_to: int | None = None,
) -> list[Corrected]:
    """Take away many entries of an organisation at once, all or nothing, and answer those that counted until now.

    A handful of questions, and one short statement an entry, so that a whole import can be undone. The caller keeps what was done
    in the audit trail. `agreed_to` is how many minutes of used credit the coordinator has been told of; None: whatever it is.
    Raises CreditsUsedError when there are more, NotFoundError if one isn't this organisation's, RuleError without a reason.
    """
    reason = tidy_reason(reason)
    wanted = list(dict.fromkeys(entry_ids))
    entries: dict[UUID, HourEntry] = {}
    for group in _groups(wanted):
        here = select(HourEntry).where(
            HourEntry.programme_id == programme_id, HourEntry.organisation_id == organisation_id, HourEntry.id.in_(group)
        )
        entries |= {entry.id: entry for entry in session.scalars(here)}
    if len(entries) < len(wanted):
        raise NotFoundError
    lock_people(session, programme_id, {entry.volunteer_id for entry in entries.values()})
    for group in _groups(wanted):
        gone = select(HourCorrection.entry_id).where(
            HourCorrection.programme_id == programme_id, HourCorrection.entry_id.in_(group)
        )
        for entry_id in session.scalars(gone):
            del entries[entry_id]
    standing = list(entries.values())
    if not standing:
        return []
    rule = read_settings(session, programme_id).spent_correction
    with session.begin_nested():
        lent = take_back(session, programme_id, standing, rule=rule, reason=reason, actor_id=actor_id, today=today)
        keep_corrections(session, standing, {}, reason=reason, actor_id=actor_id)
        owed = owed_by(session, programme_id, list({entry.volunteer_id for entry in standing}))
        done = [
            Corrected(
                entry.id,
                None,
                entry.minutes,
                0,
                earned_before=entry.earned,
                lent=lent.get(entry.id, 0),
                owed=owed.get(entry.volunteer_id, 0),
                rule=rule,
                volunteer_id=entry.volunteer_id,
            )
            for entry in standing
        ]
        check_agreed(session, programme_id, done, agreed_to)
    return done


def _groups(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), _GROUP):
        yield ids[start : start + _GROUP]
