"""Making a card, and making it anew: the old one is dead at the next request."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError
from timecredits.network.models import Enrolment, Volunteer
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.cards.choosing import check_photo, keep_secret
from timecredits.spending.cards.finding import find_live_card, lock_owner
from timecredits.spending.cards.stopping import CardEnd, end_card
from timecredits.spending.typed_codes import new_serial, new_typed_code

__all__ = ["issue_card", "issue_missing", "reissue_card"]


def issue_card(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    volunteer_id: UUID,
    *,
    check: SecondCheck,
    secret: str = "",
    name_on_card: bool = True,
    card_id: UUID,
    actor_id: UUID | None,
) -> Card:
    """Make a card for somebody enrolled here. A live card that they have is replaced. The same `card_id` twice is one card.

    A PIN may come later (`secret` empty). Raises RuleError (field `secret` or `check`) for a second check that won't do, and
    NotFoundError for somebody who isn't enrolled here, or a `card_id` that is somebody else's.
    """
    secret_hash = keep_secret(check, secret)
    volunteer = lock_owner(session, programme_id, volunteer_id, organisation_id)
    if (known := _known(session, programme_id, volunteer_id, card_id)) is not None:
        return known
    check_photo(volunteer, check)
    old = find_live_card(session, programme_id, volunteer_id)
    if old is not None:
        end_card(session, old, CardEnd.REPLACED)
    return _make(
        session,
        volunteer,
        organisation_id,
        check=check,
        secret_hash=secret_hash,
        name_on_card=name_on_card,
        card_id=card_id,
        replaces=old,
        actor_id=actor_id,
    )


def reissue_card(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    volunteer_id: UUID,
    *,
    because: CardEnd,
    card_id: UUID,
    actor_id: UUID | None,
) -> Card:
    """Make a new card with the same second check in place of the live one, which is dead at once.

    The same `card_id` twice is one card. Raises NotFoundError where there is no live card.
    """
    volunteer = lock_owner(session, programme_id, volunteer_id, organisation_id)
    if (known := _known(session, programme_id, volunteer_id, card_id)) is not None:
        return known
    old = find_live_card(session, programme_id, volunteer_id)
    if old is None:
        raise NotFoundError
    end_card(session, old, because)
    return _make(
        session,
        volunteer,
        organisation_id,
        check=old.check,
        secret_hash=old.secret_hash,
        name_on_card=old.name_on_card,
        card_id=card_id,
        replaces=old,
        actor_id=actor_id,
    )


def issue_missing(
    session: Session, programme_id: UUID, organisation_id: UUID, cards: Sequence[tuple[UUID, UUID]], *, actor_id: UUID | None
) -> int:
    """Make cards for those of (volunteer, id of their card) who are enrolled here and have none; they choose a PIN later.

    Answers how many were made.
    """
    wanted = dict(cards)
    people = session.scalars(
        select(Volunteer)
        .join(Enrolment, (Enrolment.programme_id == Volunteer.programme_id) & (Enrolment.volunteer_id == Volunteer.id))
        .where(
            Volunteer.programme_id == programme_id,
            Volunteer.id.in_(wanted),
            Enrolment.organisation_id == organisation_id,
            Enrolment.left_on.is_(None),
        )
        .order_by(Volunteer.id)
        .with_for_update(key_share=True, of=Volunteer)
    ).all()
    having = set(
        session.scalars(
            select(Card.volunteer_id).where(
                Card.programme_id == programme_id, Card.volunteer_id.in_(wanted), Card.ended_at.is_(None)
            )
        )
    )
    missing = [each for each in people if each.id not in having]
    for volunteer in missing:
        _make(
            session,
            volunteer,
            organisation_id,
            check=SecondCheck.PIN,
            secret_hash=None,
            name_on_card=True,
            card_id=wanted[volunteer.id],
            replaces=None,
            actor_id=actor_id,
        )
    return len(missing)


def _known(session: Session, programme_id: UUID, volunteer_id: UUID, card_id: UUID) -> Card | None:
    known = session.get(Card, (programme_id, card_id))
    if known is not None and known.volunteer_id != volunteer_id:
        raise NotFoundError
    return known


def _make(
    session: Session,
    volunteer: Volunteer,
    organisation_id: UUID,
    *,
    check: SecondCheck,
    secret_hash: str | None,
    name_on_card: bool,
    card_id: UUID,
    replaces: Card | None,
    actor_id: UUID | None,
) -> Card:
    card = Card(
        programme_id=volunteer.programme_id,
        id=card_id,
        volunteer_id=volunteer.id,
        organisation_id=organisation_id,
        serial=new_serial(),
        code=new_typed_code(session, volunteer.programme_id),
        check=check,
        secret_hash=secret_hash,
        name_on_card=name_on_card,
        misses=0,
        made_by=actor_id,
        made_at=clock.now(),
        replaces=None if replaces is None else replaces.id,
    )
    session.add(card)
    session.flush()
    audit.record(
        session,
        volunteer.programme_id,
        "card made" if replaces is None else "card made anew",
        actor_id=actor_id,
        subject_id=card.id,
        organisation_id=organisation_id,
    )
    return card
