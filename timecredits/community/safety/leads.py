"""Who the safeguarding leads are, where there is none, and the mail that tells them that something waits.

The mail has no words in it: who opens the mailbox may not be the lead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import mail
from timecredits.foundation.wording import Sentence
from timecredits.network.duties import HeldDuty, holders, leads_by_organisation
from timecredits.network.models import DutyKind, Organisation

__all__ = ["LedOrganisation", "has_lead", "list_led", "tell_leads", "the_leads"]

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
        mail.queue(
            session,
            recipient=lead.email,
            subject=str(SUBJECT),
            body="\n".join(str(line) for line in lines),
            message_id=uuid5(about, str(lead.user_id)),
        )
        told += 1
    return told
