"""Letters that are shared in the sample: a link that somebody opened, and a letter that was checked in every way."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.journey.checks.check_answers import LookWay, keep_look
from timecredits.journey.packs.pack_links import keep_pack_look
from timecredits.journey.packs.pack_reading import look_at_pack, read_pack
from timecredits.journey.packs.packs import MOST_LETTERS, PackTerms, make_pack, shareable_letters, usual_last_day

_ASKED = {"referees": 1, "known_months": 12, "window_months": 36, "max_gap_days": 31}


def share_sample_letters(session: Session, programme_id: UUID, volunteer_id: UUID) -> None:
    """Let this volunteer share what they have, and let an employer look at it. Nothing is done for somebody without a letter."""
    letters = tuple(each.reference_id for each in shareable_letters(session, programme_id, volunteer_id)[:MOST_LETTERS])
    if not letters:
        return
    now = clock.now()
    with clock.standing_at(now - timedelta(minutes=50)):
        pack = make_pack(
            session,
            programme_id,
            volunteer_id,
            pack_id=new_id(),
            terms=PackTerms("Hospital porter (sample)", letters, usual_last_day()),
            asked=_ASKED,
        )
    with clock.standing_at(now - timedelta(minutes=20)):
        look_at_pack(session, pack, read_pack(session, pack))
        keep_pack_look(session, pack, "file")
        keep_look(session, programme_id, letters[0], LookWay.PHONE, "valid")
    with clock.standing_at(now - timedelta(minutes=5)):
        keep_look(session, programme_id, letters[0], LookWay.CODE, "valid")
