"""Staff for the full world: somebody with a last day, somebody whose role ended, and invitations in every state."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.clock import standing_at
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.network.invitations import invite, withdraw
from timecredits.network.models import RoleKind
from timecredits.network.roles import Workplace, change_role, take_role_away
from timecredits.network.users import create_user, give_role

LONG_NAME = "Wilhelmina-Alexandrina Featherstonehaugh-Cholmondeley"
STAFF_PAGES = {
    "coordinator.staff_role": {"role_id": "staff_role"},
    "programme.organisation_staff": {"organisation_id": "any_organisation"},
    "programme.organisation_staff_hand_over": {"organisation_id": "any_organisation"},
    "programme.organisation_staff_invite": {"organisation_id": "any_organisation"},
    "programme.organisation_staff_role": {"organisation_id": "any_organisation", "role_id": "any_staff_role"},
    "programme.staff_role": {"role_id": "programme_role"},
    "programme.venue_staff": {"venue_id": "any_venue"},
    "programme.venue_staff_invite": {"venue_id": "any_venue"},
    "programme.venue_staff_role": {"venue_id": "any_venue", "role_id": "venue_role"},
}
"""What fills the addresses of these pages, for THINGS of addresses.py."""


def staff_things(session: Session, keyring: Keyring, here: tuple[UUID, UUID], *, actor_id: UUID) -> dict[str, str]:
    """What one organisation has: a role with a last day, one that ended, and invitations."""
    place = Workplace(organisation_id=here[1])
    staying = _somebody(session, here, LONG_NAME)
    facts = {"title": "Volunteer coordinator for the gardens and the kitchen", "ends_on": clock.today() + timedelta(days=40)}
    change_role(session, here[0], place, staying, actor_id=actor_id, today=clock.today(), **facts)  # type: ignore[arg-type]
    gone = _somebody(session, here, "محمد علي")
    take_role_away(session, here[0], place, gone, actor_id=actor_id, today=clock.today())
    waiting = invite_all(session, keyring, here[0], place, RoleKind.COORDINATOR, actor_id=actor_id)
    return {"staff_role": str(staying), "invitation": str(waiting)}


def invite_all(
    session: Session, keyring: Keyring, programme_id: UUID, place: Workplace, kind: RoleKind, *, actor_id: UUID
) -> UUID:
    """Four invitations to a place: by mail, on a slip, run out, taken back. Answers the first one's id."""
    made = []
    for name, email, days in (
        ("Bo", f"bo-{new_id()}@example.org", 0),
        (LONG_NAME, "", 0),
        ("Di", f"di-{new_id()}@example.org", 20),
        ("", f"mo-{new_id()}@example.org", 2),
    ):
        with standing_at(clock.now() - timedelta(days=days)):
            invited = invite(
                session,
                keyring,
                programme_id,
                place,
                invitation_id=new_id(),
                kind=kind,
                email=email,
                name=name,
                actor_id=actor_id,
                base_url="http://localhost",
                today=clock.today(),
            )
        made.append(invited.invitation.id)
    withdraw(session, programme_id, place, made[-1], actor_id=actor_id)
    return made[0]


def programmes_staff(
    session: Session, keyring: Keyring, programme_id: UUID, organisation_id: UUID, venue_id: UUID, role_id: str, *, actor_id: UUID
) -> tuple[dict[str, str], dict[str, str]]:
    """What a programme manager keeps: theirs, and what is not there for them."""
    user = create_user(session, email=f"manager-{new_id()}@example.org", name="Sam Lead")
    manager = give_role(session, programme_id, user.id, RoleKind.PROGRAMME_MANAGER, title="Programme lead")
    keeper = give_role(session, programme_id, user.id, RoleKind.VENUE_MANAGER, venue_id=venue_id)
    invite_all(session, keyring, programme_id, Workplace(), RoleKind.PROGRAMME_MANAGER, actor_id=actor_id)
    invite_all(session, keyring, programme_id, Workplace(venue_id=venue_id), RoleKind.VENUE_MANAGER, actor_id=actor_id)
    own = {
        "any_organisation": str(organisation_id),
        "any_staff_role": role_id,
        "programme_role": str(manager.id),
        "venue_role": str(keeper.id),
    }
    return own, {name: str(new_id()) for name in own}


def _somebody(session: Session, here: tuple[UUID, UUID], name: str) -> UUID:
    user = create_user(session, email=f"staff-{new_id()}@example.org", name=name)
    return give_role(session, here[0], user.id, RoleKind.COORDINATOR, organisation_id=here[1]).id
