"""Somebody's code on their helper's phone: shown, renewed, and replaced by what the helper just used for them."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.keys import Keyring
from timecredits.network.models import Programme, Venue
from timecredits.spending.giving.helping import HelpingLine, find_helped
from timecredits.spending.helper_limits import helper_room
from timecredits.spending.live_codes import LiveCode, live_code
from timecredits.spending.models import CodeUse, Offer, Redemption

SHOWN_FOR = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class HelperUse:
    """Something just used by this helper for this person."""

    id: UUID
    venue_name: str
    offer_name: str
    minutes: int
    step: int


@dataclass(frozen=True, slots=True)
class HelperCodePage:
    """The agreement, what is left of this week in minutes, the code, or what was just `used`. `is_waiting` for the next code."""

    line: HelpingLine
    room: int
    code: LiveCode
    used: HelperUse | None
    is_waiting: bool


def helper_code_page(
    session: Session, keyring: Keyring, programme_id: UUID, helper_id: UUID, helping_id: UUID, *, seen: UUID | None
) -> HelperCodePage:
    """Everything the page needs; stores the typed form of the code. NotFoundError for what is not this helper's, or is over."""
    line, now = find_helped(session, programme_id, helper_id, helping_id), clock.now()
    whose = line.helping.volunteer_id
    programme = session.get_one(Programme, programme_id)
    code = live_code(session, keyring, programme, whose, now, helper_id=helper_id)
    latest = _latest(session, programme_id, whose, helper_id)
    return HelperCodePage(
        line=line,
        room=helper_room(session, programme_id, whose, helper_id, now) or 0,
        code=code,
        used=None if latest is None or latest.id == seen else latest,
        is_waiting=latest is not None and latest.step == code.step,
    )


def latest_helper_use(session: Session, programme_id: UUID, helper_id: UUID, helping_id: UUID, *, seen: UUID | None) -> bool:
    """Whether there is something new to tell of. NotFoundError as `helper_code_page`."""
    line = find_helped(session, programme_id, helper_id, helping_id)
    latest = _latest(session, programme_id, line.helping.volunteer_id, helper_id)
    return latest is not None and latest.id != seen


def _latest(session: Session, programme_id: UUID, volunteer_id: UUID, helper_id: UUID) -> HelperUse | None:
    row = session.execute(
        select(Redemption.id, Venue.name, Offer.name, Redemption.minutes, CodeUse.step)
        .join(Venue, Venue.id == Redemption.venue_id)
        .join(Offer, (Offer.programme_id == Redemption.programme_id) & (Offer.id == Redemption.offer_id))
        .join(CodeUse, (CodeUse.programme_id == Redemption.programme_id) & (CodeUse.redemption_id == Redemption.id))
        .where(
            Redemption.programme_id == programme_id,
            Redemption.volunteer_id == volunteer_id,
            Redemption.helper_id == helper_id,
            Redemption.undone_at.is_(None),
            Redemption.used_at > clock.now() - SHOWN_FOR,
        )
        .order_by(Redemption.used_at.desc(), Redemption.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else HelperUse(*row)
