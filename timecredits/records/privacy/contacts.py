"""People who never signed up, looked up by an email address: referees, contacts for time elsewhere, who asked to be in touch.

What is found is handed out as one JSON, and emptied. Whoever named them keeps their list, without the name and the address.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from timecredits.community.referral_models import Referral, ReferralStep
from timecredits.community.referrals.asking import open_answers
from timecredits.community.referrals.sending import mark_of
from timecredits.foundation import audit, clock
from timecredits.foundation.keys import Keyring
from timecredits.journey.planning_models import Consent, Referee, SpellElsewhere
from timecredits.network.invitation_models import Invitation
from timecredits.network.users import tidy_address
from timecredits.records.privacy.holdings import table_of

__all__ = ["ContactFile", "erase_contact", "find_contact"]

_FORMAT: Final = "time-credits-contact"


@dataclass(frozen=True, slots=True)
class ContactFile:
    """What is held about one address: how often it is named, by kind; `record` is what is handed out."""

    email: str
    referees: int
    contacts: int
    requests: int
    invitations: int
    record: dict[str, Any]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is held."""
        return not any((self.referees, self.contacts, self.requests, self.invitations))


def find_contact(session: Session, keyring: Keyring, programme_id: UUID, typed: str) -> ContactFile:
    """Everything held about who has this address, but as a volunteer or staff. Raises RuleError for what is no address."""
    email = tidy_address(typed)
    referees, spells, requests, invitations = _rows(session, keyring, programme_id, email)
    record = {
        "format": _FORMAT,
        "version": 1,
        "made_on": clock.today().isoformat(),
        "email": email,
        # Not who named them: that is somebody else's data.
        "as_referee": [
            {
                "name": each.name,
                "title": each.title,
                "relation": each.relation.value,
                "organisation": each.organisation_name,
                "email": each.email,
                "phone": each.phone,
                "known_since": each.known_since.isoformat(),
                "consent": each.consent.value,
                "asked_at": _moment(each.asked_at),
                "answered_at": _moment(each.answered_at),
            }
            for each in referees
        ],
        "as_contact": [
            {
                "organisation": each.organisation_name,
                "name": each.contact_name,
                "email": each.contact_email,
                "asked_at": _moment(each.asked_at),
            }
            for each in spells
        ],
        "as_somebody_who_asked": [_said(keyring, each) for each in requests],
        "as_invited": [{"name": each.name, "title": each.title, "invited_at": _moment(each.made_at)} for each in invitations],
    }
    return ContactFile(email, len(referees), len(spells), len(requests), len(invitations), record)


def erase_contact(session: Session, keyring: Keyring, programme_id: UUID, typed: str, *, actor_id: UUID | None) -> int:
    """Empty everything that `find_contact` finds; answers how many rows. Raises RuleError for what is no address.

    Mail that still waits to go there is not sent.
    """
    email = tidy_address(typed)
    referees, spells, requests, invitations = _rows(session, keyring, programme_id, email)
    now = clock.now()
    for referee in referees:
        referee.name = referee.email = referee.phone = referee.title = ""
        referee.removed_at = referee.removed_at or now
        if referee.consent is not Consent.NOT_ASKED:
            referee.consent = Consent.WITHDRAWN
    for spell in spells:
        spell.contact_name = spell.contact_email = ""
    for request in requests:
        request.sealed, request.phone_mark, request.email_mark, request.save_code_hash = b"", None, None, None
        request.closed_at = request.closed_at or now
        steps = select(ReferralStep).where(ReferralStep.programme_id == programme_id, ReferralStep.referral_id == request.id)
        for step in session.scalars(steps):
            step.sealed = None
    for invitation in invitations:
        invitation.name, invitation.email = "", None
        invitation.withdrawn_at = invitation.withdrawn_at or (None if invitation.used_at else now)
    done = len(referees) + len(spells) + len(requests) + len(invitations)
    user_is, letters = table_of("user"), table_of("mail_message")
    # Somebody who signs in is a volunteer or staff, too: their mails are not a contact's.
    if done and session.scalar(select(user_is.c.id).where(user_is.c.email == email)) is None:
        waiting = (func.lower(letters.c.recipient) == email, letters.c.sent_at.is_(None))
        session.execute(delete(letters).where(*waiting), execution_options={"synchronize_session": False})
    session.flush()
    session.expire_all()
    if done:
        audit.record(session, programme_id, "contact erased", actor_id=actor_id)
    return done


def _rows(session: Session, keyring: Keyring, programme_id: UUID, email: str) -> tuple[list[Any], ...]:
    def of(model: Any, *conditions: Any) -> list[Any]:
        return list(session.scalars(select(model).where(model.programme_id == programme_id, *conditions).order_by(model.id)))

    mark = mark_of(keyring, "email", programme_id, email)
    # Not mails: the outbox belongs to no programme, so another's would be told of. They go by themselves, 30 days after.
    return (
        of(Referee, func.lower(Referee.email) == email),
        of(SpellElsewhere, func.lower(SpellElsewhere.contact_email) == email),
        of(Referral, Referral.email_mark == mark, or_(Referral.volunteer_id.is_(None))) if mark else [],
        of(Invitation, func.lower(Invitation.email) == email),
    )


def _said(keyring: Keyring, row: Referral) -> dict[str, Any]:
    said = open_answers(keyring, row)
    told: dict[str, Any] = {"kind": row.kind.value, "sent_at": _moment(row.sent_at)}
    if said is not None:
        told |= {"name": said.name, "phone": said.phone, "email": said.email, "wishes": list(said.wishes), "more": said.more}
    return told


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
