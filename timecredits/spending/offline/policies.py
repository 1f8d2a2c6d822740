"""How far a till may go with no signal, as the venue's programmes set it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.network.settings import Settings, read_settings
from timecredits.spending.models import Offer


@dataclass(frozen=True, slots=True)
class Policy:
    """Hours since the last contact; minutes of credit for one card and one till until the next contact, and at once."""

    warn_hours: int
    stop_hours: int
    card_minutes: int
    most_uses: int
    most_minutes: int
    most_once: int

    @classmethod
    def of(cls, settings: Settings) -> "Policy":
        """What one programme has set."""
        return cls(
            warn_hours=min(settings.offline_warn_hours, settings.offline_stop_hours),
            stop_hours=settings.offline_stop_hours,
            card_minutes=settings.offline_card_minutes,
            most_uses=settings.offline_most_uses,
            most_minutes=settings.offline_most_minutes,
            most_once=settings.offline_most_once,
        )


def read_policy(session: Session, programme_id: UUID) -> Policy:
    """What a programme has set. One query."""
    return Policy.of(read_settings(session, programme_id))


def strictest(policies: Sequence[Policy]) -> Policy:
    """What a till keeps to that serves several programmes: of each limit the lowest."""
    each: list[dict[str, Any]] = [asdict(policy) for policy in policies]
    return Policy(**{name: min(policy[name] for policy in each) for name in each[0]})


def why_not_offline(offer: Offer) -> str:
    """Why an offer can't be used with no signal: what it depends on is not known there. Empty: it can."""
    if offer.places is not None:
        return "places"
    if offer.once_a is not None:
        return "turns"
    if offer.organisation_ids:
        return "people"
    return "age" if offer.least_age is not None else ""
