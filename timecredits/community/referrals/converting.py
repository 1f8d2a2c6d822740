"""From a request to a volunteer, a group member, or both, in one step: nothing that was said is typed again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.community.groups.members import add_member
from timecredits.community.money.fees import note_fee
from timecredits.community.referral_models import MoneyState, Referral, ReferralState
from timecredits.community.referrals.asking import Answers, open_answers
from timecredits.community.referrals.stages import OPEN, StepWords, move
from timecredits.foundation import audit
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Enrolment, Organisation, Volunteer
from timecredits.network.scope import find
from timecredits.network.users import create_user
from timecredits.network.volunteers import Enrolled, enrol_volunteer, find_by_email, find_enrolled, list_enrolled

__all__ = ["Joined", "Joining", "alike", "join"]

_MOST_ALIKE: Final = 8


@dataclass(frozen=True, slots=True)
class Joining:
    """What staff chose. Either the name of somebody new, under the id that the form made, or somebody enrolled here already.

    `fee`: where the organisation takes one, how it stands; None leaves it out.
    """

    new_volunteer_id: UUID
    first_name: str = ""
    last_name: str = ""
    known_volunteer_id: UUID | None = None
    known_number: str = ""
    sign_in: bool = False
    group_ids: Sequence[UUID] = field(default=())
    fee: MoneyState | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """Whom it became. `has_sign_in` says whether they can sign in with their email; `groups` how many they now belong to."""

    volunteer_id: UUID
    name: str
    is_new: bool
    has_sign_in: bool
    groups: int


def alike(session: Session, programme_id: UUID, organisation_id: UUID, said: Answers | None) -> list[Enrolled]:
    """Who is enrolled here under a name like the one that was said: most alike first, a few at most."""
    words = set(fold(said.name).split()) if said is not None else set()
    if not words:
        return []
    found = [
        (len(words & set(each.volunteer.folded_name.split())), each)
        for each in list_enrolled(session, programme_id, organisation_id)
    ]
    best = sorted((pair for pair in found if pair[0]), key=lambda pair: (-pair[0], pair[1].volunteer.folded_name))
    return [each for _shared, each in best[:_MOST_ALIKE]]


def join(session: Session, keyring: Keyring, row: Referral, chosen: Joining, *, actor_id: UUID | None) -> Joined:
    """Enrol them, or take whom they are; let them into groups; note the fee; end the request as joined.

    `row` is held (stages.find_sent). The same form twice joins once. Raises RuleError, with the field; NotFoundError for a group
    or a person of another organisation.
    """
    programme_id, organisation_id = row.programme_id, row.organisation_id
    if organisation_id is None:
        raise NotFoundError
    known = _known(session, programme_id, organisation_id, chosen)
    if known is None and row.state is ReferralState.JOINED and row.volunteer_id == chosen.new_volunteer_id:
        known = find_enrolled(session, programme_id, organisation_id, chosen.new_volunteer_id).volunteer
    if row.state is ReferralState.JOINED and known is not None and row.volunteer_id == known.id:
        return Joined(known.id, known.name, is_new=False, has_sign_in=known.user_id is not None, groups=0)
    if row.state not in OPEN:
        raise RuleError(Sentence("This request has ended meanwhile. Nothing was changed. Look at where it stands now."))
    said = open_answers(keyring, row) or Answers()
    if known is None:
        user_id = _sign_in(session, said, chosen) if chosen.sign_in else None
        person = enrol_volunteer(
            session,
            programme_id,
            organisation_id,
            first_name=chosen.first_name,
            last_name=chosen.last_name,
            user_id=user_id,
            volunteer_id=chosen.new_volunteer_id,
        ).volunteer
        audit.record(
            session,
            programme_id,
            "volunteer enrolled",
            actor_id=actor_id,
            subject_id=person.id,
            organisation_id=organisation_id,
        )
    else:
        person = known
    joined = sum(
        add_member(session, programme_id, organisation_id, each, person.id, actor_id=actor_id) for each in chosen.group_ids
    )
    fee = find(session, Organisation, programme_id, organisation_id).joining_fee_pence
    if fee and chosen.fee is not None:
        note_fee(session, programme_id, organisation_id, person.id, chosen.fee, pence=fee, actor_id=actor_id, unless_noted=True)
    move(session, keyring, row, ReferralState.JOINED, StepWords(), actor_id=actor_id)
    row.volunteer_id = person.id
    session.flush()
    return Joined(person.id, person.name, is_new=known is None, has_sign_in=person.user_id is not None, groups=joined)


def _sign_in(session: Session, said: Answers, chosen: Joining) -> UUID | None:
    """A sign-in with the email that they gave; none where the address is somebody's already: nobody proved that it is theirs."""
    if not said.email or find_by_email(session, said.email) is not None:
        return None
    return create_user(session, email=said.email, name=f"{chosen.first_name} {chosen.last_name}").id


def _known(session: Session, programme_id: UUID, organisation_id: UUID, chosen: Joining) -> Volunteer | None:
    """Whom of those enrolled here staff chose, if anybody."""
    number = chosen.known_number.strip()
    if chosen.known_volunteer_id is not None:
        return find_enrolled(session, programme_id, organisation_id, chosen.known_volunteer_id).volunteer
    if not number:
        return None
    found = session.scalar(
        select(Enrolment.volunteer_id).where(
            Enrolment.programme_id == programme_id,
            Enrolment.organisation_id == organisation_id,
            Enrolment.number == number,
            Enrolment.left_on.is_(None),
        )
    )
    if found is None:
        raise RuleError(Sentence("Nobody here has this number. Nothing was saved. Check it, or leave it out."), field="number")
    return find_enrolled(session, programme_id, organisation_id, found).volunteer
