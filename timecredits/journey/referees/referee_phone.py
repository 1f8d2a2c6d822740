"""Referees without an email: the volunteer asks staff to ring them, and staff note what they said.

Only those whom a volunteer asks staff to ring are shown to staff, and only until they have answered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence
from timecredits.journey.planning_models import Consent, Referee
from timecredits.journey.referees.referee_answers import name_mark, note_answer, phone_mark, said_no_before
from timecredits.journey.referees.referee_consent import agree, decline, refuse_settled
from timecredits.journey.referees.referees import RefereeLine, kept_referee, list_referees
from timecredits.network.models import Enrolment, User, Volunteer
from timecredits.network.volunteers import find_enrolled

_AGREED = "referee agreed by phone"
_REFUSED = "referee said no by phone"


@dataclass(frozen=True, slots=True)
class PhoneNote:
    """That somebody of the staff noted a yes given on the phone, and when."""

    by: str
    on: date


def ask_to_ring(session: Session, keyring: Keyring, programme_id: UUID, volunteer_id: UUID, referee_id: UUID) -> None:
    """Let staff where the volunteer is enrolled see this referee's name and number, unless they said no before.

    A no counts for the number and for the name, by mail and on the phone alike. Raises RuleError.
    """
    row = kept_referee(session, programme_id, volunteer_id, referee_id, lock=True)
    marks = [name_mark(keyring, volunteer_id, row.name)]
    if row.phone:
        marks.append(phone_mark(keyring, volunteer_id, row.phone))
    if row.consent is not Consent.PENDING and any(said_no_before(session, keyring, row, mark) for mark in marks):
        refuse_settled(row, clock.today())
        raise RuleError(Sentence("They said no before. We do not ask them again. Nobody was asked to ring."))
    refuse_settled(row, clock.today())
    if row.email or row.user_id is not None:
        raise RuleError(Sentence("We can send them an email. Nobody was asked to ring."))
    if not row.phone:
        raise RuleError(Sentence("Add their phone number first. Nobody was asked to ring."))
    if row.consent is not Consent.PENDING:
        row.consent, row.consent_from, row.consent_until = Consent.PENDING, None, None
        row.asked_at, row.answered_at = clock.now(), None
        session.flush()


def referees_to_ring(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> list[RefereeLine]:
    """Whom the volunteer asked staff to ring. NotFoundError for somebody who isn't enrolled here."""
    find_enrolled(session, programme_id, organisation_id, volunteer_id)
    return [line for line in list_referees(session, programme_id, volunteer_id) if line.is_rung]


def volunteers_with_calls(session: Session, programme_id: UUID, organisation_id: UUID) -> list[tuple[UUID, str]]:
    """The volunteers enrolled here, by name, who asked staff to ring somebody that has not answered: id and name. One query."""
    rows = session.execute(
        select(Volunteer.id, Volunteer.first_name, Volunteer.last_name)
        .join(Enrolment, (Enrolment.programme_id == Volunteer.programme_id) & (Enrolment.volunteer_id == Volunteer.id))
        .join(Referee, (Referee.programme_id == Volunteer.programme_id) & (Referee.volunteer_id == Volunteer.id))
        .where(
            Volunteer.programme_id == programme_id,
            Enrolment.organisation_id == organisation_id,
            Enrolment.left_on.is_(None),
            Referee.consent == Consent.PENDING,
            Referee.email == "",
            Referee.user_id.is_(None),
            Referee.removed_at.is_(None),
        )
        .distinct()
        .order_by(Volunteer.first_name, Volunteer.last_name, Volunteer.id)
    )
    return [(volunteer_id, f"{first} {last}".strip()) for volunteer_id, first, last in rows]


def note_phone_answer(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID,
    volunteer_id: UUID,
    referee_id: UUID,
    *,
    agreed: bool,
    actor_id: UUID | None,
    today: date,
) -> bool:
    """Keep what a referee said on the phone, and answer what is kept; a no empties their number. Twice keeps the first.

    Raises NotFoundError for anybody whom staff were not asked to ring, RuleError where it would be about oneself.
    """
    find_enrolled(session, programme_id, organisation_id, volunteer_id)
    refuse_about_oneself(session, programme_id, volunteer_id, actor_id)
    row = kept_referee(session, programme_id, volunteer_id, referee_id, lock=True)
    if not _is_noted_here(session, organisation_id, row):
        if row.consent is not Consent.PENDING or row.email or row.user_id is not None:
            raise NotFoundError
        _keep(session, keyring, organisation_id, row, agreed=agreed, actor_id=actor_id, today=today)
    return row.consent is Consent.GIVEN


def _keep(
    session: Session,
    keyring: Keyring,
    organisation_id: UUID,
    row: Referee,
    *,
    agreed: bool,
    actor_id: UUID | None,
    today: date,
) -> None:
    note_answer(session, keyring, row, address="", said_yes=agreed)
    if agreed:
        agree(row, today=today, until=None)
    else:
        decline(row)
    session.flush()
    audit.record(
        session,
        row.programme_id,
        _AGREED if agreed else _REFUSED,
        actor_id=actor_id,
        subject_id=row.id,
        organisation_id=organisation_id,
    )


def _is_noted_here(session: Session, organisation_id: UUID, row: Referee) -> bool:
    """Whether what is kept was noted by staff of this organisation: they tapped twice."""
    if row.answered_at is None:
        return False
    found = select(AuditEntry.id).where(
        AuditEntry.programme_id == row.programme_id,
        AuditEntry.organisation_id == organisation_id,
        AuditEntry.subject_id == row.id,
        AuditEntry.action.in_((_AGREED, _REFUSED)),
        AuditEntry.recorded_at >= row.answered_at,
    )
    return session.scalars(found).first() is not None


def phone_notes(session: Session, programme_id: UUID, referees: Iterable[RefereeLine]) -> dict[UUID, PhoneNote]:
    """Who noted the yes of those who gave it on the phone, by referee. One question."""
    ids = [line.id for line in referees if line.consent is Consent.GIVEN and not line.is_staff]
    if not ids:
        return {}
    rows = session.execute(
        select(AuditEntry.subject_id, User.name, AuditEntry.recorded_at)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(AuditEntry.programme_id == programme_id, AuditEntry.subject_id.in_(ids), AuditEntry.action == _AGREED)
        .order_by(AuditEntry.recorded_at)
    )
    # A yes by mail later is newer than the note, and is said without a name.
    answered = {line.id: line.answered_at for line in referees}
    return {
        subject_id: PhoneNote(name or "", clock.local_day(moment))
        for subject_id, name, moment in rows
        if subject_id is not None and answered.get(subject_id) is not None and moment >= answered[subject_id]  # type: ignore[operator]
    }


def refuse_about_oneself(session: Session, programme_id: UUID, volunteer_id: UUID, actor_id: UUID | None) -> None:
    """Raise RuleError when the acting user is this volunteer."""
    whose = select(Volunteer.user_id).where(Volunteer.programme_id == programme_id, Volunteer.id == volunteer_id)
    if actor_id is not None and session.scalar(whose) == actor_id:
        raise RuleError(Sentence("This is about you. Nothing was saved. Ask a colleague to do it."))
