"""Cards for the full world: one with a photo, somebody who has none, and sheets that a job has made."""

from io import BytesIO
from uuid import UUID

from PIL import Image
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.job_files import keep_file
from timecredits.foundation.jobs import Job
from timecredits.foundation.keys import Keyring
from timecredits.network.models import Programme
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending.card_models import SecondCheck
from timecredits.spending.cards.card_jobs import ask_for_cards
from timecredits.spending.cards.issuing import issue_card
from timecredits.spending.cards.photos import set_photo
from timecredits.spending.cards.printing import CardFace, print_cards
from timecredits.spending.codes import CardParts, encode_card


def card_things(
    session: Session, keyring: Keyring, here: tuple[UUID, UUID], volunteer_id: UUID, *, actor_id: UUID
) -> dict[str, str]:
    """Make them; answers what fills the addresses of their pages."""
    cardless = enrol_volunteer(session, *here, first_name="Ira", last_name="Nocard").volunteer
    picture = BytesIO()
    Image.new("RGB", (480, 480), "#7a5").save(picture, "PNG")
    set_photo(session, *here, volunteer_id, picture.getvalue(), picture_id=new_id(), actor_id=actor_id)
    card = issue_card(session, *here, volunteer_id, check=SecondCheck.PIN, secret="2580", card_id=new_id(), actor_id=actor_id)
    job_id = ask_for_cards(session, *here, job_id=new_id(), actor_id=actor_id)
    qr_text = encode_card(keyring, CardParts(session.get_one(Programme, here[0]).number, card.serial))
    content, _nameless = print_cards([CardFace(card.id, "Siân O.", card.code, qr_text)], day=clock.today())
    keep_file(session, here[0], job_id, content, media_type="application/pdf", filename="cards.pdf")
    job = session.get_one(Job, (here[0], job_id))
    job.started_at = job.finished_at = card.printed_at = clock.now()
    job.done, job.outcome = 1, {"cards": 1, "made": 1, "nameless": 1}
    session.flush()
    return {"card_job": str(job_id), "cardless": str(cardless.id)}
