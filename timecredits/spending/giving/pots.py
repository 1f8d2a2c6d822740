"""Pots: credits held in common, an organisation's to give away or a community's to put credits into.

A verb that moves credits of a pot holds its row, after people's rows and before the ledger's accounts (docs/adr/0021). So nothing
lands in a pot that closes at the same moment. What is taken back of what a closed pot once paid returns to it all the same; the
programme can move it on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.ledger.models import Account, AccountKind
from timecredits.ledger.transfers import open_account
from timecredits.network.models import Organisation
from timecredits.network.scope import find
from timecredits.network.standing import need_open
from timecredits.spending.giving_models import Pot, PotKind

LONGEST_NAME = 80
LONGEST_ABOUT = 300


@dataclass(frozen=True, slots=True)
class PotLine:
    """A pot with what it holds, in minutes. `organisation` is "" for the programme's; `is_budget`: hours are paid from it."""

    pot: Pot
    balance: int
    organisation: str
    is_budget: bool


def make_pot(
    session: Session,
    programme_id: UUID,
    *,
    pot_id: UUID,
    kind: PotKind,
    name: str,
    about: str = "",
    organisation_id: UUID | None = None,
    actor_id: UUID | None,
) -> Pot:
    """Make an empty pot; an organisation's has an `organisation_id`. The same id twice is one pot.

    Raises RuleError without a name or for too long a one, NotFoundError for an organisation of another programme.
    """
    name, about = _tidy(name, about)
    if (kind is PotKind.ORGANISATION) != (organisation_id is not None):
        raise RuleError(Sentence("Choose whose pot it is. Nothing was saved."), field="organisation")
    if organisation_id is not None:
        find(session, Organisation, programme_id, organisation_id)
    try:
        with session.begin_nested():
            pot = Pot(
                programme_id=programme_id,
                id=pot_id,
                kind=kind,
                name=name,
                about=about,
                organisation_id=organisation_id,
                account_id=open_account(session, programme_id, AccountKind.POT),
                made_by=actor_id,
                made_at=clock.now(),
            )
            session.add(pot)
            session.flush()
    except IntegrityError:  # saved twice: the first one stands, and the second account is gone with the savepoint
        return find(session, Pot, programme_id, pot_id)
    audit.record(session, programme_id, "pot made", actor_id=actor_id, subject_id=pot_id, organisation_id=organisation_id)
    return pot


def rename_pot(session: Session, programme_id: UUID, pot_id: UUID, *, name: str, about: str, actor_id: UUID | None) -> Pot:
    """Call a pot something else, or say otherwise what it is for. Raises NotFoundError, RuleError as `make_pot` does."""
    name, about = _tidy(name, about)
    pot = find(session, Pot, programme_id, pot_id)
    pot.name, pot.about = name, about
    session.flush()
    audit.record(session, programme_id, "pot renamed", actor_id=actor_id, subject_id=pot_id, organisation_id=pot.organisation_id)
    return pot


def find_pot(session: Session, programme_id: UUID, pot_id: UUID, *, organisation_id: UUID | None = None) -> PotLine:
    """One pot, of this organisation if one is named, open or closed. Raises NotFoundError."""
    conditions = [Pot.id == pot_id]
    if organisation_id is not None:
        conditions.append(Pot.organisation_id == organisation_id)
    found = _lines(session, programme_id, *conditions)
    if not found:
        raise NotFoundError
    return found[0]


def find_community_pot(session: Session, programme_id: UUID, pot_id: UUID) -> PotLine:
    """One open community pot, as every volunteer of the programme may see it. Raises NotFoundError."""
    found = _lines(session, programme_id, Pot.id == pot_id, Pot.kind == PotKind.COMMUNITY, Pot.closed_at.is_(None))
    if not found:
        raise NotFoundError
    return found[0]


def list_community_pots(session: Session, programme_id: UUID) -> list[PotLine]:
    """The open community pots of a programme, by name."""
    return _lines(session, programme_id, Pot.kind == PotKind.COMMUNITY, Pot.closed_at.is_(None))


def list_organisation_pots(session: Session, programme_id: UUID, organisation_id: UUID) -> list[PotLine]:
    """An organisation's open pots, by name."""
    return _lines(session, programme_id, Pot.organisation_id == organisation_id, Pot.closed_at.is_(None))


def list_pots(session: Session, programme_id: UUID) -> list[PotLine]:
    """Every pot of a programme, by name; closed ones too."""
    return _lines(session, programme_id)


def hold_pot(session: Session, programme_id: UUID, pot_id: UUID, *, organisation_id: UUID | None = None) -> Pot:
    """A pot's row, held until the transaction ends. Raises NotFoundError."""
    query = select(Pot).where(Pot.programme_id == programme_id, Pot.id == pot_id)
    if organisation_id is not None:
        query = query.where(Pot.organisation_id == organisation_id)
    pot = session.scalars(query.with_for_update(key_share=True).execution_options(populate_existing=True)).one_or_none()
    if pot is None:
        raise NotFoundError
    return pot


def hold_open_pot(
    session: Session, programme_id: UUID, pot_id: UUID, *, organisation_id: UUID | None = None, kind: PotKind | None = None
) -> Pot:
    """The same for one that is open. Raises NotFoundError for another kind, RuleError for a closed one.

    Also OnHoldError, a RuleError, while its organisation is on hold.
    """
    pot = hold_pot(session, programme_id, pot_id, organisation_id=organisation_id)
    if kind is not None and pot.kind is not kind:
        raise NotFoundError
    if pot.closed_at is not None:
        raise RuleError(Sentence("This pot is closed. Nothing was given. Choose another."), field="amount")
    if pot.organisation_id is not None:
        need_open(session, programme_id, pot.organisation_id)
    return pot


def _lines(session: Session, programme_id: UUID, *conditions: Any) -> list[PotLine]:
    rows: Sequence[tuple[Pot, int | None, str | None, UUID | None]] = session.execute(
        select(Pot, Account.balance, Organisation.name, Organisation.budget_account_id)
        .join(Account, (Account.programme_id == Pot.programme_id) & (Account.id == Pot.account_id))
        .outerjoin(Organisation, (Organisation.programme_id == Pot.programme_id) & (Organisation.id == Pot.organisation_id))
        .where(Pot.programme_id == programme_id, *conditions)
        .order_by(Pot.closed_at.is_not(None), Pot.name, Pot.id)
    ).all()
    return [PotLine(pot, left or 0, name or "", budget == pot.account_id) for pot, left, name, budget in rows]


def _tidy(name: str, about: str) -> tuple[str, str]:
    name, about = " ".join(name.split()), " ".join(about.split())
    if not name:
        raise RuleError(Sentence("Type a name for the pot. Nothing was saved."), field="name")
    if len(name) > LONGEST_NAME:
        raise RuleError(Sentence("That name is too long. Use at most %(most)s letters.", most=LONGEST_NAME), field="name")
    if len(about) > LONGEST_ABOUT:
        raise RuleError(Sentence("That is too long. Use at most %(most)s letters.", most=LONGEST_ABOUT), field="about")
    return name, about
