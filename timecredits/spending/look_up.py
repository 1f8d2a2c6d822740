"""Finding somebody at a till who has neither phone nor card with them: by name, and never without their second check."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence
from timecredits.network.models import ProgrammeVenue, Volunteer
from timecredits.network.tries import count_try
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.deciding import name_at_venue
from timecredits.spending.showing import look_up_token
from timecredits.spending.taking import AtTill

FEWEST_LETTERS = 4
MOST_FOUND = 8
MOST_SEARCHES = 40
SEARCHING_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class LookedUp:
    """Somebody found: first name and initial, and what is sent as their code from this till within the next two minutes."""

    token: str
    name: str


def look_up(session: Session, keyring: Keyring, till: AtTill, words: str) -> list[LookedUp]:
    """At most MOST_FOUND people of the venue's programmes whose names begin so, by name.

    Only people with a card and a PIN or word: who has neither could not use credits this way, and is not to be found. Raises
    RuleError for fewer than 4 letters.
    """
    wanted = sorted(set(fold(words).split()), key=len, reverse=True)
    # One letter of each name, or one letter again and again, would list everybody by and by.
    if sum(map(len, wanted)) < FEWEST_LETTERS or (len(wanted[0]) < FEWEST_LETTERS and len(wanted[-1]) < FEWEST_LETTERS // 2):
        raise RuleError(Sentence("Type at least 4 letters of the name."), field="words")
    if count_try(session, f"look-up at till {till.till_id}", within=SEARCHING_WITHIN) > MOST_SEARCHES:
        raise RuleError(Sentence("There were many searches. Wait a few minutes. Or ask for a card."), field="words")
    programmes = select(ProgrammeVenue.programme_id).where(ProgrammeVenue.venue_id == till.venue_id)
    query = (
        select(Card.id, Volunteer.first_name, Volunteer.last_name)
        .join(Volunteer, (Volunteer.programme_id == Card.programme_id) & (Volunteer.id == Card.volunteer_id))
        .where(
            Card.programme_id.in_(programmes),
            Card.ended_at.is_(None),
            Card.check.in_([SecondCheck.PIN, SecondCheck.WORD]),
            Card.secret_hash.is_not(None),
        )
        .order_by(Volunteer.folded_name, Card.id)
        .limit(MOST_FOUND)
    )
    for word in wanted:
        # Each word begins one of the name's: "an" does not find everybody called Joan.
        begins = Volunteer.folded_name.startswith(word, autoescape=True)
        query = query.where(begins | Volunteer.folded_name.contains(f" {word}", autoescape=True))
    now = clock.now()
    return [LookedUp(look_up_token(keyring, till.till_id, row.id, now), name_at_venue(row)) for row in session.execute(query)]
