"""Where the credits for hours come from: the organisation's own issuing account, or the pot that is its budget.

A programme may give an organisation a budget. What is earned there is then paid from that pot, which can't go below 0: where it
holds too little, nothing is saved and the sentence says how much there is. Hours that earn nothing need no budget. What is taken
back returns by itself to the account that paid it, because a reversal is a mirror.

A correction earns the right amount before it reverses the wrong one. A pot that is nearly empty could not pay both for a moment,
so the organisation's issuing account lends it what is missing until the wrong amount is back.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.amounts import credits_text
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.wording import Sentence
from timecredits.hours.broken_rules import HourRule
from timecredits.hours.earning import Earning
from timecredits.hours.hour_facts import NewHours
from timecredits.hours.hour_rules import HoursRuleError
from timecredits.hours.models import HourEntry
from timecredits.ledger.errors import NotEnoughError
from timecredits.ledger.models import Transfer, TransferKind
from timecredits.ledger.reversing import mirrors
from timecredits.ledger.transfers import Movement, balance, post, post_many
from timecredits.network.models import Organisation

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Payer:
    """The account that pays, and the organisation's own issuing account: the same where there is no budget."""

    account_id: UUID
    issuance: UUID

    @property
    def is_budget(self) -> bool:
        """Whether what it holds is all that can be earned."""
        return self.account_id != self.issuance


class BudgetError(HoursRuleError):
    """The budget holds too little. `entry_ids` are the hours that don't fit any more, in the order given; never none."""

    def __init__(self, sentence: Sentence, entry_ids: tuple[UUID, ...]) -> None:
        super().__init__(sentence, field="minutes", entry_id=entry_ids[0], rule=HourRule.BUDGET)
        self.entry_ids = entry_ids


def find_payer(session: Session, programme_id: UUID, organisation_id: UUID, *, instead_of: HourEntry | None = None) -> Payer:
    """Who pays what is earned here; hours `instead_of` others are paid by whoever paid those. Raises NotFoundError."""
    row = session.execute(
        select(Organisation.account_id, Organisation.budget_account_id).where(
            Organisation.programme_id == programme_id, Organisation.id == organisation_id
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError
    paid = None
    if instead_of is not None and instead_of.earned:
        paid = session.scalar(
            select(Transfer.debit_account).where(Transfer.programme_id == programme_id, Transfer.id == instead_of.id)
        )
    return Payer(paid or row.budget_account_id or row.account_id, row.account_id)


def within_budget(
    session: Session,
    programme_id: UUID,
    payer: Payer,
    entries: Sequence[NewHours],
    earnings: Mapping[UUID, Earning],
    write: Callable[[], Answer],
) -> Answer:
    """What `write` answers, which saves these entries and lets the payer pay. Raises BudgetError; nothing is then written."""
    if not payer.is_budget:
        return write()
    try:
        with session.begin_nested():
            return write()
    except NotEnoughError as fault:
        left = balance(session, programme_id, payer.account_id)
        raise _too_little(left, [(entry.id, earnings[entry.id].earned) for entry in entries]) from fault


def lend_until_reversed(
    session: Session, programme_id: UUID, payer: Payer, wrong: HourEntry, needed: int, *, actor_id: UUID | None, day: date
) -> UUID | None:
    """Lend the budget what it lacks for a correction, if reversing the `wrong` hours brings it back. The loan's id, or None."""
    if not payer.is_budget:
        return None
    missing = needed - balance(session, programme_id, payer.account_id)
    if not 0 < missing <= wrong.earned:
        return None
    loan = Movement(
        id=uuid5(wrong.id, "lent to the budget"),
        debit=payer.issuance,
        credit=payer.account_id,
        amount=missing,
        kind=TransferKind.FUNDED,
        occurred_on=day,
        actor=actor_id,
    )
    post(session, programme_id, loan)
    return loan.id


def return_loan(session: Session, programme_id: UUID, loan_id: UUID, *, actor_id: UUID | None, day: date) -> None:
    """Let the budget give back what it was lent, now that the wrong hours are reversed."""
    back = mirrors(session, programme_id, [loan_id], actor=actor_id, occurred_on=day)
    post_many(session, programme_id, back.values())


def _too_little(left: int, earned: Sequence[tuple[UUID, int]]) -> BudgetError:
    room, over = left, []
    for entry_id, minutes in earned:
        if minutes <= room:
            room -= minutes
        else:
            over.append(entry_id)
    sentence = Sentence(
        "The budget for hours holds %(left)s. This needs %(needed)s. Nothing was saved. Ask your programme to add some.",
        left=credits_text(left),
        needed=credits_text(sum(minutes for _, minutes in earned)),
    )
    # Somebody may have put credits in since: then nothing is over, and the first hours are named to be tried again.
    return BudgetError(sentence, tuple(over) or tuple(entry_id for entry_id, minutes in earned if minutes)[:1])
