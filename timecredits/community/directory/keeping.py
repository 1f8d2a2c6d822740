"""Keeping the directory: an entry is added, changed, seen to be right, hidden, removed and put back.

`owner` says who asks: nothing for a programme's manager, who keeps every entry, or `organisation_id=...` for an organisation,
which keeps its own. Removing is remembered and can be taken back; what a search looks in follows at once.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from timecredits.community.directory.entry_facts import EntryFacts, checked, columns_of
from timecredits.community.directory.opening_hours import Open, split
from timecredits.community.directory.reports import settle_reports
from timecredits.community.directory.vocabulary import respell
from timecredits.community.directory_models import SupportOpening, SupportService
from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError
from timecredits.network.scope import find, find_and_hold

__all__ = [
    "add_entry",
    "change_entry",
    "find_entry",
    "mark_reviewed",
    "openings_of",
    "put_back",
    "remove_entry",
    "search_row",
    "set_shown",
]

_LOW_62_BITS: Final = (1 << 62) - 1


def search_row(programme_id: UUID, entry_id: UUID) -> int:
    """What SQLite's search engine knows an entry by, in 62 bits.

    It follows from both ids in a way that nobody can aim: the entry's comes from a form, and a number that another entry has,
    also another programme's, would let one be found by the other's words.
    """
    return uuid5(programme_id, str(entry_id)).int & _LOW_62_BITS


def add_entry(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID | None,
    facts: EntryFacts,
    *,
    entry_id: UUID,
    actor_id: UUID | None,
) -> SupportService:
    """Add an entry, seen to be right today. The same `entry_id` twice adds once. Raises RuleError for what can't be said."""
    known = session.get(SupportService, (programme_id, entry_id))
    if known is not None:
        if organisation_id is not None and known.organisation_id != organisation_id:
            raise NotFoundError
        return known
    facts = checked(facts)
    entry = SupportService(
        programme_id=programme_id,
        id=entry_id,
        organisation_id=organisation_id,
        search_row=search_row(programme_id, entry_id),
        reviewed_on=clock.today(),
        made_by=actor_id,
        made_at=clock.now(),
        is_shown=True,
        **columns_of(facts),
    )
    session.add(entry)
    session.flush()
    _write_openings(session, entry, facts.openings)
    respell(session, entry, before="")
    _note(session, entry, "support entry added", actor_id)
    return entry


def find_entry(session: Session, programme_id: UUID, entry_id: UUID, **owner: Any) -> SupportService:
    """An entry of those who keep it, also hidden or removed. Raises NotFoundError."""
    return find(session, SupportService, programme_id, entry_id, **owner)


def openings_of(session: Session, programme_id: UUID, entry_id: UUID) -> Sequence[Open]:
    """When it is open, as rows hold it, in order."""
    rows = session.execute(
        select(SupportOpening.weekday, SupportOpening.opens, SupportOpening.closes)
        .where(SupportOpening.programme_id == programme_id, SupportOpening.service_id == entry_id)
        .order_by(SupportOpening.weekday, SupportOpening.opens)
    )
    return [Open(*row) for row in rows]


def change_entry(
    session: Session, programme_id: UUID, entry_id: UUID, facts: EntryFacts, *, actor_id: UUID | None, **owner: Any
) -> SupportService:
    """Change what is said. Whoever changes it has read it, so it counts as seen to be right today, and reports are settled."""
    entry = _hold(session, programme_id, entry_id, owner)
    facts = checked(facts)
    before = _words(entry)
    for column, value in columns_of(facts).items():
        setattr(entry, column, value)
    session.flush()
    session.execute(
        delete(SupportOpening).where(SupportOpening.programme_id == programme_id, SupportOpening.service_id == entry_id),
        execution_options={"synchronize_session": False},
    )
    _write_openings(session, entry, facts.openings)
    respell(session, entry, before=before)
    _reviewed(session, entry)
    _note(session, entry, "support entry changed", actor_id)
    return entry


def mark_reviewed(session: Session, programme_id: UUID, entry_id: UUID, *, actor_id: UUID | None, **owner: Any) -> SupportService:
    """Somebody saw today that everything in it is right. Settles what readers reported."""
    entry = _hold(session, programme_id, entry_id, owner)
    _reviewed(session, entry)
    _note(session, entry, "support entry reviewed", actor_id)
    return entry


def set_shown(
    session: Session, programme_id: UUID, entry_id: UUID, *, shown: bool, actor_id: UUID | None, **owner: Any
) -> SupportService:
    """Hide an entry from everybody but those who keep it, or show it again."""
    entry = _hold(session, programme_id, entry_id, owner)
    if entry.is_shown != shown:
        before = _words(entry)
        entry.is_shown = shown
        _follow(session, entry, before, "support entry shown" if shown else "support entry hidden", actor_id)
    return entry


def remove_entry(session: Session, programme_id: UUID, entry_id: UUID, *, actor_id: UUID | None, **owner: Any) -> SupportService:
    """Take an entry out of the directory. `put_back` takes that back."""
    entry = _hold(session, programme_id, entry_id, owner)
    if entry.removed_at is None:
        before = _words(entry)
        entry.removed_at = clock.now()
        _follow(session, entry, before, "support entry removed", actor_id)
    return entry


def put_back(session: Session, programme_id: UUID, entry_id: UUID, *, actor_id: UUID | None, **owner: Any) -> SupportService:
    """Let a removed entry stand again as it was."""
    entry = _hold(session, programme_id, entry_id, owner)
    if entry.removed_at is not None:
        entry.removed_at = None
        _follow(session, entry, "", "support entry put back", actor_id)
    return entry


def _hold(session: Session, programme_id: UUID, entry_id: UUID, owner: dict[str, Any]) -> SupportService:
    return find_and_hold(session, SupportService, programme_id, entry_id, **owner)


def _words(entry: SupportService) -> str:
    """What a search can find it by; nothing while nobody can see it."""
    return f"{entry.folded_name} {entry.folded_words}" if entry.is_shown and entry.removed_at is None else ""


def _write_openings(session: Session, entry: SupportService, openings: Sequence[Open]) -> None:
    for each in split(openings):
        session.add(
            SupportOpening(
                programme_id=entry.programme_id,
                id=new_id(),
                service_id=entry.id,
                weekday=each.weekday,
                opens=each.opens,
                closes=each.closes,
            )
        )
    session.flush()


def _reviewed(session: Session, entry: SupportService) -> None:
    entry.reviewed_on = clock.today()
    session.flush()
    settle_reports(session, entry.programme_id, entry.id)


def _follow(session: Session, entry: SupportService, before: str, action: str, actor_id: UUID | None) -> None:
    session.flush()
    respell(session, entry, before=before)
    _note(session, entry, action, actor_id)


def _note(session: Session, entry: SupportService, action: str, actor_id: UUID | None) -> None:
    audit.record(
        session,
        entry.programme_id,
        action,
        actor_id=actor_id,
        subject_id=entry.id,
        organisation_id=entry.organisation_id,
    )
