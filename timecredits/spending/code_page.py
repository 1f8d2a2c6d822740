"""What a volunteer's code page shows: the code, or what was just used, with whom to ask when that was somebody else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.keys import Keyring
from timecredits.ledger.transfers import balance
from timecredits.network.contacts import Contact, contacts_of
from timecredits.network.models import Programme, Venue, Volunteer
from timecredits.network.scope import find
from timecredits.spending.live_codes import LiveCode, live_code
from timecredits.spending.models import CodeKind, CodeUse, Offer, Redemption

SHOWN_FOR = timedelta(minutes=2)
"""How long a use is told about in place of the code, unless the person asks for a new code before."""


@dataclass(frozen=True)
class LatestUse:
    """Credits used a moment ago. `step` is the time step of the code that was spent."""

    id: UUID
    venue_name: str
    offer_name: str
    minutes: int
    used_at: datetime
    step: int
    way: CodeKind


@dataclass(frozen=True)
class CodePage:
    """The page: what was just `used`, else nothing to use (a balance of 0), else a wait for the next code, else the code."""

    first_name: str
    balance: int
    code: LiveCode
    used: LatestUse | None
    is_on_hold: bool
    """Credits can't be used just now; the code still signs in where people help."""
    is_waiting: bool
    """The code of this moment is spent; the next one comes with the next step."""
    contacts: list[Contact]


def latest_use(session: Session, programme_id: UUID, volunteer_id: UUID, *, seen: UUID | None) -> LatestUse | None:
    """The use of the last two minutes that stands and wasn't `seen` yet, if any. One query."""
    latest = _latest(session, programme_id, volunteer_id)
    return None if latest is None or latest.id == seen else latest


def make_code_page(session: Session, keyring: Keyring, programme_id: UUID, volunteer_id: UUID, *, seen: UUID | None) -> CodePage:
    """Everything the page needs; stores the typed form of the code. Raises NotFoundError for somebody of elsewhere."""
    programme = session.get_one(Programme, programme_id)
    volunteer = find(session, Volunteer, programme_id, volunteer_id)
    code = live_code(session, keyring, programme, volunteer_id, clock.now())
    latest = _latest(session, programme_id, volunteer_id)
    used = None if latest is None or latest.id == seen else latest
    return CodePage(
        first_name=volunteer.first_name,
        balance=balance(session, programme_id, volunteer.account_id),
        code=code,
        used=used,
        is_on_hold=volunteer.frozen_at is not None,
        is_waiting=latest is not None and latest.way is CodeKind.LIVE and latest.step == code.step,
        contacts=contacts_of(session, programme_id, volunteer_id) if used else [],
    )


def _latest(session: Session, programme_id: UUID, volunteer_id: UUID) -> LatestUse | None:
    row = session.execute(
        select(Redemption.id, Venue.name, Offer.name, Redemption.minutes, Redemption.used_at, CodeUse.step, Redemption.way)
        .join(Venue, Venue.id == Redemption.venue_id)
        .join(Offer, (Offer.programme_id == Redemption.programme_id) & (Offer.id == Redemption.offer_id))
        .join(CodeUse, (CodeUse.programme_id == Redemption.programme_id) & (CodeUse.redemption_id == Redemption.id))
        .where(
            Redemption.programme_id == programme_id,
            Redemption.volunteer_id == volunteer_id,
            Redemption.undone_at.is_(None),
            Redemption.used_at > clock.now() - SHOWN_FOR,
        )
        .order_by(Redemption.used_at.desc(), Redemption.id.desc())
        .limit(1),
    ).one_or_none()
    return None if row is None else LatestUse(*row)
