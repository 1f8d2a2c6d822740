"""The programme's safeguarding leads, and which organisations have one of their own."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.community.safety.leads import list_led, the_leads
from timecredits.network.duties import end_duty, give_duty, list_staff
from timecredits.network.models import DutyKind
from timecredits.network.permissions import GIVE_PROGRAMME_DUTIES
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.duty_forms import DutyForm, chosen_user, duty_form
from timecredits.web.freshness import fresh
from timecredits.web.programme.blueprint import blueprint


@blueprint.get("/leads")
@allow(GIVE_PROGRAMME_DUTIES)
def leads() -> str:
    """Show who is named for the programme, and for each organisation."""
    who, session = actor(), db.session()
    held = the_leads(session, who.programme, None)
    staff = list_staff(session, who.programme, None)
    return render_template(
        "programme/leads.html",
        held=held,
        give=duty_form(staff, {each.user_id for each in held}, kind="lead"),
        organisations=list_led(session, who.programme),
    )


@blueprint.post("/leads")
@allow(GIVE_PROGRAMME_DUTIES)
@fresh
def lead_give() -> Response:
    """Name a lead."""
    who, form = actor(), DutyForm()
    kind, user_id = DutyKind.SAFEGUARDING_LEAD, chosen_user(form)
    made = give_duty(db.session(), who.programme, kind, actor_id=who.user_id, organisation_id=None, user_id=user_id)
    flash(_("Saved. They can begin at once.") if made else _("They have this duty already. Nothing was changed."), "success")
    return redirect(url_for(".leads"))


@blueprint.post("/leads/<uuid:duty_id>/end")
@allow(GIVE_PROGRAMME_DUTIES)
@fresh
def lead_end(duty_id: UUID) -> Response:
    """Take it away. What they wrote stays."""
    who = actor()
    end_duty(db.session(), who.programme, duty_id, actor_id=who.user_id, organisation_id=None)
    flash(_("Done. They do not have this duty any more. You can give it again."), "success")
    return redirect(url_for(".leads"))
