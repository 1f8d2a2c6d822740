"""Adding what a list plans: enrol who is new, then bring their credits over in one go."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.hours.hour_facts import lock_people
from timecredits.ledger.models import TransferKind
from timecredits.ledger.opening_account import open_opening_account
from timecredits.ledger.transfers import Movement, Posting, post_many
from timecredits.network.models import Enrolment, Volunteer
from timecredits.network.volunteers import enrol_volunteer
from timecredits.records.models import PeopleImport
from timecredits.records.opening.balances import opening_balances
from timecredits.records.opening.opening_list import read_list
from timecredits.records.opening.opening_plan import OpeningPlan, PlannedRow, plan_opening

__all__ = ["add_rows", "finish_list", "import_list", "plan_of"]

_SENT_BACK = 100  # rows to mend that are remembered


def plan_of(session: Session, kept: PeopleImport) -> OpeningPlan:
    """What adding a kept list does now. Raises Unreadable."""
    chosen = (kept.outcome or {}).get("columns")
    listed = read_list(kept.content or b"", today=clock.today(), chosen=chosen)
    return plan_opening(session, kept.programme_id, kept.organisation_id, listed, import_id=kept.id)


def add_rows(session: Session, kept: PeopleImport, rows: Sequence[PlannedRow], *, actor_id: UUID | None) -> None:
    """Add these rows, and count them in the list's outcome. The same rows again add nothing."""
    here = kept.programme_id, kept.organisation_id
    lock_people(session, kept.programme_id, [row.volunteer_id for row in rows])  # nobody's record goes into another meanwhile
    for row in rows:
        if row.is_new:
            _enrol(session, kept, row)
    _complete(session, kept, rows)
    wanted = {row.volunteer_id: row.minutes for row in rows if row.minutes}
    standing = opening_balances(session, *here, wanted)
    people = list(session.scalars(_of(kept.programme_id, list(wanted))))
    source = open_opening_account(session, kept.programme_id) if people else None
    movements = [
        Movement(
            id=standing[person.id].transfer_id,
            debit=source,
            credit=person.account_id,
            amount=wanted[person.id],
            kind=TransferKind.OPENING,
            occurred_on=clock.today(),
            actor=actor_id,
        )
        for person in people
        if source is not None and not standing[person.id].minutes
    ]
    answers = post_many(session, kept.programme_id, movements)
    posted = [each for each in movements if answers[each.id] is Posting.POSTED]
    outcome: dict[str, Any] = dict(kept.outcome or {})
    outcome["rows"] = outcome.get("rows", 0) + len(rows)
    outcome["people"] = outcome.get("people", 0) + sum(row.is_new for row in rows)
    outcome["minutes"] = outcome.get("minutes", 0) + sum(each.amount for each in posted)
    outcome["transfers"] = [*outcome.get("transfers", []), *(str(each.id) for each in posted)]
    kept.outcome = outcome
    session.flush()


def finish_list(session: Session, kept: PeopleImport, plan: OpeningPlan, *, actor_id: UUID | None, rows_before: int = 0) -> None:
    """Note that a list was added, and forget what stood in it.

    `plan` is that from before it was added; `rows_before` of its rows had been added by a run that didn't come to its end.
    """
    outcome: dict[str, Any] = dict(kept.outcome or {})
    outcome["already"] = plan.already - rows_before
    outcome["problems"] = len({each.row for each in plan.problems})
    outcome["sent_back"] = [(each.row, each.column) for each in plan.problems[:_SENT_BACK]]
    for word in ("columns", "job"):
        outcome.pop(word, None)
    kept.outcome, kept.content, kept.imported_at = outcome, None, clock.now()
    session.flush()
    audit.record(
        session,
        kept.programme_id,
        "opening balances added",
        actor_id=actor_id,
        subject_id=kept.id,
        organisation_id=kept.organisation_id,
    )


def import_list(
    session: Session, programme_id: UUID, organisation_id: UUID, content: bytes, filename: str, *, actor_id: UUID | None
) -> tuple[OpeningPlan, PeopleImport | None]:
    """Add a list at once, however long, as a list that is shown and can be undone like an uploaded one.

    Answers what it did, and the kept list, None where it added nothing. Raises Unreadable.
    """
    kept = PeopleImport(programme_id=programme_id, id=new_id(), organisation_id=organisation_id)
    kept.filename, kept.content, kept.uploaded_by, kept.uploaded_at = filename[-120:], content, actor_id, clock.now()
    plan = plan_of(session, kept)
    if not plan.to_add:
        return plan, None
    session.add(kept)
    session.flush()
    add_rows(session, kept, plan.to_add, actor_id=actor_id)
    finish_list(session, kept, plan, actor_id=actor_id)
    return plan, kept


def _enrol(session: Session, kept: PeopleImport, row: PlannedRow) -> None:
    enrol_volunteer(
        session,
        kept.programme_id,
        kept.organisation_id,
        first_name=row.listed.first_name,
        last_name=row.listed.last_name,
        number=row.listed.number or None,
        joined_on=row.listed.joined_on,
        volunteer_id=row.volunteer_id,
    )


def _complete(session: Session, kept: PeopleImport, rows: Sequence[PlannedRow]) -> None:
    """Keep a phone number and a month of birth where none is known yet; what is known stays."""
    told = {row.volunteer_id: row.listed for row in rows if row.listed.phone or row.listed.born_month}
    if not told:
        return
    for person in session.scalars(_of(kept.programme_id, list(told))):
        person.born_month = person.born_month or told[person.id].born_month
    enrolments = select(Enrolment).where(
        Enrolment.programme_id == kept.programme_id,
        Enrolment.organisation_id == kept.organisation_id,
        Enrolment.volunteer_id.in_(list(told)),
    )
    for enrolment in session.scalars(enrolments):
        enrolment.phone = enrolment.phone or told[enrolment.volunteer_id].phone
    session.flush()


def _of(programme_id: UUID, volunteer_ids: list[UUID]) -> Any:
    return (
        select(Volunteer)
        .where(
            Volunteer.programme_id == programme_id,
            Volunteer.id.in_(volunteer_ids),
            Volunteer.merged_into.is_(None),
            Volunteer.erased_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )
