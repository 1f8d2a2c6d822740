"""Enrolling people and finding them again, within one organisation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence
from timecredits.ledger.models import AccountKind
from timecredits.ledger.transfers import open_account
from timecredits.network.merged_records import merged_numbers
from timecredits.network.models import Enrolment, User, Volunteer

LONGEST_NAME = 100


@dataclass(frozen=True)
class Enrolled:
    """A volunteer with their enrolment at one organisation."""

    volunteer: Volunteer
    enrolment: Enrolment


def enrol_volunteer(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    *,
    first_name: str,
    last_name: str = "",
    number: str | None = None,
    user_id: UUID | None = None,
    joined_on: date | None = None,
    volunteer_id: UUID | None = None,
) -> Enrolled:
    """Enrol a new person at an organisation, with an empty balance.

    The same `volunteer_id` twice enrols once. Raises RuleError for a missing or too long name, or a number in use there;
    NotFoundError for the id of somebody who is enrolled elsewhere only.
    """
    first_name, last_name = " ".join(first_name.split()), " ".join(last_name.split())
    number = (number or "").strip() or None
    if not first_name:
        raise RuleError(Sentence("Type the person's name."), field="name")
    if len(first_name) > LONGEST_NAME or len(last_name) > LONGEST_NAME:
        raise RuleError(Sentence("That name is too long. Use at most %(most)s letters.", most=LONGEST_NAME), field="name")
    if volunteer_id is not None and (known := session.get(Volunteer, (programme_id, volunteer_id))) is not None:
        enrolment = session.scalars(_of(programme_id, organisation_id, known.id)).one_or_none()
        if enrolment is None:
            raise NotFoundError
        return Enrolled(known, enrolment)
    if number is not None and session.scalar(_by_number(programme_id, organisation_id, number)) is not None:
        raise RuleError(
            Sentence("Number %(number)s belongs to somebody else here. Choose another number.", number=number),
            field="number",
        )
    today = joined_on or clock.today()
    volunteer = Volunteer(
        programme_id=programme_id,
        id=volunteer_id or new_id(),
        first_name=first_name,
        last_name=last_name,
        folded_name=fold(f"{first_name} {last_name}"),
        letter_name="",
        user_id=user_id,
        account_id=open_account(session, programme_id, AccountKind.VOLUNTEER),
        wants_credits=True,
        joined_on=today,
    )
    session.add(volunteer)
    session.flush()
    return Enrolled(volunteer, _enrol(session, volunteer, organisation_id, number, today))


def enrol_at_another(
    session: Session,
    volunteer: Volunteer,
    organisation_id: UUID,
    *,
    number: str | None = None,
    enrolled_on: date | None = None,
) -> Enrolled:
    """Enrol somebody the programme knows at a further organisation. Somebody there already stays as they are."""
    known = session.scalars(_of(volunteer.programme_id, organisation_id, volunteer.id)).one_or_none()
    if known is not None:
        return Enrolled(volunteer, known)
    return Enrolled(volunteer, _enrol(session, volunteer, organisation_id, number, enrolled_on or clock.today()))


def list_enrolled(session: Session, programme_id: UUID, organisation_id: UUID, *, search: str = "") -> Sequence[Enrolled]:
    """Everybody enrolled at an organisation and not gone, by name; `search` looks in names and numbers."""
    query = _enrolled(programme_id, organisation_id).order_by(Volunteer.folded_name, Volunteer.id)
    found = [Enrolled(volunteer, enrolment) for volunteer, enrolment in session.execute(query)]
    wanted = fold(search).split()
    if not wanted:
        return found
    more = merged_numbers(session, programme_id, organisation_id)

    def words_of(each: Enrolled) -> str:
        numbers = (each.enrolment.number or "", *more.get(each.volunteer.id, ()))
        return " ".join((each.volunteer.folded_name, *map(fold, numbers)))

    return [each for each in found if all(word in words_of(each) for word in wanted)]


def find_enrolled(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> Enrolled:
    """One volunteer of an organisation, or NotFoundError, also when they are known elsewhere."""
    row = session.execute(_enrolled(programme_id, organisation_id).where(Volunteer.id == volunteer_id)).one_or_none()
    if row is None:
        raise NotFoundError
    return Enrolled(row[0], row[1])


def find_by_email(session: Session, email: str) -> User | None:
    """The user with this address, whatever its capitals."""
    return session.scalars(select(User).where(User.email == email.strip().lower())).one_or_none()


def split_name(name: str) -> tuple[str, str]:
    """First name and the rest, from one field: "Siân O'Neill-Wyn", or "O'Neill-Wyn, Siân"."""
    if "," in name:
        last, _, first = name.partition(",")
        return first.strip(), last.strip()
    first, _, last = name.strip().partition(" ")
    return first, last.strip()


def _enrolled(programme_id: UUID, organisation_id: UUID) -> Select[Volunteer, Enrolment]:
    return (
        select(Volunteer, Enrolment)
        .join(Enrolment, (Enrolment.programme_id == Volunteer.programme_id) & (Enrolment.volunteer_id == Volunteer.id))
        .where(
            Volunteer.programme_id == programme_id,
            Enrolment.programme_id == programme_id,
            Enrolment.organisation_id == organisation_id,
            Enrolment.left_on.is_(None),
        )
    )


def _by_number(programme_id: UUID, organisation_id: UUID, number: str) -> Select[UUID]:
    return select(Enrolment.id).where(
        Enrolment.programme_id == programme_id,
        Enrolment.organisation_id == organisation_id,
        Enrolment.number == number,
    )


def _of(programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> Select[Enrolment]:
    return select(Enrolment).where(
        Enrolment.programme_id == programme_id,
        Enrolment.organisation_id == organisation_id,
        Enrolment.volunteer_id == volunteer_id,
    )


def _enrol(session: Session, volunteer: Volunteer, organisation_id: UUID, number: str | None, enrolled_on: date) -> Enrolment:
    enrolment = Enrolment(
        programme_id=volunteer.programme_id,
        id=new_id(),
        organisation_id=organisation_id,
        volunteer_id=volunteer.id,
        number=number,
        enrolled_on=enrolled_on,
    )
    session.add(enrolment)
    session.flush()
    return enrolment
