"""What came into a pot and went out: who, when, what and what was left. Names only for the organisation whose pot it is.

Whoever put credits into a community's pot is named nowhere: giving is nobody's to watch.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from timecredits.foundation.amounts import amount_text
from timecredits.foundation.clock import LONDON
from timecredits.foundation.csv_text import csv_text
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Activity
from timecredits.hours.models import HourEntry
from timecredits.ledger.models import Reversal, Transfer, TransferKind
from timecredits.ledger.statements import Cursor, Line, statement
from timecredits.network.models import User, Volunteer
from timecredits.spending.giving_models import Gift, Pot

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_IN_A_FILE = 500  # lines in one question
_OTHERS = {
    TransferKind.FUNDED: (Sentence("Put in by the programme"), Sentence("Taken back by the programme")),
    TransferKind.NOTE_ISSUED: (Sentence("Notes given back"), Sentence("Put aside in notes")),
    TransferKind.EARNED: (Sentence("Hours taken away"), Sentence("Hours given here")),
    TransferKind.GIVEN: (Sentence("A gift"), Sentence("A gift")),
    TransferKind.REVERSAL: (Sentence("Put right"), Sentence("Put right")),
}


@dataclass(frozen=True, slots=True)
class PotRow:
    """One movement. `minutes` is below 0 for what went out, `balance` what was left; `by` the name of who did it, or ""."""

    transfer_id: UUID
    title: Sentence
    words: str
    by: str
    minutes: int
    balance: int
    moment: datetime
    is_put_right: bool


@dataclass(frozen=True, slots=True)
class PotStatement:
    """Rows, newest first; `older` is given back as `after`, "" at the end."""

    rows: list[PotRow]
    older: str


def pot_statement(session: Session, pot: Pot, *, with_names: bool, after: str = "", limit: int = 20) -> PotStatement:
    """At most `limit` rows, in a handful of queries. Raises NotFoundError for a strange `after`."""
    page = statement(session, pot.programme_id, pot.account_id, after=_read(after) if after else None, limit=limit)
    return PotStatement(
        rows=_rows(session, pot, page.lines, with_names=with_names), older=_write(page.older) if page.older else ""
    )


def pot_csv(session: Session, pot: Pot, *, with_names: bool) -> str:
    """The whole statement as a file for a spreadsheet, newest first; amounts in credits, days in local time."""

    def lines() -> Iterator[Sequence[str | float]]:
        cursor: Cursor | None = None
        while True:
            page = statement(session, pot.programme_id, pot.account_id, after=cursor, limit=_IN_A_FILE)
            for row in _rows(session, pot, page.lines, with_names=with_names):
                moment = row.moment.astimezone(LONDON).strftime("%Y-%m-%d %H:%M")
                title = f"Put right: {row.title}" if row.is_put_right else str(row.title)
                yield moment, title, row.words, row.by, row.minutes / 60, row.balance / 60
            cursor = page.older
            if cursor is None:
                return

    return csv_text(("When", "What", "Words", "Who did it", "Credits", "Then in the pot"), lines())


def shown_amount(minutes: int) -> str:
    """A change with its sign: "+2½"."""
    return f"+{amount_text(minutes)}" if minutes > 0 else amount_text(minutes)


def _rows(session: Session, pot: Pot, lines: Sequence[Line], *, with_names: bool) -> list[PotRow]:
    causes = {line.transfer_id: line.reverses or line.transfer_id for line in lines}
    titles = _gifts(session, pot, list(causes.values()), with_names=with_names)
    titles |= _hours(session, pot, list(causes.values()), with_names=with_names)
    acts = _acts(session, pot, [line.transfer_id for line in lines], list(causes.values()))
    found = []
    for line in lines:
        cause = causes[line.transfer_id]
        by, kind, reason = acts[line.transfer_id][0], acts[cause][1], acts[line.transfer_id][2]
        came, went = _OTHERS.get(kind, (Sentence("Credits added"), Sentence("Credits taken")))
        usual = came if (line.change > 0) != (line.reverses is not None) else went
        title, words = titles.get(cause, (usual, ""))
        found.append(
            PotRow(
                transfer_id=line.transfer_id,
                title=title,
                words=reason or words,
                by=by if with_names or kind is TransferKind.FUNDED else "",
                minutes=line.change,
                balance=line.balance,
                moment=line.recorded_at,
                is_put_right=line.reverses is not None,
            )
        )
    return found


def _gifts(session: Session, pot: Pot, ids: list[UUID], *, with_names: bool) -> dict[UUID, tuple[Sentence, str]]:
    from_pot, to_pot = aliased(Pot), aliased(Pot)
    query = select(Gift, Volunteer.first_name, Volunteer.last_name, from_pot.name, to_pot.name)
    for other, column in ((Volunteer, Gift.to_volunteer_id), (from_pot, Gift.from_pot_id), (to_pot, Gift.to_pot_id)):
        query = query.outerjoin(other, and_(other.programme_id == Gift.programme_id, other.id == column))
    rows: Any = session.execute(query.where(Gift.programme_id == pot.programme_id, Gift.id.in_(ids)))
    found: dict[UUID, tuple[Sentence, str]] = {}
    for gift, first, last, source, goal in rows:
        if gift.to_volunteer_id is not None:
            name = f"{first} {last}".strip()
            title = Sentence("A gift to %(name)s", name=name) if with_names else Sentence("A gift to somebody")
        elif gift.to_pot_id != pot.id:
            title = Sentence("Passed on to %(name)s", name=goal)
        elif gift.from_pot_id is not None:
            title = Sentence("Passed on from %(name)s", name=source)
        elif gift.from_volunteer_id is not None:
            title = Sentence("A gift from somebody")
        else:
            title = Sentence("Put in by the programme")
        is_between_people = gift.to_volunteer_id is not None or gift.from_volunteer_id is not None
        found[gift.id] = (title, gift.words if with_names or not is_between_people else "")
    return found


def _hours(session: Session, pot: Pot, ids: list[UUID], *, with_names: bool) -> dict[UUID, tuple[Sentence, str]]:
    if not with_names:
        return {}
    rows = session.execute(
        select(HourEntry.id, Volunteer.first_name, Volunteer.last_name, Activity.name)
        .join(Volunteer, (Volunteer.programme_id == HourEntry.programme_id) & (Volunteer.id == HourEntry.volunteer_id))
        .join(Activity, (Activity.programme_id == HourEntry.programme_id) & (Activity.id == HourEntry.activity_id))
        .where(HourEntry.programme_id == pot.programme_id, HourEntry.id.in_(ids))
    )
    return {key: (Sentence("Earned by %(name)s", name=f"{first} {last}".strip()), what) for key, first, last, what in rows}


def _acts(session: Session, pot: Pot, ids: list[UUID], causes: list[UUID]) -> dict[UUID, tuple[str, TransferKind, str]]:
    """Who made each movement, of what kind it is, and why, where it puts another right."""
    rows = session.execute(
        select(Transfer.id, User.name, Transfer.kind, Reversal.reason)
        .outerjoin(User, User.id == Transfer.actor)
        .outerjoin(Reversal, (Reversal.programme_id == Transfer.programme_id) & (Reversal.id == Transfer.id))
        .where(Transfer.programme_id == pot.programme_id, Transfer.id.in_({*ids, *causes}))
    )
    return {key: (name or "", kind, reason or "") for key, name, kind, reason in rows}


def _write(cursor: Cursor) -> str:
    moment = (cursor.recorded_at - _EPOCH) // timedelta(microseconds=1)
    return f"{moment}_{cursor.transfer_id.hex}_{cursor.balance}"


def _read(after: str) -> Cursor:
    try:
        moment, transfer_id, left = after.split("_")
        return Cursor(_EPOCH + timedelta(microseconds=int(moment)), UUID(hex=transfer_id), int(left))
    except (ValueError, OverflowError) as fault:
        raise NotFoundError from fault
