"""The gifts of one person, given and got, and what helpers did for them: as the person, a helper or a coordinator sees it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select, true
from sqlalchemy.orm import Session, aliased

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError
from timecredits.network.blocks import apart_from, kept_apart
from timecredits.network.models import Enrolment, Venue, Volunteer
from timecredits.spending.giving.gift_undoing import UNDO_WITHIN
from timecredits.spending.giving_models import Gift, Pot
from timecredits.spending.models import Offer, Redemption
from timecredits.spending.showing import name_at_venue


@dataclass(frozen=True, slots=True)
class OwnGift:
    """One gift. `other` is who is on the other side: a first name and initial, or a pot. `given`: it went out.

    `other`, `helper` and `words` are empty where somebody looks who need not know them.
    """

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


def list_gifts(
    session: Session, programme_id: UUID, volunteer_id: UUID, *, seen_from: UUID | None = None, page: int = 1, size: int = 20
) -> list[OwnGift]:
    """Gifts from and to a person, newest first: at most `size`, and one more where there are older ones.

    `seen_from` is the organisation whose coordinator looks: they learn no names and words of what lies outside it.
    """
    query = _gifts_of(programme_id, volunteer_id, for_staff=seen_from is not None).order_by(Gift.given_at.desc(), Gift.id.desc())
    rows = session.execute(query.limit(size + 1).offset((page - 1) * size)).all()
    return _owned(session, rows, volunteer_id, seen_from)


def find_own_gift(
    session: Session, programme_id: UUID, volunteer_id: UUID, gift_id: UUID, *, seen_from: UUID | None = None
) -> OwnGift:
    """One gift from or to a person, with what `seen_from` may know of it as in `list_gifts`. Raises NotFoundError."""
    query = _gifts_of(programme_id, volunteer_id, for_staff=seen_from is not None)
    rows = session.execute(query.where(Gift.id == gift_id)).all()
    if not rows:
        raise NotFoundError
    return _owned(session, rows, volunteer_id, seen_from)[0]


def _gifts_of(programme_id: UUID, volunteer_id: UUID, *, for_staff: bool) -> Any:
    """Each gift with whoever took part in it; to the person themselves nobody who is kept apart from them is named."""
    giver, receiver, helper = aliased(Volunteer), aliased(Volunteer), aliased(Volunteer)
    from_pot, to_pot = aliased(Pot), aliased(Pot)
    query: Any = select(Gift, giver, receiver, helper, from_pot, to_pot).select_from(Gift)
    people: tuple[tuple[Any, Any], ...] = (
        (giver, Gift.from_volunteer_id),
        (receiver, Gift.to_volunteer_id),
        (helper, Gift.helper_id),
    )
    pots: tuple[tuple[Any, Any], ...] = ((from_pot, Gift.from_pot_id), (to_pot, Gift.to_pot_id))
    for other, column in people:
        seen = true() if for_staff else apart_from(programme_id, volunteer_id, other.id)
        query = query.outerjoin(other, and_(other.programme_id == Gift.programme_id, other.id == column, seen))
    for other, column in pots:
        query = query.outerjoin(other, and_(other.programme_id == Gift.programme_id, other.id == column))
    mine = or_(Gift.from_volunteer_id == volunteer_id, Gift.to_volunteer_id == volunteer_id)
    return query.where(Gift.programme_id == programme_id, mine)


def _owned(session: Session, rows: Sequence[Any], volunteer_id: UUID, seen_from: UUID | None) -> list[OwnGift]:
    gifts = [_own(row, volunteer_id) for row in rows]
    if seen_from is None:
        return gifts
    people = {each.id for row in rows for each in row[1:4] if each is not None}
    here = _enrolled_here(session, rows[0][0].programme_id, seen_from, people) if rows else set()
    return [_seen_from(gift, row, seen_from, here) for gift, row in zip(gifts, rows, strict=True)]


def _enrolled_here(session: Session, programme_id: UUID, organisation_id: UUID, people: set[UUID]) -> set[UUID]:
    return set(
        session.scalars(
            select(Enrolment.volunteer_id).where(
                Enrolment.programme_id == programme_id,
                Enrolment.organisation_id == organisation_id,
                Enrolment.left_on.is_(None),
                Enrolment.volunteer_id.in_(people),
            )
        )
    )


def _seen_from(gift: OwnGift, row: Any, organisation_id: UUID, here: set[UUID]) -> OwnGift:
    """The gift without the names and words that are not the organisation's to know."""
    _, giver, receiver, helper, *pots = row
    # A pot of everybody's is nobody's to look into: people are told that nobody sees who gave to it.
    known = all(person.id in here for person in (giver, receiver) if person is not None) and all(
        pot.organisation_id == organisation_id for pot in pots if pot is not None
    )
    gift = gift if known else replace(gift, other="", words="")
    return gift if helper is None or helper.id in here else replace(gift, helper="")


def _own(row: Any, volunteer_id: UUID) -> OwnGift:
    gift, one, another, by, source, goal = row
    given = gift.from_volunteer_id == volunteer_id
    pot, person = (goal, another) if given else (source, one)
    other = pot.name if pot is not None else name_at_venue(person) if person is not None else ""
    return OwnGift(
        id=gift.id,
        given=given,
        other=other,
        helper=name_at_venue(by) if by else "",
        words=gift.words if other else "",
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
    helper_ids: Collection[UUID] | None = None,
    reader_id: UUID | None = None,
    limit: int = 50,
) -> list[HelperAct]:
    """The newest uses and gifts that helpers made: for one person, by some helpers, or by these for that person.

    A volunteer who reads it is told no name of anybody who is kept apart from them.
    """
    apart = kept_apart(session, programme_id, reader_id) if reader_id is not None else frozenset()
    uses = _acts(session, programme_id, volunteer_id, helper_ids, limit, apart)
    gifts = _given(session, programme_id, volunteer_id, helper_ids, limit, apart)
    return sorted([*uses, *gifts], key=lambda act: act.at, reverse=True)[:limit]


def _acts(
    session: Session,
    programme_id: UUID,
    volunteer_id: UUID | None,
    helper_ids: Collection[UUID] | None,
    limit: int,
    apart: Collection[UUID],
) -> list[HelperAct]:
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
    if helper_ids is not None:
        query = query.where(Redemption.helper_id.in_(helper_ids))
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
            helper=_name(by, apart),
            person=_name(whose, apart),
        )
        for used, offer, venue, whose, by in rows
    ]


def _given(
    session: Session,
    programme_id: UUID,
    volunteer_id: UUID | None,
    helper_ids: Collection[UUID] | None,
    limit: int,
    apart: Collection[UUID],
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
    if helper_ids is not None:
        query = query.where(Gift.helper_id.in_(helper_ids))
    rows: Any = session.execute(query.order_by(Gift.given_at.desc()).limit(limit))
    now = clock.now()
    return [
        HelperAct(
            gift.id,
            gift.given_at,
            gift.minutes,
            "" if to is not None and to.id in apart else gift.words,
            pot or _name(to, apart),
            is_gift=True,
            is_undone=gift.undone_at is not None,
            helper=_name(by, apart),
            person=_name(whose, apart),
            may_take_back=gift.undone_at is None and now - gift.given_at <= UNDO_WITHIN,
        )
        for gift, whose, by, to, pot in rows
    ]


def _name(person: Any, apart: Collection[UUID]) -> str:
    return "" if person.id in apart else name_at_venue(person)
