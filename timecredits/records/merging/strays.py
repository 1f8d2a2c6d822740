"""What was written for a second record at the very moment it was merged goes over a little later, and back with an undo.

A sign-up, or an hour, only refers to the person's row, and so waits for nobody who changes it. To let every verb look whether the
record still stands would cost each of them a lock; to look once more after the merge costs two rounds of questions.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.ledger.models import TransferKind
from timecredits.ledger.transfers import Movement, Posting, balance, post
from timecredits.network.models import Enrolment, Volunteer
from timecredits.records.merging.by_hand import move_enrolments, move_sign_ups
from timecredits.records.merging.merging import hold_two
from timecredits.records.merging.moving_rows import Moved, move_rows
from timecredits.records.merging.places import free_places_of, hold_shared
from timecredits.records.merging.rows_of import RULES
from timecredits.records.models import Merge

__all__ = ["move_strays"]

_WITHIN: Final = timedelta(hours=1)
"""So long after a merge it is looked for: no request lasts that long, and a worker that stood still for a while finds them."""
_MOST: Final = 100


def move_strays(session: Session, programme_id: UUID, *, now: datetime) -> int:
    """Move what merges of the last hour left behind. Answers for how many of them there was something. Twice is once."""
    fresh = session.scalars(
        select(Merge.id)
        .where(
            Merge.programme_id == programme_id,
            Merge.merged_at > now - _WITHIN,
            Merge.undone_at.is_(None),
        )
        .order_by(Merge.merged_at, Merge.id)
        .limit(_MOST)
    ).all()
    return sum(_move(session, programme_id, each) for each in fresh)


def _move(session: Session, programme_id: UUID, merge_id: UUID) -> bool:
    merge = session.get_one(Merge, (programme_id, merge_id))
    shared = hold_shared(session, programme_id, (merge.kept_id, merge.gone_id))
    kept, gone = hold_two(session, programme_id, merge.kept_id, merge.gone_id)
    session.refresh(merge, with_for_update=True)
    if merge.undone_at is not None or kept.merged_into is not None or gone.merged_into != kept.id or kept.erased_at is not None:
        return False
    moved, ids = Moved(), {"gone_id": gone.id, "kept_id": kept.id}
    minutes = _move_credits(session, programme_id, merge, kept, gone)
    here = select(Enrolment.id).where(
        Enrolment.programme_id == programme_id, Enrolment.volunteer_id == gone.id, Enrolment.left_on.is_(None)
    )
    if session.scalars(here.limit(1)).first() is not None:
        move_enrolments(session, programme_id, today=clock.today(), moved=moved, **ids)
    move_sign_ups(session, programme_id, moved=moved, **ids)
    for rule in RULES:
        move_rows(session, programme_id, rule, now=clock.now(), moved=moved, **ids)
    found = moved.as_json()
    if not minutes and not any(found.values()):
        return False
    before = merge.moved
    merge.moved = {
        **before,
        "ids": {
            name: [*before["ids"].get(name, ()), *found["ids"].get(name, ())]
            for name in (*before["ids"], *(each for each in found["ids"] if each not in before["ids"]))
        },
        "changed": [*before["changed"], *found["changed"]],
        "removed": [*before["removed"], *found["removed"]],
    }
    session.flush()
    session.expire_all()
    free_places_of(session, programme_id, shared)
    return True


def _move_credits(session: Session, programme_id: UUID, merge: Merge, kept: Volunteer, gone: Volunteer) -> int:
    """The credits of hours that were written for the second record; taking the merge back counts them with the others."""
    minutes = balance(session, programme_id, gone.account_id)
    if not minutes:
        return 0
    key, day = uuid5(merge.id, f"stray credits {clock.now().isoformat()}"), clock.today()
    movement = Movement(key, gone.account_id, kept.account_id, minutes, TransferKind.MERGED, day, actor=merge.merged_by)
    return minutes if post(session, programme_id, movement) is Posting.POSTED else 0
