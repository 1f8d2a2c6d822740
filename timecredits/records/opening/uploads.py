"""An uploaded list from the look to the yes, and back again: kept, looked at, added, thrown away, undone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.foundation.jobs import enqueue
from timecredits.foundation.typed_words import tidy_line
from timecredits.foundation.wording import Sentence, counted
from timecredits.ledger.errors import NotEnoughError
from timecredits.ledger.models import Account, Transfer
from timecredits.ledger.reversing import keep_reason, mirrors
from timecredits.ledger.transfers import post_many
from timecredits.network.models import Organisation
from timecredits.network.scope import find
from timecredits.network.standing import need_open
from timecredits.records.models import PeopleImport
from timecredits.records.opening.adding import add_rows, finish_list, plan_of
from timecredits.records.opening.opening_list import ROLES, ListColumn, UnmatchedListError, read_list
from timecredits.records.opening.opening_plan import OpeningPlan, plan_opening
from timecredits.records.opening.past_lists import (
    PastList,
    close_list,
    forget_lists,
    has_begun,
    hold_list,
    is_running,
    job_of,
    told,
)

__all__ = [
    "ADD",
    "LARGE",
    "LONGEST_REASON",
    "Look",
    "add_list",
    "choose_columns",
    "drop_list",
    "keep_list",
    "look_at",
    "undo_list",
]

ADD: Final = "people list"
"""The kind of job that adds a long list; it wants `import_id`."""
LARGE: Final = 300
"""More rows than this are added by a job, and watched on a page."""
LONGEST_REASON: Final = 300
_LONGEST_FILENAME: Final = 120
_NO_REASON: Final = Sentence("Say why, in a few words. Nothing was taken back.")

_account: Any = Account.__table__
_transfer: Any = Transfer.__table__


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a list found: `plan` is what adding it would do, or None, and `fault` then says why it can't be read so."""

    kept: PastList
    columns: tuple[ListColumn, ...] = ()
    plan: OpeningPlan | None = None
    fault: Sentence | None = None


def keep_list(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    content: bytes,
    filename: str,
    *,
    uploaded_by: UUID | None,
    import_id: UUID,
) -> UUID:
    """Keep a list that can be read, or may be once somebody says what its columns mean, and answer its id.

    The same `import_id` again replaces what was not added yet. Raises Unreadable or OnHoldError, having kept nothing, and
    NotFoundError for another programme's organisation.
    """
    find(session, Organisation, programme_id, organisation_id)
    need_open(session, programme_id, organisation_id)
    try:
        read_list(content, today=clock.today())
    except UnmatchedListError as unmatched:
        if not unmatched.columns:
            raise
    forget_lists(session, programme_id)
    kept = session.get(PeopleImport, (programme_id, import_id), with_for_update=True, populate_existing=True)
    if kept is None or kept.imported_at is not None or job_of(session, kept) is not None:
        kept = PeopleImport(programme_id=programme_id, id=import_id if kept is None else new_id())
        session.add(kept)
    kept.organisation_id, kept.filename, kept.content = organisation_id, filename[-_LONGEST_FILENAME:], content
    kept.uploaded_by, kept.uploaded_at, kept.outcome = uploaded_by, clock.now(), {}
    session.flush()
    return kept.id


def look_at(session: Session, programme_id: UUID, import_id: UUID) -> Look:
    """The list, and what adding it would do; nothing of that once it is added. Raises NotFoundError."""
    kept = find(session, PeopleImport, programme_id, import_id)
    if kept.content is None:
        return Look(told(session, kept))
    try:
        listed = read_list(kept.content, today=clock.today(), chosen=(kept.outcome or {}).get("columns"))
        plan = plan_opening(session, programme_id, kept.organisation_id, listed, import_id=kept.id)
    except UnmatchedListError as unmatched:
        return Look(told(session, kept), unmatched.columns, fault=unmatched.sentence)
    return Look(told(session, kept), listed.columns, plan)


def choose_columns(session: Session, programme_id: UUID, import_id: UUID, chosen: Mapping[str, str]) -> None:
    """Keep what somebody says the columns mean, by their letters. Raises RuleError for a meaning given twice or no name."""
    kept = hold_list(session, programme_id, import_id)
    meant = {letter: role for letter, role in chosen.items() if role in ROLES}
    if len(set(meant.values())) < len(meant):
        raise RuleError(Sentence("Two columns mean the same. Choose one of them. Nothing was added."), field="columns")
    if not {"name", "first_name"} & set(meant.values()):
        raise RuleError(Sentence("Choose which column holds the names. Nothing was added."), field="columns")
    if kept.content is not None and job_of(session, kept) is None:
        kept.outcome = {**(kept.outcome or {}), "columns": meant}
        session.flush()


def add_list(session: Session, programme_id: UUID, import_id: UUID, *, actor_id: UUID | None) -> PastList:
    """Add a list and empty it; a long one is left to a job, and `job_id` is then set. A second time changes nothing.

    Raises NotFoundError, Unreadable for columns that say too little, and OnHoldError.
    """
    kept = hold_list(session, programme_id, import_id)  # a double tap waits here, then finds it done
    if kept.content is None or job_of(session, kept) is not None:
        return told(session, kept)
    need_open(session, programme_id, kept.organisation_id)
    plan = plan_of(session, kept)
    if len(plan.to_add) > LARGE:
        job_id = enqueue(session, programme_id, ADD, {"import_id": str(import_id)}, made_by=actor_id, total=len(plan.to_add))
        kept.outcome = {**(kept.outcome or {}), "job": str(job_id)}
        session.flush()
        return told(session, kept)
    add_rows(session, kept, plan.to_add, actor_id=actor_id)
    finish_list(session, kept, plan, actor_id=actor_id)
    return told(session, kept)


def drop_list(session: Session, programme_id: UUID, import_id: UUID) -> bool:
    """Throw a list away; False if it was added or is being added (then nothing changes). Raises NotFoundError.

    One whose job gave up in the middle is closed instead: False too, and what was added can be undone.
    """
    kept = hold_list(session, programme_id, import_id)
    if kept.imported_at is not None or is_running(session, kept):
        return False
    if has_begun(kept):
        close_list(session, kept)
        return False
    session.delete(kept)
    session.flush()
    return True


def undo_list(session: Session, programme_id: UUID, import_id: UUID, *, reason: str, actor_id: UUID | None) -> int:
    """Take back all the credits that a list brought, the reason beside each. Answers the minutes; twice undoes once.

    People whom it enrolled stay: hours may have come since. Raises RuleError where somebody has used some: then nothing is taken.
    """
    kept = hold_list(session, programme_id, import_id)
    if kept.imported_at is None or kept.undone_at is not None:
        return 0
    reason = tidy_line(reason, LONGEST_REASON, field="reason", missing=_NO_REASON)
    ids = [UUID(each) for each in (kept.outcome or {}).get("transfers", ())]
    back = mirrors(session, programme_id, ids, actor=actor_id, occurred_on=clock.today())
    try:
        with session.begin_nested():
            post_many(session, programme_id, back.values())
    except NotEnoughError as fault:
        short = _short(session, programme_id, list(back))
        raise RuleError(
            counted(
                "%(num)s person has used some of these credits. Nothing was taken back.",
                "%(num)s people have used some of these credits. Nothing was taken back.",
                short,
            ),
            field="reason",
        ) from fault
    keep_reason(session, programme_id, [each.id for each in back.values()], reason)
    kept.undone_at, kept.undone_by = clock.now(), actor_id
    session.flush()
    audit.record(
        session,
        programme_id,
        "opening balances undone",
        actor_id=actor_id,
        subject_id=import_id,
        organisation_id=kept.organisation_id,
    )
    return sum(each.amount for each in back.values())


def _short(session: Session, programme_id: UUID, transfer_ids: list[UUID]) -> int:
    """How many people hold less now than these transfers brought them."""
    query = (
        select(func.count())
        .select_from(_transfer)
        .join(_account, (_account.c.programme_id == _transfer.c.programme_id) & (_account.c.id == _transfer.c.credit_account))
        .where(
            _transfer.c.programme_id == programme_id,
            _transfer.c.id.in_(transfer_ids),
            _account.c.balance < _transfer.c.amount,
        )
    )
    return session.scalar(query) or 0
