"""Being signed in: a row in the database, known by the hash of a secret in the browser's cookie.

A user acts in one capacity at a time: as one volunteer, or in one role. Ending a sign-in, a role, or a user takes effect
at the next request, because each request asks here who is there.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.secret_values import digest, new_secret
from timecredits.network.actors import Actor
from timecredits.network.models import Organisation, Programme, StaffRole, User, Venue, Volunteer
from timecredits.network.permissions import ActorKind
from timecredits.network.roles import in_force
from timecredits.network.sign_in_models import SignIn

STAFF_FOR = timedelta(hours=12)
VOLUNTEERS_FOR = timedelta(days=30)
SEEN_EVERY = timedelta(hours=1)
"""How often it is noted, at most, that a browser asked for a page."""


@dataclass(frozen=True)
class Capacity:
    """One way in which a user may act: exactly one of `role_id` and `volunteer_id`; `kind` and `place` are for the page."""

    programme_id: UUID
    role_id: UUID | None
    volunteer_id: UUID | None
    kind: ActorKind
    place: str


def list_capacities(session: Session, user_id: UUID) -> list[Capacity]:
    """Everything a user may act as, staff roles first."""
    roles = session.execute(
        select(StaffRole, Organisation.name, Venue.name, Programme.name)
        .join(Programme, Programme.id == StaffRole.programme_id)
        .outerjoin(
            Organisation,
            (Organisation.programme_id == StaffRole.programme_id) & (Organisation.id == StaffRole.organisation_id),
        )
        .outerjoin(Venue, Venue.id == StaffRole.venue_id)
        .where(StaffRole.user_id == user_id, in_force(clock.today()))
        .order_by(StaffRole.started_at),
    ).all()
    venues: list[UUID | None] = [role.venue_id for role, *_names in roles]
    found = [
        # A national venue may be somebody's place in more than one programme.
        Capacity(
            role.programme_id,
            role.id,
            None,
            ActorKind(role.kind.value),
            f"{venue}, {programme}" if venue and venues.count(role.venue_id) > 1 else organisation or venue or programme,
        )
        for role, organisation, venue, programme in roles
    ]
    volunteers = session.execute(
        select(Volunteer, Programme.name)
        .join(Programme, Programme.id == Volunteer.programme_id)
        .where(Volunteer.user_id == user_id)
        .order_by(Volunteer.joined_on),
    )
    found += [
        Capacity(volunteer.programme_id, None, volunteer.id, ActorKind.VOLUNTEER, programme)
        for volunteer, programme in volunteers
    ]
    return found


def start_sign_in(
    session: Session, user_id: UUID, capacity: Capacity, *, browser: str = "", proved_at: datetime | None = None
) -> str:
    """Sign a user in, in one of their own capacities. Answers the secret for the cookie; only its hash is kept.

    `browser` says in a few words what kind it is; `proved_at` when the user showed that it is them.
    """
    if capacity not in list_capacities(session, user_id):
        raise NotFoundError
    secret, now = new_secret(), clock.now()
    session.add(
        SignIn(
            id=new_id(),
            secret_hash=digest(secret),
            user_id=user_id,
            programme_id=capacity.programme_id,
            role_id=capacity.role_id,
            volunteer_id=capacity.volunteer_id,
            created_at=now,
            expires_at=now + (VOLUNTEERS_FOR if capacity.volunteer_id else STAFF_FOR),
            browser=browser,
            seen_at=now,
            proved_at=proved_at,
        ),
    )
    session.flush()
    return secret


def end_sign_in(session: Session, secret: str) -> None:
    """Sign this browser out, if it is signed in."""
    row = session.scalars(select(SignIn).where(SignIn.secret_hash == digest(secret))).one_or_none()
    if row is not None and row.ended_at is None:
        row.ended_at = clock.now()


def list_sign_ins(session: Session, user_id: UUID) -> list[SignIn]:
    """Where this user is signed in now, the one seen last first."""
    return list(
        session.scalars(
            select(SignIn)
            .where(SignIn.user_id == user_id, SignIn.ended_at.is_(None), SignIn.expires_at > clock.now())
            .order_by(SignIn.seen_at.desc(), SignIn.created_at.desc(), SignIn.id)
        )
    )


def end_one_sign_in(session: Session, user_id: UUID, sign_in_id: UUID) -> None:
    """Sign the user out of one browser. Raises NotFoundError for one that isn't theirs or has ended."""
    row = next((each for each in list_sign_ins(session, user_id) if each.id == sign_in_id), None)
    if row is None:
        raise NotFoundError
    row.ended_at = clock.now()


def note_seen(session: Session, sign_in_id: UUID) -> None:
    """Note that this browser asked for a page, if that wasn't noted within SEEN_EVERY."""
    now = clock.now()
    session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.seen_at.is_(None) | (SignIn.seen_at <= now - SEEN_EVERY))
        .values(seen_at=now),
        execution_options={"synchronize_session": False},
    )


def prove_sign_in(session: Session, sign_in_id: UUID) -> None:
    """Note that the user of this sign-in has just shown that it is them."""
    session.execute(
        update(SignIn).where(SignIn.id == sign_in_id).values(proved_at=clock.now()),
        execution_options={"synchronize_session": False},
    )


def proved_within(session: Session, sign_in_id: UUID, length: timedelta) -> bool:
    """Whether the user of this sign-in showed within this time that it is them."""
    proved = session.scalar(select(SignIn.proved_at).where(SignIn.id == sign_in_id))
    return proved is not None and proved > clock.now() - length


def find_actor(session: Session, secret: str) -> Actor | None:
    """Who holds this secret at this moment, or None when the sign-in, the user or the role has ended."""
    found = session.execute(
        select(SignIn, User)
        .join(User, User.id == SignIn.user_id)
        .where(SignIn.secret_hash == digest(secret), SignIn.ended_at.is_(None), SignIn.expires_at > clock.now()),
    ).one_or_none()
    if found is None or found[1].disabled_at is not None:
        return None
    sign_in, user = found
    if sign_in.volunteer_id is not None:
        return _volunteer(session, sign_in)
    return _staff(session, sign_in, user)


def _volunteer(session: Session, sign_in: SignIn) -> Actor | None:
    volunteer = session.get(Volunteer, (sign_in.programme_id, sign_in.volunteer_id))
    if volunteer is None or volunteer.user_id != sign_in.user_id:
        return None
    return Actor(
        ActorKind.VOLUNTEER,
        display_name=volunteer.first_name,
        user_id=sign_in.user_id,
        programme_id=sign_in.programme_id,
        volunteer_id=volunteer.id,
        sign_in_id=sign_in.id,
        seen_at=sign_in.seen_at,
    )


def _staff(session: Session, sign_in: SignIn, user: User) -> Actor | None:
    found = session.execute(
        select(StaffRole, Organisation.name, Organisation.suspended_at, Venue.name)
        .outerjoin(
            Organisation,
            (Organisation.programme_id == StaffRole.programme_id) & (Organisation.id == StaffRole.organisation_id),
        )
        .outerjoin(Venue, Venue.id == StaffRole.venue_id)
        .where(
            StaffRole.programme_id == sign_in.programme_id,
            StaffRole.id == sign_in.role_id,
            StaffRole.user_id == sign_in.user_id,
            in_force(clock.today()),
        ),
    ).one_or_none()
    if found is None:
        return None
    role, organisation, suspended_at, venue = found
    return Actor(
        ActorKind(role.kind.value),
        display_name=user.name,
        user_id=user.id,
        programme_id=sign_in.programme_id,
        organisation_id=role.organisation_id,
        organisation_name=organisation or venue or "",
        venue_id=role.venue_id,
        role_id=role.id,
        title=role.title,
        is_on_hold=suspended_at is not None,
        sign_in_id=sign_in.id,
        seen_at=sign_in.seen_at,
    )
