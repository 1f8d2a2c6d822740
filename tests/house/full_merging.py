"""Two pairs of records that are alike and one merge that can be taken back, for the full world."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.db import new_id
from timecredits.network.volunteers import enrol_volunteer
from timecredits.records.merging.alike import say_not_same
from timecredits.records.merging.merging import merge_people
from timecredits.records.models import NotSame

LONG_NAME = "Featherstonehaugh-Cholmondeley-Majoribanks"
MERGING_PAGES = {
    "programme.duplicate": {"one_id": "alike", "other_id": "alike_other"},
    "programme.duplicate_merge": {"kept_id": "alike", "gone_id": "alike_other"},
    "programme.merge": {"merge_id": "merge"},
}
"""What fills the addresses of these pages, for THINGS of addresses.py."""


def merging_things(session: Session, programme_id: UUID, organisation_id: UUID, *, actor_id: UUID) -> dict[str, str]:
    """Records of one person each, twice; two who are two people; one merge."""
    here = (programme_id, organisation_id)
    alike = (("Perpetua", "Quill"), ("Quill", "Perpetua"))
    names = (*alike, *[("Ottoline", LONG_NAME)] * 2, *[("Bo", "Ash")] * 2)
    ids = [enrol_volunteer(session, *here, first_name=first, last_name=last).volunteer.id for first, last in names]
    say_not_same(session, programme_id, ids[2], ids[3], actor_id=actor_id)
    said = select(NotSame.id).where(NotSame.programme_id == programme_id, NotSame.volunteer_id == min(ids[2:4]))
    pair = session.scalars(said).one()
    merge_id = new_id()
    merge_people(
        session, programme_id, merge_id=merge_id, kept_id=ids[4], gone_id=ids[5], reason="Same phone.", actor_id=actor_id
    )
    return {"alike": str(ids[0]), "alike_other": str(ids[1]), "two_people": str(pair), "merge": str(merge_id)}


def no_such_merging() -> dict[str, str]:
    """The same kinds of things, of another programme: a programme's manager sees all of their own."""
    return {kind: str(new_id()) for kind in ("alike", "alike_other", "two_people", "merge")}
