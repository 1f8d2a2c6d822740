"""An issued letter about one of the small world's volunteers, for tests of pages: what opens it, and how to spoil it."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy.orm import Session

from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.correcting import correct_hours
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.journey.checks.letter_looks import LetterLook, list_looks
from timecredits.journey.letters.issuing import Issuer, issue_reference
from timecredits.journey.letters.listing import letter_file
from timecredits.journey.letters.references import Author, draft_reference
from timecredits.journey.letters.withdrawing import withdraw_reference
from timecredits.journey.models import Reference
from timecredits.journey.packs.pack_links import pack_code
from timecredits.journey.packs.packs import PackTerms, make_pack
from timecredits.web.database import db

TODAY = date(2026, 3, 8)
BASE_URL = "http://127.0.0.1:8000"


@dataclass
class Letter:
    """Two hours in the garden group of `organisation_id` on 7 March 2026, by one volunteer."""

    app: Flask
    world: World
    organisation_id: UUID
    volunteer_id: UUID
    reference_id: UUID = field(default_factory=new_id)
    entry_id: UUID = field(default_factory=new_id)
    secret: str = ""
    code: str = ""
    number: str = ""
    content: bytes = b""

    @property
    def here(self) -> tuple[Session, UUID, UUID]:
        """With which every verb of the organisation's begins."""
        return db.session(), self.world.programme_id, self.organisation_id

    def correct(self) -> None:
        """Let only one hour count."""
        with self.app.app_context():
            correct_hours(*self.here, self.entry_id, minutes=60, reason="Typed wrong", actor_id=None, today=TODAY)
            db.session.commit()

    def withdraw(self) -> None:
        """Take the letter back."""
        with self.app.app_context():
            withdraw_reference(*self.here, self.reference_id, reason="Private reason", actor_id=new_id())
            db.session.commit()

    def hide(self) -> None:
        """Let it have been given in confidence."""
        with self.app.app_context():
            db.session.get_one(Reference, (self.world.programme_id, self.reference_id)).confidential = True
            db.session.commit()

    def looks(self) -> list[LetterLook]:
        """What its person sees of who checked it."""
        with self.app.app_context():
            return list(list_looks(db.session(), self.world.programme_id, self.volunteer_id, self.reference_id).looks)

    def look_ups(self) -> int:
        """How often it was checked."""
        return len(self.looks())

    def shared(self, *others: "Letter", days: int = 28, title: str = "Hospital porter") -> tuple[UUID, str]:
        """A pack with this letter and others: its id, and the code at the end of its link."""
        with self.app.app_context():
            terms = PackTerms(title, tuple(each.reference_id for each in (self, *others)), clock.today() + timedelta(days=days))
            pack = make_pack(db.session(), self.world.programme_id, self.volunteer_id, pack_id=new_id(), terms=terms)
            code = pack_code(db.session(), self.app.config["KEYRING"], pack)
            db.session.commit()
            return pack.id, code


def issue_letter(
    app: Flask, world: World, *, elsewhere: bool = False, name: str = "Siân O'Neill-Wyn", signer: str = "Jo Reed"
) -> Letter:
    """Give the hours and issue the letter. `elsewhere` is about the other volunteer, by the other organisation."""
    letter = (
        Letter(app, world, world.other_organisation_id, world.other_volunteer_id)
        if elsewhere
        else Letter(app, world, world.organisation_id, world.volunteer_id)
    )
    with app.app_context():
        activity = create_activity(*letter.here, ActivityFacts("Garden group"), actor_id=None)
        hours = NewHours(letter.entry_id, letter.volunteer_id, activity.id, None, date(2026, 3, 7), 120)
        record_hours(*letter.here, [hours], source=HourSource.SINGLE, actor_id=None, today=TODAY)
        _issue(letter, name, signer)
        db.session.commit()
    return letter


def issue_another(letter: Letter, *, signer: str = "Jo Reed", confidential: bool = False) -> Letter:
    """One more letter about the same person and the same hours."""
    another = replace(letter, reference_id=new_id())
    with letter.app.app_context():
        _issue(another, "Siân O'Neill-Wyn", signer, confidential=confidential)
        db.session.commit()
    return another


def _issue(letter: Letter, name: str, signer: str, *, confidential: bool = False) -> None:
    draft_reference(
        *letter.here,
        reference_id=letter.reference_id,
        volunteer_id=letter.volunteer_id,
        holder_name=name,
        opinion="She notices people.",
        neutral_letterhead=False,
        confidential=confidential,
        author=Author(new_id(), signer, "Volunteer coordinator"),
    )
    issuer = Issuer(BASE_URL, letter.app.config["KEYRING"])
    issued = issue_reference(*letter.here, letter.reference_id, issuer=issuer, actor_id=new_id())
    letter.secret, letter.code = issued.secret, issued.reference.short_code or ""
    letter.number = issued.reference.number or ""
    letter.content = letter_file(*letter.here, letter.reference_id).content
