"""Record hours, one or thousands at a time, with the credits they earn.

Set-based on purpose: a spreadsheet of 5,000 rows asks the database about as often as a register of 12.
An entry's id is also its transfer's and is chosen by the caller, so recording the same entries again adds nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError
from timecredits.hours.hour_rules import Checked, HoursRuleError, NewHours, Remark, check_hours
from timecredits.hours.models import HourEntry, HourSource
from timecredits.ledger.models import TransferKind
from timecredits.ledger.transfers import Movement, post_many
from timecredits.network.models import Organisation

__all__ = ["Checked", "HoursRuleError", "NewHours", "Recorded", "Remark", "check_hours", "record_hours", "write_entries"]

_entry: Any = HourEntry.__table__
# Two saves of one form at the same moment meet here: the second waits for the first, then finds its rows there.
_INSERT = {
    name: dialect.insert(_entry).on_conflict_do_nothing(index_elements=["programme_id", "id"]).returning(_entry.c.id)
    for name, dialect in {"postgresql": postgresql, "sqlite": sqlite}.items()
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of it: ids of entries added now, ids that were there before, remarks (nothing was held back for them).

    `minutes` is the time added now, `people` the number of volunteers it was added for.
    """

    entries: tuple[UUID, ...]
    already: tuple[UUID, ...]
    warnings: tuple[Remark, ...]
    minutes: int
    people: int


def record_hours(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    entries: Sequence[NewHours],
    *,
    source: HourSource,
    actor_id: UUID | None,
    today: date,
) -> Recorded:
    """Add hour entries and post the credits they earn, all or nothing. The same id twice adds once.

    Raises HoursRuleError (a RuleError with the `entry_id` at fault) for the first entry that breaks a rule, and NotFoundError for
    an activity of another organisation. To sort good entries from bad first, use `check_hours`, which writes nothing.
    """
    unique = list({entry.id: entry for entry in entries}.values())
    checked = check_hours(session, programme_id, organisation_id, unique, today=today)
    for fault in checked.problems.values():
        raise fault
    fresh = [entry for entry in unique if entry.id not in checked.already]
    added = write_entries(session, programme_id, organisation_id, fresh, checked, source=source, actor_id=actor_id)
    new = [entry for entry in unique if entry.id in added]
    return Recorded(
        entries=tuple(entry.id for entry in new),
        already=tuple(entry.id for entry in unique if entry.id not in added),
        warnings=tuple(checked.remarks),
        minutes=sum(entry.minutes for entry in new),
        people=len({entry.volunteer_id for entry in new}),
    )


def write_entries(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    entries: Sequence[NewHours],
    checked: Checked,
    *,
    source: HourSource,
    actor_id: UUID | None,
    reasons: Mapping[UUID, str | None] | None = None,
) -> set[UUID]:
    """Write entries that `check_hours` found nothing against, and their transfers. Answers the ids that are new.

    `reasons` why each earns no credits (None: it earns) are given for corrections; else activity and volunteer decide.
    """
    if not entries:
        return set()
    issuance = session.scalar(
        select(Organisation.account_id).where(Organisation.programme_id == programme_id, Organisation.id == organisation_id)
    )
    if issuance is None:
        raise NotFoundError
    recorded_at = clock.now()
    if reasons is None:
        reasons = {entry.id: _without_credits(entry, checked) for entry in entries}
    rows = [
        {
            "programme_id": programme_id,
            "id": entry.id,
            "organisation_id": organisation_id,
            "volunteer_id": entry.volunteer_id,
            "activity_id": entry.activity_id,
            "activity_session_id": entry.session_id,
            "done_on": entry.day,
            "minutes": entry.minutes,
            "starts": entry.starts,
            "note": entry.note,
            "source": source,
            "recorded_by": actor_id,
            "recorded_at": recorded_at,
            "without_credits": reasons[entry.id],
            "earned": entry.minutes if reasons[entry.id] is None else 0,
        }
        for entry in sorted(entries, key=lambda entry: entry.id)  # one order, so that two saves can't lock each other out
    ]
    connection = session.connection()
    added = set(connection.execute(_INSERT[connection.dialect.name], rows).scalars())
    post_many(
        session,
        programme_id,
        (
            Movement(
                id=entry.id,
                debit=issuance,
                credit=checked.people[entry.volunteer_id].account_id,
                amount=entry.minutes,
                kind=TransferKind.EARNED,
                occurred_on=entry.day,
                actor=actor_id,
            )
            for entry in entries
            if entry.id in added and reasons[entry.id] is None
        ),
    )
    return added


def _without_credits(entry: NewHours, checked: Checked) -> str | None:
    if not checked.earning[entry.activity_id]:
        return "activity"
    return None if checked.people[entry.volunteer_id].wants_credits else "volunteer"
