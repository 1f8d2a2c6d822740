"""A programme with two organisations, a second programme, and the shortest way to put an entry into the directory."""

from dataclasses import dataclass, field
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from timecredits.community.directory.entry_facts import EntryFacts
from timecredits.community.directory.finding import Found, Wanted, find_support
from timecredits.community.directory.keeping import add_entry
from timecredits.community.directory_models import SupportService
from timecredits.foundation.db import new_id
from timecredits.network.programmes import create_organisation, create_programme


@dataclass
class Directory:
    """Ids of what exists."""

    session: Session
    programme_id: UUID
    organisation_id: UUID
    other_organisation_id: UUID
    other_programme_id: UUID
    names: dict[UUID, str] = field(default_factory=dict)

    def add(self, name: str, *, organisation_id: UUID | None = None, elsewhere: bool = False, **said: object) -> SupportService:
        facts = EntryFacts(name, **({"phone": "01632 960001"} | said))  # type: ignore[arg-type]
        programme_id = self.other_programme_id if elsewhere else self.programme_id
        return add_entry(self.session, programme_id, organisation_id, facts, entry_id=new_id(), actor_id=None)

    def find(self, words: str = "", *, page: int = 1, **wanted: object) -> Found:
        return find_support(self.session, self.programme_id, Wanted(words, **wanted), page=page)  # type: ignore[arg-type]

    def found(self, words: str = "", **wanted: object) -> list[str]:
        return [each.service.name for each in self.find(words, **wanted).entries]


@pytest.fixture
def directory(session: Session) -> Directory:
    programme = create_programme(session, name="Fenland", slug="fenland")
    other = create_programme(session, name="Broads", slug="broads")
    here = create_organisation(session, programme.id, name="Riverside", slug="riverside", contact_email="hello@riverside.example")
    there = create_organisation(session, programme.id, name="Lantern", slug="lantern", contact_email="hello@lantern.example")
    return Directory(session, programme.id, here.id, there.id, other.id)
