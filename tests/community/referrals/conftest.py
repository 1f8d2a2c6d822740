"""Two organisations that take requests, a project worker, and the shortest ways to ask."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from timecredits.community.referral_models import Referral
from timecredits.community.referrals.asking import Answers, Question, begin_draft, save_answers
from timecredits.community.referrals.sending import send
from timecredits.community.referrals.settings import set_takes_requests
from timecredits.community.referrals.stages import find_sent
from timecredits.foundation.keys import Keyring
from timecredits.network.programmes import create_organisation, create_programme
from timecredits.network.users import create_user

BASE_URL = "http://localhost"
SAID = Answers(("people",), "Zelda Quark", "01632 960111", "zelda@quark.example", ("message",), "I like canaries.")


@dataclass
class Desk:
    """Ids of what exists, and ways to ask."""

    session: Session
    keyring: Keyring
    programme_id: UUID
    here: UUID
    there: UUID
    worker: UUID

    @property
    def own(self) -> tuple[UUID, UUID]:
        """Programme and organisation."""
        return self.programme_id, self.here

    def ask(self, organisation_id: UUID | None = None, *, nobody: bool = False, **said: Any) -> Referral:
        """A request that went through all questions."""
        chosen = None if nobody else organisation_id or self.here
        draft = begin_draft(self.session, self.keyring, self.programme_id, chosen)
        for question in Question:
            save_answers(self.session, self.keyring, self.programme_id, draft, question, replace(SAID, **said))
        send(self.session, self.keyring, self.programme_id, draft, base_url=BASE_URL)
        return self.session.get_one(Referral, (self.programme_id, draft))

    def held(self, row: Referral) -> Referral:
        """The same, held."""
        return find_sent(self.session, *self.own, row.id)


def make_desk(session: Session) -> Desk:
    """Make it within the caller's transaction."""
    programme = create_programme(session, name="Fenland Time Credits", slug="fenland")
    here, there = (
        create_organisation(session, programme.id, name=name, slug=slug, contact_email=f"hello@{slug}.example").id
        for name, slug in (("Riverside Trust", "riverside"), ("Lantern House", "lantern"))
    )
    for each in (here, there):
        set_takes_requests(session, programme.id, each, takes=True, actor_id=None)
    worker = create_user(session, email="jo@riverside.example", name="Jo Reed").id
    return Desk(session, Keyring.from_secret("a secret for tests of requests"), programme.id, here, there, worker)


@pytest.fixture
def desk(session: Session) -> Desk:
    return make_desk(session)
