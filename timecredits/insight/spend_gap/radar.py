"""The radar's findings about people: worked out from the sums by the worker, kept as they may be told, and read in one question.

Going through everybody's sums takes half a second for a million transfers, so no page waits for it. Until the worker has come by
once, which a small programme need not wait for either, they are worked out when they are looked at.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Engine, delete, exists, or_, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import READ_ONLY, transaction
from timecredits.insight.counting.months import add_months, local_month, month_of
from timecredits.insight.reports.shapes import TableName
from timecredits.insight.roll_up_models import RollUp, ShownTable
from timecredits.insight.spend_gap.holdings import read_holdings
from timecredits.insight.spend_gap.people import BANDS, MONTHS_BACK, Known, Totals, far_away, never_used, running_out, unused
from timecredits.insight.spend_gap.shapes import PeopleFinding, finding_from, finding_to
from timecredits.network.models import Enrolment, ProgrammeVenue, Venue, Volunteer
from timecredits.spending.expiry import horizon_of, run_days_ahead
from timecredits.spending.models import Offer

__all__ = ["DISTANCES", "KEPT_AS", "Radar", "keep_radar", "read_radar", "scan"]

DISTANCES: Final = (5, 10, 25)
"""Miles within which a venue counts as near, to choose from."""
KEPT_AS: Final = "spend_gap"
EVERY: Final = timedelta(minutes=15)
_TOO_OLD: Final = timedelta(hours=1)
_OF_NO_YEAR: Final = date(2000, 1, 1)
"""The radar is of now and of no year: so no year that is counted again takes it away."""


@dataclass(frozen=True, slots=True)
class Radar:
    """What was found out about people. `far` is by miles. `since` is the day that it is compared with."""

    as_of: datetime
    since: date
    findings: tuple[PeopleFinding, ...]
    far: Mapping[int, PeopleFinding]


def read_radar(session: Session, programme_id: UUID) -> Radar | None:
    """The findings as they were kept last, or as they are now where none were kept lately. None: nothing was counted yet."""
    counted_to = session.scalar(select(RollUp.counted_to).where(RollUp.programme_id == programme_id))
    if counted_to is None:
        return None
    kept = _kept(session, programme_id)
    if kept is not None and counted_to - kept.as_of <= _TOO_OLD:
        return kept
    return scan(session, programme_id, counted_to)


def keep_radar(engine: Engine, programme_id: UUID, *, now: datetime, every: timedelta = EVERY) -> int:
    """Work the findings out and keep them, if something was counted since and the last ones are older than `every`.

    Answers 1 if it did. Of two workers at once both do the same.
    """
    with Session(engine) as session:
        session.connection(execution_options=READ_ONLY)
        counted_to = session.scalar(select(RollUp.counted_to).where(RollUp.programme_id == programme_id))
        kept = _kept(session, programme_id)
        if counted_to is None or (kept is not None and (kept.as_of == counted_to or now - kept.as_of < every)):
            return 0
        found = scan(session, programme_id, counted_to)
    with transaction(engine) as session:
        session.execute(select(RollUp.id).where(RollUp.programme_id == programme_id).with_for_update())
        session.execute(delete(ShownTable).where(*_place(programme_id)))
        session.add(ShownTable(programme_id=programme_id, year=_OF_NO_YEAR, name=KEPT_AS, part="", content=_content(found)))
    return 1


def scan(session: Session, programme_id: UUID, counted_to: datetime) -> Radar:
    """Work the findings out from the sums: a question each for credits, people, membership, venues, and a few small ones."""
    today = clock.local_day(counted_to)
    now = month_of(today)
    since = add_months(now, -MONTHS_BACK)
    ends = [add_months(now, -each) for each in BANDS]
    running = _ends_of_expiry(session, programme_id, today)
    days = [*ends, *running]
    people = read_holdings(session, programme_id, days)
    known = Known(_venues(session, programme_id, today), _members(session, programme_id))
    found = [
        unused(people, _totals(session, programme_id)),
        never_used(people, known, now),
        running_out(people, range(len(ends), len(days)), _stopped(session, programme_id)) if running else None,
    ]
    far = {within: far_away(people, known, today, within) for within in DISTANCES}
    return Radar(
        counted_to,
        since,
        tuple(each for each in found if each is not None),
        {within: each for within, each in far.items() if each is not None},
    )


def _place(programme_id: UUID) -> tuple[Any, ...]:
    return ShownTable.programme_id == programme_id, ShownTable.year == _OF_NO_YEAR, ShownTable.name == KEPT_AS


def _kept(session: Session, programme_id: UUID) -> Radar | None:
    content = session.scalar(select(ShownTable.content).where(*_place(programme_id)))
    if content is None:
        return None
    return Radar(
        datetime.fromisoformat(content["as_of"]),
        date.fromisoformat(content["since"]),
        tuple(finding_from(each) for each in content["findings"]),
        {int(within): finding_from(each) for within, each in content["far"].items()},
    )


def _content(found: Radar) -> dict[str, Any]:
    return {
        "as_of": found.as_of.isoformat(),
        "since": found.since.isoformat(),
        "findings": [finding_to(each) for each in found.findings],
        "far": {str(within): finding_to(each) for within, each in found.far.items()},
    }


def _ends_of_expiry(session: Session, programme_id: UUID, today: date) -> list[date]:
    """Of the next days on which credits run out, before which month these must have come; the latest first."""
    horizons = [horizon_of(session, programme_id, day) for day in run_days_ahead(today)]
    return sorted({local_month(each.received_before) for each in horizons if each is not None}, reverse=True)


def _totals(session: Session, programme_id: UUID) -> Totals:
    tables = session.scalars(
        select(ShownTable.content)
        .where(ShownTable.programme_id == programme_id, ShownTable.name == TableName.CREDITS_BY_MONTH)
        .order_by(ShownTable.year)
    ).all()
    columns = [[name for name, _unit in each["columns"]] for each in tables if not each["too_few"]]
    return Totals(
        tells_what_is_out=bool(tables) and not tables[-1]["too_few"] and "outstanding" in columns[-1],
        tells_all_earned=len(columns) == len(tables) > 0 and all("earned" in each for each in columns),
    )


def _members(session: Session, programme_id: UUID) -> dict[UUID, set[UUID]]:
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    rows = session.execute(
        select(Enrolment.organisation_id, Enrolment.volunteer_id).where(
            Enrolment.programme_id == programme_id, Enrolment.left_on.is_(None)
        )
    )
    for organisation_id, volunteer_id in rows:
        found[organisation_id].add(volunteer_id)
    return dict(found)


def _venues(session: Session, programme_id: UUID, today: date) -> dict[str, str]:
    """Districts in which credits can be used today, each with the name of a venue there."""
    offered = exists().where(
        Offer.programme_id == programme_id,
        Offer.venue_id == ProgrammeVenue.venue_id,
        Offer.ended_at.is_(None),
        Offer.paused_because.is_(None),
        or_(Offer.ends_on.is_(None), Offer.ends_on >= today),
        or_(Offer.starts_on.is_(None), Offer.starts_on <= today),
    )
    rows = session.execute(
        select(Venue.postcode_district, Venue.name)
        .join(ProgrammeVenue, ProgrammeVenue.venue_id == Venue.id)
        .where(ProgrammeVenue.programme_id == programme_id, ProgrammeVenue.frozen_at.is_(None), offered)
        .order_by(Venue.name.desc())
    )
    return dict(rows.all())


def _stopped(session: Session, programme_id: UUID) -> set[UUID]:
    return set(
        session.scalars(select(Volunteer.id).where(Volunteer.programme_id == programme_id, Volunteer.frozen_at.is_not(None)))
    )
