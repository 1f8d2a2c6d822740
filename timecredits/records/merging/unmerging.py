"""Take a merge back within 30 days: what went over goes back. What came after stays with the record that stayed."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.models import Shortfall
from timecredits.ledger.goodwill import goodwill_id, open_goodwill
from timecredits.ledger.models import Transfer, TransferKind
from timecredits.ledger.transfers import Movement, balance, post, reverse
from timecredits.network.models import Volunteer
from timecredits.network.scope import find, find_and_hold
from timecredits.records.merging.merging import hold_two
from timecredits.records.merging.moving_rows import go_back
from timecredits.records.merging.places import give_places_back, hold_touched
from timecredits.records.models import Erasure, Merge

__all__ = ["Undone", "check_undoable", "undo_merge"]

_GROUP = 500  # ids in one question


@dataclass(frozen=True, slots=True)
class Undone:
    """Minutes of credit that went back, and those of them that the programme's goodwill gave because they were used since."""

    minutes: int
    from_goodwill: int


def undo_merge(session: Session, programme_id: UUID, merge_id: UUID, *, actor_id: UUID | None) -> Undone:
    """Make two records of one again. Raises NotFoundError; RuleError where that can't be any more, and nothing is changed."""
    first = find(session, Merge, programme_id, merge_id)
    touched = hold_touched(session, programme_id, first.moved) if first.undone_at is None and "ids" in first.moved else []
    kept, gone = hold_two(session, programme_id, first.kept_id, first.gone_id)
    merge = find_and_hold(session, Merge, programme_id, merge_id)
    check_undoable(session, programme_id, merge, kept)
    with session.begin_nested():
        came = _credits_to_return(session, programme_id, merge, gone)
        undone = _return_credits(session, programme_id, merge, kept, gone, came, actor_id)
        go_back(session, programme_id, merge.moved, gone_id=gone.id, kept_id=kept.id)
        give_places_back(session, programme_id, touched, gone.id)
        _return_shortfalls(session, programme_id, merge)
        merge.undone_at, merge.undone_by = clock.now(), actor_id
        audit.record(session, programme_id, "merge undone", actor_id=actor_id, subject_id=merge_id)
        session.flush()
    session.expire_all()
    return undone


def check_undoable(session: Session, programme_id: UUID, merge: Merge, kept: Volunteer) -> None:
    """Raise RuleError where a merge can't be taken back (any more). It writes nothing."""
    if merge.undone_at is not None:
        raise RuleError(Sentence("This was taken back already. Nothing was changed."))
    if clock.now() > merge.undo_until:
        raise RuleError(Sentence("It is more than 30 days ago. It can’t be taken back any more. Nothing was changed."))
    if kept.merged_into is not None:
        raise RuleError(Sentence("This record became part of another since. Take that back first. Nothing was changed."))
    erasing = select(Erasure.id).where(
        Erasure.programme_id == programme_id,
        Erasure.volunteer_id.in_([merge.kept_id, merge.gone_id]),
        Erasure.called_off_at.is_(None),
    )
    if kept.erased_at is not None or session.scalars(erasing.limit(1)).first() is not None:
        raise RuleError(Sentence("This person is to be erased, or was. Nothing was changed."))
    if _owed_there(session, programme_id, merge) and _paid_back_since(session, programme_id, merge, kept):
        raise RuleError(
            Sentence("New hours paid back what the other record owed. It can’t be taken back any more. Nothing was changed.")
        )


def _credits_to_return(session: Session, programme_id: UUID, merge: Merge, gone: Volunteer) -> int:
    """What came from the second record, and from records that became it, since; less what was brought to them. May be below 0."""
    children = [UUID(hex=each) for each in merge.moved["ids"].get("volunteer.merged_into", ())]
    accounts = list(
        session.scalars(
            select(Volunteer.account_id).where(
                Volunteer.programme_id == programme_id, or_(Volunteer.id == gone.id, Volunteer.id.in_(children))
            )
        )
    )
    since = (
        Transfer.programme_id == programme_id,
        Transfer.kind == TransferKind.MERGED,
        Transfer.recorded_at >= merge.merged_at,
    )

    def moved(side: object, other: object) -> int:
        inside, outside = side.in_(accounts), other.not_in(accounts)  # type: ignore[attr-defined]
        return int(session.scalar(select(func.sum(Transfer.amount)).where(*since, inside, outside)) or 0)

    return moved(Transfer.debit_account, Transfer.credit_account) - moved(Transfer.credit_account, Transfer.debit_account)


def _return_credits(
    session: Session,
    programme_id: UUID,
    merge: Merge,
    kept: Volunteer,
    gone: Volunteer,
    minutes: int,
    actor_id: UUID | None,
) -> Undone:
    """Give the second record its credits again. Goodwill stands in for what was used since: nobody pays for our mistake."""
    today = clock.today()
    if minutes < 0:  # hours of the second record were put right with the credits of the first
        _from_goodwill(session, programme_id, merge, kept.account_id, -minutes, actor_id)
        return Undone(0, -minutes)
    has = balance(session, programme_id, kept.account_id)
    back = min(minutes, has)
    if back and merge.transfer_id is not None and minutes == merge.moved["minutes"] and back == minutes:
        # Whole and unmixed: then it counts as if it had never been, and the credits are as old as they were.
        reverse(
            session,
            programme_id,
            merge.transfer_id,
            reversal_id=uuid5(merge.id, "credits back"),
            reason=str(Sentence("The merge was taken back.")),
            actor=actor_id,
            occurred_on=today,
        )
    elif back:
        key = uuid5(merge.id, "credits back")
        post(
            session,
            programme_id,
            Movement(key, kept.account_id, gone.account_id, back, TransferKind.MERGED, today, actor=actor_id),
        )
    if minutes > back:
        _from_goodwill(session, programme_id, merge, gone.account_id, minutes - back, actor_id)
    return Undone(minutes, minutes - back)


def _from_goodwill(
    session: Session, programme_id: UUID, merge: Merge, account_id: UUID, minutes: int, actor_id: UUID | None
) -> None:
    key, source = uuid5(merge.id, "goodwill"), open_goodwill(session, programme_id)
    movement = Movement(key, source, account_id, minutes, TransferKind.GOODWILL, clock.today(), actor=actor_id)
    post(session, programme_id, movement)


def _returning_entries(merge: Merge) -> list[UUID]:
    return [UUID(hex=each) for each in merge.moved["ids"].get("hour_entry.volunteer_id", ())]


def _return_shortfalls(session: Session, programme_id: UUID, merge: Merge) -> None:
    """What was lent for hours that go back goes with them, also where it was lent after the merge."""
    entries = _returning_entries(merge)
    for start in range(0, len(entries), _GROUP):
        session.execute(
            update(Shortfall)
            .where(
                Shortfall.programme_id == programme_id,
                Shortfall.entry_id.in_(entries[start : start + _GROUP]),
                Shortfall.volunteer_id == merge.kept_id,
            )
            .values(volunteer_id=merge.gone_id)
        )


def _owed_there(session: Session, programme_id: UUID, merge: Merge) -> bool:
    entries = _returning_entries(merge)
    for start in range(0, len(entries), _GROUP):
        lent = select(Shortfall.id).where(
            Shortfall.programme_id == programme_id, Shortfall.entry_id.in_(entries[start : start + _GROUP])
        )
        if session.scalars(lent.limit(1)).first() is not None:
            return True
    return False


def _paid_back_since(session: Session, programme_id: UUID, merge: Merge, kept: Volunteer) -> bool:
    paid = select(Transfer.id).where(
        Transfer.programme_id == programme_id,
        Transfer.debit_account == kept.account_id,
        Transfer.credit_account == goodwill_id(programme_id),
        Transfer.kind == TransferKind.GOODWILL,
        Transfer.recorded_at >= merge.merged_at,
    )
    return session.scalars(paid.limit(1)).first() is not None
