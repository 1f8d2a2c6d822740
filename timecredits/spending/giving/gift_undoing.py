"""Take one gift back: its giver within a quarter of an hour, a coordinator later, while the receiver still has the credits."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.hour_facts import lock_people
from timecredits.ledger.transfers import Posting, reverse
from timecredits.network.merged_records import as_one_purse
from timecredits.network.models import Enrolment
from timecredits.spending.giving.giving_to_many import tidy_reason
from timecredits.spending.giving_models import Gift, Pot

UNDO_WITHIN = timedelta(minutes=15)

_gift: Any = Gift.__table__


def take_back_own(session: Session, programme_id: UUID, volunteer_id: UUID, gift_id: UUID, *, user_id: UUID | None) -> bool:
    """Take back what one gave, or gave for somebody one helps. False when it was done before.

    Raises NotFoundError for another's; RuleError, and nothing moves, after UNDO_WITHIN or when some of it was used.
    """
    mine = or_(Gift.from_volunteer_id == volunteer_id, Gift.helper_id == volunteer_id)
    gift = session.scalars(select(Gift).where(Gift.programme_id == programme_id, Gift.id == gift_id, mine)).one_or_none()
    if gift is None:
        raise NotFoundError
    if gift.undone_at is None and clock.now() - gift.given_at > UNDO_WITHIN:
        raise RuleError(Sentence("That was more than 15 minutes ago. Nothing was taken back. Ask your coordinator."))
    return _undo(session, gift, str(Sentence("Taken back by the giver.")), user_id)


def take_back_for(
    session: Session, programme_id: UUID, organisation_id: UUID, gift_id: UUID, *, reason: str, actor_id: UUID | None
) -> bool:
    """Take back a gift from or to somebody enrolled here, or from a pot of this organisation. False when it was done before.

    Raises NotFoundError for any other; RuleError without a reason, or when some of it was used.
    """
    gift = find_gift_here(session, programme_id, organisation_id, gift_id)
    undone = _undo(session, gift, tidy_reason(reason), actor_id)
    if undone:
        audit.record(
            session, programme_id, "gift taken back", actor_id=actor_id, subject_id=gift_id, organisation_id=organisation_id
        )
    return undone


def find_gift_here(session: Session, programme_id: UUID, organisation_id: UUID, gift_id: UUID) -> Gift:
    """A gift that this organisation's coordinators may look after. Raises NotFoundError."""
    people = exists().where(
        Enrolment.programme_id == programme_id,
        Enrolment.organisation_id == organisation_id,
        or_(Enrolment.volunteer_id == Gift.from_volunteer_id, Enrolment.volunteer_id == Gift.to_volunteer_id),
        Enrolment.left_on.is_(None),
        Gift.from_pot_id.is_(None),
    )
    pots = exists().where(Pot.programme_id == programme_id, Pot.organisation_id == organisation_id, Pot.id == Gift.from_pot_id)
    gift = session.scalars(
        select(Gift).where(
            Gift.programme_id == programme_id,
            Gift.id == gift_id,
            or_(people, pots & Gift.to_volunteer_id.is_not(None)),
        )
    ).one_or_none()
    if gift is None:
        raise NotFoundError
    return gift


def _undo(session: Session, gift: Gift, reason: str, actor_id: UUID | None) -> bool:
    parties = [each for each in (gift.from_volunteer_id, gift.to_volunteer_id) if each is not None]
    lock_people(session, gift.programme_id, parties)
    with session.begin_nested():
        # Two at once: the second finds the row marked and moves nothing.
        marked = session.execute(
            update(_gift)
            .where(_gift.c.programme_id == gift.programme_id, _gift.c.id == gift.id, _gift.c.undone_at.is_(None))
            .values(undone_at=clock.now(), undone_because=reason)
            .returning(_gift.c.id)
        ).one_or_none()
        if marked is None:
            return False
        with as_one_purse(session, gift.programme_id, [gift.id], day=clock.today(), actor=actor_id):
            answer = reverse(
                session,
                gift.programme_id,
                gift.id,
                reversal_id=uuid5(gift.id, "reversal"),  # as ledger.reversing makes it for many at once
                reason=reason,
                actor=actor_id,
                occurred_on=clock.today(),
            )
        if answer is Posting.NOT_ENOUGH:
            raise RuleError(Sentence("Some of it was used already. Nothing was taken back."), field="reason")
    session.expire(gift)
    return True
