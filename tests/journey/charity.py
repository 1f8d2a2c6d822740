"""A charity with a volunteer who gave time in two roles, for tests of letters."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.correcting import correct_hours
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.journey.checks.checking import CheckedLetter, check_by_secret
from timecredits.journey.letters.issuing import Issued, Issuer, issue_reference
from timecredits.journey.letters.references import Author, draft_reference
from timecredits.journey.letters.withdrawing import withdraw_reference
from timecredits.journey.models import Reference
from timecredits.network.programmes import create_organisation, create_programme
from timecredits.network.volunteers import enrol_volunteer

BASE_URL = "https://letters.example.org"
ISSUER = Issuer(BASE_URL, Keyring.from_secret("test letters"))
TODAY = date(2026, 11, 21)
AUTHOR = Author(new_id(), "Jo Reed", "Volunteer coordinator")


@dataclass
class Charity:
    """It writes its letters as "Lantern House CIC"; its volunteer gave 3 + 2 hours in the garden and 1½ in the kitchen."""

    session: Session
    programme_id: UUID
    organisation_id: UUID
    other_organisation_id: UUID
    volunteer_id: UUID
    garden_id: UUID
    kitchen_id: UUID
    first_entry: UUID

    def give_hours(self, day: date, minutes: int, activity_id: UUID | None = None) -> UUID:
        entry_id = new_id()
        record_hours(
            self.session,
            self.programme_id,
            self.organisation_id,
            [NewHours(entry_id, self.volunteer_id, activity_id or self.garden_id, None, day, minutes)],
            source=HourSource.SINGLE,
            actor_id=None,
            today=TODAY,
        )
        return entry_id

    def draft(self, name: str = "Siân O'Neill-Wyn", opinion: str = "", *, neutral: bool = False, **choices: Any) -> Reference:
        return draft_reference(
            self.session,
            self.programme_id,
            self.organisation_id,
            reference_id=new_id(),
            volunteer_id=self.volunteer_id,
            holder_name=name,
            opinion=opinion,
            neutral_letterhead=neutral,
            author=choices.pop("author", AUTHOR),
            **choices,
        )

    def issue(self, reference: Reference) -> Issued:
        return issue_reference(
            self.session,
            self.programme_id,
            self.organisation_id,
            reference.id,
            issuer=ISSUER,
            actor_id=AUTHOR.user_id,
        )


def build_charity(session: Session) -> Charity:
    programme = create_programme(session, name="Fenland Time Credits", slug="fenland")
    here = create_organisation(
        session,
        programme.id,
        name="Lantern House mental health group",
        slug="lantern",
        letter_name="Lantern House CIC",
        letter_address=["1 Quay Lane", "Ely"],
        contact_email="office@lantern.example",
    )
    there = create_organisation(session, programme.id, name="Make and Mend", slug="mend")
    volunteer = enrol_volunteer(
        session, programme.id, here.id, first_name="Siân", last_name="O'Neill-Wyn", joined_on=date(2024, 5, 1)
    ).volunteer
    garden, kitchen = (
        create_activity(session, programme.id, here.id, ActivityFacts(name), actor_id=None)
        for name in ("Garden lead", "Kitchen helper")
    )
    charity = Charity(session, programme.id, here.id, there.id, volunteer.id, garden.id, kitchen.id, new_id())
    charity.first_entry = charity.give_hours(date(2025, 3, 4), 180)
    charity.give_hours(date(2026, 9, 1), 120)
    charity.give_hours(date(2026, 10, 6), 90, kitchen.id)
    return charity


def correct(charity: Charity, minutes: int | None = 60) -> None:
    correct_hours(
        charity.session,
        charity.programme_id,
        charity.organisation_id,
        charity.first_entry,
        minutes=minutes,
        reason="Typed wrong",
        actor_id=None,
        today=TODAY,
    )


def withdraw(charity: Charity, reference: Reference, reason: str = "Wrong person") -> Reference:
    return withdraw_reference(
        charity.session,
        charity.programme_id,
        charity.organisation_id,
        reference.id,
        reason=reason,
        actor_id=AUTHOR.user_id,
    )


def check(charity: Charity, secret: str) -> CheckedLetter:
    answer = check_by_secret(charity.session, secret)
    assert answer is not None
    return answer
