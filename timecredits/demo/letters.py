"""Letters of the demo: one that stands, one with hours put right since, one in confidence, drafts, and people who ask for one."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.hours.correcting import correct_hours
from timecredits.hours.history.hour_history import in_force
from timecredits.hours.models import HourEntry
from timecredits.journey.letters.asking import ask_for_letter, decline_request
from timecredits.journey.letters.issuing import Issuer, issue_reference
from timecredits.journey.letters.people_to_ask import people_to_ask
from timecredits.journey.letters.references import Author, draft_reference
from timecredits.network.models import RoleKind, Volunteer
from timecredits.network.users import create_user, give_role

_OPINIONS = (
    "Maya is kind, on time, and good with people who are new. I would be glad to work with her again.",
    "Always the first to see what needs doing. Steady in a busy kitchen and patient with others.",
)
_DECLINED = "I have only just met you. Please ask Hazel: she has seen your work all year."


def write_sample_letters(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID,
    people: Sequence[Volunteer],
    *,
    coordinator_id: UUID,
    base_url: str,
) -> None:
    """Write them, and have people ask. `people[0]` is the demo's volunteer; all come regularly to this organisation."""
    issuer, here = Issuer(base_url, keyring), (programme_id, organisation_id)
    hazel = Author(coordinator_id, "Hazel Brook", "Volunteer coordinator")
    with clock.standing_at(clock.now() - timedelta(days=500)):
        colleague = create_user(session, email="rowan@demo.example", name="Rowan Tate")
        give_role(session, *here[:1], colleague.id, RoleKind.ORGANISATION_OWNER, title="Director", organisation_id=here[1])
    rowan = Author(colleague.id, colleague.name, "Director")

    def draft(
        person: Volunteer, author: Author, opinion: str = "", *, confidential: bool = False, wants_second_look: bool = False
    ) -> UUID:
        made = draft_reference(
            session,
            *here,
            reference_id=new_id(),
            volunteer_id=person.id,
            holder_name=person.name,
            opinion=opinion,
            neutral_letterhead=False,
            author=author,
            confidential=confidential,
            wants_second_look=wants_second_look,
        )
        return made.id

    def issue(reference_id: UUID, author: Author) -> None:
        issue_reference(session, *here, reference_id, issuer=issuer, actor_id=author.user_id)

    # A letter counts every hour there is, so none is dated before the last; the first is the one that an employer checks.
    with clock.standing_at(clock.now() - timedelta(minutes=50)):
        issue(draft(people[0], hazel, _OPINIONS[0]), hazel)
    if len(people) < 5:  # noqa: PLR2004  the rest needs somebody to be about
        return
    with clock.standing_at(clock.now() - timedelta(minutes=40)):
        issue(draft(people[2], hazel), hazel)
        issue(draft(people[3], rowan, _OPINIONS[1], confidential=True), rowan)
    _put_right(session, programme_id, organisation_id, people[2].id, actor_id=coordinator_id)
    draft(people[3], rowan, _OPINIONS[1], wants_second_look=True)
    draft(people[4], hazel)
    for person, days_ago, words in ((people[4], 3, "A course at the college"), (people[1], 1, "")):
        with clock.standing_at(clock.now() - timedelta(days=days_ago)):
            _ask(session, programme_id, organisation_id, person, coordinator_id, words, base_url)
    with clock.standing_at(clock.now() - timedelta(days=20)):
        request = _ask(session, programme_id, organisation_id, people[0], colleague.id, "A job in a shop", base_url)
    decline_request(session, *here, request, because=_DECLINED, actor_id=colleague.id, base_url=base_url)


def _ask(
    session: Session, programme_id: UUID, organisation_id: UUID, person: Volunteer, user_id: UUID, words: str, base_url: str
) -> UUID:
    [asked] = (
        each.role_id
        for each in people_to_ask(session, programme_id, person.id)
        if (each.user_id, each.organisation_id) == (user_id, organisation_id)
    )
    return ask_for_letter(
        session,
        programme_id,
        person.id,
        request_id=new_id(),
        role_id=asked,
        holder_name=person.name,
        words=words,
        base_url=base_url,
    ).id


def _put_right(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID, *, actor_id: UUID) -> None:
    """Correct the first hours of somebody, so that what was written before is out of date."""
    entry = session.scalars(
        select(HourEntry)
        .where(
            HourEntry.programme_id == programme_id,
            HourEntry.organisation_id == organisation_id,
            HourEntry.volunteer_id == volunteer_id,
            in_force(),
        )
        .order_by(HourEntry.done_on, HourEntry.id)
        .limit(1)
    ).one()
    correct_hours(
        session,
        programme_id,
        organisation_id,
        entry.id,
        minutes=entry.minutes + 15,
        reason="Stayed to help a new person.",
        actor_id=actor_id,
        today=clock.today(),
    )
