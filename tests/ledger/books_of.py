"""A programme with a few accounts, for tests of the ledger alone."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation.db import new_id
from timecredits.ledger.models import AccountKind, TransferKind
from timecredits.ledger.transfers import Movement, Posting, balance, open_account, post, reverse
from timecredits.network.programmes import create_programme

DAY = date(2026, 11, 21)


@dataclass
class Books:
    """One programme's accounts: an organisation, a venue, and as many volunteers as asked for."""

    programme_id: UUID
    organisation: UUID
    venue: UUID
    volunteers: list[UUID] = field(default_factory=list)

    def earned(self, volunteer: int, minutes: int, *, movement_id: UUID | None = None) -> Movement:
        """A movement by which a volunteer earns."""
        return Movement(movement_id or new_id(), self.organisation, self.volunteers[volunteer], minutes, TransferKind.EARNED, DAY)

    def used(self, volunteer: int, minutes: int, *, movement_id: UUID | None = None) -> Movement:
        """A movement by which a volunteer uses credits."""
        return Movement(movement_id or new_id(), self.volunteers[volunteer], self.venue, minutes, TransferKind.USED, DAY)

    def given(self, giver: int, receiver: int, minutes: int) -> Movement:
        """A movement from one volunteer to another."""
        return Movement(new_id(), self.volunteers[giver], self.volunteers[receiver], minutes, TransferKind.GIVEN, DAY)

    def post(self, session: Session, movement: Movement) -> Posting:
        """Post it."""
        return post(session, self.programme_id, movement)

    def undo(self, session: Session, movement: Movement, *, reason: str = "A slip.") -> Posting:
        """Reverse it."""
        return reverse(
            session,
            self.programme_id,
            movement.id,
            reversal_id=new_id(),
            reason=reason,
            actor=None,
            occurred_on=DAY,
        )

    def balance(self, session: Session, volunteer: int) -> int:
        """A volunteer's kept balance in minutes."""
        return balance(session, self.programme_id, self.volunteers[volunteer])


def open_books(session: Session, *, volunteers: int = 1, slug: str = "books") -> Books:
    """Start a programme with its accounts."""
    programme = create_programme(session, name="Books", slug=slug)
    return Books(
        programme.id,
        open_account(session, programme.id, AccountKind.ISSUANCE),
        open_account(session, programme.id, AccountKind.VENUE),
        [open_account(session, programme.id, AccountKind.VOLUNTEER) for _ in range(volunteers)],
    )
