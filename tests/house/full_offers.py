"""An offer with much said about it, a picture too, for the pages about it.

Its places are not counted: it is also used with no signal, where that can't be.
"""

from dataclasses import replace
from io import BytesIO
from uuid import UUID

from PIL import Image
from sqlalchemy.orm import Session

from timecredits.foundation.pictures import make_picture
from timecredits.spending.offers.offer_facts import facts_of
from timecredits.spending.offers.offer_keeping import edit_offer, find_offer, set_picture


def offer_things(session: Session, programme_id: UUID, venue_id: UUID, offer_id: UUID) -> dict[str, str]:
    """The offer's id as a volunteer meets it, and a part of what is said about it."""
    facts = facts_of(find_offer(session, programme_id, venue_id, offer_id))
    more = replace(
        facts,
        times=({"days": [0, 1, 2, 3, 4, 5, 6], "from": "00:00", "until": "24:00"},),
        booking_note="Call 01632 960555 a day before.",
        is_step_free=True,
        is_quiet=True,
        alone_is_fine=True,
        good_first_step=True,
    )
    edit_offer(session, programme_id, venue_id, offer_id, more, actor_id=None)
    picture = BytesIO()
    Image.new("RGB", (320, 200), "teal").save(picture, "PNG")
    set_picture(
        session, programme_id, venue_id, offer_id, make_picture(picture.getvalue()), shows="A calm blue pool", actor_id=None
    )
    return {"shown_offer": str(offer_id), "offer_part": "when"}
