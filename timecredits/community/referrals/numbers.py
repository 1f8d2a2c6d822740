"""How many asked, how soon they heard from somebody, and what came of it. Counts under 5 are hidden."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.community.referral_models import Referral, ReferralKind, ReferralState
from timecredits.community.referrals.stages import OPEN
from timecredits.community.referrals.working_days import AIM_DAYS, working_days
from timecredits.foundation import clock
from timecredits.network.models import Organisation

__all__ = ["FEWEST", "PERIOD", "Numbers", "hide_few", "numbers_by_organisation", "request_numbers"]

FEWEST: Final = 5
PERIOD: Final = timedelta(days=365)

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Requests sent since `since`. None stands for a number that is hidden.

    `median_days` and `in_time` (a share in percent) are of those answered, in working days; calls are left out, because whoever
    rings is spoken with at once.
    """

    since: date
    asked: int | None
    median_days: float | None
    in_time: int | None
    outcomes: dict[ReferralState, int | None]


def request_numbers(session: Session, programme_id: UUID, organisation_id: UUID | None = None) -> Numbers:
    """The last year's numbers of one organisation, or (None) of the whole programme."""
    since = clock.today() - PERIOD
    return _numbers(_rows(session, programme_id, organisation_id, since), since)


def numbers_by_organisation(session: Session, programme_id: UUID) -> list[tuple[str, int | None, float | None]]:
    """Each organisation's name, how many asked it in the last year, and the median working days to first contact."""
    since = clock.today() - PERIOD
    names = session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.programme_id == programme_id)
        .order_by(Organisation.name, Organisation.id)
    ).all()
    kept = _rows(session, programme_id, None, since)
    found = {key: _numbers([row for row in kept if row.organisation_id == key], since) for key, _name in names}
    shown = hide_few({key: sum(row.organisation_id == key for row in kept) for key, _name in names})
    return [(name, shown[key], found[key].median_days) for key, name in names if shown[key] != 0]


def hide_few(counts: Mapping[Key, int]) -> dict[Key, int | None]:
    """The counts, without those from 1 to 4. Where only one would be hidden, the next smallest goes too: no sum gives it away."""
    shown: dict[Key, int | None] = {key: None if 0 < count < FEWEST else count for key, count in counts.items()}
    hidden = [key for key, count in shown.items() if count is None]
    if len(hidden) == 1:
        rest = sorted((count, place) for place, (key, count) in enumerate(counts.items()) if key not in hidden and count)
        if rest:
            shown[list(counts)[rest[0][1]]] = None
    return shown


def _numbers(rows: list[Referral], since: date) -> Numbers:
    days = [
        working_days(clock.local_day(row.sent_at), clock.local_day(row.first_contact_at))
        for row in rows
        if row.kind is not ReferralKind.PHONE and row.sent_at is not None and row.first_contact_at is not None
    ]
    enough = len(days) >= FEWEST
    states = Counter(row.state for row in rows)
    in_time = sum(each <= AIM_DAYS for each in days)
    few = enough and (0 < in_time < FEWEST or 0 < len(days) - in_time < FEWEST)
    counted = {state: states[state] for state in ReferralState if state not in {ReferralState.DRAFT, *OPEN}}
    return Numbers(
        since,
        len(rows) if len(rows) >= FEWEST or not rows else None,
        float(median(days)) if enough else None,
        round(100 * in_time / len(days)) if enough and not few else None,
        hide_few(counted | {ReferralState.NEW: sum(states[state] for state in OPEN)}),
    )


def _rows(session: Session, programme_id: UUID, organisation_id: UUID | None, since: date) -> list[Referral]:
    query = select(Referral).where(Referral.programme_id == programme_id, Referral.sent_at >= clock.first_moment(since))
    if organisation_id is not None:
        query = query.where(Referral.organisation_id == organisation_id)
    return list(session.scalars(query))
