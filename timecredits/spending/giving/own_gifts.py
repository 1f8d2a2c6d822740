"""The gifts of one person, given and got, and what helpers did for them: as the person, a helper or a coordinator sees it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError
from timecredits.network.models import Venue, Volunteer
from timecredits.spending.giving.gift_undoing import UNDO_WITHIN
from timecredits.spending.giving_models import Gift, Pot
from timecredits.spending.models import Offer, Redemption
from timecredits.spending.showing import name_at_venue


@dataclass(frozen=True, slots=True)
class OwnGift:
    """One gift. `other` is who is on the other side: a first name and initial, or a pot. `given`: it went out."""

    id: UUID
    given: bool
    other: str
    helper: str
    words: str
    minutes: int
    given_at: datetime
    undone_because: str | None
    may_take_back: bool


@dataclass(frozen=True, slots=True)
class HelperAct:
    """Something a helper did: used credits at `place`, or gave them to `place`. `may_take_back`: a gift, and still in time."""

    id: UUID
    at: datetime
    minutes: int
    what: str
    place: str
    is_gift: bool
    is_undone: bool
    helper: str
    person: str
    may_take_back: bool = False


def list_gifts(session: Session, programme_id: UUID, volunteer_id: UUID, *, page: int = 1, size: int = 20) -> list[OwnGift]:
    """Gifts from and to a person, newest first: at most `size`, and one more where there are older ones."""
    query = _gifts_of(programme_id, volunteer_id).order_by(Gift.given_at.desc(), Gift.id.desc())
    rows: Any = session.execute(query.limit(size + 1).offset((page - 1) * size))
    return [_own(row, volunteer_id) for row in rows]


def find_own_gift(session: Session, programme_id: UUID, volunteer_id: UUID, gift_id: UUID) -> OwnGift:
    """One gift from or to a person. Raises NotFoundError."""
    row: Any = session.execute(_gifts_of(programme_id, volunteer_id).where(Gift.id == gift_id)).one_or_none()
    if row is None:
        raise NotFoundError
    return _own(row, volunteer_id)


def _gifts_of(programme_id: UUID, volunteer_id: UUID) -> Any:
    giver, receiver, helper = aliased(Volunteer), aliased(Volunteer), aliased(Volunteer)
    from_pot, to_pot = aliased(Pot), aliased(Pot)
    query: Any = select(Gift, giver, receiver, helper, from_pot.name, to_pot.name)
    joins: tuple[tuple[Any, Any], ...] = (
        (giver, Gift.from_volunteer_id),
        (receiver, Gift.to_volunteer_id),
        (helper, Gift.helper_id),
        (from_pot, Gift.from_pot_id),
        (to_pot, Gift.to_pot_id),
    )
    for other, column in joins:
        query = query.outerjoin(other, and_(other.programme_id == Gift.programme_id, other.id == column))
    mine = or_(Gift.from_volunteer_id == volunteer_id, Gift.to_volunteer_id == volunteer_id)
    return query.where(Gift.programme_id == programme_id, mine)


def _own(row: Any, volunteer_id: UUID) -> OwnGift:
    gift, one, another, by, source, goal = row
    given = gift.from_volunteer_id == volunteer_id
    pot, person = (goal, another) if given else (source, one)
    return OwnGift(
        id=gift.id,
        given=given,
        other=pot or (name_at_venue(person) if person is not None else ""),
        helper=name_at_venue(by) if by else "",
        words=gift.words,
        minutes=gift.minutes,
        given_at=gift.given_at,
        undone_because=gift.undone_because,
        may_take_back=given and gift.undone_at is None and clock.now() - gift.given_at <= UNDO_WITHIN,
    )


def list_helper_acts(
    session: Session,
    programme_id: UUID,
    *,
    volunteer_id: UUID | None = None,
    helper_id: UUID | None = None,
    limit: int = 50,
) -> list[HelperAct]:
    """The newest uses and gifts that helpers made: for one person, by one helper, or by one for the other."""
    uses = _acts(session, programme_id, volunteer_id, helper_id, limit)
    gifts = _given(session, programme_id, volunteer_id, helper_id, limit)
    return sorted([*uses, *gifts], key=lambda act: act.at, reverse=True)[:limit]


def _acts(session: Session, programme_id: UUID, volunteer_id: UUID | None, helper_id: UUID | None, limit: int) -> list[HelperAct]:
    person, helper = aliased(Volunteer), aliased(Volunteer)
    query = (
        select(Redemption, Offer.name, Venue.name, person, helper)
        .join(Offer, (Offer.programme_id == Redemption.programme_id) & (Offer.id == Redemption.offer_id))
        .join(Venue, Venue.id == Redemption.venue_id)
        .join(person, (person.programme_id == Redemption.programme_id) & (person.id == Redemption.volunteer_id))
        .join(helper, (helper.programme_id == Redemption.programme_id) & (helper.id == Redemption.helper_id))
        .where(Redemption.programme_id == programme_id)
    )
    if volunteer_id is not None:
        query = query.where(Redemption.volunteer_id == volunteer_id)
    if helper_id is not None:
        query = query.where(Redemption.helper_id == helper_id)
    rows: Any = session.execute(query.order_by(Redemption.used_at.desc()).limit(limit))
    return [
        HelperAct(
            used.id,
            used.used_at,
            used.minutes,
            offer,
            venue,
            is_gift=False,
            is_undone=used.undone_at is not None,
            helper=name_at_venue(by),
            person=name_at_venue(whose),
        )
        for used, offer, venue, whose, by in rows
    ]


def _given(
    session: Session, programme_id: UUID, volunteer_id: UUID | None, helper_id: UUID | None, limit: int
) -> list[HelperAct]:
    person, helper, receiver = aliased(Volunteer), aliased(Volunteer), aliased(Volunteer)
    query = (
        select(Gift, person, helper, receiver, Pot.name)
        .join(person, (person.programme_id == Gift.programme_id) & (person.id == Gift.from_volunteer_id))
        .join(helper, (helper.programme_id == Gift.programme_id) & (helper.id == Gift.helper_id))
        .outerjoin(receiver, (receiver.programme_id == Gift.programme_id) & (receiver.id == Gift.to_volunteer_id))
        .outerjoin(Pot, (Pot.programme_id == Gift.programme_id) & (Pot.id == Gift.to_pot_id))
        .where(Gift.programme_id == programme_id)
    )
    if volunteer_id is not None:
        query = query.where(Gift.from_volunteer_id == volunteer_id)
    if helper_id is not None:
        query = query.where(Gift.helper_id == helper_id)
    rows: Any = session.execute(query.order_by(Gift.given_at.desc()).limit(limit))
    now = clock.now()
    return [
        HelperAct(
            gift.id,
            gift.given_at,
            gift.minutes,
            gift.words,
            pot or name_at_venue(to),
            is_gift=True,
            is_undone=gift.undone_at is not None,
            helper=name_at_venue(by),
            person=name_at_venue(whose),
            may_take_back=gift.undone_at is None and now - gift.given_at <= UNDO_WITHIN,
        )
        for gift, whose, by, to, pot in rows
    ]
