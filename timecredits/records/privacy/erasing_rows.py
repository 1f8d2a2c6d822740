"""Empty and remove the rows of people who are erased, as the list of what is held says for each table and column.

First every row is found, while the links between the tables still stand; then children change before what they belong to.
Nothing here asks whether it may be done: `erasing` does.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, Table, delete, literal, or_, select, update
from sqlalchemy.orm import Session

from timecredits.foundation.db import Base
from timecredits.foundation.wall import everywhere
from timecredits.journey.models import Reference, ReferenceRequest, ReferenceStatus
from timecredits.network.models import StaffRole, User, Volunteer
from timecredits.records.privacy.holding import KEPT, Holding, On
from timecredits.records.privacy.holdings import HOLDINGS, is_about, need_every_table, table_of

__all__ = ["erase_rows", "free_users"]

_GROUP: Final = 400
_OF_USERS: Final = ("sign_in", "email_code", "passkey", "authenticator_app", "recovery_code")
_SPECIAL: Final = frozenset({"user", *_OF_USERS})
"""Where the person may be staff, or a volunteer elsewhere, too: looked at one by one."""
_TAKEN_FIRST: Final = ("card", "credit_note")
"""Rows that somebody who uses credits takes too, in the order in which they do (docs/adr/0014)."""
_AS_WRITTEN: Final = frozenset({"hour_entry", "hour_correction", "reversal"})
"""The database lets nothing of them change but that their words are emptied (migration 7)."""


def erase_rows(session: Session, programme_id: UUID, people: list[UUID], *, moment: datetime, day: date) -> dict[str, int]:
    """Do it for these people; answers by table how many rows were emptied or removed. Twice is once."""
    need_every_table()
    _remove_drafts(session, programme_id, people)
    _leave_what_answers(session, programme_id, people)
    session.flush()
    tables = [HOLDINGS[each.name] for each in reversed(Base.metadata.sorted_tables)]
    wanted = [each for each in tables if each.ways and each.table not in _SPECIAL and _changes(each)]
    found = {each.table: _ids(session, programme_id, people, each) for each in wanted}
    for name in _TAKEN_FIRST:
        _hold(session, programme_id, name, found[name])
    counts = {}
    for holding in wanted:
        changed = _change(session, programme_id, holding, found[holding.table], moment, day)
        if changed:
            counts[holding.table] = changed
    session.expire_all()
    return counts


def free_users(
    session: Session, user_ids: Sequence[UUID], *, programme_id: UUID, people: list[UUID], moment: datetime
) -> list[str]:
    """End the sign-ins of these users as these people. Who is nobody else anywhere is emptied; answers their email addresses."""
    addresses = []
    sign_ins: Any = table_of("sign_in")
    session.execute(delete(sign_ins).where(sign_ins.c.programme_id == programme_id, sign_ins.c.volunteer_id.in_(people)))
    for user_id in user_ids:
        if _is_somebody(session, user_id):
            continue
        user = session.get_one(User, user_id)
        if user.email:
            addresses.append(user.email)
        for table in _OF_USERS:
            rows: Any = table_of(table)
            session.execute(delete(rows).where(rows.c.user_id == user_id))
        for name, column in HOLDINGS["user"].columns.items():
            setattr(user, name, column.becomes)
        user.disabled_at = user.disabled_at or moment
    session.flush()
    return addresses


def _is_somebody(session: Session, user_id: UUID) -> bool:
    """Whether they are, or were, staff anywhere, or a volunteer whose record stands."""
    roles = select(StaffRole.id).where(StaffRole.user_id == user_id).limit(1)
    elsewhere = select(Volunteer.id).where(Volunteer.user_id == user_id, Volunteer.erased_at.is_(None)).limit(1)
    with everywhere(session):
        return session.scalar(roles) is not None or session.scalar(elsewhere) is not None


def _remove_drafts(session: Session, programme_id: UUID, people: list[UUID]) -> None:
    """Letters that were never issued go. What asked for them goes later, so the link between them goes first."""
    drafts = select(Reference.id).where(
        Reference.programme_id == programme_id, Reference.volunteer_id.in_(people), Reference.status == ReferenceStatus.DRAFT
    )
    plain = {"synchronize_session": False}
    session.execute(
        update(ReferenceRequest)
        .where(ReferenceRequest.programme_id == programme_id, ReferenceRequest.reference_id.in_(drafts))
        .values(reference_id=None),
        execution_options=plain,
    )
    session.execute(
        delete(Reference).where(Reference.programme_id == programme_id, Reference.id.in_(drafts)), execution_options=plain
    )


def _leave_what_answers(session: Session, programme_id: UUID, people: list[UUID]) -> None:
    """Of a letter's facts only what the check of a withdrawn one says: who issued it, when, its number. No name, no hours."""
    letters = session.scalars(
        select(Reference)
        .where(Reference.programme_id == programme_id, Reference.volunteer_id.in_(people))
        .execution_options(populate_existing=True)
    )
    for letter in letters:
        record = (letter.facts or {}).get("record")
        if record is None:
            continue
        letter.facts = {
            "record": {
                "reference_number": record["reference_number"],
                "issued_on": record["issued_on"],
                "organisation": {"name": record["organisation"]["name"]},
                "holder": {"name": "", "known_since": record["issued_on"]},
                "signer": {"name": "", "role": ""},
                "facts": {"roles": []},
                "display": {"opinion": []},
            },
            "counted": {},
        }


def _changes(holding: Holding) -> bool:
    return holding.on is On.REMOVE or bool(holding.sets) or any(each.becomes is not KEPT for each in holding.columns.values())


def _ids(session: Session, programme_id: UUID, people: list[UUID], holding: Holding) -> list[UUID]:
    table = table_of(holding.table)
    return list(session.scalars(select(table.c.id).where(is_about(holding, programme_id, people)).order_by(table.c.id)))


def _hold(session: Session, programme_id: UUID, name: str, ids: Sequence[UUID]) -> None:
    table = table_of(name)
    for group in _groups(ids):
        within = (table.c.programme_id == programme_id, table.c.id.in_(group))
        session.execute(select(table.c.id).where(*within).order_by(table.c.id).with_for_update()).all()


def _change(session: Session, programme_id: UUID, holding: Holding, ids: Sequence[UUID], moment: datetime, day: date) -> int:
    table, changed = table_of(holding.table), 0
    for group in _groups(ids):
        within: list[ColumnElement[bool]] = [table.c.id.in_(group)]
        if "programme_id" in table.c:
            within.append(table.c.programme_id == programme_id)
        changed += _rows(session, _statement(table, holding, within, moment, day))
    return changed


def _statement(table: Table, holding: Holding, within: list[ColumnElement[bool]], moment: datetime, day: date) -> Any:
    if holding.on is On.REMOVE:
        return delete(table).where(*within)
    emptied = {name: each.becomes for name, each in holding.columns.items() if each.becomes is not KEPT}
    values: dict[str, Any] = dict(emptied)
    values |= {name: change(table.c[name], moment, day) for name, change in holding.sets.items()}
    if holding.table in _AS_WRITTEN:
        within = [*within, or_(*(table.c[name] != literal(value, table.c[name].type) for name, value in emptied.items()))]
    return update(table).where(*within).values(values)


def _rows(session: Session, statement: Any) -> int:
    return cast("CursorResult[Any]", session.execute(statement)).rowcount


def _groups(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), _GROUP):
        yield ids[start : start + _GROUP]
