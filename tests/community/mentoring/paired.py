"""An organisation with mentors and people who would like one, and the shortest ways to bring them together."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from tests.hours.conftest import JOINED, Place, make_place
from timecredits.community.mentoring.agreeing import agree
from timecredits.community.mentoring.matching import propose
from timecredits.community.mentoring.meetings import HoursOf, note_meeting
from timecredits.community.mentoring.mentors import offer_mentor
from timecredits.community.mentoring.parties import Party, Side, worker
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.network.users import create_user
from timecredits.network.volunteers import enrol_volunteer

KEYRING = Keyring({1: b"a secret for tests of pairs", 2: b"another one"}, current=1)
SECRET = "the river made me braver"
BASE_URL = "https://credits.example"
AGREED = "We meet on Tuesdays in the library."


@dataclass
class Paired:
    """Siân is a mentor with one place; Łukasz would like one; Mo as well. Ffion has no sign-in."""

    session: Session
    place: Place
    mo: UUID
    offer: UUID
    staff: UUID

    @property
    def programme_id(self) -> UUID:
        return self.place.programme_id

    @property
    def here(self) -> tuple[UUID, UUID]:
        return self.place.programme_id, self.place.organisation_id

    @property
    def worker(self) -> Party:
        return worker(self.place.organisation_id, self.staff)

    @property
    def mentor(self) -> Party:
        return Party(Side.MENTOR, self.place.sian, self.place.sian)

    @property
    def mentee(self) -> Party:
        return Party(Side.MENTEE, self.place.lukasz, self.place.lukasz)

    def offers(self, volunteer_id: UUID, most: int = 1, words: str = "") -> UUID:
        mentor_id = new_id()
        offer_mentor(
            self.session, KEYRING, *self.here, volunteer_id, mentor_id=mentor_id, most=most, words=words, actor_id=self.staff
        )
        return mentor_id

    def propose(
        self, mentee_id: UUID | None = None, offer: UUID | None = None, mentoring_id: UUID | None = None, agreement: str = AGREED
    ) -> UUID:
        mentoring_id = mentoring_id or new_id()
        propose(
            self.session,
            KEYRING,
            *self.here,
            mentoring_id=mentoring_id,
            mentor_id=offer or self.offer,
            mentee_id=mentee_id or self.place.lukasz,
            activity_id=None,
            agreement=agreement,
            actor_id=self.staff,
            base_url=BASE_URL,
            today=clock.today(),
        )
        return mentoring_id

    def begin(self, mentee_id: UUID | None = None, offer: UUID | None = None) -> UUID:
        mentoring_id = self.propose(mentee_id, offer)
        for side in (Side.MENTOR, Side.MENTEE):
            agree(self.session, self.programme_id, mentoring_id, self.worker, said_by=side, base_url=BASE_URL)
        return mentoring_id


def make_paired(session: Session) -> Paired:
    place = make_place(session)
    mo = enrol_volunteer(
        session, place.programme_id, place.organisation_id, first_name="Mo", last_name="Hassan", joined_on=JOINED
    ).volunteer.id
    staff = create_user(session, email=f"{new_id()}@staff.example", name="Hazel Brook").id
    paired = Paired(session, place, mo, new_id(), staff)
    paired.offer = paired.offers(place.sian)
    return paired


def days_ago(days: int) -> date:
    return date.fromordinal(clock.today().toordinal() - days)


def note(paired: Paired, mentoring_id: UUID, party: Party, *, meeting_id: UUID | None = None, days: int = 0) -> HoursOf:
    return note_meeting(
        paired.session,
        KEYRING,
        paired.programme_id,
        mentoring_id,
        party,
        meeting_id=meeting_id or new_id(),
        held_on=clock.today() - timedelta(days=days),
        minutes=90,
        words=SECRET,
        today=clock.today(),
    )
