"""Whom a visitor of the demo can be, with one tap each."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.demo.cards import DEMO_PIN, demo_card_code
from timecredits.foundation.wording import Sentence
from timecredits.journey.checks.check_codes import show_check_code
from timecredits.journey.models import Reference, ReferenceStatus
from timecredits.network.models import Programme, User, Venue
from timecredits.spending.cards.printing import in_groups

DOMAIN = "demo.example"
"""Addresses of made-up people end in this; `.example` can never be anybody's (RFC 2606)."""


@dataclass(frozen=True)
class DemoPerson:
    """One card on the demo's landing page.

    Exactly one of `user_id` (sign in as this user), `venue_id` (become this venue's till) and `path` (open this page) is set.
    """

    slug: str
    title: Sentence
    text: Sentence
    user_id: UUID | None = None
    venue_id: UUID | None = None
    path: str = ""


_USERS = (
    ("volunteer", Sentence("Volunteer"), Sentence("See your credits, show your code, find a place to go.")),
    ("new-volunteer", Sentence("New volunteer"), Sentence("Somebody who has just joined, with no hours yet.")),
    ("coordinator", Sentence("Coordinator"), Sentence("Log a whole group's hours. Write a letter.")),
    ("venue-manager", Sentence("Venue manager"), Sentence("See who came today. Pair a till.")),
    ("programme-manager", Sentence("Programme manager"), Sentence("See the numbers, and that the books add up.")),
)


def demo_email(slug: str) -> str:
    """The address of one of the people a visitor can be."""
    return f"{slug}@{DOMAIN}"


def demo_people(session: Session) -> list[DemoPerson]:
    """Everybody a visitor can be; empty unless this database holds a demo programme and nothing else."""
    programmes = session.execute(select(Programme.id, Programme.is_demo)).all()
    if not programmes or not all(is_demo for _id, is_demo in programmes):
        return []
    emails = [demo_email(slug) for slug, _title, _text in _USERS]
    ids = dict(session.execute(select(User.email, User.id).where(User.email.in_(emails))).all())
    people = [
        DemoPerson(slug, title, text, user_id=ids[demo_email(slug)]) for slug, title, text in _USERS if demo_email(slug) in ids
    ]
    till = session.scalar(select(Venue.id).where(Venue.slug == "riverside-pool"))
    if till is not None:
        people.insert(
            3,
            DemoPerson(
                "till",
                Sentence("Venue till"),
                Sentence("Scan a code at the counter of Riverside Pool."),
                venue_id=till,
            ),
        )
    if (code := demo_card_code(session, programmes[0][0])) is not None:
        people.insert(
            2,
            DemoPerson(
                "card",
                Sentence("Volunteer with a card"),
                Sentence("No phone, no email. Type %(code)s and the PIN %(pin)s.", code=in_groups(code), pin=DEMO_PIN),
                path="/sign-in/card",
            ),
        )
    letter = session.execute(
        select(Reference.short_code, Reference.holder_name)
        .where(Reference.programme_id == programmes[0][0], Reference.status == ReferenceStatus.ISSUED)
        .order_by(Reference.issued_at)
        .limit(1),
    ).one_or_none()
    if letter is not None:
        surname = letter.holder_name.split()[-1]
        people.append(
            DemoPerson(
                "employer",
                Sentence("Employer"),
                Sentence(
                    "Check a letter. Type the code %(code)s and the surname %(surname)s.",
                    code=show_check_code(letter.short_code),
                    surname=surname,
                ),
                path="/v",
            ),
        )
    return people


def demo_links(session: Session, base_url: str) -> list[tuple[str, str]]:
    """A line for the terminal for each person: who, and the address that makes you them."""
    return [(str(person.title), base_url + (person.path or f"/demo/{person.slug}")) for person in demo_people(session)]
