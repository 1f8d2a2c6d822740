"""Printing cards as a job: those who have none get one, then everybody's card goes into one PDF, kept for a day."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.job_files import keep_file
from timecredits.foundation.jobs import Handler, Work, enqueue
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Programme, Volunteer
from timecredits.spending.card_models import Card
from timecredits.spending.cards.issuing import issue_missing
from timecredits.spending.cards.listing import Showing, cards_to_print
from timecredits.spending.cards.printing import CardFace, print_cards
from timecredits.spending.codes import CardParts, encode_card
from timecredits.spending.deciding import name_at_venue

__all__ = ["PRINT", "ask_for_cards", "handlers", "print_job"]

PRINT: Final = "cards printed"
_GROUP = 100  # cards made in one transaction: others may write in between


def ask_for_cards(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    *,
    showing: Showing = Showing.EVERYBODY,
    volunteer_ids: Sequence[UUID] = (),
    job_id: UUID,
    actor_id: UUID | None,
) -> UUID:
    """Have cards printed: of the people named, else of those whom `showing` means (EVERYBODY: who has a card).

    People named who have no card get one, and so do all with NONE. The people are settled here, so that a job begun again means
    the same ones. Raises RuleError when there is nobody. The same `job_id` twice is one job.
    """
    people = cards_to_print(session, programme_id, organisation_id, showing, volunteer_ids)
    if not people:
        raise RuleError(Sentence("There is no card to print. Nothing was made. Choose other people."), field="which")
    wanted = {
        "people": [str(each) for each in people],
        "make": [str(each) for each, has_card in people.items() if not has_card],
    }
    return enqueue(
        session,
        programme_id,
        PRINT,
        wanted,
        organisation_id=organisation_id,
        made_by=actor_id,
        job_id=job_id,
        total=len(people),
    )


def handlers(keyring: Keyring) -> Mapping[str, Handler]:
    """By kind of job; the application hands them to whoever runs jobs."""
    return {PRINT: lambda work: print_job(work, keyring)}


def print_job(work: Work, keyring: Keyring) -> Mapping[str, Any]:
    """Make and print cards. Begun again, it finds the cards that were made and prints the same ones."""
    if work.organisation_id is None:
        raise NotFoundError
    here = work.programme_id, work.organisation_id
    people = [UUID(each) for each in work.wanted["people"]]
    new_ids = {UUID(each): uuid5(work.job_id, each) for each in work.wanted["make"]}
    for group in _groups(list(new_ids)):
        with work.step(total=len(people)) as session:
            issue_missing(session, *here, [(each, new_ids[each]) for each in group], actor_id=work.made_by)
    with work.step() as session:
        faces = _faces(session, keyring, work.programme_id, people)
    day = clock.today()
    content, nameless = print_cards(faces, day=day)
    printed = [face.card_id for face in faces]
    with work.step(done=len(people)) as session:
        keep_file(
            session,
            work.programme_id,
            work.job_id,
            content,
            media_type="application/pdf",
            filename=f"cards-{day.isoformat()}.pdf",
        )
        for group in _groups(printed):
            session.execute(
                update(Card).where(Card.programme_id == work.programme_id, Card.id.in_(group)).values(printed_at=clock.now()),
                execution_options={"synchronize_session": False},
            )
        audit.record(
            session, here[0], "cards printed", actor_id=work.made_by, subject_id=work.job_id, organisation_id=work.organisation_id
        )
    made = len(set(printed) & set(new_ids.values()))
    return {"cards": len(printed), "made": made, "nameless": len(nameless)}


def _faces(session: Session, keyring: Keyring, programme_id: UUID, people: Sequence[UUID]) -> list[CardFace]:
    """The live cards of these people, in their order; who has none any more is left out."""
    number = session.get_one(Programme, programme_id).number
    found: dict[UUID, CardFace] = {}
    for group in _groups(people):
        rows = session.execute(
            select(Card, Volunteer)
            .join(Volunteer, (Volunteer.programme_id == Card.programme_id) & (Volunteer.id == Card.volunteer_id))
            .where(Card.programme_id == programme_id, Card.volunteer_id.in_(group), Card.ended_at.is_(None))
        )
        for card, volunteer in rows:
            name = name_at_venue(volunteer) if card.name_on_card else ""
            qr_text = encode_card(keyring, CardParts(number, card.serial))
            found[volunteer.id] = CardFace(card.id, name, card.code, qr_text)
    faces = [found[each] for each in people if each in found]
    if not faces:
        raise RuleError(Sentence("These cards were all stopped meanwhile. Nothing was printed."))
    return faces


def _groups(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), _GROUP):
        yield ids[start : start + _GROUP]
