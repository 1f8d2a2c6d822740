"""The second check that a person chooses: a PIN, a word, or their photo. And letting them try again after five misses."""

from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import audit
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Volunteer
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.cards.finding import lock_live_card
from timecredits.spending.cards.stopping import end_card_sign_ins
from timecredits.spending.second_checks import hash_secret, unlock

__all__ = ["check_photo", "choose_check", "keep_secret", "unlock_card"]


def choose_check(
    session: Session,
    programme_id: UUID,
    volunteer_id: UUID,
    check: SecondCheck,
    secret: str = "",
    *,
    organisation_id: UUID | None,
    actor_id: UUID | None,
    keep_sign_in: UUID | None = None,
) -> Card:
    """Let a card ask for this from now on; misses are forgotten. `organisation_id` None: the person themselves.

    A PIN may come later (`secret` empty): until then the card opens nothing; one chosen before stays. Raises RuleError (field
    `secret` for a PIN or word that won't do, `check` for a photo that there isn't), NotFoundError where there is no live card.
    """
    secret_hash = keep_secret(check, secret)
    volunteer, card = lock_live_card(session, programme_id, volunteer_id, organisation_id)
    check_photo(volunteer, check)
    unlock(session, card)
    if secret_hash is None and check is SecondCheck.PIN and card.check is SecondCheck.PIN:
        return card
    end_card_sign_ins(session, card, keep_sign_in=keep_sign_in)
    card.check, card.secret_hash = check, secret_hash
    session.flush()
    audit.record(
        session, programme_id, "card check chosen", actor_id=actor_id, subject_id=card.id, organisation_id=organisation_id
    )
    return card


def unlock_card(
    session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID, *, actor_id: UUID | None
) -> Card:
    """Let a card that five misses locked be tried again, with the PIN or word it has. Raises NotFoundError."""
    _volunteer, card = lock_live_card(session, programme_id, volunteer_id, organisation_id)
    if card.locked_at is not None:
        unlock(session, card)
        audit.record(
            session, programme_id, "card unlocked", actor_id=actor_id, subject_id=card.id, organisation_id=organisation_id
        )
    return card


def keep_secret(check: SecondCheck, secret: str) -> str | None:
    """What is stored of a PIN or a word: nothing for a photo, or for a PIN that is still to be chosen. Raises RuleError."""
    if check is SecondCheck.PHOTO or (check is SecondCheck.PIN and not secret):
        return None
    return hash_secret(check, secret)


def check_photo(volunteer: Volunteer, check: SecondCheck) -> None:
    """Raise RuleError for a photo check where there is no photo."""
    if check is SecondCheck.PHOTO and volunteer.photo_id is None:
        sentence = Sentence("There is no photo yet. Nothing was changed. Add one first, or choose a PIN or a word.")
        raise RuleError(sentence, field="check")
