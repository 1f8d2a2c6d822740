"""Make one record of two. Rows go over to the record that stays; a merge keeps what it did, so that `unmerging` can take it back.

Rows are taken in the order of docs/adr/0014: the stays at the door, the people, their cards, then the accounts.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Attendance, AttendanceState
from timecredits.ledger.models import TransferKind
from timecredits.ledger.transfers import Movement, Posting, balance, post
from timecredits.network.models import Volunteer
from timecredits.records.merging.by_hand import (
    end_slips,
    join_people,
    move_blocks,
    move_enrolments,
    move_sign_ins,
    move_sign_ups,
)
from timecredits.records.merging.moving_rows import Moved, move_rows
from timecredits.records.merging.places import free_places_of, hold_shared
from timecredits.records.merging.rows_of import RULES
from timecredits.records.models import Erasure, Merge
from timecredits.spending.card_models import Card

__all__ = ["LONGEST_REASON", "UNDO_WITHIN", "check_mergeable", "hold_two", "merge_people"]

UNDO_WITHIN: Final = timedelta(days=30)
LONGEST_REASON: Final = 200


def merge_people(
    session: Session,
    programme_id: UUID,
    *,
    merge_id: UUID,
    kept_id: UUID,
    gone_id: UUID,
    reason: str,
    actor_id: UUID | None,
) -> Merge:
    """Make `gone_id` a part of `kept_id`: hours, letters, credits and all else. The same `merge_id` twice merges once.

    Raises NotFoundError for a record that isn't this programme's, or for one and the same. RuleError, and nothing is changed:
    no reason, merged before, erased or waiting to be, or both signed in at a place now.
    """
    known = session.get(Merge, (programme_id, merge_id))
    if known is not None:
        if {known.kept_id, known.gone_id} != {kept_id, gone_id}:
            raise NotFoundError
        return known
    reason = " ".join(reason.split())
    if not reason:
        raise RuleError(Sentence("Say how you know that it is one person. Nothing was merged."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise RuleError(
            Sentence("That is too long. Use at most %(most)s letters. Nothing was merged.", most=LONGEST_REASON), field="reason"
        )
    shared = hold_shared(session, programme_id, (kept_id, gone_id))
    kept, gone = hold_two(session, programme_id, kept_id, gone_id)
    check_mergeable(session, programme_id, kept, gone)
    with session.begin_nested():
        merge = _merge(session, programme_id, merge_id, kept, gone, reason, actor_id)
        free_places_of(session, programme_id, shared)
    return merge


def hold_two(session: Session, programme_id: UUID, one_id: UUID, other_id: UUID) -> tuple[Volunteer, Volunteer]:
    """Both records as they are now; nobody else changes them until the transaction ends. Raises NotFoundError.

    Somebody may still write a row that refers to one of them just then: `strays` looks for those afterwards.
    """
    ids = sorted((one_id, other_id))
    at_door = select(Attendance.id).where(
        Attendance.programme_id == programme_id, Attendance.volunteer_id.in_(ids), Attendance.state == AttendanceState.HERE
    )
    session.execute(at_door.order_by(Attendance.id).with_for_update()).all()
    people = {
        each.id: each
        for each in session.scalars(
            select(Volunteer)
            .where(Volunteer.programme_id == programme_id, Volunteer.id.in_(ids))
            .order_by(Volunteer.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    }
    cards = select(Card.id).where(Card.programme_id == programme_id, Card.volunteer_id.in_(ids))
    session.execute(cards.order_by(Card.id).with_for_update()).all()
    if len(people) < 2:  # noqa: PLR2004  two records
        raise NotFoundError
    return people[one_id], people[other_id]


def check_mergeable(session: Session, programme_id: UUID, kept: Volunteer, gone: Volunteer) -> None:
    """Raise RuleError where these two can't become one now. It writes nothing."""
    if kept.merged_into is not None or gone.merged_into is not None:
        raise RuleError(Sentence("One of these was merged already. Nothing was changed. Look at the list of merges."))
    ids = [kept.id, gone.id]
    waiting = select(Erasure.id).where(
        Erasure.programme_id == programme_id, Erasure.volunteer_id.in_(ids), Erasure.called_off_at.is_(None)
    )
    if kept.erased_at or gone.erased_at or session.scalars(waiting.limit(1)).first() is not None:
        raise RuleError(Sentence("One of these is to be erased, or was. Nothing was merged. Call that off first, if you can."))
    here = session.scalars(
        select(Attendance.volunteer_id).where(
            Attendance.programme_id == programme_id, Attendance.volunteer_id.in_(ids), Attendance.state == AttendanceState.HERE
        )
    ).all()
    if len(here) > 1:
        raise RuleError(Sentence("Both are signed in at a place now. Nothing was merged. Sign one of them out first."))


def _merge(
    session: Session,
    programme_id: UUID,
    merge_id: UUID,
    kept: Volunteer,
    gone: Volunteer,
    reason: str,
    actor_id: UUID | None,
) -> Merge:
    now, moved = clock.now(), Moved()
    # The account first: who used its credits a moment ago has ended, and their rows are there to be moved; nobody comes after.
    transfer_id, minutes = _move_credits(session, programme_id, merge_id, kept, gone, actor_id)
    move_enrolments(session, programme_id, gone_id=gone.id, kept_id=kept.id, today=clock.today(), moved=moved)
    move_sign_ups(session, programme_id, gone_id=gone.id, kept_id=kept.id, moved=moved)
    move_blocks(session, programme_id, gone_id=gone.id, kept_id=kept.id, now=now, moved=moved)
    move_sign_ins(session, programme_id, gone, kept, now=now, moved=moved)
    end_slips(session, programme_id, gone.id, now=now, moved=moved)
    for rule in RULES:
        move_rows(session, programme_id, rule, gone_id=gone.id, kept_id=kept.id, now=now, moved=moved)
    join_people(session, programme_id, gone, kept, moved=moved)
    merge = Merge(
        programme_id=programme_id,
        id=merge_id,
        kept_id=kept.id,
        gone_id=gone.id,
        transfer_id=transfer_id,
        moved={**moved.as_json(), "minutes": minutes},
        reason=reason,
        merged_by=actor_id,
        merged_at=now,
        undo_until=now + UNDO_WITHIN,
    )
    session.add(merge)
    audit.record(session, programme_id, "people merged", actor_id=actor_id, subject_id=merge_id)
    session.flush()
    session.expire_all()
    return merge


def _move_credits(
    session: Session, programme_id: UUID, merge_id: UUID, kept: Volunteer, gone: Volunteer, actor_id: UUID | None
) -> tuple[UUID | None, int]:
    transfer_id = uuid5(merge_id, "credits")
    while minutes := balance(session, programme_id, gone.account_id):
        movement = Movement(
            transfer_id, gone.account_id, kept.account_id, minutes, TransferKind.MERGED, clock.today(), actor=actor_id
        )
        if post(session, programme_id, movement) is not Posting.NOT_ENOUGH:  # else some were used just now
            return transfer_id, minutes
    return None, 0
