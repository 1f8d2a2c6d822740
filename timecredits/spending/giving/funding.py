"""What the programme does with pots: fill an organisation's, take back, pass credits on, let one be a budget, close one."""

from uuid import UUID, uuid5

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.amounts import credits_text
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.hour_facts import lock_people
from timecredits.ledger.errors import NotEnoughError
from timecredits.ledger.models import TransferKind
from timecredits.ledger.reversing import keep_reason, mirrors
from timecredits.ledger.transfers import Movement, Posting, balance, post, post_many
from timecredits.network.models import Organisation
from timecredits.network.scope import find
from timecredits.spending.giving.gift_rules import MOST_OF_A_POT, check_amount, tidy_words
from timecredits.spending.giving.pots import hold_open_pot, hold_pot
from timecredits.spending.giving_models import Gift, Pot, PotKind


def fill_pot(
    session: Session,
    programme_id: UUID,
    pot_id: UUID,
    *,
    gift_id: UUID,
    minutes: int,
    words: str = "",
    actor_id: UUID | None,
) -> bool:
    """Put credits into an organisation's pot, from the account its hours are issued from. False when this was done before.

    Raises NotFoundError for a community's pot; RuleError for a closed one or an amount that can't be.
    """
    check_amount(minutes, most=MOST_OF_A_POT)
    words = tidy_words(words)
    pot = hold_open_pot(session, programme_id, pot_id, kind=PotKind.ORGANISATION)
    movement = _movement(gift_id, _issuance(session, pot), pot.account_id, minutes, TransferKind.FUNDED, actor_id)
    if not _post(session, pot, movement):
        return False
    _keep_gift(session, pot, gift_id, minutes, words, actor_id, to_pot_id=pot_id)
    _note(session, pot, "pot filled", actor_id)
    return True


def take_from_pot(
    session: Session, programme_id: UUID, pot_id: UUID, *, movement_id: UUID, minutes: int, actor_id: UUID | None
) -> bool:
    """Take credits back out of an organisation's pot. False when this was done before. Raises as `fill_pot` does."""
    check_amount(minutes, most=MOST_OF_A_POT)
    pot = hold_pot(session, programme_id, pot_id)
    if pot.kind is not PotKind.ORGANISATION:
        raise NotFoundError
    movement = _movement(movement_id, pot.account_id, _issuance(session, pot), minutes, TransferKind.FUNDED, actor_id)
    if not _post(session, pot, movement):
        return False
    _note(session, pot, "pot credits taken back", actor_id)
    return True


def pass_on(
    session: Session,
    programme_id: UUID,
    from_pot_id: UUID,
    to_pot_id: UUID,
    *,
    gift_id: UUID,
    minutes: int,
    words: str = "",
    actor_id: UUID | None,
) -> bool:
    """Move credits from one pot to another. False when this was done before. NotFoundError; RuleError as `fill_pot` does."""
    check_amount(minutes, most=MOST_OF_A_POT)
    words = tidy_words(words)
    if from_pot_id == to_pot_id:
        raise RuleError(Sentence("Choose another pot. Nothing was moved."), field="pot")
    for each in sorted((from_pot_id, to_pot_id)):  # one order, so that two who move to and fro don't wait for each other
        hold_pot(session, programme_id, each)
    source, to = find(session, Pot, programme_id, from_pot_id), find(session, Pot, programme_id, to_pot_id)
    if to.closed_at is not None:
        raise RuleError(Sentence("That pot is closed. Nothing was moved. Choose another."), field="pot")
    movement = _movement(gift_id, source.account_id, to.account_id, minutes, TransferKind.GIVEN, actor_id)
    if not _post(session, source, movement):
        return False
    _keep_gift(session, source, gift_id, minutes, words, actor_id, from_pot_id=from_pot_id, to_pot_id=to_pot_id)
    _note(session, source, "pot credits passed on", actor_id)
    return True


def set_budget(
    session: Session, programme_id: UUID, organisation_id: UUID, pot_id: UUID | None, *, actor_id: UUID | None
) -> bool:
    """Pay an organisation's hours from this pot of its own from now on, or (None) without a budget. False when it was so.

    Raises NotFoundError for another organisation's pot, RuleError for a closed one.
    """
    organisation = find(session, Organisation, programme_id, organisation_id)
    account_id = None
    if pot_id is not None:
        account_id = hold_open_pot(session, programme_id, pot_id, organisation_id=organisation_id).account_id
    if organisation.budget_account_id == account_id:
        return False
    organisation.budget_account_id = account_id
    session.flush()
    action = "budget ended" if pot_id is None else "budget begun"
    audit.record(
        session, programme_id, action, actor_id=actor_id, subject_id=pot_id or organisation_id, organisation_id=organisation_id
    )
    return True


def close_pot(session: Session, programme_id: UUID, pot_id: UUID, *, to_pot_id: UUID | None, actor_id: UUID | None) -> bool:
    """Close a pot. What it holds goes to another pot, or back: an organisation's to its issuing account, a community's to givers.

    False when it was closed before. Raises NotFoundError; RuleError for a budget, and where a community's pot can't give back
    whole gifts because some of its credits were passed on.
    """
    lock_people(session, programme_id, _givers_of(session, programme_id, pot_id))  # before the pot, as whoever takes a gift back
    for each in sorted({pot_id, to_pot_id or pot_id}):
        hold_pot(session, programme_id, each)
    pot = find(session, Pot, programme_id, pot_id)
    if pot.closed_at is not None:
        return False
    if session.scalar(
        select(Organisation.id).where(Organisation.programme_id == programme_id, Organisation.budget_account_id == pot.account_id)
    ):
        raise RuleError(Sentence("Hours are paid from this pot. Nothing was changed. End the budget first."), field="to_pot")
    left = balance(session, programme_id, pot.account_id)
    with session.begin_nested():
        if left and to_pot_id is not None:
            moved = uuid5(pot_id, "closed")
            pass_on(session, programme_id, pot_id, to_pot_id, gift_id=moved, minutes=left, actor_id=actor_id)
        elif left and pot.kind is PotKind.ORGANISATION:
            back = _movement(
                uuid5(pot_id, "closed"), pot.account_id, _issuance(session, pot), left, TransferKind.FUNDED, actor_id
            )
            _post(session, pot, back)
        elif left:
            _give_back(session, pot, left, actor_id)
        pot.closed_at = clock.now()
        session.flush()
    _note(session, pot, "pot closed", actor_id)
    return True


def _givers_of(session: Session, programme_id: UUID, pot_id: UUID) -> set[UUID]:
    """Who gave to a pot and didn't take it back."""
    givers = session.scalars(
        select(Gift.from_volunteer_id)
        .where(Gift.programme_id == programme_id, Gift.to_pot_id == pot_id, Gift.undone_at.is_(None))
        .distinct()
    )
    return {each for each in givers if each is not None}


def _give_back(session: Session, pot: Pot, left: int, actor_id: UUID | None) -> None:
    """Undo every gift that a community's pot was given."""
    gifts = session.scalars(
        select(Gift).where(
            Gift.programme_id == pot.programme_id,
            Gift.to_pot_id == pot.id,
            Gift.from_volunteer_id.is_not(None),
            Gift.undone_at.is_(None),
        )
    ).all()
    if sum(gift.minutes for gift in gifts) != left:
        raise RuleError(
            Sentence("Some credits of this pot were passed on. Nothing was changed. Choose a pot for the rest."), field="to_pot"
        )
    reason = "The pot was closed."
    back = mirrors(session, pot.programme_id, [gift.id for gift in gifts], actor=actor_id, occurred_on=clock.today())
    try:
        post_many(session, pot.programme_id, back.values())
    except NotEnoughError as fault:
        raise _too_little(session, pot) from fault
    keep_reason(session, pot.programme_id, [movement.id for movement in back.values()], reason)
    session.execute(
        update(Gift)
        .where(Gift.programme_id == pot.programme_id, Gift.id.in_([gift.id for gift in gifts]), Gift.undone_at.is_(None))
        .values(undone_at=clock.now(), undone_because=reason)
    )


def _issuance(session: Session, pot: Pot) -> UUID:
    if pot.organisation_id is None:
        raise NotFoundError
    return find(session, Organisation, pot.programme_id, pot.organisation_id).account_id


def _movement(key: UUID, debit: UUID, credit: UUID, minutes: int, kind: TransferKind, actor_id: UUID | None) -> Movement:
    return Movement(key, debit, credit, minutes, kind, clock.today(), actor_id)


def _post(session: Session, pot: Pot, movement: Movement) -> bool:
    """Whether it was posted now. Raises RuleError for too few credits and for an id that another movement has."""
    match post(session, pot.programme_id, movement):
        case Posting.POSTED:
            return True
        case Posting.ALREADY:
            return False
        case Posting.NOT_ENOUGH:
            raise _too_little(session, pot)
        case Posting.CONFLICT:
            raise RuleError(Sentence("This page was sent before. Nothing more was moved. Begin again."), field="amount")


def _too_little(session: Session, pot: Pot) -> RuleError:
    holds = credits_text(balance(session, pot.programme_id, pot.account_id))
    return RuleError(Sentence("The pot holds %(holds)s. Nothing was moved. Type less.", holds=holds), field="amount")


def _keep_gift(
    session: Session,
    pot: Pot,
    gift_id: UUID,
    minutes: int,
    words: str,
    actor_id: UUID | None,
    *,
    to_pot_id: UUID,
    from_pot_id: UUID | None = None,
) -> None:
    session.add(
        Gift(
            programme_id=pot.programme_id,
            id=gift_id,
            from_pot_id=from_pot_id,
            to_pot_id=to_pot_id,
            minutes=minutes,
            words=words,
            given_by=actor_id,
            given_at=clock.now(),
        )
    )
    session.flush()


def _note(session: Session, pot: Pot, action: str, actor_id: UUID | None) -> None:
    audit.record(session, pot.programme_id, action, actor_id=actor_id, subject_id=pot.id, organisation_id=pot.organisation_id)
