"""Taking the second step from a colleague who lost everything: those who keep a place's staff do it, and never for themselves."""

from typing import Protocol
from uuid import UUID

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timecredits.foundation import clock
from timecredits.network.roles import RoleState, Workplace, find_line
from timecredits.network.second_factor import reset_second_step
from timecredits.web.access import actor
from timecredits.web.database import db

__all__ = ["reset_page"]


class Desk(Protocol):
    """What this needs of a desk of staff_views."""

    def place(self, **at: UUID) -> Workplace:
        """From what stands in the address to the place."""

    def href(self, act: str = "", **values: object) -> str:
        """The address of one of its pages."""


def reset_page(desk: Desk, role_id: UUID, **at: UUID) -> ResponseReturnValue:
    """Take the second step from who holds this role now."""
    who = actor()
    line = find_line(db.session(), who.programme, desk.place(**at), role_id, today=clock.today())
    if line.user_id == who.user_id:
        flash(_("Somebody else must do this for you. Nothing was changed."), "warning")
    elif line.state is not RoleState.COUNTS:
        flash(_("They do not work here now. Nothing was changed."), "warning")
    elif reset_second_step(db.session(), line.user_id, actor_id=who.user_id):
        flash(_("Done. They are signed out. The next time they sign in, they set up a new second step."), "success")
    else:
        flash(_("They have no second step now. They set one up the next time they sign in."), "message")
    return redirect(desk.href("role", role_id=role_id))
