"""Cards of the demo: most are in use, one is still to be printed, one waits for its PIN, and one was tried too often."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.cards.issuing import issue_card, reissue_card
from timecredits.spending.cards.stopping import CardEnd
from timecredits.spending.second_checks import MOST_MISSES

DEMO_PIN = "2580"
DEMO_WORD = "kettle"


def hand_out_cards(
    session: Session, programme_id: UUID, organisation_id: UUID, people: Sequence[UUID], *, coordinator_id: UUID
) -> None:
    """Make cards for the first five of these people, who are enrolled at the organisation; the first can sign in with theirs."""
    secrets = (
        (SecondCheck.PIN, DEMO_PIN),
        (SecondCheck.WORD, DEMO_WORD),
        (SecondCheck.PIN, DEMO_PIN),
        (SecondCheck.PIN, DEMO_PIN),
        (SecondCheck.PIN, ""),
    )
    cards: list[Card] = []
    for volunteer_id, (check, secret) in zip(people, secrets, strict=False):
        made = issue_card(
            session,
            programme_id,
            organisation_id,
            volunteer_id,
            check=check,
            secret=secret,
            name_on_card=len(cards) != 1,
            card_id=new_id(),
            actor_id=coordinator_id,
        )
        made.printed_at = clock.now()
        cards.append(made)
    for number, card in enumerate(cards):
        if number == 2:  # noqa: PLR2004  lost, and made anew; the new one is still to be printed
            reissue_card(
                session,
                programme_id,
                organisation_id,
                card.volunteer_id,
                because=CardEnd.LOST,
                card_id=new_id(),
                actor_id=coordinator_id,
            )
        elif number == 3:  # noqa: PLR2004
            card.misses, card.locked_at = MOST_MISSES, clock.now()
    session.flush()


def demo_card_code(session: Session, programme_id: UUID) -> str | None:
    """The characters of the first card that a visitor can sign in with, or None."""
    return session.scalar(
        select(Card.code)
        .where(
            Card.programme_id == programme_id,
            Card.ended_at.is_(None),
            Card.locked_at.is_(None),
            Card.check == SecondCheck.PIN,
            Card.secret_hash.is_not(None),
        )
        .order_by(Card.made_at, Card.id)
        .limit(1)
    )
