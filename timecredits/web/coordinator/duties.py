"""Who looks after what: an organisation's owner gives duties to its staff, and ends them."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.foundation.errors import NotFoundError
from timecredits.network.duties import end_duty, give_duty, list_duties, list_staff
from timecredits.network.models import DutyKind
from timecredits.network.permissions import GIVE_DUTIES
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.duty_forms import DutyForm, chosen_user, duty_form
from timecredits.web.freshness import fresh

_KINDS = (DutyKind.SAFEGUARDING_LEAD, DutyKind.MODERATOR, DutyKind.PROJECT_WORKER)


@blueprint.get("/duties")
@allow(GIVE_DUTIES)
def duties() -> str:
    """Show each duty with who holds it, and let the owner give it."""
    who, session = actor(), db.session()
    held = list_duties(session, who.programme, who.organisation)
    staff = list_staff(session, who.programme, who.organisation)
    parts = []
    for kind in _KINDS:
        here = [each for each in held if each.kind is kind]
        parts.append((kind, here, duty_form(staff, {each.user_id for each in here}, kind=kind)))
    return render_template("coordinator/duties.html", parts=parts)


@blueprint.post("/duties/<kind>")
@allow(GIVE_DUTIES)
@fresh
def duty_give(kind: str) -> Response:
    """Give it to somebody of the staff."""
    who, form = actor(), DutyForm()
    if kind not in set(_KINDS):
        raise NotFoundError
    made = give_duty(
        db.session(),
        who.programme,
        DutyKind(kind),
        actor_id=who.user_id,
        organisation_id=who.organisation,
        user_id=chosen_user(form),
    )
    flash(_("Saved. They can begin at once.") if made else _("They have this duty already. Nothing was changed."), "success")
    return redirect(url_for(".duties"))


@blueprint.post("/duties/<uuid:duty_id>/end")
@allow(GIVE_DUTIES)
@fresh
def duty_end(duty_id: UUID) -> Response:
    """Take it away. What they did stays."""
    who, session = actor(), db.session()
    if duty_id in {each.id for each in list_duties(session, who.programme, who.organisation) if each.kind not in _KINDS}:
        raise NotFoundError  # a group's facilitators are named on the group's page
    end_duty(session, who.programme, duty_id, actor_id=who.user_id, organisation_id=who.organisation)
    flash(_("Done. They do not have this duty any more. You can give it again."), "success")
    return redirect(url_for(".duties"))
