"""Who the safeguarding leads are, where there is none, and the mail that tells them that something waits.

The mail has no words in it: who opens the mailbox may not be the lead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock, mail
from timecredits.foundation.wording import Sentence
from timecredits.network.duties import HeldDuty, holders, leads_by_organisation
from timecredits.network.models import DutyKind, Organisation, RoleKind, StaffRole, User
from timecredits.network.roles import in_force

__all__ = ["LedOrganisation", "has_lead", "list_led", "tell_in_charge", "tell_leads", "the_leads"]

SUBJECT = Sentence("Something waits for you")


@dataclass(frozen=True, slots=True)
class LedOrganisation:
    """An organisation and the names of its safeguarding leads; none where nobody is named."""

    organisation_id: UUID
    name: str
    leads: tuple[str, ...]


def the_leads(session: Session, programme_id: UUID, organisation_id: UUID | None) -> Sequence[HeldDuty]:
    """The safeguarding leads of an organisation, or (None) of the programme."""
    return holders(session, programme_id, DutyKind.SAFEGUARDING_LEAD, organisation_id)


def has_lead(session: Session, programme_id: UUID, organisation_id: UUID | None) -> bool:
    """Whether anybody is named there."""
    return bool(the_leads(session, programme_id, organisation_id))


def list_led(session: Session, programme_id: UUID) -> list[LedOrganisation]:
    """Every organisation of a programme with its leads: first those without one, then by name. Two questions."""
    names: dict[UUID, list[str]] = {}
    for organisation_id, name in leads_by_organisation(session, programme_id):
        names.setdefault(organisation_id, []).append(name)
    rows = session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.programme_id == programme_id).order_by(Organisation.name)
    )
    found = [LedOrganisation(row.id, row.name, tuple(names.get(row.id, ()))) for row in rows]
    return sorted(found, key=lambda each: bool(each.leads))


def tell_leads(session: Session, programme_id: UUID, organisation_id: UUID | None, *, base_url: str, about: UUID) -> int:
    """Queue a mail to each lead of an organisation, or (None) of the programme; one for each `about`. Answers how many."""
    room = "programme" if organisation_id is None else "coordinator"
    lines = [
        Sentence("Hello,"),
        "",
        Sentence("Something waits for you. Please look at it today."),
        "",
        Sentence("Sign in and read it here:"),
        f"{base_url}/{room}",
    ]
    told = 0
    for lead in the_leads(session, programme_id, organisation_id):
        if not lead.email:
            continue
        _queue(session, lead.user_id, lead.email, lines, about)
        told += 1
    return told


def tell_in_charge(session: Session, programme_id: UUID, organisation_id: UUID, *, but: UUID, about: UUID) -> int:
    """Queue a mail to the organisation's owners and the programme's managers, except `but`: somebody looked.

    For where no other lead is named, so that nobody looks unseen. Answers how many; one for each `about`.
    """
    lines = [
        Sentence("Hello,"),
        "",
        Sentence("Somebody opened what is for a safeguarding lead alone. They said why. There is no other lead to tell."),
        Sentence("Please ask them about it. Then name a lead today."),
    ]
    found = session.execute(
        select(User.id, User.email)
        .distinct()
        .join(StaffRole, StaffRole.user_id == User.id)
        .where(
            StaffRole.programme_id == programme_id,
            or_(
                (StaffRole.kind == RoleKind.ORGANISATION_OWNER) & (StaffRole.organisation_id == organisation_id),
                StaffRole.kind == RoleKind.PROGRAMME_MANAGER,
            ),
            in_force(clock.today()),
            User.id != but,
            User.email.is_not(None),
            User.disabled_at.is_(None),
        )
    ).all()
    for user_id, email in found:
        _queue(session, user_id, str(email), lines, about)
    return len(found)


def _queue(session: Session, user_id: UUID | None, email: str, lines: Sequence[object], about: UUID) -> None:
    body = "\n".join(str(line) for line in lines)
    mail.queue(session, recipient=email, subject=str(SUBJECT), body=body, message_id=uuid5(about, str(user_id)))
