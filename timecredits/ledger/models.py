"""Accounts and transfers as they are stored. The triggers that guard them are in the first migration."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from timecredits.foundation.db import TENANT, Base, InProgramme, Long, Word, belongs_to


class AccountKind(StrEnum):
    """What an account is for. Those marked floored keep a balance that can't go below 0."""

    ISSUANCE = "issuance"  # one an organisation: what is earned there comes from here
    VOLUNTEER = "volunteer"  # floored
    POT = "pot"  # floored: an organisation's or a community's
    FLOAT = "float"  # floored: covers the credit notes that are out
    VENUE = "venue"
    EXPIRED = "expired"
    GOODWILL = "goodwill"
    OPENING = "opening"


FLOORED = frozenset({AccountKind.VOLUNTEER, AccountKind.POT, AccountKind.FLOAT})


class TransferKind(StrEnum):
    """Why minutes moved."""

    EARNED = "earned"
    USED = "used"
    GIVEN = "given"
    REVERSAL = "reversal"
    NOTE_ISSUED = "note_issued"
    NOTE_USED = "note_used"
    EXPIRED = "expired"
    GOODWILL = "goodwill"
    OPENING = "opening"
    FUNDED = "funded"  # a pot was given credits to give
    CHANGE = "change"  # what a note was worth more than it was used for
    MERGED = "merged"  # between two records that turned out to be of one person


_COMPACT = {"sqlite_strict": True, "sqlite_with_rowid": False, "info": TENANT}


class Account(InProgramme, Base):
    """A place minutes are. `floor` NULL: unbounded, keeps no balance, is never locked."""

    __tablename__ = "account"

    kind: Mapped[AccountKind] = mapped_column(Word(AccountKind))
    floor: Mapped[int | None]
    balance: Mapped[int | None]
    last_transfer: Mapped[UUID | None]
    """The transfer that moved the balance last; lets SQLite tell the ledger's own trigger from anybody else."""

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> Any:
        """STRICT and WITHOUT ROWID on SQLite: 224 bytes a transfer against 418 (design/ledger.md)."""
        return (
            CheckConstraint("balance >= floor", name="balance_not_below_floor"),
            CheckConstraint("(floor IS NULL) = (balance IS NULL)", name="balance_where_floor"),
            _COMPACT,
        )


class Transfer(InProgramme, Base):
    """One immutable movement of `amount` minutes from `debit_account` to `credit_account`."""

    __tablename__ = "transfer"

    # No key to programme of its own: both accounts have one, and the check costs 60 us a posting on PostgreSQL.
    programme_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-2)
    debit_account: Mapped[UUID]
    credit_account: Mapped[UUID]
    amount: Mapped[int]
    kind: Mapped[TransferKind] = mapped_column(Word(TransferKind))
    occurred_on: Mapped[date]
    recorded_at: Mapped[datetime]
    actor: Mapped[UUID | None]
    reverses: Mapped[UUID | None]

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> Any:
        """Two statement scans, the reversals in order, one reversal a transfer, and no movement to oneself."""
        return (
            CheckConstraint("amount > 0", name="amount_positive"),
            CheckConstraint("debit_account <> credit_account", name="two_accounts"),
            belongs_to("account", "debit_account"),
            belongs_to("account", "credit_account"),
            belongs_to("transfer", "reverses"),
            Index(
                "uq_transfer_reverses_once",
                "programme_id",
                "reverses",
                unique=True,
                # Few transfers are reversals, so the others need no entry: a fifth of the index bytes of a transfer.
                sqlite_where=text("reverses IS NOT NULL"),
                postgresql_where=text("reverses IS NOT NULL"),
            ),
            Index(
                "ix_transfer_reversals",
                "programme_id",
                "recorded_at",
                "id",
                sqlite_where=text("reverses IS NOT NULL"),
                postgresql_where=text("reverses IS NOT NULL"),
            ),
            # An account's id is of one programme: naming that too would cost 20 bytes a transfer in each (docs/adr/0050).
            Index(None, "debit_account", "recorded_at", "id"),
            Index(None, "credit_account", "recorded_at", "id"),
            _COMPACT,
        )


class Reversal(InProgramme, Base):
    """Why a transfer was reversed. Its id is that of the reversing transfer."""

    __tablename__ = "reversal"
    constraints: ClassVar = (belongs_to("transfer", "id"),)

    reason: Mapped[str]


class Seal(InProgramme, Base):
    """What the transfers up to a moment were, as one hash over them and the seal before: none can be changed unseen then."""

    __tablename__ = "seal"
    constraints: ClassVar = (UniqueConstraint("programme_id", "number"),)

    number: Mapped[int] = mapped_column(Long)
    """From 1, without a gap."""
    sealed_at: Mapped[datetime]
    covers_until: Mapped[datetime]
    """Transfers recorded after the last seal's moment and before this one, which is not among them."""
    transfers: Mapped[int] = mapped_column(Long)
    """How many."""
    hash: Mapped[bytes]
