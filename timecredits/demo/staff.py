"""Staff in the demo: an owner at most organisations, a helper with a last day, and slips that wait or were taken back.

Slips only: a mail would go to an address that is made up.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.network.invitations import invite, withdraw
from timecredits.network.models import RoleKind
from timecredits.network.roles import Workplace, change_role, organisations_without_owner
from timecredits.network.users import create_user, give_role

_OWNERS = ("Rosa Finch", "Tom Ash", "Ines Wood")


def keep_sample_staff(session: Session, keyring: Keyring, programme_id: UUID, organisation_id: UUID, actor_id: UUID) -> None:
    """Name owners where there is none, but leave one organisation without; the rest is at `organisation_id`."""
    today, place = clock.today(), Workplace(organisation_id=organisation_id)
    missing = organisations_without_owner(session, programme_id, today=today)
    for (where, _name), name in zip(missing[:-1], _OWNERS, strict=False):
        user = create_user(session, email=f"owner-{where}@demo.example", name=name)
        give_role(session, programme_id, user.id, RoleKind.ORGANISATION_OWNER, title="Director", organisation_id=where)
    helper = create_user(session, email="summer@demo.example", name="Kit Lowe")
    role = give_role(session, programme_id, helper.id, RoleKind.COORDINATOR, organisation_id=organisation_id)
    change_role(
        session,
        programme_id,
        place,
        role.id,
        title="Summer coordinator",
        ends_on=today + timedelta(days=60),
        actor_id=actor_id,
        today=today,
    )
    for name, is_taken_back in (("Robin Hale", False), ("Max Poole", True)):
        made = invite(
            session,
            keyring,
            programme_id,
            place,
            invitation_id=new_id(),
            kind=RoleKind.COORDINATOR,
            name=name,
            actor_id=actor_id,
            base_url="",
            today=today,
        )
        if is_taken_back:
            withdraw(session, programme_id, place, made.invitation.id, actor_id=actor_id)
