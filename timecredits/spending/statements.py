"""A volunteer's statement in words: what each movement of credits was, where, and what was left after it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from timecredits.foundation.db import Id
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Activity
from timecredits.hours.models import HourEntry
from timecredits.hours.shortfalls import find_lendings, owed_by
from timecredits.ledger.goodwill import goodwill_id
from timecredits.ledger.models import Reversal, TransferKind
from timecredits.ledger.note_float import float_id
from timecredits.ledger.opening_account import opening_id
from timecredits.ledger.statements import Cursor, Line, statement
from timecredits.ledger.transfers import balance
from timecredits.network.models import Organisation, Venue, Volunteer
from timecredits.network.scope import find
from timecredits.spending.gift_words import done_by_helper, gift_titles, names_seen
from timecredits.spending.models import Offer, Redemption
from timecredits.spending.note_words import note_titles

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PROGRAMME: Any = bindparam("programme", type_=Id)
_IDS: Any = bindparam("ids", expanding=True, type_=Id)
_OTHERS = {
    TransferKind.GIVEN: (Sentence("A gift of credits"), Sentence("Credits you gave")),
    TransferKind.EXPIRED: (Sentence("Credits given back"), Sentence("Credits that ran out")),
    TransferKind.MERGED: (Sentence("Credits from your other record"), Sentence("Credits moved to your other record")),
    TransferKind.OPENING: (Sentence("Credits you had before"), Sentence("Credits you had before")),
}


@dataclass(frozen=True)
class StatementRow:
    """One movement. `minutes` is below 0 for what went out; `balance` is what was left. Title and place: a name or a Sentence.

    `is_put_right` marks the undoing of an earlier movement, whose title and place it then has.
    """

    transfer_id: UUID
    title: str | Sentence
    place: str | Sentence
    minutes: int
    balance: int
    day: date
    is_put_right: bool
    because: str = ""
    """Why credits that somebody had before were taken back, in the words of who did it."""


@dataclass(frozen=True)
class StatementOfVolunteer:
    """Rows, newest first. `balance` is what the person has now, in minutes; `older` is given back as `after`, "" at the end."""

    balance: int
    rows: list[StatementRow]
    older: str


def volunteer_balance(session: Session, programme_id: UUID, volunteer_id: UUID) -> int:
    """What a volunteer has now, in minutes of credit."""
    return balance(session, programme_id, find(session, Volunteer, programme_id, volunteer_id).account_id)


def volunteer_owes(session: Session, programme_id: UUID, volunteer_id: UUID) -> int:
    """What a volunteer's next hours pay back, in minutes of credit, because a correction came after they had used them."""
    return owed_by(session, programme_id, [volunteer_id]).get(volunteer_id, 0)


def volunteer_statement(
    session: Session,
    programme_id: UUID,
    volunteer_id: UUID,
    *,
    account_id: UUID | None = None,
    after: str = "",
    limit: int = 20,
) -> StatementOfVolunteer:
    """At most `limit` rows of a volunteer's statement, in at most eleven queries. NotFoundError for a strange `after`.

    `account_id` is the volunteer's own, where the caller knows it already.
    """
    account_id = account_id or find(session, Volunteer, programme_id, volunteer_id).account_id
    page = statement(session, programme_id, account_id, after=_read(after) if after else None, limit=limit)
    causes = {line.transfer_id: line.reverses or line.transfer_id for line in page.lines}
    words = _words(session, programme_id, volunteer_id, list(causes.values()))
    if rest := [each for each in causes.values() if each not in words]:
        words |= gift_titles(session, programme_id, volunteer_id, rest)
    goodwill = goodwill_id(programme_id)
    of_goodwill = any(line.other_account == goodwill for line in page.lines)
    lent = find_lendings(session, programme_id, volunteer_id) if of_goodwill else set()
    aside = [line for line in page.lines if line.other_account == float_id(programme_id)]
    notes = note_titles(session, programme_id, aside) if aside else {}
    back = [line.transfer_id for line in page.lines if line.reverses and line.other_account == opening_id(programme_id)]
    why = _reasons(session, programme_id, back) if back else {}
    rows = [
        _put_aside(line, notes[line.transfer_id])
        if line.transfer_id in notes
        else _opening_taken_back(line, why[line.transfer_id])
        if line.transfer_id in why
        else _row(line, _of_goodwill(line, lent) if line.other_account == goodwill else words.get(causes[line.transfer_id]))
        for line in page.lines
    ]
    return StatementOfVolunteer(
        balance=page.lines[0].balance if page.lines and not after else balance(session, programme_id, account_id),
        rows=rows,
        older=_write(page.older) if page.older else "",
    )


def _of_goodwill(line: Line, lent: set[UUID]) -> tuple[Sentence, str]:
    """What passed between a person and the programme's goodwill, for hours corrected too late or credits used with no signal."""
    change = -line.change if line.kind is TransferKind.REVERSAL else line.change
    if change < 0:
        return Sentence("Paid back from new hours"), ""
    was_lent = (line.reverses or line.transfer_id) in lent
    return (Sentence("Lent by the programme") if was_lent else Sentence("Added by the programme")), ""


def _words(
    session: Session, programme_id: UUID, volunteer_id: UUID, ids: list[UUID]
) -> dict[UUID, tuple[str | Sentence, str | Sentence]]:
    """Title and place by the id of what was earned or used. Entries and redemptions share their ids with their transfers.

    No helper is named who is kept apart from the volunteer by now.
    """
    earned = session.execute(_earned(), {"programme": programme_id, "ids": ids})
    used = session.execute(_used(), {"programme": programme_id, "ids": ids}).all()
    helpers = names_seen(session, programme_id, volunteer_id, (row.helper_id for row in used))
    found: dict[UUID, tuple[str | Sentence, str | Sentence]] = {key: (title, place) for key, title, place in earned}
    return found | {
        key: (title, _with_no_signal(done_by_helper(place, helpers.get(helper_id)), arrived_at))
        for key, title, place, helper_id, arrived_at in used
    }


@cache
def _earned() -> Any:
    """Activity and organisation of the entries of `ids` in `programme`. Put together once: that took longer than its answer."""
    return (
        select(HourEntry.id, Activity.name, Organisation.name)
        .join(Activity, (Activity.programme_id == HourEntry.programme_id) & (Activity.id == HourEntry.activity_id))
        .join(
            Organisation, (Organisation.programme_id == HourEntry.programme_id) & (Organisation.id == HourEntry.organisation_id)
        )
        .where(HourEntry.programme_id == _PROGRAMME, HourEntry.id.in_(_IDS))
    )


@cache
def _used() -> Any:
    """Offer, venue and helper of the uses of `ids` in `programme`."""
    return (
        select(Redemption.id, Offer.name, Venue.name, Redemption.helper_id, Redemption.arrived_at)
        .join(Offer, (Offer.programme_id == Redemption.programme_id) & (Offer.id == Redemption.offer_id))
        .join(Venue, Venue.id == Redemption.venue_id)
        .where(Redemption.programme_id == _PROGRAMME, Redemption.id.in_(_IDS))
    )


def _with_no_signal(place: str | Sentence, arrived_at: datetime | None) -> str | Sentence:
    return place if arrived_at is None else Sentence("%(place)s. Scanned with no signal.", place=place)


def _row(line: Line, words: tuple[str | Sentence, str | Sentence] | None) -> StatementRow:
    title: str | Sentence
    place: str | Sentence
    if words is not None:
        title, place = words
    else:
        came, went = _OTHERS.get(line.kind, (Sentence("Credits added"), Sentence("Credits taken back")))
        title, place = came if line.change > 0 else went, ""
    return StatementRow(
        transfer_id=line.transfer_id,
        title=title,
        place=place,
        minutes=line.change,
        balance=line.balance,
        day=line.occurred_on,
        is_put_right=line.reverses is not None,
    )


def _put_aside(line: Line, title: Sentence) -> StatementRow:
    """Credits on their way to a note or back, which is nothing put right."""
    return replace(_row(line, (title, "")), is_put_right=False)


def _opening_taken_back(line: Line, because: str) -> StatementRow:
    return replace(_row(line, (_OTHERS[TransferKind.OPENING][0], "")), because=because)


def _reasons(session: Session, programme_id: UUID, reversal_ids: list[UUID]) -> dict[UUID, str]:
    rows = session.execute(
        select(Reversal.id, Reversal.reason).where(Reversal.programme_id == programme_id, Reversal.id.in_(reversal_ids))
    )
    return {row.id: row.reason for row in rows}


def _write(cursor: Cursor) -> str:
    moment = (cursor.recorded_at - _EPOCH) // timedelta(microseconds=1)
    return f"{moment}_{cursor.transfer_id.hex}_{cursor.balance}"


def _read(after: str) -> Cursor:
    try:
        moment, transfer_id, left = after.split("_")
        return Cursor(_EPOCH + timedelta(microseconds=int(moment)), UUID(hex=transfer_id), int(left))
    except (ValueError, OverflowError) as fault:
        raise NotFoundError from fault
