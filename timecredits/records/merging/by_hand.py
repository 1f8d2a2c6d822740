"""The rows of two records that no rule for all can move: enrolments, sign-ups, whom they are kept apart from, sign-ins, slips."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from timecredits.hours.activity_models import SignUp, SignUpStatus
from timecredits.network.models import Block, Enrolment, Volunteer
from timecredits.network.sign_in_models import SignIn, SignInSlip
from timecredits.records.merging.moving_rows import Moved, change_row

__all__ = ["end_slips", "join_people", "move_blocks", "move_enrolments", "move_sign_ins", "move_sign_ups"]


def move_enrolments(session: Session, programme_id: UUID, *, gone_id: UUID, kept_id: UUID, today: date, moved: Moved) -> None:
    """At an organisation that knows both the one that stays goes on, with what only the other had; the other has left.

    The number that is not used any more still finds the person (network/merged_records.merged_numbers).
    """
    here = {each.organisation_id: each for each in _rows(session, Enrolment, programme_id, kept_id)}
    for other in _rows(session, Enrolment, programme_id, gone_id):
        own = here.get(other.organisation_id)
        if own is None:
            change_row(session, programme_id, moved, "enrolment", other.id, {"volunteer_id": kept_id})
            continue
        number = None if own.number is None and other.number is not None else other.number
        left = other.left_on or today
        mine: dict[str, Any] = {
            "number": own.number if own.number is not None else other.number,
            "phone": own.phone or other.phone,
            "enrolled_on": min(own.enrolled_on, other.enrolled_on),
            "left_on": None if other.left_on is None else own.left_on,
        }
        change_row(session, programme_id, moved, "enrolment", other.id, {"number": number, "left_on": left})
        change_row(session, programme_id, moved, "enrolment", own.id, mine)


def move_sign_ups(session: Session, programme_id: UUID, *, gone_id: UUID, kept_id: UUID, moved: Moved) -> None:
    """Where both signed up to one session the better place stays, once."""
    mine = {each.session_id: each for each in _rows(session, SignUp, programme_id, kept_id)}
    better = [SignUpStatus.COMING, SignUpStatus.WAITING, SignUpStatus.CANCELLED]
    for other in _rows(session, SignUp, programme_id, gone_id):
        own = mine.get(other.session_id)
        if own is None:
            change_row(session, programme_id, moved, "sign_up", other.id, {"volunteer_id": kept_id})
            continue
        if better.index(other.status) < better.index(own.status):
            place = {name: getattr(other, name) for name in ("status", "signed_up_at", "changed_at", "party")}
            change_row(session, programme_id, moved, "sign_up", own.id, place)
        change_row(session, programme_id, moved, "sign_up", other.id, {"status": SignUpStatus.CANCELLED})


def move_blocks(session: Session, programme_id: UUID, *, gone_id: UUID, kept_id: UUID, now: datetime, moved: Moved) -> None:
    """Whoever was kept apart from either is kept apart from the one. What stood between the two themselves ends."""
    about = or_(Block.volunteer_id.in_([gone_id, kept_id]), Block.other_id.in_([gone_id, kept_id]))
    rows = session.scalars(select(Block).where(Block.programme_id == programme_id, about).order_by(Block.id)).all()
    mine = {_sides(each) for each in rows if gone_id not in {each.volunteer_id, each.other_id} and each.ended_at is None}
    for each in rows:
        sides = (each.volunteer_id, each.other_id)
        if gone_id not in sides:
            continue
        if kept_id in sides:
            if each.ended_at is None:
                change_row(session, programme_id, moved, "block", each.id, {"ended_at": now})
            continue
        one, other = (kept_id if side == gone_id else side for side in sides)
        if each.organisation_id is not None:  # for staff a pair has no sides: the lower id stands first (network/blocks)
            one, other = sorted((one, other))
        wanted: dict[str, Any] = {"volunteer_id": one, "other_id": other}
        if each.ended_at is None:
            if (each.organisation_id, one, other) in mine:
                wanted["ended_at"] = now
            mine.add((each.organisation_id, one, other))
        change_row(session, programme_id, moved, "block", each.id, wanted)


def move_sign_ins(session: Session, programme_id: UUID, gone: Volunteer, kept: Volunteer, *, now: datetime, moved: Moved) -> None:
    """A sign-in that only the second record had goes over. Where both had one, the second can't be used any more."""
    goes = gone.user_id is not None and kept.user_id in {None, gone.user_id}
    open_ones = session.scalars(
        select(SignIn.id)
        .where(SignIn.programme_id == programme_id, SignIn.volunteer_id == gone.id, SignIn.ended_at.is_(None))
        .order_by(SignIn.id)
    ).all()
    for sign_in_id in open_ones:
        change_row(session, programme_id, moved, "sign_in", sign_in_id, {"volunteer_id": kept.id} if goes else {"ended_at": now})


def end_slips(session: Session, programme_id: UUID, gone_id: UUID, *, now: datetime, moved: Moved) -> None:
    """A slip for the second record opens nothing any more: a new one, for the record that stays, is a tap away."""
    open_ones = session.scalars(
        select(SignInSlip.id)
        .where(
            SignInSlip.programme_id == programme_id,
            SignInSlip.volunteer_id == gone_id,
            SignInSlip.used_at.is_(None),
            SignInSlip.ended_at.is_(None),
        )
        .order_by(SignInSlip.id)
    ).all()
    for slip_id in open_ones:
        change_row(session, programme_id, moved, "sign_in_slip", slip_id, {"ended_at": now})


def join_people(session: Session, programme_id: UUID, gone: Volunteer, kept: Volunteer, *, moved: Moved) -> None:
    """What only the second record knew of the person, the one that stays knows now. Frozen stays frozen."""
    facts: dict[str, Any] = {
        "joined_on": min(kept.joined_on, gone.joined_on),
        "born_month": kept.born_month or gone.born_month,
        "letter_name": kept.letter_name or gone.letter_name,
        "chosen_name": kept.chosen_name or gone.chosen_name,
        "postcode_district": kept.postcode_district or gone.postcode_district,
        "photo_id": kept.photo_id or gone.photo_id,
        "user_id": kept.user_id or gone.user_id,
    }
    if kept.frozen_at is None and gone.frozen_at is not None:
        facts |= {name: getattr(gone, name) for name in ("frozen_at", "frozen_because", "frozen_by")}
    aside: Mapping[str, Any] = {"user_id": None, "merged_into": kept.id}
    change_row(session, programme_id, moved, "volunteer", gone.id, aside)
    change_row(session, programme_id, moved, "volunteer", kept.id, facts)


def _rows(session: Session, model: Any, programme_id: UUID, volunteer_id: UUID) -> list[Any]:
    query = select(model).where(model.programme_id == programme_id, model.volunteer_id == volunteer_id).order_by(model.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def _sides(each: Block) -> tuple[UUID | None, UUID, UUID]:
    return each.organisation_id, each.volunteer_id, each.other_id
