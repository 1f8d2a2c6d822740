"""What the limits on using credits would have done in the last three months. Bounded: at most MOST rows are looked at."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from timecredits.foundation.clock import local_day
from timecredits.foundation.wording import Sentence, counted
from timecredits.insight.preview_words import FEW, about_people, roughly
from timecredits.network.models import ProgrammeVenue
from timecredits.spending.giving_models import Gift
from timecredits.spending.models import Redemption, Till, TillKind
from timecredits.spending.note_models import CreditNote, NoteBatch, NoteKind
from timecredits.spending.offline_models import OfflineUse, SyncResult

__all__ = [
    "DAY_LIMITS",
    "MOST",
    "NO_SIGNAL",
    "TILL_HOURS",
    "preview_day_limit",
    "preview_no_signal",
    "preview_notes",
    "preview_tills",
]

MOST: Final = 4000
DAY_LIMITS: Final = frozenset({"uses_a_day", "used_a_day", "given_a_day"})
NO_SIGNAL: Final = frozenset({"offline_card_minutes", "offline_most_uses", "offline_most_minutes", "offline_most_once"})
TILL_HOURS: Final = frozenset({"offline_warn_hours", "offline_stop_hours"})
_A_MONTH: Final = timedelta(days=365) / 12


def preview_day_limit(session: Session, programme_id: UUID, name: str, value: int | None, since: datetime) -> Sentence:
    """How many days would have been over a limit for one person's day."""
    if value is None:
        return Sentence("Nothing is held back.")
    moved: Iterable[Any] = _given(session, programme_id, since) if name == "given_a_day" else _used(session, programme_id, since)
    sums: defaultdict[tuple[UUID, date], int] = defaultdict(int)
    for who, instant, minutes in moved:
        sums[who, local_day(instant)] += 1 if name == "uses_a_day" else minutes
    over = [who for (who, _day), total in sums.items() if total > value]
    if not over:
        return Sentence("In the last 3 months nobody had more than that in a day.")
    if len(set(over)) < FEW:
        return Sentence("In the last 3 months a few people had more than that in a day.")
    return Sentence(
        "In the last 3 months about %(times)s days had more than that, of %(people)s.",
        times=roughly(len(over)),
        people=about_people(len(set(over))),
    )


def preview_notes(session: Session, programme_id: UUID, months: int, since: datetime) -> Sentence:
    """How many of the notes used since then were older than that when they were used."""
    rows = session.execute(
        select(NoteBatch.made_at, CreditNote.used_at)
        .join(NoteBatch, (NoteBatch.programme_id == CreditNote.programme_id) & (NoteBatch.id == CreditNote.batch_id))
        .where(
            CreditNote.programme_id == programme_id,
            CreditNote.used_at >= since,
            NoteBatch.kind != NoteKind.PASS,
        )
        .limit(MOST)
    ).all()
    late = sum(used_at is not None and used_at - made_at > months * _A_MONTH for made_at, used_at in rows)
    if not late:
        return Sentence("No note used in the last year was older than that.")
    if late < FEW:
        return Sentence("A few of the notes used in the last year were older than that.")
    return Sentence("About %(num)s of the notes used in the last year were older than that.", num=roughly(late))


def preview_no_signal(session: Session, programme_id: UUID, name: str, value: int, since: datetime) -> Sentence:
    """How many tills took more than that on the last day on which they had no signal."""
    days: defaultdict[UUID, dict[date, list[Any]]] = defaultdict(dict)
    rows = session.execute(
        select(OfflineUse.till_id, OfflineUse.scanned_at, OfflineUse.minutes, OfflineUse.reference)
        .where(
            OfflineUse.programme_id == programme_id,
            OfflineUse.scanned_at >= since,
            OfflineUse.result.not_in([SyncResult.FORGED, SyncResult.UNDONE]),
        )
        .limit(MOST)
    )
    for row in rows:
        days[row.till_id].setdefault(local_day(row.scanned_at), []).append(row)
    most = _MOST_OF[name]
    over = sum(most(found[max(found)]) > value for found in days.values())
    if not days:
        return Sentence("No till worked with no signal in the last 3 months.")
    if not over:
        return Sentence("No till took more than that on its last day with no signal.")
    return counted(
        "%(num)s till took more than that on its last day with no signal.",
        "%(num)s tills took more than that on their last day with no signal.",
        over,
    )


def preview_tills(session: Session, programme_id: UUID, hours: int, now: datetime) -> Sentence:
    """How many tills had no contact for that long, up to now."""
    here = select(ProgrammeVenue.venue_id).where(ProgrammeVenue.programme_id == programme_id)
    silent = len(
        session.scalars(
            select(Till.id)
            .where(
                Till.venue_id.in_(here),
                Till.kind == TillKind.SCREEN,
                Till.revoked_at.is_(None),
                or_(Till.last_seen_at < now - timedelta(hours=hours), Till.last_seen_at.is_(None)),
            )
            .limit(MOST)
        ).all()
    )
    if not silent:
        return Sentence("Every till had contact since then.")
    return counted(
        "%(num)s till had no contact for so long, up to now.", "%(num)s tills had no contact for so long, up to now.", silent
    )


def _by_card(rows: Sequence[Any]) -> int:
    sums: defaultdict[int | None, int] = defaultdict(int)
    for row in rows:
        sums[row.reference] += row.minutes
    return max(sums.values())


_MOST_OF: Final[dict[str, Callable[[Sequence[Any]], int]]] = {
    "offline_card_minutes": _by_card,
    "offline_most_uses": len,
    "offline_most_minutes": lambda rows: sum(row.minutes for row in rows),
    "offline_most_once": lambda rows: max(row.minutes for row in rows),
}


def _used(session: Session, programme_id: UUID, since: datetime) -> Iterable[Any]:
    # By venue, because that is how uses are found by when they were.
    here = select(ProgrammeVenue.venue_id).where(ProgrammeVenue.programme_id == programme_id)
    return session.execute(
        select(Redemption.volunteer_id, Redemption.used_at, Redemption.minutes)
        .where(
            Redemption.programme_id == programme_id,
            Redemption.venue_id.in_(here),
            Redemption.used_at >= since,
            Redemption.volunteer_id.is_not(None),
            Redemption.undone_at.is_(None),
        )
        .limit(MOST)
    )


def _given(session: Session, programme_id: UUID, since: datetime) -> Iterable[Any]:
    return session.execute(
        select(Gift.from_volunteer_id, Gift.given_at, Gift.minutes)
        .where(
            Gift.programme_id == programme_id,
            Gift.given_at >= since,
            Gift.from_volunteer_id.is_not(None),
            Gift.undone_at.is_(None),
        )
        .order_by(Gift.given_at.desc())
        .limit(MOST)
    )
