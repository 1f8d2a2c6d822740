"""An entry of the directory for tests of pages."""

from uuid import UUID

from flask import Flask

from timecredits.community.directory.entry_facts import EntryFacts
from timecredits.community.directory.keeping import add_entry
from timecredits.foundation.db import new_id
from timecredits.web.database import db

FOOD_BANK = EntryFacts(
    "Ely Food Bank",
    "Bread, tins and a hot drink.",
    phone="01632 960111",
    website="https://foodbank.example",
    topics=("food",),
    postcode_district="CB7",
    address=("1 Quay Lane", "Ely"),
)


def add(app: Flask, programme_id: UUID, organisation_id: UUID | None, facts: EntryFacts = FOOD_BANK) -> UUID:
    """Put it into the directory, committed."""
    with app.app_context():
        entry = add_entry(db.session(), programme_id, organisation_id, facts, entry_id=new_id(), actor_id=None)
        db.session.commit()
        return entry.id
