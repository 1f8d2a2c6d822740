"""The second check beside a card: the person's PIN, a word agreed with them, or their photo and first name.

A card alone is never enough. A try is counted before it is looked at, in one statement, so that many at once get no more tries
than one after another. Five misses in a row lock the check until a coordinator opens it again; whoever has a phone can go on
with the code there.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import pairwise
from typing import Any

from sqlalchemy import case, literal, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from timecredits.foundation.errors import RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.slow_hashes import hasher as _hasher
from timecredits.foundation.wording import Sentence
from timecredits.spending.card_models import Card, SecondCheck

MOST_MISSES = 5
SHORTEST_PIN, LONGEST_PIN = 4, 6
SHORTEST_WORD, LONGEST_WORD = 3, 40
YES = "yes"
"""What staff send who say that it is the person."""

_nobody = _hasher.hash("a word that nobody has")
_card: Any = Card.__table__


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """What was shown beside a card. `kind` is a SecondCheck's word, or "name" with no signal; `value` what was typed, or YES."""

    kind: str
    value: str


class CheckAnswer(Enum):
    """What came of a second check."""

    FITS = "fits"
    NEEDED = "needed"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer, and how many tries are left where it was wrong."""

    answer: CheckAnswer
    tries_left: int = 0


def hash_secret(check: SecondCheck, typed: str) -> str:
    """What is kept of a PIN or a word. Raises RuleError (field `secret`) for one that is too short or too easy."""
    if check is SecondCheck.PIN:
        _check_pin(typed)
    elif not SHORTEST_WORD <= len(_tidy(check.value, typed)) <= LONGEST_WORD:
        raise RuleError(Sentence("Choose a word of 3 letters or more."), field="secret")
    return _hasher.hash(_tidy(check.value, typed))


def shown_fits(session: Session, card: Card, shown: ShownCheck | None, now: datetime) -> Checked:
    """Whether what was shown is what the card's owner chose. A wrong PIN or word counts, in the caller's transaction."""
    if card.locked_at is not None:
        return Checked(CheckAnswer.LOCKED)
    if shown is None or shown.kind != card.check.value or not shown.value.strip():
        return Checked(CheckAnswer.NEEDED)
    if card.check is SecondCheck.PHOTO:
        return Checked(CheckAnswer.FITS if shown.value == YES else CheckAnswer.WRONG, MOST_MISSES)
    misses = _claim_try(session, card, now)
    if misses is None:
        return Checked(CheckAnswer.LOCKED)
    if secret_fits(card.secret_hash, shown):
        unlock(session, card)
        return Checked(CheckAnswer.FITS)
    session.expire(card)
    left = MOST_MISSES - misses
    return Checked(CheckAnswer.WRONG, left) if left else Checked(CheckAnswer.LOCKED)


def secret_fits(secret_hash: str | None, shown: ShownCheck) -> bool:
    """Whether a PIN or word is the one kept. Takes as long where none is kept."""
    fits = _hasher.verify(secret_hash or _nobody, _tidy(shown.kind, shown.value[: 2 * LONGEST_WORD]))
    return fits and secret_hash is not None


def unlock(session: Session, card: Card) -> None:
    """Let the card's check be tried again."""
    session.execute(_this(card).values(misses=0, locked_at=None))
    for name, value in (("misses", 0), ("locked_at", None)):
        set_committed_value(card, name, value)  # the row is known: it needn't be read again


def _claim_try(session: Session, card: Card, now: datetime) -> int | None:
    """Count one try and answer how many there were; None when there was none left."""
    counted: int | None = session.scalar(
        _this(card)
        .where(_card.c.misses < MOST_MISSES, _card.c.locked_at.is_(None))
        .values(
            misses=_card.c.misses + 1,
            locked_at=case((_card.c.misses + 1 >= MOST_MISSES, literal(now, _card.c.locked_at.type)), else_=None),
        )
        .returning(_card.c.misses)
    )
    return counted


def _this(card: Card) -> Any:
    return update(_card).where(_card.c.programme_id == card.programme_id, _card.c.id == card.id)


def _tidy(kind: str, typed: str) -> str:
    return typed.strip() if kind == SecondCheck.PIN.value else " ".join(fold(typed).split())


def _check_pin(typed: str) -> None:
    pin = typed.strip()
    if not (pin.isascii() and pin.isdigit() and SHORTEST_PIN <= len(pin) <= LONGEST_PIN):
        raise RuleError(Sentence("Choose a PIN of 4 to 6 digits."), field="secret")
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        raise RuleError(Sentence("That PIN is too easy to guess. Choose another one."), field="secret")
