"""A volunteer's statement in words: what each movement of credits was, where, and what was left after it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Activity
from timecredits.hours.models import HourEntry
from timecredits.hours.shortfalls import find_lendings, owed_by
from timecredits.ledger.goodwill import goodwill_id
from timecredits.ledger.models import TransferKind
from timecredits.ledger.statements import Cursor, Line, statement
from timecredits.ledger.transfers import balance
from timecredits.network.models import Organisation, Venue, Volunteer
from timecredits.network.scope import find
from timecredits.spending.models import Offer, Redemption

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OTHERS = {
    TransferKind.GIVEN: (Sentence("A gift of credits"), Sentence("Credits you gave")),
    TransferKind.NOTE_ISSUED: (Sentence("Paper credits"), Sentence("Paper credits")),
    TransferKind.NOTE_USED: (Sentence("Paper credits"), Sentence("Paper credits")),
    TransferKind.EXPIRED: (Sentence("Credits given back"), Sentence("Credits that ran out")),
    TransferKind.OPENING: (Sentence("Credits you had before"), Sentence("Credits you had before")),
}


@dataclass(frozen=True)
class StatementRow:
    """One movement. `minutes` is below 0 for what went out; `balance` is what was left. `title` is a name or a Sentence.

    `is_put_right` marks the undoing of an earlier movement, whose title and place it then has.
    """

    transfer_id: UUID
    title: str | Sentence
    place: str
    minutes: int
    balance: int
    day: date
    is_put_right: bool


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
    """At most `limit` rows of a volunteer's statement, in at most six queries. NotFoundError for a strange `after`.

    `account_id` is the volunteer's own, where the caller knows it already.
    """
    account_id = account_id or find(session, Volunteer, programme_id, volunteer_id).account_id
    page = statement(session, programme_id, account_id, after=_read(after) if after else None, limit=limit)
    causes = {line.transfer_id: line.reverses or line.transfer_id for line in page.lines}
    words = _words(session, programme_id, list(causes.values()))
    goodwill = goodwill_id(programme_id)
    of_goodwill = any(line.other_account == goodwill for line in page.lines)
    lent = find_lendings(session, programme_id, volunteer_id) if of_goodwill else set()
    rows = [
        _row(line, _of_goodwill(line, lent) if line.other_account == goodwill else words.get(causes[line.transfer_id]))
        for line in page.lines
    ]
    return StatementOfVolunteer(
        balance=page.lines[0].balance if page.lines and not after else balance(session, programme_id, account_id),
        rows=rows,
        older=_write(page.older) if page.older else "",
    )


def _of_goodwill(line: Line, lent: set[UUID]) -> tuple[Sentence, str]:
    """What passed between a person and the programme's goodwill, when hours were corrected after their credits were used."""
    if line.kind is TransferKind.REVERSAL or line.change < 0:
        return Sentence("Paid back from new hours"), ""
    return (Sentence("Lent by the programme") if line.transfer_id in lent else Sentence("Added by the programme")), ""


def _words(session: Session, programme_id: UUID, ids: list[UUID]) -> dict[UUID, tuple[str, str]]:
    """Title and place by the id of what was earned or used. Entries and redemptions share their ids with their transfers."""
    earned = session.execute(
        select(HourEntry.id, Activity.name, Organisation.name)
        .join(Activity, (Activity.programme_id == HourEntry.programme_id) & (Activity.id == HourEntry.activity_id))
        .join(
            Organisation, (Organisation.programme_id == HourEntry.programme_id) & (Organisation.id == HourEntry.organisation_id)
        )
        .where(HourEntry.programme_id == programme_id, HourEntry.id.in_(ids)),
    )
    used = session.execute(
        select(Redemption.id, Offer.name, Venue.name)
        .join(Offer, (Offer.programme_id == Redemption.programme_id) & (Offer.id == Redemption.offer_id))
        .join(Venue, Venue.id == Redemption.venue_id)
        .where(Redemption.programme_id == programme_id, Redemption.id.in_(ids)),
    )
    return {key: (title, place) for key, title, place in [*earned, *used]}


def _row(line: Line, words: tuple[str | Sentence, str] | None) -> StatementRow:
    title: str | Sentence
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


def _write(cursor: Cursor) -> str:
    moment = (cursor.recorded_at - _EPOCH) // timedelta(microseconds=1)
    return f"{moment}_{cursor.transfer_id.hex}_{cursor.balance}"


def _read(after: str) -> Cursor:
    try:
        moment, transfer_id, left = after.split("_")
        return Cursor(_EPOCH + timedelta(microseconds=int(moment)), UUID(hex=transfer_id), int(left))
    except (ValueError, OverflowError) as fault:
        raise NotFoundError from fault
