"""Keeping entries fresh: which are due for a look, and a mail to those who keep them, at most once a month for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from timecredits.community.directory.entry_facts import REVIEW_MONTHS
from timecredits.community.directory_models import SupportReport, SupportService
from timecredits.foundation import clock, mail
from timecredits.foundation.clock import local_day
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Organisation, Programme, RoleKind, StaffRole, User
from timecredits.network.roles import in_force

__all__ = ["ToLookAt", "count_to_look_at", "due_on", "is_due", "overdue", "remind_keepers"]

A_MONTH: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ToLookAt:
    """What waits for those who keep entries: how many are due for a look, and how many a reader called wrong."""

    due: int
    reported: int


def due_on(entry: SupportService) -> date:
    """The day from which on somebody should look whether it is still right."""
    due: date = entry.reviewed_on + relativedelta(months=entry.review_months)
    return due


def is_due(entry: SupportService, today: date) -> bool:
    """Whether it is time to look. Until somebody does, readers are told to ring first."""
    return due_on(entry) <= today


def count_to_look_at(session: Session, programme_id: UUID, organisation_id: UUID | None, *, today: date) -> ToLookAt:
    """What waits for an organisation, or (None) in the whole programme."""
    own = [] if organisation_id is None else [SupportService.organisation_id == organisation_id]
    due = select(func.count()).select_from(SupportService).where(*_kept(programme_id), overdue(today), *own)
    reported = (
        select(func.count(SupportReport.service_id.distinct()))
        .join(
            SupportService,
            (SupportService.programme_id == SupportReport.programme_id) & (SupportService.id == SupportReport.service_id),
        )
        .where(*_kept(programme_id), SupportReport.settled_at.is_(None), *own)
    )
    row = session.execute(select(due.scalar_subquery(), reported.scalar_subquery())).one()
    return ToLookAt(row[0] or 0, row[1] or 0)


def remind_keepers(session: Session, programme_id: UUID, *, now: datetime) -> int:
    """Mail each keeper of entries that are due, at most once a month; answers how many mails. Twice at once is once."""
    today = local_day(now)
    keepers = set(
        session.scalars(select(SupportService.organisation_id).where(*_kept(programme_id), overdue(today)).distinct())
    ) - set(
        session.scalars(
            select(SupportService.organisation_id)
            .where(SupportService.programme_id == programme_id, SupportService.reminded_at > now - A_MONTH)
            .distinct()
        )
    )
    if not keepers:
        return 0
    programme = session.get_one(Programme, programme_id)
    managers = _managers(session, programme_id)
    sent = 0
    for keeper in sorted(keepers, key=lambda each: "" if each is None else str(each)):
        entries = _hold(session, programme_id, keeper, today)
        if not entries or any(each.reminded_at is not None and each.reminded_at > now - A_MONTH for each in entries):
            continue  # somebody else was quicker
        for entry in entries:
            entry.reminded_at = now
        organisation = session.get(Organisation, (programme_id, keeper)) if keeper is not None else None
        to = [organisation.contact_email] if organisation is not None and organisation.contact_email else managers
        for address in to:
            _queue(session, programme, entries[0], address, now, len(entries))
            sent += 1
    session.flush()
    return sent


def _kept(programme_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        SupportService.programme_id == programme_id,
        SupportService.is_shown.is_(True),
        SupportService.removed_at.is_(None),
    )


def overdue(today: date) -> ColumnElement[bool]:
    """The condition that an entry is due for a look."""
    # Months are counted here, not in SQL, which has no such sum that both databases know; a day over never matters.
    return or_(
        *(
            and_(
                SupportService.review_months == months,
                SupportService.reviewed_on <= today - relativedelta(months=months),
            )
            for months in REVIEW_MONTHS
        )
    )


def _hold(session: Session, programme_id: UUID, organisation_id: UUID | None, today: date) -> Sequence[SupportService]:
    own = (
        SupportService.organisation_id.is_(None) if organisation_id is None else SupportService.organisation_id == organisation_id
    )
    return session.scalars(
        select(SupportService)
        .where(*_kept(programme_id), overdue(today), own)
        .order_by(SupportService.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _managers(session: Session, programme_id: UUID) -> list[str]:
    query = (
        select(User.email)
        .join(StaffRole, StaffRole.user_id == User.id)
        .where(
            StaffRole.programme_id == programme_id,
            StaffRole.kind == RoleKind.PROGRAMME_MANAGER,
            in_force(clock.today()),
            User.email.is_not(None),
        )
        .distinct()
    )
    return sorted(email for email in session.scalars(query) if email)


def _queue(session: Session, programme: Programme, entry: SupportService, recipient: str, now: datetime, count: int) -> None:
    mail.queue(
        session,
        recipient=recipient,
        subject=str(Sentence("%(programme)s: something to look at", programme=programme.name)),
        body=str(
            Sentence(
                "Hello,\n\nIt is time to look at what you tell people (%(count)s in all). Is it all still right?\n\n"
                "Sign in and open Find support. Read each one. Change what is wrong, or say that it is right.\n"
                "Until then, people who read it are told to ring first.\n\n"
                "You get this mail once a month at most. It stops when you have looked.\n",
                count=count,
            )
        ),
        message_id=uuid5(entry.id, f"review {now.isoformat()} {recipient}"),
    )
