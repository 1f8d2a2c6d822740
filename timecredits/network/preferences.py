"""What a volunteer says about themselves: their name on letters, credits or none, reminders or none, where they look from."""

from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Volunteer
from timecredits.network.scope import find
from timecredits.network.volunteers import LONGEST_NAME


def set_letter_name(session: Session, programme_id: UUID, volunteer_id: UUID, letter_name: str) -> None:
    """How the person is named on letters from now on; empty means first and last name. Raises RuleError if it is too long."""
    tidy = " ".join(letter_name.split())
    if len(tidy) > LONGEST_NAME:
        raise RuleError(
            Sentence("That name is too long. Use at most %(most)s letters.", most=LONGEST_NAME),
            field="letter_name",
        )
    volunteer = find(session, Volunteer, programme_id, volunteer_id)
    volunteer.letter_name = "" if tidy == volunteer.name else tidy


def set_wants_credits(session: Session, programme_id: UUID, volunteer_id: UUID, *, wants_credits: bool) -> None:
    """Whether hours given from now on earn credits. Hours are kept either way, and so are the credits there are."""
    find(session, Volunteer, programme_id, volunteer_id).wants_credits = wants_credits


def set_wants_reminders(session: Session, programme_id: UUID, volunteer_id: UUID, *, wants_reminders: bool) -> None:
    """Whether mails before sessions go out to this person from now on."""
    find(session, Volunteer, programme_id, volunteer_id).wants_reminders = wants_reminders


def set_postcode_district(session: Session, programme_id: UUID, volunteer_id: UUID, district: str) -> None:
    """Where this person looks for places from: a district as in foundation/postcode_districts, or "" to forget it."""
    find(session, Volunteer, programme_id, volunteer_id).postcode_district = district
