"""A letter behind a link for the full world, opened once."""

from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.journey.packs.pack_links import pack_code
from timecredits.journey.packs.pack_reading import look_at_pack, read_pack
from timecredits.journey.packs.packs import PackTerms, make_pack, usual_last_day


def pack_things(session: Session, keyring: Keyring, programme_id: UUID, volunteer_id: UUID, letter_id: UUID) -> dict[str, str]:
    """Share the letter, and look at it as an employer does."""
    terms = PackTerms("Hospital porter", (letter_id,), usual_last_day())
    pack = make_pack(session, programme_id, volunteer_id, pack_id=new_id(), terms=terms, asked={"referees": 2})
    look_at_pack(session, pack, read_pack(session, pack))
    return {"pack": str(pack.id), "pack_code": pack_code(session, keyring, pack)}
