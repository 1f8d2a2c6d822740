"""What waits for an organisation's project workers: who asked, since when, and everything about one request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from timecredits.community.referral_models import Referral, ReferralKind, ReferralState
from timecredits.community.referrals.asking import Answers, open_answers
from timecredits.community.referrals.sending import SAME_PERSON_WITHIN
from timecredits.community.referrals.stages import ENDS, OPEN, StepLine, later_states, step_lines
from timecredits.community.referrals.working_days import AIM_DAYS, working_days
from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.folding import fold
from timecredits.foundation.keys import Keyring
from timecredits.network.models import User, Volunteer
from timecredits.network.scope import find

__all__ = ["MOST_SEARCHED", "PAGE", "Queue", "QueueRow", "RequestPage", "Show", "list_requests", "read_request"]

PAGE: Final = 25
MOST_SEARCHED: Final = 400
"""How many requests a search opens: names are sealed, so each must be opened to be looked at."""


class Show(StrEnum):
    """Which requests a list holds."""

    OPEN = "open"
    NEW = "new"
    SEEN = "seen"
    IN_TOUCH = "in_touch"
    WAITING = "waiting"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One request in a list. `name` is empty where it can't be opened, or was taken back. `waits`: working days so far."""

    id: UUID
    kind: ReferralKind
    state: ReferralState
    sent_at: datetime
    name: str
    wishes: tuple[str, ...]
    waits: int | None
    is_late: bool
    asked_before: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of a list. `waiting` and `late` count all that nobody was in touch with yet; `cut`: a search saw not all."""

    rows: list[QueueRow]
    found: int
    page: int
    pages: int
    waiting: int
    late: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One request with everything that was said (None where its key is gone) and done. `earlier`: the same person's others."""

    row: QueueRow
    said: Answers | None
    steps: list[StepLine]
    names: dict[UUID, str]
    """Of the staff who made the steps."""
    later: tuple[ReferralState, ...]
    may_undo: bool
    earlier: list[tuple[UUID, datetime]]
    consent_at: datetime | None
    volunteer_id: UUID | None
    volunteer_name: str


def list_requests(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID,
    *,
    show: Show = Show.OPEN,
    search: str = "",
    page: int = 1,
) -> Queue:
    """An organisation's requests: open ones the longest waiting first, ended ones the newest first."""
    own = (Referral.programme_id == programme_id, Referral.organisation_id == organisation_id, Referral.sent_at.is_not(None))
    order: tuple[Any, ...] = (Referral.first_contact_at.is_not(None), Referral.sent_at, Referral.id)
    if show is Show.ENDED:
        order = (Referral.closed_at.desc(), Referral.id)
    query = select(Referral).where(*own, _shown(show)).order_by(*order)
    unanswered = session.scalars(
        select(Referral.sent_at).where(*own, Referral.first_contact_at.is_(None), Referral.closed_at.is_(None))
    ).all()
    today, cut = clock.today(), False
    late = sum(_waits(each, today) > AIM_DAYS for each in unanswered if each is not None)
    wanted = fold(search).split()
    if wanted:
        opened = list(session.scalars(query.limit(MOST_SEARCHED + 1)))
        cut = len(opened) > MOST_SEARCHED
        fitting = [each for each in opened[:MOST_SEARCHED] if _fits(open_answers(keyring, each), wanted)]
        found, page, pages = len(fitting), 1, 1
        listed: Sequence[Referral] = fitting[: 2 * PAGE]
    else:
        found = session.scalar(select(func.count()).select_from(Referral).where(*own, _shown(show))) or 0
        pages = max(1, -(-found // PAGE))
        page = min(max(page, 1), pages)
        listed = session.scalars(query.offset((page - 1) * PAGE).limit(PAGE)).all()
    before = _asked_before(session, listed)
    rows = [_row(keyring, each, today, asked_before=bool(before[each.id])) for each in listed]
    return Queue(rows, found, page, pages, len(unanswered), late, cut)


def read_request(session: Session, keyring: Keyring, programme_id: UUID, organisation_id: UUID, referral_id: UUID) -> RequestPage:
    """Everything about one request to this organisation. Raises NotFoundError, for a draft too."""
    row = find(session, Referral, programme_id, referral_id, organisation_id=organisation_id)
    if row.sent_at is None:
        raise NotFoundError
    steps = step_lines(session, keyring, row)
    staff = {each.made_by for each in steps if each.made_by is not None}
    names = {each.id: each.name for each in session.execute(select(User.id, User.name).where(User.id.in_(staff)))}
    volunteer = None if row.volunteer_id is None else session.get(Volunteer, (programme_id, row.volunteer_id))
    moved = [each for each in steps if not each.is_note]
    earlier = _asked_before(session, [row])[row.id]
    return RequestPage(
        _row(keyring, row, clock.today(), asked_before=bool(earlier)),
        open_answers(keyring, row),
        steps,
        names,
        later_states(row.state),
        row.state not in {ReferralState.NEW, ReferralState.WITHDRAWN} and len(moved) > 1,
        earlier,
        row.consent_at,
        row.volunteer_id,
        "" if volunteer is None else volunteer.name,
    )


def _shown(show: Show) -> ColumnElement[bool]:
    if show is Show.OPEN:
        return Referral.state.in_(OPEN)
    if show is Show.ENDED:
        return Referral.state.in_(ENDS)
    return Referral.state == ReferralState(show.value)


def _row(keyring: Keyring, row: Referral, today: date, *, asked_before: bool) -> QueueRow:
    said = open_answers(keyring, row) or Answers()
    sent_at = row.sent_at or row.started_at
    waits = None if row.first_contact_at or row.closed_at else _waits(sent_at, today)
    return QueueRow(
        row.id,
        row.kind,
        row.state,
        sent_at,
        said.name,
        said.wishes,
        waits,
        waits is not None and waits > AIM_DAYS,
        asked_before,
    )


def _waits(sent_at: datetime, today: date) -> int:
    return working_days(clock.local_day(sent_at), today)


def _fits(said: Answers | None, wanted: list[str]) -> bool:
    if said is None:
        return False
    text = fold(f"{said.name} {said.phone} {said.phone.replace(' ', '')} {said.email}")
    return all(word in text for word in wanted)


def _asked_before(session: Session, rows: Sequence[Referral]) -> dict[UUID, list[tuple[UUID, datetime]]]:
    """For each row: which other requests to the same organisation the same phone number or email sent in the 30 days before."""
    before: dict[UUID, list[tuple[UUID, datetime]]] = {row.id: [] for row in rows}
    phones = {row.phone_mark for row in rows if row.phone_mark}
    emails = {row.email_mark for row in rows if row.email_mark}
    if not phones and not emails:
        return before
    others = session.execute(
        select(Referral.id, Referral.organisation_id, Referral.phone_mark, Referral.email_mark, Referral.sent_at)
        .where(
            Referral.programme_id == rows[0].programme_id,
            Referral.organisation_id == rows[0].organisation_id,
            Referral.sent_at.is_not(None),
            or_(Referral.phone_mark.in_(phones), Referral.email_mark.in_(emails)),
        )
        .order_by(Referral.sent_at)
    ).all()
    for row in rows:
        for other_id, _organisation, phone, email, sent_at in others:
            same = (phone is not None and phone == row.phone_mark) or (email is not None and email == row.email_mark)
            if other_id == row.id or not same or row.sent_at is None or sent_at is None:
                continue
            if row.sent_at - SAME_PERSON_WITHIN <= sent_at <= row.sent_at:
                before[row.id].append((other_id, sent_at))
    return before
